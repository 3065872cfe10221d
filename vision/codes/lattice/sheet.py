"""A roll fitted to the edges round one finder, and from there on to all edges that lie on it.

What `growth` does with a free surface, here with nine numbers: the sheet goes on where nothing is
seen, so that a symbol of which a finder is covered, washed out or behind the limb is followed to
its far corner from any finder that is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.lattice.roll import PARAMETERS, Roll

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.finder import Finder
    from vision.codes.lattice.picture_edges import PictureEdges

    Floats = NDArray[np.float64]

MAX_REACH = 184
"""The sheet is followed so many modules from the finder: version 40 has 177."""
# Edges whose gradient lies clearly along one of the two axes.
_LEAST_ACROSS = 1.5
# The finder with its separator, cells from its corner module on: trusted from the beginning.
_FINDER_ZONE = (-1, 8)
_HALF_FINDER = 3.5
# Starts: the bend, radians per module, and the angle across it. A sheet that leans the other way
# looks like one that bends the other way, so one lean is enough.
_STARTS = tuple(
    (bend, angle) for bend in (0.03, -0.03) for angle in np.deg2rad((0, 45, 90, 135)).tolist()
)
# How many of them go on after each of the first rounds; (5, 3, 1) read 115 of 140 simulated
# scenes, this 118, and all eight for three rounds 120.
_STARTS_KEPT = (8, 4, 1)
# The first rounds see edges so far from the finder's corner.
_FIRST_REACH = 18
# Worth of the best start below which there is no lattice; real ones have 70 and more.
_LEAST_BEGUN = 30.0
# Later rounds: most, fewest, and the gain in worth below which they end.
_MOST_ROUNDS, _LEAST_ROUNDS, _LEAST_GAIN = 16, 6, 0.005
# Edges that are looked at in a round, that the step is fitted to, and that a bend is chosen by.
_MOST_USED, _MOST_FITTED, _MOST_TRIED = 10_000, 1200, 4000
# Rounds after which a sheet is tried in other bends if the symbol's part seen so far turns by less
# than this.
_TURNS_TRIED_AT, _FLAT_RAD = (2, 5), 0.3
# Robust fit: Tukey's biweight with this reach, how often it is repeated, and what an edge is off.
_BIWEIGHT_MODULES, _FIT_ROUNDS, _NOISE_MODULES = 0.5, 3, 0.08
# How far a number may go in one round, one standard deviation each: see `Roll.moved`.
_STEP = np.array((0.02, 0.3, 0.15, 0.15, 0.3, 0.05, 0.3, 0.3, 0.002))
# One standard deviation: a label of 33 modules is photographed from two to five times its side.
_USUAL_NEARNESS = 0.006
_LEAST_COHERENCE = 0.4
_LEAST_EDGES = 40
# Modules narrower than this in the picture, px^2, say nothing of where they lie.
_LEAST_AREA_PX = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A roll with the modules on it that edges were found in place of.

    Attributes:
        roll: Where the modules lie.
        trusted: bool (2 R, 2 R) [v, u], R = `reach`; cell (R, R) is the finder's corner module.
        amount: float32, the same shape: how many edges there are.
        coherence: float32, the same shape: how well they agree with the lattice, -1 to 1.
    """

    roll: Roll
    trusted: NDArray[np.bool_]
    amount: NDArray[np.float32]
    coherence: NDArray[np.float32]

    @property
    def reach(self) -> int:
        """Modules from the finder's corner to the arrays' end."""
        return len(self.trusted) // 2

    @property
    def worth(self) -> float:
        """Edges in place, less those that are not."""
        seen = self.trusted & (self.amount > 0)
        return float(self.coherence[seen].sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Edges under a roll.

    Attributes:
        index: Which edges, (n,).
        axis: Which coordinate is whole on their line, 0 = u.
        uv: Their modules, (n, 2).
        right: A module to the right in the picture, (n, 2) px.
        down: The same downwards.
        cell: Flat index of the module that they lie in.
    """

    index: NDArray[np.intp]
    axis: NDArray[np.intp]
    uv: Floats
    right: Floats
    down: Floats
    cell: NDArray[np.intp]


def grow_sheet(edges: PictureEdges, finder: Finder, budget: Budget) -> Sheet | None:
    """Fit a roll to the edges, outwards from one finder; None where there is no lattice round it.

    Args:
        edges: Of the picture.
        finder: Where it begins.
        budget: Asked in every round.
    """
    away = np.abs(edges.xy - finder.centre_xy).max(axis=1)
    longest = float(np.abs(finder.frame[:2]).sum(axis=0).max())
    first = np.flatnonzero(away < (_FIRST_REACH - _HALF_FINDER) * longest)
    near = edges.of(_thinned(first, _MOST_TRIED))
    begun = [_empty(Roll.at_finder(finder, bend, angle), _FIRST_REACH) for bend, angle in _STARTS]
    for kept in _STARTS_KEPT:
        if budget.is_spent:
            return None
        new = [_grown(near, sheet, 2) for sheet in begun]
        begun = [sheet for sheet in new if sheet is not None]
        begun = sorted(begun, key=lambda sheet: -sheet.worth)[:kept]
    if not begun or begun[0].worth < _LEAST_BEGUN:
        return None
    grown = begun[0]
    for index in range(_MOST_ROUNDS):
        if budget.is_spent:
            break
        reach = 2 + index // 2
        grown = _wider(grown, reach)
        used = np.flatnonzero(away < 1.5 * grown.roll.scale * (grown.reach + 4))
        better = _grown(edges.of(_thinned(used, _MOST_USED)), grown, reach)
        if better is None:
            break
        if index in _TURNS_TRIED_AT:
            better = _best_turn(edges.of(_thinned(used, _MOST_TRIED)), better, reach)
        is_done = better.worth < (1 + _LEAST_GAIN) * grown.worth and index >= _LEAST_ROUNDS
        grown = better
        if is_done:
            break
    return grown


def _thinned(indices: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Evenly fewer of them, at most so many."""
    return indices[:: -(-indices.size // most)] if indices.size else indices


def _best_turn(edges: PictureEdges, sheet: Sheet, reach: int) -> Sheet:
    """The sheet bent in other directions where it came out flat, if edges agree with that better.

    A flat sheet has no direction of bending, so the fit can't find one for it.
    """
    out = reach + float(np.sqrt(sheet.trusted.sum()))
    if abs(sheet.roll.bend) * out > _FLAT_RAD:
        return sheet
    roll, best, worth = sheet.roll, sheet.roll, 0.0
    for quarter in range(5):
        for bend in (_FLAT_RAD / out, -_FLAT_RAD / out) if quarter else (roll.bend,):
            turned = replace(roll, bend=bend, across_rad=roll.across_rad + quarter * np.pi / 4)
            grown = _grown(edges, replace(sheet, roll=turned), reach)
            if grown is not None and grown.worth > worth:
                best, worth = grown.roll, grown.worth
    return replace(sheet, roll=best)


def _empty(roll: Roll, reach: int) -> Sheet:
    trusted = np.zeros((2 * reach, 2 * reach), np.bool_)
    zone = slice(reach + _FINDER_ZONE[0], reach + _FINDER_ZONE[1])
    trusted[zone, zone] = True
    blank = np.zeros(trusted.shape, np.float32)
    return Sheet(roll, trusted, blank, blank)


def _wider(sheet: Sheet, reach: int) -> Sheet:
    """The same with room for so many modules more around what is trusted."""
    rows, columns = np.nonzero(sheet.trusted)
    out = max(int(np.abs(rows - sheet.reach).max()), int(np.abs(columns - sheet.reach).max()))
    more = min(out + reach + 2, MAX_REACH) - sheet.reach
    if more <= 0:
        return sheet
    return Sheet(
        sheet.roll,
        np.pad(sheet.trusted, more),
        np.pad(sheet.amount, more),
        np.pad(sheet.coherence, more),
    )


def _grown(edges: PictureEdges, sheet: Sheet, reach: int) -> Sheet | None:
    """One round: edges within reach of what is trusted move the roll, and then the trust."""
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    near = np.asarray(cv2.dilate(sheet.trusted.astype(np.uint8), kernel)) > 0
    seen = _under(edges, sheet.roll, near)
    if seen.index.size < _LEAST_EDGES:
        return None
    roll = _fitted(edges, sheet.roll, seen)
    shape = near.shape
    uv, _ = roll.modules_uv(edges.xy[seen.index])
    place = uv[np.arange(seen.index.size), seen.axis]
    residual = place - np.round(place)
    weight = edges.strength[seen.index]
    agreement, amount = (
        np.bincount(seen.cell, values, near.size).reshape(shape).astype(np.float32)
        for values in (np.cos(2 * np.pi * residual) * weight, weight)
    )
    around = cv2.blur(amount, (3, 3))
    coherence = np.asarray(cv2.blur(agreement, (3, 3)) / (around + 1e-3), np.float32)
    beside = cv2.dilate(sheet.trusted.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    trusted = near & ((coherence > _LEAST_COHERENCE) | ((amount < 1e-3) & beside))
    zone = slice(sheet.reach + _FINDER_ZONE[0], sheet.reach + _FINDER_ZONE[1])
    trusted[zone, zone] = True
    return Sheet(roll, trusted, amount, coherence)


def _under(edges: PictureEdges, roll: Roll, near: NDArray[np.bool_]) -> _Seen:
    """The edges in cells that are near, in module coordinates."""
    side = len(near)
    uv, meets = roll.modules_uv(edges.xy)
    whole = np.floor(uv).astype(np.intp) + side // 2
    inside = meets & (whole >= 0).all(axis=1) & (whole < side).all(axis=1)
    index = np.flatnonzero(inside)
    cell = whole[index, 1] * side + whole[index, 0]
    kept = near.reshape(-1)[cell]
    index, cell = index[kept], cell[kept]
    uv = uv[index]
    # A gradient in modules: the derivative of the picture along u and v.
    right, down = roll.tangents(uv)
    across = edges.across[index]
    along_u, along_v = (np.abs((across * way).sum(axis=1)) for way in (right, down))
    is_u, is_v = along_u > _LEAST_ACROSS * along_v, along_v > _LEAST_ACROSS * along_u
    clear = is_u | is_v
    axis = np.where(is_u, 0, 1)[clear]
    index, cell, uv = index[clear], cell[clear], uv[clear]
    return _Seen(index, axis, uv, right[clear], down[clear], cell)


def _fitted(edges: PictureEdges, roll: Roll, seen: _Seen) -> Roll:
    """One Gauss-Newton step with Tukey's weights, short steps favoured."""
    every = slice(None, None, -(-seen.index.size // _MOST_FITTED))
    axis, uv, right, down = seen.axis[every], seen.uv[every], seen.right[every], seen.down[every]
    weight = edges.strength[seen.index[every]] / _NOISE_MODULES**2
    place = uv[np.arange(axis.size), axis]
    line = np.round(place)
    # The picture point stays, so its coordinate goes back by what the map at it moves on.
    area = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]
    area = np.where(np.abs(area) < _LEAST_AREA_PX, _LEAST_AREA_PX, area)
    by_x = np.where(axis == 0, -down[:, 1], right[:, 1]) / area
    by_y = np.where(axis == 0, down[:, 0], -right[:, 0]) / area
    moved = roll.slopes(uv)
    slopes = moved[:, 0] * by_x[:, None] + moved[:, 1] * by_y[:, None]
    step: Floats = np.zeros(PARAMETERS)
    for _ in range(_FIT_ROUNDS):
        residual = line - (place + slopes @ step)
        residual -= np.round(residual)
        weighted = (
            slopes * (weight * np.clip(1 - (residual / _BIWEIGHT_MODULES) ** 2, 0, 1) ** 2)[:, None]
        )
        normal = weighted.T @ slopes + np.diag(1 / _STEP**2)
        target = weighted.T @ (residual + slopes @ step)
        normal[-1, -1] += 1 / _USUAL_NEARNESS**2
        target[-1] -= roll.nearness / _USUAL_NEARNESS**2
        step = np.asarray(np.linalg.solve(normal, target), np.float64)
    return roll.moved(np.clip(step, -3 * _STEP, 3 * _STEP))
