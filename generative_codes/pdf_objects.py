"""The objects of a PDF file that was written here: where they begin, and its pages to be copied."""

import os
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from generative_codes.errors import SheetError

HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
OBJECT_END = b"\nendobj\n"
STREAM_START = b">>\nstream\n"
STREAM_END = b"\nendstream"
# What an object written here begins with; a stream's length comes first.
_HEAD = re.compile(rb"(\d+) 0 obj\n(?:<</Length (\d+)/)?")
_PAGE = re.compile(
    rb"<</Type/Page/Parent \d+ 0 R(/MediaBox\[.*)/Resources \d+ 0 R/Contents (\d+) 0 R>>"
)
_TABLE = b"xref\n"
_READ_BYTES = 4096


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page as it is stored.

    Attributes:
        boxes: Entries of its boxes.
        packed: Its operators, deflated.
    """

    boxes: str
    packed: bytes


def pages_of(stream: BinaryIO) -> Iterator[PackedPage]:
    """The pages of a whole file, one after the other; one of them is in memory at a time.

    Raises:
        SheetError: If the file was not written here, or is not whole.
    """
    stream.seek(0)
    if stream.read(len(HEADER)) != HEADER:
        raise SheetError("This file was not begun here, so its pages are not known.")
    position, last = len(HEADER), (b"", b"")
    while True:
        stream.seek(position)
        head = stream.read(_READ_BYTES)
        if head.startswith(_TABLE):
            return
        found = _HEAD.match(head)
        if found is None:
            raise SheetError(f"No object begins at byte {position}: the file is not whole.")
        start, size = _body(head, found)
        if size is not None:
            stream.seek(position + start)
            last = (found[1], stream.read(size))
            position += start + size + len(STREAM_END + OBJECT_END)
            continue
        length = end_of_object(stream, position)
        stream.seek(position)
        page = _PAGE.match(stream.read(length), start)
        if page is not None:
            if page[2] != last[0]:
                raise SheetError(f"The page at byte {position} does not follow its contents.")
            yield PackedPage(page[1].decode("ascii"), last[1])
        position += length


def find_offsets(stream: BinaryIO, position: int, objects: int) -> "array[int]":
    """Where the objects begin, read from the file itself; streams are skipped by their length.

    Args:
        stream: The file.
        position: Where it ends, behind an object.
        objects: Object numbers given out.

    Raises:
        SheetError: If it is not a file of this many bytes that was begun here.
    """
    stream.seek(0, os.SEEK_END)
    if stream.tell() < position:
        raise SheetError(
            f"The file has {stream.tell()} bytes, its state {position}; begin it anew."
        )
    stream.seek(0)
    if stream.read(len(HEADER)) != HEADER:
        raise SheetError("This file was not begun here; begin it anew.")
    offsets = array("q", [0]) * objects
    at = len(HEADER)
    while at < position:
        stream.seek(at)
        head = stream.read(_READ_BYTES)
        found = _HEAD.match(head)
        if found is None or not 1 <= int(found[1]) <= objects:
            raise SheetError(f"No object begins at byte {at}; begin the file anew.")
        offsets[int(found[1]) - 1] = at
        start, size = _body(head, found)
        after = start + (size or 0)
        at += end_of_object(stream, at + after) + after
    if at != position:
        raise SheetError(f"Byte {position} is inside an object; begin the file anew.")
    return offsets


def end_of_object(stream: BinaryIO, start: int) -> int:
    """Bytes from `start` to behind the end of the object.

    Raises:
        SheetError: If the file ends before.
    """
    stream.seek(start)
    seen = b""
    while OBJECT_END not in seen:
        more = stream.read(_READ_BYTES)
        if not more:
            raise SheetError("The file ends inside an object; begin it anew.")
        seen += more
    return seen.index(OBJECT_END) + len(OBJECT_END)


def _body(head: bytes, found: "re.Match[bytes]") -> tuple[int, int | None]:
    """Where an object's value begins in its head, and the bytes of a stream; None if it is none."""
    if found[2] is None:
        return found.end(), None
    start = head.find(STREAM_START, found.end())
    if start < 0:
        raise SheetError("A stream's dictionary is longer than any written here.")
    return start + len(STREAM_START), int(found[2])
