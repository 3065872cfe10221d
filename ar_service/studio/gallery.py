"""What the studio offers at once: presets, schemas, limits. The same for everybody."""

import functools
from enum import StrEnum
from typing import assert_never

from ar_service.studio.scenes import words_of
from ar_service.studio.schemas import (
    MAX_BLEED_MM,
    MAX_DPI,
    MIN_DPI,
    PAYLOAD_MAX_LENGTH,
    FileFormat,
    LimitsOut,
    PresetOut,
    PresetsOut,
    RangeOut,
    SceneOut,
    TryoutCase,
)
from generative_codes.artwork import ARTWORK_LIMITS
from generative_codes.brief import brief_schema
from generative_codes.drawing import design_schema, presets, to_svg
from generative_codes.fields import Plain, to_plain
from generative_codes.render import MAX_MODULE_MM, MIN_MODULE_MM
from generative_codes.symbol import make_symbol
from trace_backend.designs.artworks import ARTWORK_MEDIA_TYPES
from vision.iso18004.versions import MAX_VERSION, MIN_VERSION, ErrorLevel

_EXAMPLE = "HTTPS://DIANJIN.EXAMPLE/01/09521234543213/21/0123456789ABCDEFGHJK"


class SchemaName(StrEnum):
    """A published JSON Schema."""

    BRIEF = "brief"
    DESIGN = "design"


@functools.cache
def gallery() -> PresetsOut:
    """The ready-made designs, each with a small example."""
    symbol = make_symbol(_EXAMPLE, ErrorLevel.H, 6)
    return PresetsOut(
        items=[
            PresetOut.model_validate(
                {
                    "name": preset.key,
                    "zh": preset.title_zh,
                    "en": preset.title_en,
                    "design": to_plain(preset.design),
                    "svg": to_svg(symbol, preset.design),
                }
            )
            for preset in presets()
        ]
    )


def schema_named(name: SchemaName) -> dict[str, Plain]:
    """A JSON Schema (draft 2020-12)."""
    match name:
        case SchemaName.BRIEF:
            return brief_schema()
        case SchemaName.DESIGN:
            return design_schema()
        case _:
            assert_never(name)


def limits() -> LimitsOut:
    """What the studio takes."""
    return LimitsOut(
        artwork_media_types=sorted(ARTWORK_MEDIA_TYPES),
        artwork_bytes=ARTWORK_LIMITS.max_bytes,
        artwork_pixels=ARTWORK_LIMITS.max_pixels,
        artwork_side_px=ARTWORK_LIMITS.max_side_px,
        payload_bytes=PAYLOAD_MAX_LENGTH,
        module_mm=RangeOut(least=MIN_MODULE_MM, most=MAX_MODULE_MM),
        bleed_mm=RangeOut(least=0, most=MAX_BLEED_MM),
        dpi=RangeOut(least=MIN_DPI, most=MAX_DPI),
        version=RangeOut(least=MIN_VERSION, most=MAX_VERSION),
        levels=list(ErrorLevel),
        formats=list(FileFormat),
        scenes=[
            SceneOut(case=case, zh=words_of(case).zh, en=words_of(case).en) for case in TryoutCase
        ],
    )
