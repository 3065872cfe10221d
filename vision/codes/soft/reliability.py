"""How far a module's colour can be believed: what erasures are chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import MARGIN_MODULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.lattice.growth import GrownMap
    from vision.codes.soft.sampling import ModuleLevels

# Modules narrower than the first are not resolved, from the second on they are, px.
_UNSEEN_PX, _SEEN_PX = 1.0, 2.0
# What modules that the growth never reached keep of their reliability.
_UNTRUSTED = 0.25
_LEAST_COHERENCE = 0.05
_CONTRAST_WINDOW_MODULES = 5
# Contrast against the symbol's usual one from which a neighbourhood counts in full.
_FULL_CONTRAST = 0.5
_LEAST_SPAN = 1.0


def module_reliability(levels: ModuleLevels, grown: GrownMap) -> NDArray[np.float32]:
    """How sure the colour of every module is, float32 (N, N), 0 = unknown, 1 = certain.

    A product of five: distance from the threshold; agreement of the edges around it with the
    lattice; whether the growth has reached it; its width in the picture (a module behind the limb
    of a roll has none, however black it looks); and the contrast around it, which glare takes.
    """
    clear = np.minimum(np.abs(levels.symbol), 1.0)
    fits = np.clip(grown.coherence, _LEAST_COHERENCE, 1.0)
    reached = np.where(grown.trusted, 1.0, _UNTRUSTED)
    width_px = grown.grid.stretch_px()
    seen = np.clip((width_px - _UNSEEN_PX) / (_SEEN_PX - _UNSEEN_PX), 0.0, 1.0)
    product = clear * fits * reached * seen * _contrast(levels.level)
    return np.asarray(product, dtype=np.float32)


def _contrast(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Contrast around each module of the symbol against the usual one, 0..1."""
    window = np.ones((_CONTRAST_WINDOW_MODULES,) * 2, np.uint8)
    span = np.asarray(cv2.dilate(level, window)) - np.asarray(cv2.erode(level, window))
    inner = span[MARGIN_MODULES:-MARGIN_MODULES, MARGIN_MODULES:-MARGIN_MODULES]
    usual = max(float(np.median(inner)), _LEAST_SPAN)
    share = np.clip(inner / (_FULL_CONTRAST * usual), 0.0, 1.0)
    return np.asarray(share, dtype=np.float32)
