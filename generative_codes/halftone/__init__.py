"""Style 2: a picture as the base of a code, dots on it that every reader can follow."""

from generative_codes.halftone.base import (
    BaseArt,
    base_picture,
    compose,
    module_luma,
    paint,
    under_best_mask,
)
from generative_codes.halftone.canvas import usable_pixels
from generative_codes.halftone.mask import fit_mask, mask_disagreement
from generative_codes.halftone.presets import BasePreset, base_presets
from generative_codes.halftone.style import BaseStyle, DotShape, Timing

__all__ = [
    "BaseArt",
    "BasePreset",
    "BaseStyle",
    "DotShape",
    "Timing",
    "base_picture",
    "base_presets",
    "compose",
    "fit_mask",
    "mask_disagreement",
    "module_luma",
    "paint",
    "under_best_mask",
    "usable_pixels",
]
