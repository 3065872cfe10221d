"""The language of a caller who names none."""

from starlette.types import ASGIApp, Receive, Scope, Send

ACCEPT_LANGUAGE = b"accept-language"


class DefaultLanguageMiddleware:
    """Gives requests without an Accept-Language header the language of the settings."""

    def __init__(self, app: ASGIApp, language: str) -> None:
        self._app = app
        self._header = (ACCEPT_LANGUAGE, language.encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and all(name != ACCEPT_LANGUAGE for name, _ in scope["headers"]):
            # In place: who stands outside reads the route from the same scope afterwards.
            scope["headers"] = [*scope["headers"], self._header]
        await self._app(scope, receive, send)
