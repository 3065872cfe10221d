import anyio
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ar_service.edge.body_cap import MULTIPART_OVERHEAD_BYTES, BodyCapMiddleware, BodyCaps

CAPS = BodyCaps("/photo", photo_bytes=10_000, other_bytes=100)


async def whole_body(scope, receive, send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


class Call:
    """One request through the middleware, with every chunk that was pulled counted."""

    def __init__(self, path: str, chunks: list[bytes], length: int | None = None) -> None:
        self.pulled = 0
        self.status = 0
        self.body = b""
        self._chunks = chunks
        headers = [] if length is None else [(b"content-length", str(length).encode())]
        self._scope = {"type": "http", "method": "POST", "path": path, "headers": headers}

    async def _receive(self):
        if self.pulled == len(self._chunks):
            await anyio.sleep_forever()
        chunk = self._chunks[self.pulled]
        self.pulled += 1
        return {"type": "http.request", "body": chunk, "more_body": self.pulled < len(self._chunks)}

    async def _send(self, message) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")

    def through(self, app=whole_body) -> "Call":
        door = BodyCapMiddleware(app, CAPS, lambda _scope, cap: Response(str(cap), 413))

        async def run() -> None:
            with anyio.fail_after(5):
                await door(self._scope, self._receive, self._send)

        anyio.run(run)
        return self


@pytest.mark.parametrize("size", [0, 1, 100])
def test_a_body_up_to_its_cap_arrives_whole(size: int) -> None:
    call = Call("/any", [b"x" * size]).through()
    assert (call.status, call.body) == (200, str(size).encode())


def test_a_body_one_byte_over_its_cap_is_refused() -> None:
    call = Call("/any", [b"x" * 101]).through()
    assert (call.status, call.body) == (413, b"100")


def test_a_declared_length_over_the_cap_is_refused_before_the_application_runs() -> None:
    ran = []

    async def app(scope, receive, send) -> None:
        ran.append(True)

    call = Call("/any", [b"x"], length=101).through(app)
    assert call.status == 413
    assert ran == []


def test_a_stream_without_a_length_is_cut_at_the_cap() -> None:
    seen = []

    async def app(scope, receive, send) -> None:
        while (message := await receive())["type"] == "http.request":
            seen.append(len(message["body"]))

    call = Call("/any", [b"x" * 60] * 1_000).through(app)
    assert call.status == 413
    assert seen == [60]
    # Four caps (400 bytes) are thrown away so that the client can hear the answer; not 60,000.
    assert call.pulled <= 8


def test_a_lying_length_does_not_help() -> None:
    assert Call("/any", [b"x" * 60] * 3, length=10).through().status == 413


def test_the_photo_path_has_its_own_cap() -> None:
    at_cap = b"x" * (10_000 + MULTIPART_OVERHEAD_BYTES)
    assert Call("/photo", [at_cap]).through().status == 200
    assert Call("/photo", [at_cap, b"x"]).through().status == 413


def test_an_application_that_answers_early_is_not_overruled() -> None:
    async def app(scope, receive, send) -> None:
        await PlainTextResponse("early", 401)(scope, receive, send)
        await receive()

    call = Call("/any", [b"x" * 101]).through(app)
    assert (call.status, call.body) == (401, b"early")


def test_an_error_of_the_application_is_not_hidden() -> None:
    async def app(scope, receive, send) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        Call("/any", [b"x"]).through(app)


def test_an_error_behind_an_answer_that_has_begun_is_not_hidden_by_the_cap() -> None:
    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        Call("/any", [b"x" * 101]).through(app)


def test_what_the_application_says_of_a_body_that_was_cut_off_is_answered_with_413() -> None:
    async def app(scope, receive, send) -> None:
        message = await receive()
        raise RuntimeError(message["type"])

    assert Call("/any", [b"x" * 101]).through(app).status == 413
