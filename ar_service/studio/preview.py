"""The preview: the code as vector drawing or picture, with all that was decided for it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ar_service.studio.advice import find_warnings
from ar_service.studio.certifying import as_certified
from ar_service.studio.door import StudioDoor
from ar_service.studio.making import Making, make_code
from ar_service.studio.pictures import (
    PREVIEW_PIXELS_PER_MODULE,
    data_url,
    jpeg,
    webp,
    whole_picture,
)
from ar_service.studio.problems import told_as_problems
from ar_service.studio.schemas import (
    CodePreviewIn,
    CodePreviewOut,
    CropOut,
    LogoCostOut,
    PlacementOut,
    PreviewQuality,
    PrintedOut,
)
from ar_service.studio.strength import raised_modules
from generative_codes.artwork import Placement
from generative_codes.brief import ArtStyle, MadeArt
from generative_codes.drawing import logo_cost
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext
from trace_backend.kit.errors import INTERNAL, RecordError

_WEBP_QUALITY: Final = 82
_DRAFT_JPEG_QUALITY: Final = 84
DRAFT_PIXELS_PER_MODULE: Final = 5
_VIEW_BOX: Final = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')


def preview(
    door: StudioDoor,
    record: RecordContext,
    subject: Subject,
    wanted: CodePreviewIn,
    is_abandoned: Callable[[], bool] = lambda: False,
) -> CodePreviewOut:
    """Make the code and draw it.

    Args:
        door: The studio.
        record: Where artworks and certificates are.
        subject: Who asks.
        wanted: What to show.
        is_abandoned: Whether the asker has gone: a hand that moves on leaves its last question.

    Raises:
        RecordError: As `make_code`.
        AbandonedError: If the asker has gone before the code is solved, or before it is drawn.
    """
    started_s = time.perf_counter()
    making = make_code(
        door,
        record,
        subject,
        wanted,
        wanted.payload,
        wanted.brief,
        is_draft=wanted.quality is PreviewQuality.DRAFT,
        is_abandoned=is_abandoned,
    )
    making = as_certified(record, subject, making)
    made = making.made
    with door.drawing.turn(is_abandoned), told_as_problems():
        drawing = _drawn(door, subject, making, wanted)
        cost = _logo_cost(made)
        warnings = find_warnings(made, cost, wanted.payload, wanted.module_mm)
    return CodePreviewOut(
        style=made.brief.style,
        svg=drawing.svg,
        picture=drawing.picture,
        version=made.symbol.version,
        level=made.symbol.level,
        mask=made.symbol.mask,
        size_modules=made.symbol.size_modules,
        zone_fidelity=made.zone_fidelity,
        spent_codewords=made.spent_codewords,
        placement=_placement_out(made.brief.placement or Placement()),
        strengthened_modules=raised_modules(made.strength),
        warnings=warnings,
        logo_cost=cost,
        print=_printed(made, drawing, wanted.module_mm),
        ms=round(1000 * (time.perf_counter() - started_s), 1),
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The drawing as SVG, or the picture as data: URL, with its size in modules."""

    svg: str | None
    picture: str | None
    width_modules: float
    height_modules: float


def _drawn(door: StudioDoor, subject: Subject, making: Making, wanted: CodePreviewIn) -> _Drawing:
    made = making.made
    if made.brief.style is ArtStyle.BASE:
        is_draft = wanted.quality is PreviewQuality.DRAFT
        scale = DRAFT_PIXELS_PER_MODULE if is_draft else PREVIEW_PIXELS_PER_MODULE
        key = (subject.tenant_id, making.base_key, is_draft)
        code = door.bases.get(key, lambda: made.code(scale))
        pixels = whole_picture(made, scale, code)
        height, width = pixels.shape[:2]
        if is_draft and bool((pixels[..., 3] == 255).all()):
            url = data_url("image/jpeg", jpeg(pixels[..., :3], _DRAFT_JPEG_QUALITY))
        else:
            url = data_url("image/webp", webp(pixels, _WEBP_QUALITY))
        return _Drawing(None, url, width / scale, height / scale)
    svg = made.svg(wanted.module_mm)
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise RecordError(INTERNAL, "the drawing has no size; please report this")
    return _Drawing(svg, None, float(box[1]), float(box[2]))


def _placement_out(placement: Placement) -> PlacementOut:
    crop = placement.crop
    return PlacementOut(
        fit=placement.fit,
        scale=placement.scale,
        rotation_deg=placement.rotation_deg,
        crop=CropOut(left=crop.left, top=crop.top, right=crop.right, bottom=crop.bottom),
        right_modules=placement.right_modules,
        down_modules=placement.down_modules,
    )


def _logo_cost(made: MadeArt) -> LogoCostOut | None:
    logo = made.brief.design.logo
    if logo is None:
        return None
    cost = logo_cost(logo, made.symbol.version, made.symbol.level)
    return LogoCostOut(
        cleared_modules=cost.cleared_modules,
        lost_codewords=cost.lost_codewords,
        total_codewords=cost.total_codewords,
        worst_block=cost.worst_block,
        allowed_per_block=cost.allowed_per_block,
        correctable_per_block=cost.correctable_per_block,
        unused_error_correction=round(cost.unused_error_correction, 4),
    )


def _printed(made: MadeArt, drawing: _Drawing, module_mm: float) -> PrintedOut:
    return PrintedOut(
        module_mm=module_mm,
        symbol_mm=round(made.symbol.size_modules * module_mm, 2),
        width_mm=round(drawing.width_modules * module_mm, 2),
        height_mm=round(drawing.height_modules * module_mm, 2),
    )
