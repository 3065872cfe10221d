"""Tables for spreadsheets: CSV that Excel opens in Chinese and that holds no live formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's legacy code page."""
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")


def csv_document(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """Write a CSV document piece by piece (RFC 4180, UTF-8 with byte order mark).

    A text that a spreadsheet would run as a formula gets an apostrophe before it; every text is
    quoted, so that numbers with leading zeros inside longer texts stay as they are.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([_harmless(cell) for cell in header])
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        if buffer.tell() >= 64 * 1024:
            yield _drain(buffer)
    yield _drain(buffer)


def _harmless(cell: str | int) -> str | int:
    if isinstance(cell, str) and cell.lstrip(" \u3000\u00a0").startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _drain(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
