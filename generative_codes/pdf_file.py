"""A small streaming writer of PDF 1.7: objects leave memory as soon as they are complete.

The output depends on the input alone (no clock, no random identifier), so equal sheets are equal
files. Source: ISO 32000-1:2008, 7.5 (file structure), 7.7 (document structure).
"""

import hashlib
import zlib
from typing import BinaryIO

MM_PER_INCH = 25.4
PT_PER_MM = 72 / MM_PER_INCH


def number(value: float) -> str:
    """A PDF number with at most four decimals (1/10,000 pt is 35 nm)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


class PdfFile:
    """One PDF document on its way into a binary stream."""

    def __init__(self, stream: BinaryIO, title: str) -> None:
        self._stream = stream
        self._title = title
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: list[int] = []
        self._pages: list[int] = []
        self._catalog = self.reserve()
        self._page_tree = self.reserve()
        self.resources = self.reserve()
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> int:
        """A fresh object number, to be filled later."""
        self._offsets.append(0)
        return len(self._offsets)

    def write_object(self, number_of_object: int, body: str) -> None:
        """Write a reserved object."""
        self._offsets[number_of_object - 1] = self._position
        self._write(f"{number_of_object} 0 obj\n{body}\nendobj\n".encode("ascii"))

    def write_stream(self, number_of_object: int, data: bytes, entries: str = "") -> None:
        """Write a reserved object as a compressed stream with further dictionary entries."""
        packed = zlib.compress(data, 6)
        self._offsets[number_of_object - 1] = self._position
        head = f"<</Length {len(packed)}/Filter/FlateDecode{entries}>>"
        self._write(f"{number_of_object} 0 obj\n{head}\nstream\n".encode("ascii"))
        self._write(packed)
        self._write(b"\nendstream\nendobj\n")

    def add_page(self, width_mm: float, height_mm: float, content: str) -> None:
        """Append a page whose media box and trim box are the given size."""
        page, contents = self.reserve(), self.reserve()
        self.write_stream(contents, content.encode("ascii"))
        box = f"[0 0 {number(width_mm * PT_PER_MM)} {number(height_mm * PT_PER_MM)}]"
        self.write_object(
            page,
            f"<</Type/Page/Parent {self._page_tree} 0 R/MediaBox{box}/TrimBox{box}"
            f"/Resources {self.resources} 0 R/Contents {contents} 0 R>>",
        )
        self._pages.append(page)

    def close(self, resources: str = "<<>>") -> None:
        """Write the resource dictionary, the page tree and the cross-reference table."""
        self.write_object(self.resources, resources)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self.write_object(self._page_tree, f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>")
        self.write_object(self._catalog, f"<</Type/Catalog/Pages {self._page_tree} 0 R>>")
        information = self.reserve()
        title = ("\ufeff" + self._title).encode("utf-16-be").hex()
        self.write_object(information, f"<</Title<{title}>/Producer(dianjin)>>")

        identifier = self._digest.hexdigest()[:32]
        start = self._position
        rows = [f"0 {len(self._offsets) + 1}\n0000000000 65535 f \n"]
        rows += [f"{offset:010d} 00000 n \n" for offset in self._offsets]
        self._write(("xref\n" + "".join(rows)).encode("ascii"))
        self._write(
            f"trailer\n<</Size {len(self._offsets) + 1}/Root {self._catalog} 0 R"
            f"/Info {information} 0 R/ID[<{identifier}><{identifier}>]>>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._position += len(data)
