"""The files for the printer: label sheet, variable data, one code as SVG, and a preview page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ar_service.demo.brand import LABEL_TEXT, IssuedCode
from generative_codes import (
    LabelItem,
    PlainStyle,
    SheetLayout,
    Symbol,
    VdpRow,
    make_symbol,
    sheet_pdf,
    to_svg,
    write_vdp_csv,
)
from generative_codes.sheet import code_lines

SHEET, TABLE, ONE_CODE, PREVIEW = "labels.pdf", "labels.csv", "label-1.svg", "sheet.svg"
_MODULE_MM = 0.5
_INK, _HAIRLINE = "#15171c", "#d9d6ce"


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """Names of the files within the demo's folder, and how much they hold."""

    labels: int
    pages: int
    labels_per_page: int
    sheet: str = SHEET
    table: str = TABLE
    one_code: str = ONE_CODE
    preview: str = PREVIEW


def write_labels(codes: Sequence[IssuedCode], folder: Path) -> LabelFiles:
    """Render all labels into `folder`."""
    layout = SheetLayout.a4(title=f"{LABEL_TEXT.brand} {LABEL_TEXT.product} {LABEL_TEXT.spec}")
    symbols = [make_symbol(code.payload) for code in codes]
    items = [
        LabelItem(
            symbol,
            code_lines(code.serial),
            f"No. {code.label_number}",
            f"{LABEL_TEXT.brand} {LABEL_TEXT.product}",
        )
        for code, symbol in zip(codes, symbols, strict=True)
    ]
    (folder / SHEET).write_bytes(sheet_pdf(items, layout))
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as stream:
        write_vdp_csv(
            (VdpRow(code.serial, code.payload, str(code.label_number)) for code in codes), stream
        )
    (folder / ONE_CODE).write_text(to_svg(symbols[0], PlainStyle(module_mm=_MODULE_MM)))
    first_page = list(zip(codes, symbols, strict=True))[: layout.labels_per_page]
    (folder / PREVIEW).write_text(_preview(first_page, layout), encoding="utf-8")
    pages = -(-len(codes) // layout.labels_per_page)
    return LabelFiles(len(codes), pages, layout.labels_per_page)


def _preview(page: Sequence[tuple[IssuedCode, Symbol]], layout: SheetLayout) -> str:
    """The first page of the sheet as SVG, for people to look at, not to print."""
    width, height = layout.page_wh_mm
    labels = "".join(
        _preview_label(code, symbol, layout.label_corner_mm(place), layout.label_wh_mm)
        for place, (code, symbol) in enumerate(page)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
        f'<g fill="{_INK}" font-family="sans-serif">{labels}</g></svg>\n'
    )


def _preview_label(
    code: IssuedCode,
    symbol: Symbol,
    corner_mm: tuple[float, float],
    label_wh_mm: tuple[float, float],
) -> str:
    """One label: frame, symbol, product, code in groups, number. All texts are our own."""
    width, height = label_wh_mm
    quiet = 4
    module_mm = (height - 1.6) / (symbol.size_modules + 2 * quiet)
    offset = 0.8 + quiet * module_mm
    text_x = height + 0.6
    first_line, second_line = code_lines(code.serial)
    rows = (
        (f"{LABEL_TEXT.brand}", offset + 2.2, 2.7),
        (f"{LABEL_TEXT.product} {LABEL_TEXT.spec}", offset + 5.4, 2.0),
        (first_line, height - offset - 6.6, 2.2),
        (second_line, height - offset - 3.6, 2.2),
        (f"No. {code.label_number}", height - offset, 1.6),
    )
    texts = "".join(
        f'<text x="{text_x:.2f}" y="{y:.2f}" font-size="{size}">{text}</text>'
        for text, y, size in rows
    )
    return (
        f'<g transform="translate({corner_mm[0]:.2f} {corner_mm[1]:.2f})">'
        f'<rect width="{width:g}" height="{height:g}" rx="1" fill="none" stroke="{_HAIRLINE}" '
        f'stroke-width=".2"/><path transform="translate({offset:.3f} {offset:.3f}) '
        f'scale({module_mm:.4f})" d="{_path_of(symbol.modules)}"/>{texts}</g>'
    )


def _path_of(modules: NDArray[np.bool_]) -> str:
    """Dark runs, row by row, as one SVG path in modules."""
    pieces = []
    for y, row in enumerate(modules.tolist()):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                pieces.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(pieces)
