"""A cap on request bodies that holds while they stream in, before anything is buffered."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MULTIPART_OVERHEAD_BYTES = 64 * 1024
"""Room for the boundaries, headers and place fields around a photo."""

DRAIN_FACTOR = 4
"""A body over its cap is read on and thrown away up to this many caps, so that a client that
writes before it reads still gets the answer instead of a broken connection."""

DRAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class BodyCaps:
    """Largest bodies in bytes: of the photo path, of further upload paths, and of all others."""

    photo_path: str
    photo_bytes: int
    other_bytes: int
    uploads: tuple[tuple[str, int], ...] = ()

    def of(self, path: str) -> int:
        """Return the cap of a path."""
        if path == self.photo_path:
            return self.photo_bytes + MULTIPART_OVERHEAD_BYTES
        for upload_path, upload_bytes in self.uploads:
            if path == upload_path:
                return upload_bytes + MULTIPART_OVERHEAD_BYTES
        return self.other_bytes


class BodyCapMiddleware:
    """Answers 413 as soon as a body is known to be larger than its cap.

    Args:
        app: the application behind.
        caps: the cap of each path.
        too_large: makes the answer from the scope and the cap in bytes.
    """

    def __init__(
        self, app: ASGIApp, caps: BodyCaps, too_large: Callable[[Scope, int], Response]
    ) -> None:
        self._app = app
        self._caps = caps
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting `receive`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cap = self._caps.of(scope["path"])
        if _declared_bytes(scope) > cap:
            await self._drain(receive, cap * DRAIN_FACTOR)
            await self._too_large(scope, cap)(scope, receive, send)
            return
        counter = _CountedBody(receive, send, cap)
        try:
            await self._app(scope, counter.receive, counter.send)
        except Exception:
            # What the app says of a body that we cut off is our own doing: 413 answers it. An error
            # behind an answer that has begun has nobody else to tell of it.
            if not counter.exceeded or counter.answered:
                raise
        if counter.exceeded and not counter.answered:
            if not counter.finished:
                await self._drain(receive, cap * DRAIN_FACTOR - counter.received_bytes)
            await self._too_large(scope, cap)(scope, receive, send)

    async def _drain(self, receive: Receive, most_bytes: int) -> None:
        """Throw the rest of the body away, within bounds of size and time."""
        with anyio.move_on_after(DRAIN_S):
            while most_bytes > 0:
                message = await receive()
                most_bytes -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return


class _CountedBody:
    """The receive and send of one request, with the body counted."""

    def __init__(self, receive: Receive, send: Send, cap: int) -> None:
        self._receive = receive
        self._send = send
        self._cap = cap
        self.received_bytes = 0
        self.exceeded = False
        self.finished = False
        self.answered = False

    async def receive(self) -> Message:
        """Return the next message; past the cap, say that the client is gone."""
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self.received_bytes += len(message.get("body", b""))
        self.finished = not message.get("more_body", False)
        if self.received_bytes > self._cap:
            self.exceeded = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; what the application says about a body over the cap is dropped."""
        if self.exceeded and not self.answered:
            return
        self.answered = True
        await self._send(message)


def _declared_bytes(scope: Scope) -> int:
    """The Content-Length of a request; 0 when absent or not a number (the server checks it)."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:18])
    return 0
