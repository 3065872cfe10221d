"""Clock tracks of a Data Matrix symbol: how many modules it has, and where along its sides.

Where every change of a track is seen, they are counted, and their places tell how far each row and
column is along its side. Where blur or glare takes some, each size is compared as a whole: a
square wave of its length is stretched and shifted smoothly until it fits the track best.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.grid_map import GridMap, node_coordinates
from vision.codes.matrix.bent_frame import looked_up
from vision.codes.matrix.data_matrix_sizes import SIZES, MatrixSize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.matrix.bent_frame import BentFrame, Floats, Pixels

# Hysteresis of a change, in shares of the local contrast; samples along a track, and how many of
# them are worked out exactly.
_HYSTERESIS, _TRACK_PIXELS, _TRACK_NODES = 0.15, 864, 96
_LEAST_SPAN = 8.0
# Sizes that are tried of those that were counted, and of those that were compared.
_MOST_COUNTED, _MOST_COMPARED = 2, 3
# Counted widths that jump by more than this from module to module are a chance.
_MOST_UNEVEN = 1.2
_DEGREE = 3
# Stretches of the wave: place = share + share (1 - share) (a + b (2 share - 1)). A track from the
# crest to 64 degrees has a = 0.36, one from -50 to 50 degrees b = 0.28.
_BOWS, _SWINGS = np.linspace(-0.8, 0.8, 17), np.linspace(-0.5, 0.5, 9)
_FINER = 0.5 * np.array((-1.0, -0.5, 0.0, 0.5, 1.0))
_LEAST_SLOPE = 0.25
# Where a module is looked at, in shares of its width.
_LOOKED_AT = (0.3, 0.5, 0.7)
# Both tracks together: noise reaches about half of this by the best of so many stretches.
_LEAST_FIT = 0.9
# Larger symbols are counted only: their waves would have to be stretched more finely.
_MOST_WAVES = 52


@dataclass(frozen=True, slots=True, eq=False)
class SizedStart:
    """A size with a first map.

    Attributes:
        size: What the clock tracks count to.
        fit: How well the tracks alternate as this size does, 0 to 2; 2 where they were counted.
        grid: Where the modules lie, px of the picture.
        mirrored: The same if the far side's foreshortening is the near one's, seen in a mirror.
    """

    size: MatrixSize
    fit: float
    grid: GridMap
    mirrored: GridMap


def starts_of(gray: NDArray[np.uint8], frame: BentFrame, budget: Budget) -> Iterator[SizedStart]:
    """Sizes that the clock tracks count to, then those that fit them best, the likeliest first.

    Args:
        gray: uint8 (H, W).
        frame: The symbol's outline in it.
        budget: Asked inside every loop; nothing new is begun when it is spent.
    """
    insets = sorted({size.rows for size in SIZES} | {size.columns for size in SIZES})
    row_of = {modules: index for index, modules in enumerate(insets)}
    along = (np.arange(_TRACK_NODES) + 0.5) / _TRACK_NODES
    # Half a module inside of the outline, for every number of modules there is.
    s, t = np.meshgrid(along, 1 - 0.5 / np.array(insets))
    size_wh = (_TRACK_PIXELS, len(insets))
    tops, rights = (
        looked_up(gray, cv2.resize(frame.points_xy(*places).astype(np.float32), size_wh))
        for places in ((s, t), (t, s))
    )
    tracks = [
        (
            size,
            _signed(tops[row_of[size.rows]], size.columns),
            # From the bottom up, so that both tracks begin at the L, dark, and end light.
            _signed(rights[row_of[size.columns]], size.rows),
        )
        for size in SIZES
    ]
    counted = []
    for size, top, right in tracks:
        across, down = _changes(top), _changes(right)
        if len(across) == size.columns - 1 and len(down) == size.rows - 1:
            uneven = _unevenness(across, size.columns) + _unevenness(down, size.rows)
            if uneven < _MOST_UNEVEN:
                counted.append((uneven, size, across, down))
    counted.sort(key=lambda entry: entry[0])
    for _, size, across, down in counted[:_MOST_COUNTED]:
        yield _started(frame, size, 2.0, _spacing(across, size.columns), _spacing(down, size.rows))
    compared = []
    for size, top, right in tracks:
        if budget.is_spent:
            return
        if max(size.rows, size.columns) <= _MOST_WAVES:
            across_fit, across_spacing = _best_wave(top, size.columns)
            down_fit, down_spacing = _best_wave(right, size.rows)
            if min(across_fit, down_fit) > 0.5 * _LEAST_FIT:
                fit = across_fit + down_fit
                compared.append((fit, size, across_spacing, down_spacing))
    compared.sort(key=lambda entry: -entry[0])
    for fit, size, across_spacing, down_spacing in compared[:_MOST_COMPARED]:
        yield _started(frame, size, fit, across_spacing, down_spacing)


def _signed(line: Pixels, modules: int) -> Pixels:
    """Grey values (n,) of a track against the levels around: -0.5 = dark, 0.5 = light."""
    level = cv2.blur(line[None], (max(1, line.size // (3 * modules)), 1))
    window = np.ones((1, (4 * line.size // modules) | 1), np.uint8)
    highest, lowest = np.asarray(cv2.dilate(level, window)), np.asarray(cv2.erode(level, window))
    span = np.maximum(highest - lowest, _LEAST_SPAN)
    return np.asarray(((np.asarray(level) - (highest + lowest) / 2) / span)[0], np.float32)


def _changes(signed: Pixels) -> Floats:
    """Places (0..1) of the changes along a track."""
    clear = np.flatnonzero(np.abs(signed) > _HYSTERESIS)
    if clear.size < 2:
        return np.zeros(0)
    states = signed[clear] > 0
    turns = np.flatnonzero(states[1:] != states[:-1])
    before, after = clear[turns], clear[turns + 1]
    low, high = signed[before], signed[after]
    # Where the straight line between the two crosses the middle.
    place = before + (after - before) * (low / (low - high))
    return np.asarray((place + 0.5) / signed.size, np.float64)


def _best_wave(signed: Pixels, modules: int) -> tuple[float, Floats]:
    """How well a track alternates as one of so many modules does, 0 to 1, and its spacing."""
    stretches, places, wave = _waves(modules)
    scores = 2 * (signed.take(places) * wave).mean(axis=1)
    best = int(scores.argmax())
    around = stretches[best] + _finer_stretches()
    finer = 2 * (signed.take(_places(around, modules)) * wave).mean(axis=1)
    best = int(finer.argmax())
    a, b = around[best].tolist()
    # share + (share - share^2) (a - b + 2 b share), the highest power first.
    return float(finer[best]), np.array((-2 * b, 3 * b - a, 1 + a - b, 0.0))


@lru_cache(maxsize=32)
def _waves(modules: int) -> tuple[Floats, NDArray[np.intp], Pixels]:
    """Stretches (k, 2), the samples (k, n) that each of them looks at, and the wave (n,) there."""
    bow, swing = (part.ravel() for part in np.meshgrid(_BOWS, _SWINGS))
    # Slopes at both ends and in the middle: no place may be passed twice.
    slopes = np.stack((1 + bow - swing, 1 - bow - swing, 1 + 0.5 * swing))
    stretches = np.column_stack((bow, swing))[slopes.min(axis=0) > _LEAST_SLOPE]
    wave = np.where(np.arange(modules) % 2 == 0, -1.0, 1.0).repeat(len(_LOOKED_AT))
    return stretches, _places(stretches, modules), wave.astype(np.float32)


def _places(stretches: Floats, modules: int) -> NDArray[np.intp]:
    share = (np.arange(modules)[:, None] + np.array(_LOOKED_AT)).ravel() / modules
    bent = share * (1 - share) * (stretches[:, :1] + stretches[:, 1:] * (2 * share - 1))
    places = np.floor((share + bent) * _TRACK_PIXELS)
    return np.asarray(np.clip(places, 0, _TRACK_PIXELS - 1), np.intp)


def _finer_stretches() -> Floats:
    bow, swing = np.meshgrid(_FINER * (_BOWS[1] - _BOWS[0]), _FINER * (_SWINGS[1] - _SWINGS[0]))
    return np.column_stack((bow.ravel(), swing.ravel()))


def _unevenness(changes: Floats, modules: int) -> float:
    """How far the modules' widths are from changing smoothly, 0 = not at all."""
    if len(changes) < 4:
        return 1.0
    widths = np.diff(np.concatenate(([0.0], changes, [1.0]))) * modules
    return float(np.abs(np.diff(np.log(np.maximum(widths, 0.05)))).mean())


def _started(
    frame: BentFrame, size: MatrixSize, fit: float, s_of_u: Floats, t_of_w: Floats
) -> SizedStart:
    u, v = node_coordinates(size.columns), node_coordinates(size.rows)
    # Rows count from the top, t from the bottom.
    along, up = u / size.columns, 1 - v / size.rows
    grids = []
    for near in (False, True):
        far_s, far_t = _placed(s_of_u, along), _placed(t_of_w, up)
        near_s = 1 - _placed(s_of_u, 1 - along) if near else far_s
        near_t = 1 - _placed(t_of_w, 1 - up) if near else far_t
        nearness_t, nearness_s = np.clip(up, 0, 1)[:, None], np.clip(along, 0, 1)[None, :]
        s = nearness_t * far_s[None, :] + (1 - nearness_t) * near_s[None, :]
        t = nearness_s * far_t[:, None] + (1 - nearness_s) * near_t[:, None]
        nodes = frame.points_xy(s, t).astype(np.float32)
        grids.append(GridMap(size.columns, nodes, size.rows))
    return SizedStart(size, fit, grids[0], grids[1])


def _spacing(changes: Floats, modules: int) -> Floats:
    """Polynomial (highest power first) from shares of modules to places, of all changes."""
    share = np.arange(1, modules) / modules
    # Ends held: place = share + share (1 - share) q(share).
    bow = share * (1 - share)
    design = np.column_stack([bow * share**power for power in range(_DEGREE - 1)])
    found, *_ = np.linalg.lstsq(design, changes - share, rcond=None)
    q = np.asarray(found[::-1], np.float64)
    whole = np.polymul(np.array((-1.0, 1.0, 0.0)), q)
    return np.asarray(np.polyadd(whole, np.array((1.0, 0.0))), np.float64)


def _placed(spacing: Floats, share: Floats) -> Floats:
    """Places of shares of modules, straight on beyond the ends."""
    inside = np.clip(share, 0.0, 1.0)
    slope = np.polyval(np.polyder(spacing), inside)
    return np.asarray(np.polyval(spacing, inside) + slope * (share - inside), np.float64)
