"""A small streaming writer of PDF 1.4: objects leave memory as soon as they are complete.

The output depends on the input alone (no clock, no random identifier), so equal sheets are equal
files. A file that was cut off goes on from a `PdfState`. With an output condition the file says
what PDF/X-1a:2003 (ISO 15930-4) asks for: nothing in it needs a later version or transparency.
Sources: ISO 32000-1:2008, 7.5 (file structure), 7.7 (document structure), 14.11 (prepress).
"""

import datetime as dt
import hashlib
import io
import json
import re
import zlib
from array import array
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from typing import BinaryIO

from generative_codes.errors import SheetError
from generative_codes.pdf_objects import (
    HEADER,
    OBJECT_END,
    STREAM_END,
    STREAM_START,
    PackedPage,
    find_offsets,
)

MM_PER_INCH = 25.4
PT_PER_MM = 72 / MM_PER_INCH

# A flat page tree of tens of thousands of kids opens slowly; this one stays four levels deep.
MOST_KIDS = 64
_XREF_ROWS_PER_WRITE = 4096
# Without a date the file is dated like a reproducible build: the start of the epoch.
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class OutputCondition(StrEnum):
    """The printing condition that the colours are meant for, by its name in the ICC registry."""

    NONE = "none"
    FOGRA39 = "FOGRA39"
    FOGRA51 = "FOGRA51"
    JAPAN_COLOR_2011 = "JC201103"
    GRACOL_2013 = "CGATS21-2-CRPC6"

    @property
    def meaning(self) -> str:
        """The condition in words."""
        return _MEANING[self]


_MEANING = {
    OutputCondition.NONE: "",
    OutputCondition.FOGRA39: "Offset on coated paper, ISO 12647-2:2004 (Coated FOGRA39)",
    OutputCondition.FOGRA51: "Offset on premium coated paper, ISO 12647-2:2013 (PSO Coated v3)",
    OutputCondition.JAPAN_COLOR_2011: "Offset on coated paper, Japan Color 2011 Coated",
    OutputCondition.GRACOL_2013: "Offset on premium coated paper, GRACoL 2013 (CRPC6)",
}


def number(value: float) -> str:
    """A PDF number with at most four decimals (1/10,000 pt is 35 nm)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the page tree that is still open.

    Attributes:
        number: Its object.
        pages: Pages below it.
        kids: Objects right below it.
    """

    number: int
    pages: int
    kids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PdfState:
    """Where an unfinished file stands; small whatever the number of pages.

    Attributes:
        title: Of the document.
        condition: Its output condition.
        date: When it was made, as PDF writes it.
        position: Bytes written.
        objects: Object numbers given out.
        chain: Digest over everything written, hexadecimal.
        branches: Open nodes of the page tree, leaves first.
    """

    title: str
    condition: OutputCondition
    date: str
    position: int
    objects: int
    chain: str
    branches: tuple[Branch, ...]

    def to_json(self) -> str:
        """JSON text that `from_json` reads back."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "PdfState":
        """Read a state.

        Raises:
            SheetError: If this is no state.
        """
        try:
            plain = json.loads(text)
            branches = tuple(
                Branch(int(node["number"]), int(node["pages"]), tuple(map(int, node["kids"])))
                for node in plain.pop("branches")
            )
            condition = OutputCondition(plain.pop("condition"))
            return cls(**plain, condition=condition, branches=branches)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SheetError(f"This is no state of a PDF file: {error}.") from None


class _Branch:
    """A growing node of the page tree."""

    __slots__ = ("kids", "number", "pages")

    def __init__(self, number_of_object: int) -> None:
        self.number, self.pages, self.kids = number_of_object, 0, array("q")


class PdfFile:
    """One PDF document on its way into a binary stream."""

    def __init__(
        self,
        stream: BinaryIO,
        title: str,
        condition: OutputCondition = OutputCondition.NONE,
        made_at: dt.datetime | None = None,
    ) -> None:
        """Begin a file.

        Args:
            stream: Where it goes; only a resumed file needs to seek.
            title: Name for people.
            condition: With one, the file declares PDF/X-1a:2003; its colours are then CMYK or spot.
            made_at: Date in the file, aware; None writes the epoch, so that equal input stays equal
                output.
        """
        self._stream = stream
        self._title = title
        self._condition = condition
        self._date = f"D:{(made_at or _EPOCH).astimezone(dt.UTC):%Y%m%d%H%M%S}Z"
        self._chain = b""
        self._position = 0
        self._offsets = array("q")
        self._branches: list[_Branch] = []
        self._catalog = self.reserve()
        self.resources = self.reserve()
        self._write(HEADER)

    @property
    def pages(self) -> int:
        """Pages so far."""
        # A closed node has told the one above it; an open one not yet.
        return sum(branch.pages for branch in self._branches)

    def reserve(self) -> int:
        """A fresh object number, to be filled later."""
        self._offsets.append(0)
        return len(self._offsets)

    def write_object(self, number_of_object: int, body: str) -> None:
        """Write a reserved object; it holds no `endobj` of its own."""
        self._offsets[number_of_object - 1] = self._position
        self._write(f"{number_of_object} 0 obj\n{body}\nendobj\n".encode("ascii"))

    def write_stream(self, number_of_object: int, data: bytes, entries: str = "") -> None:
        """Write a reserved object as a compressed stream with further dictionary entries."""
        self._write_packed(number_of_object, zlib.compress(data, 6), entries)

    def _write_packed(self, number_of_object: int, packed: bytes, entries: str = "") -> None:
        self._offsets[number_of_object - 1] = self._position
        head = f"{number_of_object} 0 obj\n<</Length {len(packed)}/Filter/FlateDecode{entries}"
        self._write(b"".join((head.encode("ascii"), STREAM_START, packed, STREAM_END, OBJECT_END)))

    def add_page(
        self,
        width_mm: float,
        height_mm: float,
        content: str,
        bleed_mm: float = 0.0,
        margin_mm: float = 0.0,
    ) -> None:
        """Append a page.

        Args:
            width_mm: Trimmed width.
            height_mm: Trimmed height.
            content: Operators; the origin is the lower left corner of the paper.
            bleed_mm: How far the picture goes beyond the trim.
            margin_mm: Paper around the trim, at least the bleed.

        Raises:
            SheetError: If the page has no size or its bleed no paper.
        """
        if min(width_mm, height_mm) <= 0 or not 0 <= bleed_mm <= margin_mm + 1e-9:
            raise SheetError(
                f"A page of {width_mm:g} x {height_mm:g} mm with {bleed_mm:g} mm of bleed needs "
                f"paper of at least {max(bleed_mm, 0):g} mm around it, not {margin_mm:g} mm."
            )

        def box(around_mm: float) -> str:
            corner = margin_mm - around_mm
            right, top = margin_mm + width_mm + around_mm, margin_mm + height_mm + around_mm
            return f"[{' '.join(number(v * PT_PER_MM) for v in (corner, corner, right, top))}]"

        bleed = f"/BleedBox{box(bleed_mm)}" if bleed_mm or margin_mm else ""
        boxes = f"/MediaBox{box(margin_mm)}{bleed}/TrimBox{box(0.0)}"
        self.copy_page(PackedPage(boxes, zlib.compress(content.encode("ascii"), 6)))

    def copy_page(self, page: PackedPage) -> None:
        """Append a page of another file whose resources are numbered as this one's."""
        place, contents = self.reserve(), self.reserve()
        self._write_packed(contents, page.packed)
        branch = self._open_branch(0)
        self.write_object(
            place,
            f"<</Type/Page/Parent {branch.number} 0 R{page.boxes}"
            f"/Resources {self.resources} 0 R/Contents {contents} 0 R>>",
        )
        branch.kids.append(place)
        branch.pages += 1

    def close(self, resources: str = "<<>>") -> None:
        """Write the resource dictionary, the page tree and the cross-reference table."""
        self.write_object(self.resources, resources)
        if not self._branches:
            self._open_branch(0)
        level = 0
        while level < len(self._branches) - 1:  # closing one may open another above
            self._close_branch(level)
            level += 1
        root = self._branches[-1]
        self.write_object(root.number, f"<</Type/Pages{_count_and_kids(root)}>>")
        intents = ""
        if self._condition is not OutputCondition.NONE:
            intents = f"/OutputIntents[{self._write_intent()} 0 R]"
        self.write_object(self._catalog, f"<</Type/Catalog/Pages {root.number} 0 R{intents}>>")
        information = self.reserve()
        self.write_object(information, self._information())
        self._write_table(information)

    def state(self) -> PdfState:
        """Where the file stands, after handing all bytes to the operating system."""
        self._stream.flush()
        branches = (Branch(node.number, node.pages, tuple(node.kids)) for node in self._branches)
        return PdfState(
            self._title,
            self._condition,
            self._date,
            self._position,
            len(self._offsets),
            self._chain.hex(),
            tuple(branches),
        )

    @classmethod
    def resume(cls, stream: BinaryIO, state: PdfState) -> "PdfFile":
        """Go on with a file that was cut off after `state`; what came later is cut away.

        Args:
            stream: The file, open for reading and writing ("r+b").
            state: From `PdfFile.state`.

        Raises:
            SheetError: If the stream does not hold the file of this state; it is left as it was.
        """
        pdf = cls(io.BytesIO(), state.title, state.condition)
        pdf._offsets = find_offsets(stream, state.position, state.objects)
        pdf._stream = stream
        pdf._date = state.date
        pdf._position = state.position
        pdf._chain = bytes.fromhex(state.chain)
        for node in state.branches:
            branch = _Branch(node.number)
            branch.pages, branch.kids = node.pages, array("q", node.kids)
            pdf._branches.append(branch)
        stream.seek(state.position)
        stream.truncate()
        return pdf

    def _open_branch(self, level: int) -> _Branch:
        """The node of a level that takes the next kid."""
        if level == len(self._branches):
            self._branches.append(_Branch(self.reserve()))
        elif len(self._branches[level].kids) == MOST_KIDS:
            self._close_branch(level)
            self._branches[level] = _Branch(self.reserve())
        return self._branches[level]

    def _close_branch(self, level: int) -> None:
        branch, above = self._branches[level], self._open_branch(level + 1)
        parent = f"/Parent {above.number} 0 R"
        self.write_object(branch.number, f"<</Type/Pages{parent}{_count_and_kids(branch)}>>")
        above.kids.append(branch.number)
        above.pages += branch.pages
        branch.pages = 0

    def _write_intent(self) -> int:
        intent = self.reserve()
        self.write_object(
            intent,
            "<</Type/OutputIntent/S/GTS_PDFX"
            f"/OutputConditionIdentifier({self._condition})"
            f"/OutputCondition({_escaped(self._condition.meaning)})"
            f"/Info({_escaped(self._condition.meaning)})/RegistryName(http://www.color.org)>>",
        )
        return intent

    def _information(self) -> str:
        title = ("\ufeff" + self._title).encode("utf-16-be").hex()
        claim = ""
        if self._condition is not OutputCondition.NONE:
            claim = (
                f"/CreationDate({self._date})/ModDate({self._date})/Trapped/False"
                "/GTS_PDFXVersion(PDF/X-1a:2003)"
            )
        return f"<</Title<{title}>/Creator(dianjin)/Producer(dianjin){claim}>>"

    def _write_table(self, information: int) -> None:
        if 0 in self._offsets:
            missing = self._offsets.index(0) + 1
            raise SheetError(f"Object {missing} was reserved and never written.")
        identifier = hashlib.sha256(self._title.encode() + self._chain).hexdigest()[:32]
        start, size = self._position, len(self._offsets) + 1
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode("ascii"))
        offsets = iter(self._offsets)
        while rows := "".join(
            f"{offset:010d} 00000 n \n" for offset in islice(offsets, _XREF_ROWS_PER_WRITE)
        ):
            self._write(rows.encode("ascii"))
        self._write(
            f"trailer\n<</Size {size}/Root {self._catalog} 0 R"
            f"/Info {information} 0 R/ID[<{identifier}><{identifier}>]>>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        # A chain of digests, so that the last link is all that a resumed file needs.
        self._chain = hashlib.sha256(self._chain + data).digest()
        self._position += len(data)


def _count_and_kids(branch: _Branch) -> str:
    kids = " ".join(f"{kid} 0 R" for kid in branch.kids)
    return f"/Count {branch.pages}/Kids[{kids}]"


def _escaped(text: str) -> str:
    return re.sub(r"([()\\])", r"\\\1", text)
