"""Which symbol lies on a sheet of modules: its version, its turn and its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.finding.triples import Place
from vision.codes.soft.qr_symbol import pattern_agreement
from vision.codes.soft.sampling import by_extremes
from vision.iso18004.placement import function_patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.lattice.sheet import Sheet

MAX_VERSION = 40
_HALF_FINDER = 3.5
# A module is the mean of four samples so far from its middle, modules.
_SAMPLE_MODULES = 0.2
# Modules around what was grown that are looked at: the part without edges in place.
_BEYOND_MODULES = 12
# Modules narrower than this are not resolved, px.
_LEAST_WIDTH_PX = 0.8
# A module that is seen is where its own picture point says it is, modules.
_SAME_PLACE_MODULES = 0.3
# A symbol holds this share of the modules that edges were found in place of: what lies around a
# small one is often taken in.
_LEAST_HELD = 0.3
_LEAST_TIMING = 0.7
# A finder shows where this share of its zone is seen, and this share of that is right.
_LEAST_SEEN, _LEAST_SHOWN = 0.5, 0.85
_SHOWN_WORTH = 0.2
_ZONE_MODULES = 8


@dataclass(frozen=True, slots=True, eq=False)
class SheetSymbol:
    """A guess where on a sheet a symbol lies.

    Attributes:
        score: How well its patterns show.
        version: 1 to 40.
        corner_uv: Least module coordinates (whole numbers) of it on the sheet.
        turns: Quarter turns from the symbol's axes to the sheet's.
        begun_at: Which of its finders the sheet was begun at.
        visible: bool (N, N) in the symbol's own order, modules that are not hidden or too narrow.
        coherence: float32 (N, N), of the sheet.
        trusted: bool (N, N), of the sheet.
        shown: The finders that show.
    """

    score: float
    version: int
    corner_uv: tuple[int, int]
    turns: int
    begun_at: Place
    visible: NDArray[np.bool_]
    coherence: NDArray[np.float32]
    trusted: NDArray[np.bool_]
    shown: tuple[Place, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """A square part of a sheet, sampled: arrays [v, u] that begin at cell (-reach, -reach)."""

    reach: int
    signed: NDArray[np.float32]
    visible: NDArray[np.bool_]
    coherence: NDArray[np.float32]
    trusted: NDArray[np.bool_]
    has_edges: NDArray[np.bool_]


def symbols_on(
    gray: NDArray[np.uint8], sheet: Sheet, budget: Budget, limit: int = 3
) -> list[SheetSymbol]:
    """The likeliest symbols on a sheet, at most `limit`, the best first.

    Args:
        gray: uint8 (H, W), the picture that the sheet lies in.
        sheet: Grown from one finder, which may be any of the three, turned in any way.
        budget: Asked before every version.
        limit: How many.
    """
    window = _sampled(gray, sheet)
    if window is None:
        return []
    found = sorted(_judged(window, budget), key=lambda symbol: -symbol.score)
    return found[:limit]


def _sampled(gray: NDArray[np.uint8], sheet: Sheet) -> _Window | None:
    has_edges = sheet.trusted & (sheet.amount > 0)
    rows, columns = np.nonzero(has_edges)
    if rows.size == 0:
        return None
    out = max(int(np.abs(rows - sheet.reach).max()), int(np.abs(columns - sheet.reach).max()))
    reach = out + _BEYOND_MODULES
    at = np.arange(-reach, reach) + 0.5
    u, v = np.meshgrid(at, at)
    middles = np.stack((u, v), axis=-1).reshape(-1, 2)
    level = np.zeros(u.shape, np.float32)
    for du in (-_SAMPLE_MODULES, _SAMPLE_MODULES):
        for dv in (-_SAMPLE_MODULES, _SAMPLE_MODULES):
            x, y = sheet.roll.points_xy(middles + np.array((du, dv))).T.astype(np.float32)
            level += cv2.remap(
                gray,
                x.reshape(u.shape),
                y.reshape(u.shape),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
    xy = sheet.roll.points_xy(middles)
    back, meets = sheet.roll.modules_uv(xy)
    half = 0.5
    ways = [
        sheet.roll.points_xy(middles + step) - sheet.roll.points_xy(middles - step)
        for step in (np.array((half, 0)), np.array((0, half)))
    ]
    width = np.linalg.svd(np.stack(ways, axis=2), compute_uv=False)[:, 1]
    height_px, width_px = gray.shape
    visible = (
        meets
        & (np.abs(back - middles).max(axis=1) < _SAME_PLACE_MODULES)
        & (width > _LEAST_WIDTH_PX)
        & (xy >= 0).all(axis=1)
        & (xy[:, 0] < width_px)
        & (xy[:, 1] < height_px)
    ).reshape(u.shape)
    signed = by_extremes(np.asarray(level / 4, np.float32), 7).signed

    def fitted(values: NDArray[np.generic]) -> NDArray[np.generic]:
        more = reach - sheet.reach
        if more >= 0:
            return np.pad(values, more)
        return values[-more:more, -more:more]

    return _Window(
        reach,
        signed,
        visible,
        np.asarray(fitted(sheet.coherence), np.float32),
        np.asarray(fitted(sheet.trusted), np.bool_),
        np.asarray(fitted(has_edges), np.bool_),
    )


def _judged(window: _Window, budget: Budget) -> Iterator[SheetSymbol]:
    side = 2 * window.reach
    held = cv2.integral(window.has_edges.astype(np.uint8))
    total = int(held[-1, -1])
    for version in range(1, MAX_VERSION + 1):
        size = 17 + 4 * version
        if size > side or budget.is_spent:
            return
        for place in Place:
            for turns in range(4):
                left, top = _corner(size, place, turns)
                x, y = left + window.reach, top + window.reach
                if min(x, y) < 0 or max(x, y) + size > side:
                    continue
                inside = (
                    held[y + size, x + size] - held[y, x + size] - held[y + size, x] + held[y, x]
                )
                if inside < _LEAST_HELD * total:
                    continue
                symbol = _symbol(window, version, place, turns, (left, top))
                if symbol is not None:
                    yield symbol


def _corner(size: int, place: Place, turns: int) -> tuple[int, int]:
    """Least module coordinates of a symbol one of whose finders lies at 0..7."""
    far = size / 2 - _HALF_FINDER
    x, y = (
        far if place is Place.TOP_RIGHT else -far,
        far if place is Place.BOTTOM_LEFT else -far,
    )
    for _ in range(turns):
        x, y = -y, x
    return round(_HALF_FINDER - x - size / 2), round(_HALF_FINDER - y - size / 2)


def _symbol(
    window: _Window, version: int, place: Place, turns: int, corner: tuple[int, int]
) -> SheetSymbol | None:
    size = 17 + 4 * version
    x, y = corner[0] + window.reach, corner[1] + window.reach
    area = slice(y, y + size), slice(x, x + size)
    signed, visible = np.rot90(window.signed[area], turns), np.rot90(window.visible[area], turns)
    shown, seen_finders = _shown(signed, visible)
    if not shown:
        return None
    agreement = pattern_agreement(signed, version, visible=visible & seen_finders)
    if agreement.timing < _LEAST_TIMING:
        return None
    ring = np.zeros(0, np.bool_)
    if min(x, y) > 0 and max(x, y) + size < 2 * window.reach:
        around = slice(y - 1, y + size + 1), slice(x - 1, x + size + 1)
        light, seen = window.signed[around] > 0, window.visible[around]
        edge = np.ones(light.shape, np.bool_)
        edge[1:-1, 1:-1] = False
        ring = light[edge & seen]
    quiet = float(ring.mean()) if ring.size else 0.5
    score = agreement.finder + 1.5 * agreement.timing + 0.5 * agreement.alignment + 0.5 * quiet
    # A finder that shows where it must is worth more than one that is not there.
    score += _SHOWN_WORTH * len(shown)
    return SheetSymbol(
        score,
        version,
        corner,
        turns,
        place,
        visible & seen_finders,
        np.rot90(window.coherence[area], turns),
        np.rot90(window.trusted[area], turns),
        shown,
    )


def _shown(
    signed: NDArray[np.float32], visible: NDArray[np.bool_]
) -> tuple[tuple[Place, ...], NDArray[np.bool_]]:
    """The finders that show, and bool (N, N): not in the zone of one that doesn't."""
    shown: list[Place] = []
    kept = np.ones(signed.shape, np.bool_)
    near, far = slice(0, _ZONE_MODULES), slice(-_ZONE_MODULES, None)
    for place, zone in zip(Place, ((near, near), (near, far), (far, near)), strict=True):
        seen = visible[zone]
        is_right = ((signed[zone] < 0) == _finder_zone(place))[seen]
        if is_right.size >= _LEAST_SEEN * seen.size and is_right.mean() >= _LEAST_SHOWN:
            shown.append(place)
        else:
            kept[zone] = False
    return tuple(shown), kept


@lru_cache(maxsize=3)
def _finder_zone(place: Place) -> NDArray[np.bool_]:
    """Dark modules (8, 8) of a finder and its separator (ISO/IEC 18004:2015, 6.3.3 and 6.3.4)."""
    dark = function_patterns(1).dark
    near, far = slice(0, _ZONE_MODULES), slice(-_ZONE_MODULES, None)
    match place:
        case Place.TOP_LEFT:
            return dark[near, near]
        case Place.TOP_RIGHT:
            return dark[near, far]
        case Place.BOTTOM_LEFT:
            return dark[far, near]
