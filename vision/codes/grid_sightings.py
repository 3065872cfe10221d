"""Symbols whose modules were found but not read: their map and every module's level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.contours import PASSES, find_finders
from vision.codes.finding.triples import find_triples
from vision.codes.grid_guess import guesses_of
from vision.codes.lattice.grid_map import MARGIN_MODULES, GridMap
from vision.codes.lattice.growth import GrowthStyle, grow
from vision.codes.soft.qr_symbol import pattern_agreement
from vision.codes.soft.sampling import by_extremes, by_level_fields, module_means
from vision.errors import GeometryError
from vision.geometry import Quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.codes.grid_guess import Guess
    from vision.codes.lattice.growth import GrownMap

    Pixels = NDArray[np.float32]

# A map whose patterns look worse than this is no symbol, or lies beside it.
_LEAST_COHERENCE, _LEAST_FINDER, _LEAST_TIMING = 0.15, 0.72, 0.62
# What a module without any edges near it still counts: it may be the middle of a dark patch.
_LEAST_TRUST = 0.15
_FIELD_MODULES = 3.0
_TRIPLES = 2
# Following: points per side, fewest that must be found again, how far there and back may miss.
_TRACKED_ROWS, _LEAST_TRACKED, _MOST_TRACKING_ERROR_PX = 16, 20, 1.0
_FOLLOWING = GrowthStyle(iterations=6)
_LEAST_FOLLOWED_COHERENCE = 0.1
_CONTRAST_WINDOW_MODULES = 7


@dataclass(frozen=True, slots=True, eq=False)
class SightedGrid:
    """A QR Code whose lattice is known, whether it can be read or not.

    Attributes:
        version: 1 to 40.
        grid: Where its modules lie, px of the picture.
        quad: Its outline, px of the picture.
        signed: float32 (N, N), -1 at the local dark level, +1 at the light one.
        reliability: float32 (N, N), 0 = nothing is known of the module, 1 = certain.
    """

    version: int
    grid: GridMap
    quad: Quad
    signed: Pixels
    reliability: Pixels


def sighted_grids(
    gray: NDArray[np.uint8], budget: Budget, limit: int = 2, known: Sequence[Quad] = ()
) -> tuple[SightedGrid, ...]:
    """Grow the maps of the QR Codes that show three finders, and sample their modules.

    Args:
        gray: uint8 (H, W).
        budget: Asked inside every loop.
        limit: Most symbols.
        known: Outlines of codes that were read already; their finders are passed over.
    """
    finders = find_finders(gray, PASSES[0], budget)
    free = [finder for finder in finders if not _is_inside(finder, known)]
    found: list[SightedGrid] = []
    while len(found) < limit and len(free) >= 3:
        sighted = _first_sighted(gray, free, budget)
        if sighted is None:
            break
        found.append(sighted)
        free = [finder for finder in free if not _is_inside(finder, (sighted.quad,))]
    return tuple(found)


def _first_sighted(
    gray: NDArray[np.uint8], finders: Sequence[Finder], budget: Budget
) -> SightedGrid | None:
    for triple in find_triples(finders, _TRIPLES):
        if budget.is_spent:
            return None
        for guess in guesses_of(gray, triple, budget)[:1]:
            sighted = sighted_from(guess, budget)
            if sighted is not None:
                return sighted
    return None


def sighted_from(guess: Guess, budget: Budget) -> SightedGrid | None:
    """Grow the map of a guess; None where no lattice shows under it."""
    grown = _grown(guess.gray, guess.grid, GrowthStyle(), budget)
    if grown is None or grown.mean_coherence < _LEAST_COHERENCE:
        return None
    sighted = _sampled(guess.gray, guess.version, grown, 1 / guess.scale)
    if sighted is None:
        return None
    seen = pattern_agreement(sighted.signed, guess.version)
    return sighted if seen.finder >= _LEAST_FINDER and seen.timing >= _LEAST_TIMING else None


def carried(
    before: NDArray[np.uint8], gray: NDArray[np.uint8], sighted: SightedGrid, budget: Budget
) -> SightedGrid | None:
    """Follow a symbol into the next frame, where its finders may be hidden.

    Points of the lattice are tracked (pyramidal Lucas-Kanade, there and back), their robust
    homography moves the map, and the map is grown onto the edges again. None where too little of
    it can be followed. Nothing here proves that the map is right: compare it with the votes.

    Args:
        before: uint8 (H, W), the frame of the sighting.
        gray: uint8 (H, W), the next frame, of the same size.
        sighted: The symbol in the frame before.
        budget: Asked before and during growth.
    """
    if before.shape != gray.shape or budget.is_spent:
        return None
    motion = _motion(before, gray, sighted)
    if motion is None:
        return None
    nodes = cv2.perspectiveTransform(sighted.grid.nodes_xy, motion).astype(np.float32)
    moved = GridMap(sighted.grid.size_modules, nodes)
    if not np.isfinite(nodes).all():
        return None
    grown = _grown(gray, moved, _FOLLOWING, budget)
    if grown is None or grown.mean_coherence < _LEAST_FOLLOWED_COHERENCE:
        return None
    return _sampled(gray, sighted.version, grown, 1.0)


def _motion(
    before: NDArray[np.uint8], gray: NDArray[np.uint8], sighted: SightedGrid
) -> NDArray[np.float64] | None:
    """Homography of the symbol's surface from one frame to the next."""
    at = np.linspace(0, sighted.grid.size_modules, _TRACKED_ROWS)
    u, v = np.meshgrid(at, at)
    places = sighted.grid.points_xy(np.stack((u.ravel(), v.ravel()), axis=-1))
    height, width = gray.shape
    inside = ((places > 1) & (places < (width - 2, height - 2))).all(axis=1)
    points = places[inside].astype(np.float32)[:, None]
    if len(points) < _LEAST_TRACKED:
        return None
    side = float(np.sqrt(sighted.quad.area_px2))
    window = int(np.clip(side / 8, 9, 41)) | 1
    there, seen = _tracked(before, gray, points, window)
    back, seen_back = _tracked(gray, before, there, window)
    error = np.linalg.norm((back - points)[:, 0], axis=1)
    good = seen & seen_back & (error < _MOST_TRACKING_ERROR_PX)
    if np.count_nonzero(good) < _LEAST_TRACKED:
        return None
    module = side / sighted.grid.size_modules
    found, kept = cv2.findHomography(
        points[good, 0], there[good, 0], cv2.RANSAC, max(0.5 * module, 1.0)
    )
    if found is None or int(np.count_nonzero(kept)) < _LEAST_TRACKED:
        return None
    return np.asarray(found, dtype=np.float64)


def _tracked(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: Pixels, window_px: int
) -> tuple[Pixels, NDArray[np.bool_]]:
    """Where points (n, 1, 2) have gone, and which of them were found again, bool (n,)."""
    found, seen, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, points.copy(), winSize=(window_px, window_px), maxLevel=3
    )
    return np.asarray(found, np.float32), np.asarray(seen)[:, 0] > 0


def _grown(
    gray: NDArray[np.uint8], grid: GridMap, style: GrowthStyle, budget: Budget
) -> GrownMap | None:
    last: GrownMap | None = None
    for grown in grow(gray, grid, style, budget):
        last = grown
    return last


def _sampled(
    gray: NDArray[np.uint8], version: int, grown: GrownMap, scale: float
) -> SightedGrid | None:
    level = module_means(gray, grown.grid)
    signed = by_level_fields(level, by_extremes(level, 7).signed, _FIELD_MODULES).symbol
    whole = grown.grid.scaled(scale)
    try:
        quad = Quad(whole.corners_xy)
    except GeometryError:
        return None
    # Squared: a washed-out module looks light in every frame, and so many weak votes of one kind
    # must not outvote the one frame that saw it well.
    trust = (np.clip(grown.coherence, _LEAST_TRUST, 1) * _contrast(level)) ** 2
    reliability = np.minimum(np.abs(signed), 1) * trust
    return SightedGrid(version, whole, quad, signed, reliability.astype(np.float32))


def _contrast(level: Pixels) -> Pixels:
    """Local span of grey against the symbol's own, 0..1, (N, N): small where glare washes out."""
    kernel = np.ones((_CONTRAST_WINDOW_MODULES, _CONTRAST_WINDOW_MODULES), np.uint8)
    span = np.asarray(cv2.dilate(level, kernel)) - np.asarray(cv2.erode(level, kernel))
    span = cv2.blur(span, (3, 3))
    inner = slice(MARGIN_MODULES, -MARGIN_MODULES)
    share = span[inner, inner] / max(float(np.percentile(span[inner, inner], 75)), 1.0)
    return np.asarray(np.clip(share, 0, 1), dtype=np.float32)


def _is_inside(finder: Finder, quads: Sequence[Quad]) -> bool:
    x, y = finder.centre_xy.tolist()
    return any(
        cv2.pointPolygonTest(quad.corners_px.astype(np.float32), (x, y), False) >= 0
        for quad in quads
    )
