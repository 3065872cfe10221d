"""The last net: an error that nobody expected becomes a problem document and one log line."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ar_service.edge.logs import log_failure
from trace_backend.kit.errors import INTERNAL, RecordError
from trace_backend.kit.problems import problem_response


class UnexpectedErrorMiddleware:
    """Answers 500 for an unexpected error; it stands inside the log and the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and catch what comes back up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:  # the last net of the service
            request_id = scope.get("state", {}).get("request_id", "")
            log_failure("unexpected error", error, request_id=request_id)
            if started:
                raise
            refusal = RecordError(
                INTERNAL,
                "the request was not carried out; please report the request id",
                request_id=request_id,
            )
            await problem_response(Request(scope), refusal)(scope, receive, send)
