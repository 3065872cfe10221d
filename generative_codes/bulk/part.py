"""One part of an order: a pure function of order and items."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, cast

import numpy as np

from generative_codes.bulk.gate import GatedCodes, gate_codes
from generative_codes.bulk.module_texts import ModuleTexts
from generative_codes.bulk.order import (
    MAX_NUMBER_CHARACTERS,
    BulkError,
    BulkFormat,
    BulkItem,
    ItemOutcome,
    PartReport,
    Way,
)
from generative_codes.bulk.page_pdf import PlacedCode, SheetPdf
from generative_codes.bulk.page_svg import SvgCodes
from generative_codes.bulk.solved import SolvedOrder
from generative_codes.imposition import PlaceOrder
from generative_codes.pdf_objects import pages_of

# Codes steered and gated at once: some megabytes at version 8.
_AT_ONCE = 512
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# Path data packs to a fifth at this level; the highest one takes three times as long for 6 % less.
_ZIP_LEVEL = 4


def _silent(_: int) -> None:
    """Tell nobody."""


class _Measured:
    """A write-only stream that counts and digests what passes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.byte_count = 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self.digest.update(data)
        self.byte_count += len(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


def make_part(
    solved: SolvedOrder,
    index: int,
    items: Sequence[BulkItem],
    stream: BinaryIO,
    progress: Callable[[int], None] = _silent,
) -> PartReport:
    """Steer, test and write one part.

    Args:
        solved: The order.
        index: Which part, from 0.
        items: Its codes; as many as `BulkOrder.labels_of_part` says.
        stream: Where the part goes; only written to.
        progress: Called with the number of codes that have passed the gate since the last call.

    Raises:
        BulkError: If the items are not this part's, or a number can't be printed.
    """
    measured = _Measured(stream)
    codes = gated(solved, index, items, progress)
    if solved.order.format is BulkFormat.PDF:
        sheets = SheetPdf(solved, cast("BinaryIO", measured))
        outcomes = add_part(sheets, solved, index, items, codes)
        sheets.close()
    elif solved.order.format is BulkFormat.CSV:
        outcomes = _write_rows(measured, solved, index, items, codes)
    else:
        outcomes = _write_zip(measured, solved, index, items, codes)
    return report_of(
        solved, index, codes, outcomes, measured.byte_count, measured.digest.hexdigest()
    )


def gated(
    solved: SolvedOrder,
    index: int,
    items: Sequence[BulkItem],
    progress: Callable[[int], None] = _silent,
) -> GatedCodes:
    """Steered and tested codes of a part; arguments and errors are those of `make_part`."""
    wanted = len(solved.order.labels_of_part(index))
    if len(items) != wanted:
        raise BulkError(f"Part {index} has {wanted} labels, not {len(items)}.")
    for item in items:
        number = item.label_number
        if len(number) > MAX_NUMBER_CHARACTERS or not (number.isascii() and number.isprintable()):
            raise BulkError(
                f"The label number {number!r} is not printed; take up to {MAX_NUMBER_CHARACTERS} "
                "letters, digits and signs of ASCII."
            )
    chunks = []
    for start in range(0, len(items), _AT_ONCE):
        serials = [item.serial for item in items[start : start + _AT_ONCE]]
        chunks.append(gate_codes(solved, serials))
        progress(len(serials))
    return GatedCodes(
        np.concatenate([chunk.modules for chunk in chunks]),
        np.concatenate([chunk.masks for chunk in chunks]),
        np.concatenate([chunk.mismatches for chunk in chunks]),
        [way for chunk in chunks for way in chunk.ways],
    )


def add_part(
    sheets: SheetPdf,
    solved: SolvedOrder,
    index: int,
    items: Sequence[BulkItem],
    codes: GatedCodes,
) -> tuple[ItemOutcome, ...]:
    """Append a part's pages to a PDF."""
    texts = ModuleTexts(solved)
    outcomes = _outcomes(solved, items, codes)
    for page, placed, labels, of_pages in _pages(solved, index, items, codes):
        modules = texts.of(codes.modules[[code.row for code in placed]])
        sheets.add_page(placed, modules, labels, of_pages)
        _note(outcomes, placed, items, page)
    return tuple(outcomes)


def join_parts(solved: SolvedOrder, parts: Iterable[BinaryIO], stream: BinaryIO) -> int:
    """Put the parts of an order of PDF sheets together as one PDF: what `--single` writes.

    One page is in memory at a time; its operators are copied as they are.

    Args:
        solved: The order, as its parts were made.
        parts: Their files from the first to the last, readable and seekable.
        stream: Where the whole goes; only written to.

    Returns:
        How many pages there are.

    Raises:
        BulkError: If the order is not for PDF, or parts are missing or too many.
        SheetError: If a part is not whole.
    """
    order = solved.order
    if order.format is not BulkFormat.PDF:
        raise BulkError(f"Parts are joined as PDF sheets, not as {order.format.value}.")
    sheets = SheetPdf(solved, stream)
    for part in parts:
        for page in pages_of(part):
            sheets.pdf.copy_page(page)
    pages, wanted = sheets.pdf.pages, order.layout.pages_of(order.quantity)
    if pages != wanted:
        raise BulkError(f"The order has {wanted:,} pages, its parts {pages:,}.")
    sheets.close()
    return pages


def _pages(
    solved: SolvedOrder, index: int, items: Sequence[BulkItem], codes: GatedCodes
) -> Iterator[tuple[int, list[PlacedCode], str, str]]:
    """Page number in the order, its codes, and its footer's texts; failed codes left out."""
    layout, order = solved.order.layout, solved.order
    first = order.labels_of_part(index).start
    before = first // layout.labels_per_page
    total = layout.pages_of(order.quantity)
    for page in range(layout.pages_of(len(items))):
        places = layout.labels_of_page(page, len(items))
        shown = [
            PlacedCode(place, items[row], row)
            for place, row in places
            if codes.ways[row] is not Way.FAILED
        ]
        rows = [row for _, row in places]
        yield (
            before + page + 1,
            shown,
            _labels(layout.order, [first + row + 1 for row in rows], items, rows),
            f"{before + page + 1} / {total}",
        )


def _labels(
    order: PlaceOrder, numbers: list[int], items: Sequence[BulkItem], rows: list[int]
) -> str:
    """Labels and serials of a page: `1–24`, of a stack `1, 211, … 4831`."""
    if order is PlaceOrder.STACKS and len(numbers) > 2:
        return f"{numbers[0]}, {numbers[1]}, … {numbers[-1]}"
    first, last = items[rows[0]].serial, items[rows[-1]].serial
    serials = f"  ·  {first} – {last}" if first and first.isascii() else ""
    return f"{numbers[0]}–{numbers[-1]}{serials}"


def _outcomes(
    solved: SolvedOrder, items: Sequence[BulkItem], codes: GatedCodes
) -> list[ItemOutcome]:
    version = solved.art.steering.version
    rows = zip(items, codes.masks.tolist(), codes.mismatches.tolist(), codes.ways, strict=True)
    return [ItemOutcome(item, version, mask, wrong, way) for item, mask, wrong, way in rows]


def _note(
    outcomes: list[ItemOutcome],
    placed: list[PlacedCode],
    items: Sequence[BulkItem],
    page: int,
    names: Sequence[str] = (),
) -> None:
    """Write down where codes stand."""
    for turn, code in enumerate(placed):
        known = outcomes[code.row]
        outcomes[code.row] = ItemOutcome(
            items[code.row],
            known.version,
            known.mask,
            known.zone_mismatches,
            known.way,
            names[turn] if names else "",
            page,
            code.place + 1,
        )


def first_sheet(solved: SolvedOrder, items: Sequence[BulkItem]) -> str:
    """The first page of an order as SVG, for people to look at."""
    on_page = [row for _, row in solved.order.layout.labels_of_page(0, len(items))]
    codes = gate_codes(solved, [items[row].serial for row in on_page])
    known = {row: turn for turn, row in enumerate(on_page)}
    svg = SvgCodes(solved)
    placed = [
        PlacedCode(place, items[row], known[row])
        for place, row in solved.order.layout.labels_of_page(0, len(items))
        if codes.ways[known[row]] is not Way.FAILED
    ]
    first = solved.order.labels_of_part(0).start
    paths = svg.paths(codes.modules[[code.row for code in placed]])
    numbers = [first + row + 1 for row in on_page]
    labels = _labels(solved.order.layout.order, numbers, items, on_page)
    total = solved.order.layout.pages_of(solved.order.quantity)
    return svg.sheet(placed, paths, labels, f"1 / {total}")


def _write_zip(
    stream: _Measured,
    solved: SolvedOrder,
    index: int,
    items: Sequence[BulkItem],
    codes: GatedCodes,
) -> tuple[ItemOutcome, ...]:
    svg = SvgCodes(solved)
    outcomes = _outcomes(solved, items, codes)
    first = solved.order.labels_of_part(index).start
    with zipfile.ZipFile(
        cast("BinaryIO", stream), "w", zipfile.ZIP_DEFLATED, compresslevel=_ZIP_LEVEL
    ) as archive:
        for page, placed, labels, of_pages in _pages(solved, index, items, codes):
            paths = svg.paths(codes.modules[[code.row for code in placed]])
            if solved.order.format is BulkFormat.SVG:
                name = f"sheet-{page:06d}.svg"
                _add(archive, name, svg.sheet(placed, paths, labels, of_pages))
                _note(outcomes, placed, items, page, [name] * len(placed))
                continue
            names = [f"code-{first + code.row + 1:08d}.svg" for code in placed]
            for name, path in zip(names, paths, strict=True):
                _add(archive, name, svg.single(path))
            _note(outcomes, placed, items, page, names)
    return tuple(outcomes)


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, text)


def _write_rows(
    stream: _Measured,
    solved: SolvedOrder,
    index: int,
    items: Sequence[BulkItem],
    codes: GatedCodes,
) -> tuple[ItemOutcome, ...]:
    """Modules as hexadecimal rows, the leftmost module in the highest bit, 1 = dark."""
    outcomes = _outcomes(solved, items, codes)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("serial", "payload", "label_number", "version", "mask", "modules"))
    for item, outcome, modules in zip(items, outcomes, codes.modules, strict=True):
        if outcome.way is not Way.FAILED:
            rows = "/".join(row.tobytes().hex() for row in np.packbits(modules, axis=1))
            payload = solved.order.template.payload(item.serial)
            writer.writerow(
                (item.serial, payload, item.label_number, outcome.version, outcome.mask, rows)
            )
        if text.tell() > 1 << 20:
            _flush(text, stream)
    _flush(text, stream)
    return tuple(outcomes)


def _flush(text: io.StringIO, stream: _Measured) -> None:
    stream.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()


def report_of(
    solved: SolvedOrder,
    index: int,
    codes: GatedCodes,
    outcomes: tuple[ItemOutcome, ...],
    byte_count: int,
    sha256: str,
) -> PartReport:
    """What a part's report says."""
    read = np.array([way is not Way.FAILED for way in codes.ways])
    zone = max(solved.zone_modules, 1)
    fidelity = 1 - codes.mismatches[read] / zone
    return PartReport(
        index=index,
        labels=len(outcomes),
        decoded=int(read.sum()),
        rerolled=sum(way in {Way.REROLLED, Way.UNSTEERED} for way in codes.ways),
        failed=tuple(o.item for o in outcomes if o.way is Way.FAILED),
        masks=tuple(int(n) for n in np.bincount(codes.masks[read], minlength=8)),
        fidelity_mean=float(fidelity.mean()) if fidelity.size else 0.0,
        fidelity_min=float(fidelity.min()) if fidelity.size else 0.0,
        byte_count=byte_count,
        sha256=sha256,
        outcomes=outcomes,
    )
