"""Two viewers paint of a label what its design's certificate was made on."""

import io
import subprocess
from dataclasses import replace

import cv2
import numpy as np
import pypdf
import pytest

from generative_codes.brief import ArtBrief
from generative_codes.bulk import make_part
from generative_codes.bulk.part import SheetPdf, add_part, gated
from generative_codes.bulk.sample import bare_picture, symbols_of
from generative_codes.drawing import Design, Inks, presets
from generative_codes.drawing.design import Modules, ModuleShape
from generative_codes.symbol import ErrorLevel

GALLERY = {preset.key: preset.design for preset in presets()}
CONNECTED = Modules(ModuleShape.CONNECTED)
DESIGNS = {
    "plain connected": Design(modules=CONNECTED),
    "gradient connected": GALLERY["jade"],
    "gradient rounded": replace(GALLERY["jade"], modules=Modules(ModuleShape.ROUNDED)),
    "gradient diamonds": GALLERY["gilt"],
    "radial gradient connected": replace(GALLERY["porcelain"], modules=CONNECTED),
    "gradient connected, logo": replace(GALLERY["jade"], logo=GALLERY["seal"].logo),
    "gradient dots, logo": replace(GALLERY["porcelain"], logo=GALLERY["seal"].logo),
}
PIXELS = 10


def painted(viewer, pdf, dpi, folder):
    """The page as a viewer shows it, BGR."""
    source, out = folder / "in.pdf", folder / "out.png"
    source.write_bytes(pdf)
    command = {
        "pdftoppm": ["pdftoppm", "-r", f"{dpi:.6f}", "-png", "-singlefile", source, folder / "out"],
        "gs": ["gs", "-q", "-dSAFER", "-sDEVICE=png16m", "-dGraphicsAlphaBits=4",
               "-dTextAlphaBits=4", f"-r{dpi:.6f}", "-o", out, source],
    }[viewer]  # fmt: skip
    subprocess.run(command, check=True, timeout=120)
    return cv2.imread(str(out))


@pytest.mark.parametrize(
    ("viewer", "package"), [("pdftoppm", "poppler-utils"), ("gs", "ghostscript")]
)
@pytest.mark.parametrize("name", list(DESIGNS))
def test_a_label_looks_as_it_was_certified(
    name, viewer, package, solved_order, some_items, needs_program, tmp_path
) -> None:
    needs_program(viewer, package)
    design, items = DESIGNS[name], some_items(1)
    level, fidelity = (ErrorLevel.L, 0.95) if design.logo is None else (ErrorLevel.Q, 0.6)
    brief = ArtBrief(design=design, level=level, fidelity=fidelity)
    solved = solved_order(1, None, "roll:label=70x70,across=1", brief, inks=Inks.RGB)
    stream = io.BytesIO()
    make_part(solved, 0, items, stream)
    module_mm = solved.plan.module_mm
    page = painted(viewer, stream.getvalue(), PIXELS / module_mm * 25.4, tmp_path)

    certified = bare_picture(solved, symbols_of(solved, [items[0].serial])[0], PIXELS)
    left, top = solved.order.layout.label_corner_mm(0)
    quiet, box = design.quiet_zone_modules, solved.under.box
    x = ((left + solved.plan.left_mm) / module_mm - box.left - quiet) * PIXELS
    y = ((top + solved.plan.top_mm) / module_mm - box.top - quiet) * PIXELS
    move = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
    shown = cv2.warpAffine(page, move, certified.shape[1::-1])
    differs = cv2.absdiff(shown, certified).max(axis=2)
    # Nothing but rims of shapes differs: viewers round them to pixels in their own ways.
    assert not cv2.erode((differs > 60).astype(np.uint8), np.ones((3, 3), np.uint8)).any()
    # Inside the shapes, colours are the certificate's: the medians are exact but for rounding.
    assert np.median(differs) <= 2


def test_a_gradient_costs_a_label_no_more_bytes_than_a_plain_colour(
    solved_order, some_items
) -> None:
    items = some_items(240)
    sizes = []
    for name in ("plain connected", "gradient connected"):
        solved = solved_order(240, DESIGNS[name])
        stream = io.BytesIO()
        sheets = SheetPdf(solved, stream)
        before = sheets.pdf.state().position
        add_part(sheets, solved, 0, items, gated(solved, 0, items))
        sizes.append(sheets.pdf.state().position - before)
        sheets.close()
    assert sizes[1] < 1.05 * sizes[0]


def test_whoever_copies_the_page_gets_no_modules(solved_order, some_items) -> None:
    items = some_items(2)
    for name in ("plain connected", "gradient connected", "gradient diamonds"):
        stream = io.BytesIO()
        make_part(solved_order(2, DESIGNS[name]), 0, items, stream)
        text = pypdf.PdfReader(stream).pages[0].extract_text()
        words = text.split()
        assert items[0].serial[:4] in words
        # The label's own texts and the footer; modules would be hundreds of letters.
        assert sum(map(len, words)) < 200
