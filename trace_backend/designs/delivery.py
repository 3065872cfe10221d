"""Blobs as HTTP answers: streamed in bounded memory, validated by ETag, safe to open."""

from fastapi import Request, Response, status
from fastapi.responses import StreamingResponse

from trace_backend.kit.blobs import BlobStore


def deliver(
    request: Request,
    blobs: BlobStore,
    key: str,
    media_type: str,
    byte_count: int | None,
    *,
    download_name: str | None = None,
) -> Response:
    """Answer with a blob, or with 304 when the asker has it.

    Args:
        request: its If-None-Match is honoured (RFC 9110 13.1.2).
        blobs: where the bytes lie.
        key: which; it is the SHA-256 of the bytes and becomes the ETag.
        media_type: what they are.
        byte_count: how many, so that the browser notices when fewer arrive; None: unknown.
        download_name: ASCII letters, digits and . _ - only; None shows a picture in its place.

    Raises:
        RecordError: NOT_FOUND or UNAVAILABLE from the store, before the answer begins.
    """
    headers = {
        "ETag": f'"{key}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        # An SVG opened by itself is a page of ours: it must not run or load anything.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    if download_name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{download_name}"'
    if _has(request.headers.get("if-none-match"), key):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if byte_count is not None:
        headers["Content-Length"] = str(byte_count)
    return StreamingResponse(blobs.pieces(key), media_type=media_type, headers=headers)


def _has(if_none_match: str | None, key: str) -> bool:
    tags = (tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(","))
    return f'"{key}"' in tags
