"""The built pages, served from the installed package: the scan page and the console.

The scan page is / and /01/...; it loads nothing of the console, which lives below /console.
"""

import gzip
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from ar_service.edge.headers import NO_STORE, console_policy
from ar_service.edge.problems import PAGES_MISSING
from trace_backend.kit.errors import NOT_FOUND, RecordError

INDEX = "index.html"
CONSOLE = "console"
CONSOLE_INDEX = f"{CONSOLE}/{INDEX}"
NONCE_WORD = b"__NONCE__"
"""What the build writes into the console's page where the nonce of an answer belongs."""
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
_COMPRESS_FROM_BYTES = 1_024
_MOST_FILES = 2_000
_NONCE_BYTES = 18

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED_ALREADY = frozenset({".jpg", ".png", ".webp", ".woff2", ".ico"})


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the built page, with its gzip form where that is smaller."""

    body: bytes
    gzip_body: bytes | None
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The built pages, in memory: URL path below the root -> file."""

    files: dict[str, PageFile]

    @property
    def present(self) -> bool:
        """Tell whether the scan page was built into this installation."""
        return INDEX in self.files


def default_pages_dir() -> Path:
    """Folder of the pages in the installed package; it may be absent."""
    return Path(str(resources.files("ar_service").joinpath("pages")))


def load_pages(folder: Path) -> Pages:
    """Read the page's files, at most 2,000, of the known types; an absent folder is no page."""
    if not folder.is_dir():
        return Pages({})
    found: dict[str, PageFile] = {}
    for path in sorted(folder.rglob("*"))[:_MOST_FILES]:
        if path.is_file() and path.suffix in _MEDIA_TYPES:
            found[path.relative_to(folder).as_posix()] = _load(path)
    return Pages(found)


def _load(path: Path) -> PageFile:
    body = path.read_bytes()
    packed: bytes | None = None
    if len(body) >= _COMPRESS_FROM_BYTES and path.suffix not in _COMPRESSED_ALREADY:
        packed = gzip.compress(body, 6, mtime=0)
    return PageFile(
        body=body,
        gzip_body=packed if packed is not None and len(packed) < len(body) else None,
        media_type=_MEDIA_TYPES[path.suffix],
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


def pages_router(pages: Pages) -> APIRouter:
    """Routes of the scan page (index, Digital Link paths, assets, root files) and the console."""
    router = APIRouter(include_in_schema=False)

    def index(
        accept_encoding: Annotated[str, Header()] = "",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        """The scan page."""
        return _answer(_built(pages, INDEX), REVALIDATE, accept_encoding, if_none_match)

    def console() -> Response:
        """The console, the same for each of its addresses: it chooses its page by itself."""
        return _console_answer(_built(pages, CONSOLE_INDEX))

    router.add_api_route("/", index, methods=["GET", "HEAD"])
    router.add_api_route("/01/{link:path}", index, methods=["GET", "HEAD"])
    for folder in ("assets", f"{CONSOLE}/assets"):
        endpoint = _assets(pages, folder)
        router.add_api_route(f"/{folder}/{{path:path}}", endpoint, methods=["GET", "HEAD"])
    router.add_api_route(f"/{CONSOLE}", console, methods=["GET", "HEAD"])
    router.add_api_route(f"/{CONSOLE}/{{path:path}}", console, methods=["GET", "HEAD"])
    for name, page in pages.files.items():
        if "/" not in name and name != INDEX:
            router.add_api_route(f"/{name}", _root_file(page), methods=["GET", "HEAD"])
    return router


def _built(pages: Pages, name: str) -> PageFile:
    """A page that every whole installation has."""
    page = pages.files.get(name)
    if page is None:
        raise RecordError(
            PAGES_MISSING,
            "this installation holds no built pages; install the wheel, or run "
            "`make web` in the source tree and start again",
        )
    return page


def _assets(pages: Pages, folder: str) -> Callable[[str, str, str], Response]:
    """Make the endpoint of a folder of files whose names hold the hash of their content."""

    def asset(
        path: str,
        accept_encoding: Annotated[str, Header()] = "",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        page = pages.files.get(f"{folder}/{path}")
        if page is None:
            raise RecordError(NOT_FOUND, "there is no such asset")
        return _answer(page, IMMUTABLE, accept_encoding, if_none_match)

    return asset


def _console_answer(page: PageFile) -> Response:
    """The console's page with a nonce of its own; nobody stores it, so no nonce comes twice."""
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return Response(
        page.body.replace(NONCE_WORD, nonce.encode("ascii")),
        media_type=page.media_type,
        headers={"Cache-Control": NO_STORE, "Content-Security-Policy": console_policy(nonce)},
    )


def _root_file(page: PageFile) -> Callable[[str, str], Response]:
    """Make the endpoint of one file of the root, such as the icon."""

    def root_file(
        accept_encoding: Annotated[str, Header()] = "",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        return _answer(page, REVALIDATE, accept_encoding, if_none_match)

    return root_file


def _answer(page: PageFile, cache: str, accept_encoding: str, if_none_match: str) -> Response:
    """The file, gzipped where the caller takes that, or 304 where the caller has it."""
    headers = {"Cache-Control": cache, "ETag": page.etag, "Vary": "Accept-Encoding"}
    if page.etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    if page.gzip_body is not None and "gzip" in accept_encoding.lower():
        headers["Content-Encoding"] = "gzip"
        return Response(page.gzip_body, media_type=page.media_type, headers=headers)
    return Response(page.body, media_type=page.media_type, headers=headers)
