"""Blobs, addressed by their content, on any file system that fsspec knows."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import fsspec  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from trace_backend.kit.errors import NOT_FOUND, TOO_LARGE, UNAVAILABLE, RecordError

MAX_BLOB_BYTES: Final = 256 * 1024 * 1024
_KEY_PATTERN: Final = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """Bytes by their SHA-256; writing the same bytes again changes nothing.

    A blob is whole or absent: it is written beside its place, synced to disk (local folders), and
    renamed. Put the blob first, then commit the row that names it.
    """

    def __init__(self, filesystem: fsspec.AbstractFileSystem, root: str) -> None:
        self._filesystem = filesystem
        self._root = root.rstrip("/")

    @classmethod
    def open(cls, url: str) -> "BlobStore":
        """Open a store by folder path or fsspec URL (`/var/blobs`, `s3://bucket/prefix`)."""
        filesystem, root = fsspec.core.url_to_fs(url)
        return cls(filesystem, root)

    def put(self, content: bytes) -> str:
        """Store `content` and return its key: 64 hexadecimal characters of its SHA-256.

        Raises:
            RecordError: TOO_LARGE above `MAX_BLOB_BYTES`; UNAVAILABLE when the store can't write.
        """
        if len(content) > MAX_BLOB_BYTES:
            raise RecordError(TOO_LARGE, f"a blob holds {MAX_BLOB_BYTES} bytes at most")
        key = hashlib.sha256(content).hexdigest()
        place = self._place(key)
        try:
            if not self._filesystem.exists(place):
                self._write(place, content)
        except OSError as error:
            raise RecordError(UNAVAILABLE, "the blob store can't write just now") from error
        return key

    def get(self, key: str) -> bytes:
        """Return the content of `key`, checked against it.

        Raises:
            RecordError: NOT_FOUND for an unknown key; UNAVAILABLE when it can't be read or when
                what lies there is not what was stored.
        """
        place = self._place(key)
        try:
            content: bytes = self._filesystem.cat_file(place)
        except FileNotFoundError:
            raise RecordError(NOT_FOUND, "there is no such blob") from None
        except OSError as error:
            raise RecordError(UNAVAILABLE, "the blob store can't read just now") from error
        if hashlib.sha256(content).hexdigest() != key:
            raise RecordError(UNAVAILABLE, "a stored blob is damaged; restore it from a backup")
        return content

    def pieces(self, key: str, piece_bytes: int = 256 * 1024) -> Iterator[bytes]:
        """Open `key` now and give its content piece by piece, in bounded memory.

        The last piece is held back until all bytes are checked against the key: a damaged blob
        comes out short, never as if it were whole.

        Raises:
            RecordError: NOT_FOUND at once for an unknown key; UNAVAILABLE at once when it can't be
                opened, and later when it can't be read on or is damaged.
        """
        try:
            file = self._filesystem.open(self._place(key), "rb")
        except FileNotFoundError:
            raise RecordError(NOT_FOUND, "there is no such blob") from None
        except OSError as error:
            raise RecordError(UNAVAILABLE, "the blob store can't read just now") from error
        return _checked_pieces(file, key, piece_bytes)

    def exists(self, key: str) -> bool:
        """Tell whether `key` is stored."""
        return bool(self._filesystem.exists(self._place(key)))

    def delete(self, key: str) -> None:
        """Delete a blob; an absent one is no error."""
        try:
            self._filesystem.rm_file(self._place(key))
        except FileNotFoundError:
            return

    def _place(self, key: str) -> str:
        if not _KEY_PATTERN.fullmatch(key):
            raise RecordError(NOT_FOUND, "a blob key has 64 lower-case hexadecimal characters")
        return f"{self._root}/{key[:2]}/{key[2:]}"

    def _write(self, place: str, content: bytes) -> None:
        folder = place.rpartition("/")[0]
        self._filesystem.makedirs(folder, exist_ok=True)
        if not isinstance(self._filesystem, LocalFileSystem):
            # Object stores show an object only when it is whole.
            self._filesystem.pipe_file(place, content)
            return
        draft = Path(f"{place}.{secrets.token_hex(8)}")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(folder)


def _checked_pieces(file: IO[bytes], key: str, piece_bytes: int) -> Iterator[bytes]:
    digest = hashlib.sha256()
    held = b""
    with file:
        try:
            while piece := file.read(piece_bytes):
                if held:
                    yield held
                digest.update(piece)
                held = piece
        except OSError as error:
            raise RecordError(UNAVAILABLE, "the blob store can't read just now") from error
    if digest.hexdigest() != key:
        raise RecordError(UNAVAILABLE, "a stored blob is damaged; restore it from a backup")
    if held:
        yield held


def _sync_folder(folder: str) -> None:
    """Make the rename durable (POSIX keeps names in the folder, which has its own sync)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
