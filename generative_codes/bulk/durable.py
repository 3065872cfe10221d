"""Files that are whole or absent, whenever the power goes."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from generative_codes.bulk.order import BulkError

_COPY_BYTES = 1 << 20


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else works in the folder; the lock goes with the process, however it ends."""
    with (folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BulkError(
                f"Another run is at work in {folder}; wait for it or take another folder."
            ) from None
        yield


def sync_folder(folder: Path) -> None:
    """Make renames and new files in a folder last (POSIX)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: "bytes | Iterator[bytes]") -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as stream:
        for piece in [content] if isinstance(content, bytes) else content:
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_COPY_BYTES):
            found.update(piece)
    return found.hexdigest()
