"""Bent sheets: cylinders, cones, waves, creases and crumples that keep the label's lengths.

A bend is a curve in the plane across its axis, given by its tangent angle over the arc length. The
angle is linear between knots, so that the curve is a chain of circular arcs and its arc length is
exact. A sheet with one bend, and a cone, are developable: paper can take that form. Several bends
add their displacements; lengths then change where two of them are steep at one place, by the
product of both slopes, which crumpled paper takes by folds too small to be modelled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_BENDS = 32
MAX_KNOTS = 20_000
# Knots to a wave: the angle between two of them is off the sine by under 0.5 %.
_KNOTS_PER_WAVE = 32
# A sheet that turns further would meet itself.
_MAX_TURN = 2 * math.pi


@dataclass(frozen=True, slots=True)
class Bend:
    """A bend about one direction of the sheet.

    Arc lengths run from the label's centre, across the axis. Angles are the curve's slope into
    the pack: growing angles bend the sheet away from the camera on both sides.

    Attributes:
        axis_deg: Turn of the axis in the label's plane, clockwise; 0 is along y.
        at_mm: Arc lengths of the knots, increasing.
        angles_rad: Tangent angle at every knot; linear between, constant before and behind.
    """

    axis_deg: float
    at_mm: tuple[float, ...]
    angles_rad: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the knots.

        Raises:
            ValueError: When knots are missing, too many, out of order, or turn too far.
        """
        if not 1 <= len(self.at_mm) == len(self.angles_rad) <= MAX_KNOTS:
            raise ValueError(
                f"a bend needs 1..{MAX_KNOTS} knots with an angle each, got {len(self.at_mm)} "
                f"knots and {len(self.angles_rad)} angles"
            )
        if not all(before < behind for before, behind in pairwise(self.at_mm)):
            raise ValueError("the knots of a bend must lie in increasing order")
        if not all(abs(angle) <= _MAX_TURN for angle in self.angles_rad):
            raise ValueError("a bend may turn by one full turn at most")

    @property
    def across(self) -> NDArray[np.float64]:
        """Unit vector (2,) in the flat sheet across the axis."""
        angle = math.radians(self.axis_deg)
        return np.array([math.cos(angle), math.sin(angle)])

    def angle_rad(self, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tangent angles (N,) at arc lengths (N,)."""
        return np.interp(arc_mm, self.at_mm, self.angles_rad)

    def profile_mm(self, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the curve is at arc lengths (N,): (N, 2), along the flat sheet and into the pack.

        The label's centre stays at (0, 0).
        """
        at = np.concatenate([[self.at_mm[0] - 1.0], self.at_mm, [self.at_mm[-1] + 1.0]])
        angles = np.concatenate([[self.angles_rad[0]], self.angles_rad, [self.angles_rad[-1]]])
        steps = _arc(np.diff(at), angles[:-1], np.diff(angles))
        starts = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
        slopes = np.concatenate([np.diff(angles) / np.diff(at), [0.0]])

        def place(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
            index = np.clip(np.searchsorted(at, lengths, side="right") - 1, 0, len(at) - 1)
            into = lengths - at[index]
            return np.asarray(
                starts[index] + _arc(into, angles[index], slopes[index] * into), np.float64
            )

        return place(np.asarray(arc_mm, np.float64)) - place(np.zeros(1))


def _arc(
    length_mm: NDArray[np.float64], start_rad: NDArray[np.float64], turn_rad: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Way (N, 2) along circular arcs: the chord 2 sin(turn / 2) / curvature, halfway turned."""
    chord = length_mm * np.sinc(turn_rad / (2 * math.pi))
    middle = start_rad + turn_rad / 2
    return np.column_stack([chord * np.cos(middle), chord * np.sin(middle)])


@dataclass(frozen=True, slots=True)
class Cone:
    """A cone, such as a paper cup: the sheet's straight lines run to its tip.

    Attributes:
        radius_mm: Distance of the label's centre from the cone's axis.
        half_angle_deg: Between the axis and the side, 1..60. Its tip lies above the label.
        axis_deg: Turn of the axis in the label's plane, clockwise; 0 is along y, 180 a cup.
    """

    radius_mm: float
    half_angle_deg: float
    axis_deg: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if not 2 <= self.radius_mm <= 5000:
            raise ValueError(f"radius_mm must lie in 2..5000, got {self.radius_mm}")
        if not 1 <= self.half_angle_deg <= 60:
            raise ValueError(f"half_angle_deg must lie in 1..60, got {self.half_angle_deg}")

    def points_mm(self, sheet_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Place sheet points (N, 2) in the object frame (N, 3)."""
        sine, cosine = self._sine_cosine
        across, along = _axes(self.axis_deg)
        run, azimuth = self._polar(sheet_mm)
        outwards = run * sine * np.cos(azimuth) - self.radius_mm
        axial = run * cosine - self.radius_mm / sine * cosine
        right = run * sine * np.sin(azimuth)
        down = outwards * sine + axial * cosine
        depth = axial * sine - outwards * cosine
        return np.column_stack([right[:, None] * across + down[:, None] * along, depth])

    def normals(self, sheet_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Outward unit normals (N, 3) in the object frame at sheet points (N, 2)."""
        sine, cosine = self._sine_cosine
        across, along = _axes(self.axis_deg)
        _, azimuth = self._polar(sheet_mm)
        right = cosine * np.sin(azimuth)
        down = sine * cosine * (np.cos(azimuth) - 1)
        depth = -(cosine * cosine * np.cos(azimuth) + sine * sine)
        return np.column_stack([right[:, None] * across + down[:, None] * along, depth])

    @property
    def _sine_cosine(self) -> tuple[float, float]:
        angle = math.radians(self.half_angle_deg)
        return math.sin(angle), math.cos(angle)

    def _polar(
        self, sheet_mm: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Distance from the tip (N,), and angle round the cone's axis (N,)."""
        sine, _ = self._sine_cosine
        across, along = _axes(self.axis_deg)
        right, down = sheet_mm @ across, sheet_mm @ along + self.radius_mm / sine
        return np.hypot(right, down), np.arctan2(right, down) / sine


@dataclass(frozen=True, slots=True)
class Surface:
    """The form of a sheet: flat, bent any number of times, or a cone.

    Attributes:
        bends: Bends, whose displacements add; none is flat. One bend keeps all lengths.
        cone: A cone instead.
    """

    bends: tuple[Bend, ...] = ()
    cone: Cone | None = None

    def __post_init__(self) -> None:
        """Check that it is one form only.

        Raises:
            ValueError: When it is bent and a cone, or bent too often.
        """
        if self.cone is not None and self.bends:
            raise ValueError("a cone can't be bent as well; give bends or a cone")
        if len(self.bends) > MAX_BENDS:
            raise ValueError(f"a surface may have {MAX_BENDS} bends, got {len(self.bends)}")

    @property
    def is_flat(self) -> bool:
        """Whether it is a plane."""
        return self.cone is None and not self.bends

    def points_mm(self, sheet_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Place sheet points (N, 2), measured from the label's centre, in the object frame.

        Returns:
            float64 (N, 3): right and down along the label's plane, and into the pack.
        """
        if self.cone is not None:
            return self.cone.points_mm(sheet_mm)
        placed = np.column_stack([sheet_mm, np.zeros(len(sheet_mm))])
        for bend in self.bends:
            arc = sheet_mm @ bend.across
            profile = bend.profile_mm(arc)
            placed[:, :2] += (profile[:, 0] - arc)[:, None] * bend.across
            placed[:, 2] += profile[:, 1]
        return placed

    def normals(self, sheet_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Outward unit normals (N, 3) in the object frame at sheet points (N, 2)."""
        if self.cone is not None:
            return self.cone.normals(sheet_mm)
        right = np.tile(np.array([1.0, 0.0, 0.0]), (len(sheet_mm), 1))
        down = np.tile(np.array([0.0, 1.0, 0.0]), (len(sheet_mm), 1))
        for bend in self.bends:
            angle = bend.angle_rad(sheet_mm @ bend.across)
            shorter = (np.cos(angle) - 1)[:, None] * bend.across
            for tangent, share in ((right, bend.across[0]), (down, bend.across[1])):
                tangent[:, :2] += share * shorter
                tangent[:, 2] += share * np.sin(angle)
        outward = np.cross(down, right)
        return np.asarray(outward / np.linalg.norm(outward, axis=1, keepdims=True), np.float64)


def _axes(axis_deg: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors (2,) in the flat sheet: across an axis, and along it."""
    angle = math.radians(axis_deg)
    return (
        np.array([math.cos(angle), math.sin(angle)]),
        np.array([-math.sin(angle), math.cos(angle)]),
    )


def cylinder(radius_mm: float, axis_deg: float = 0.0, crest_mm: float = 0.0) -> Surface:
    """A sheet rolled to a cylinder, as far as half a turn to either side.

    Args:
        radius_mm: Radius; negative bends towards the camera (the inside of a pipe).
        axis_deg: Turn of the axis, clockwise; 0 is along y.
        crest_mm: Arc length from the label's centre to the line that faces the viewer.
    """
    if not 2 <= abs(radius_mm) <= 5000:
        raise ValueError(f"radius_mm must lie in 2..5000 or -5000..-2, got {radius_mm}")
    reach = math.pi * abs(radius_mm)
    turn = math.copysign(math.pi, radius_mm)
    return Surface((Bend(axis_deg, (crest_mm - reach, crest_mm + reach), (-turn, turn)),))


def wave(
    length_mm: float,
    slope_deg: float,
    axis_deg: float = 0.0,
    phase_deg: float = 0.0,
    reach_mm: float = 100.0,
) -> Surface:
    """A sheet in waves along one direction, its slope a sine of the arc length.

    Args:
        length_mm: Arc length of one wave.
        slope_deg: Steepest slope, 0..85.
        axis_deg: Turn of the crests, clockwise; 0 is along y.
        phase_deg: Phase of the slope at the label's centre; 0 is on a crest.
        reach_mm: Arc length to either side that is in waves; the sheet goes on straight.
    """
    if not (0 <= slope_deg <= 85 and 1 <= length_mm <= 1000 and 0 < reach_mm <= 1000):
        raise ValueError("slope_deg must lie in 0..85, length_mm in 1..1000, reach_mm up to 1000")
    count = 2 * math.ceil(reach_mm / length_mm * _KNOTS_PER_WAVE) + 1
    at = np.linspace(-reach_mm, reach_mm, count)
    angles = math.radians(slope_deg) * np.sin(
        2 * math.pi * at / length_mm + math.radians(phase_deg)
    )
    return Surface((Bend(axis_deg, tuple(at.tolist()), tuple(angles.tolist())),))


def crease(
    folds: Sequence[tuple[float, float]], radius_mm: float = 0.5, axis_deg: float = 0.0
) -> Surface:
    """A sheet with parallel folds: straight, but for an arc of a small radius at each.

    Args:
        folds: Arc length from the label's centre and fold angle (degrees) of every fold, in
            order; a positive angle folds the sides away from the camera. Half of the sum of
            angles lies on either side, so that a single fold leans both sides alike.
        radius_mm: Radius of the arcs.
        axis_deg: Turn of the folds, clockwise; 0 is along y.

    Raises:
        ValueError: When there is no fold, the radius isn't positive, or arcs overlap.
    """
    if not folds or not 0.01 <= radius_mm <= 100:
        raise ValueError("a crease needs a fold and a radius_mm of 0.01..100")
    if not all(0.1 <= abs(angle) <= 170 for _, angle in folds):
        raise ValueError("a fold's angle must lie in 0.1..170 degrees, either way")
    at: list[float] = []
    angles: list[float] = []
    slope = -math.radians(sum(angle for _, angle in folds)) / 2
    for place, angle in folds:
        turn = math.radians(angle)
        half = radius_mm * abs(turn) / 2
        at += [place - half, place + half]
        angles += [slope, slope + turn]
        slope += turn
    if not all(before < behind for before, behind in pairwise(at)):
        raise ValueError("folds must lie in order and further apart than their arcs are long")
    return Surface((Bend(axis_deg, tuple(at), tuple(angles)),))


def cone(radius_mm: float, half_angle_deg: float, axis_deg: float = 0.0) -> Surface:
    """A sheet on a cone; see `Cone`."""
    return Surface(cone=Cone(radius_mm, half_angle_deg, axis_deg))


def together(*surfaces: Surface) -> Surface:
    """Several bends at once, such as a bottle's shoulder or a wave on a pouch.

    Raises:
        ValueError: When one of them is a cone.
    """
    if any(surface.cone is not None for surface in surfaces):
        raise ValueError("a cone can't be bent as well; leave it out")
    return Surface(tuple(bend for surface in surfaces for bend in surface.bends))


def crumple(
    rng: np.random.Generator,
    size_mm: float,
    folds: int = 7,
    fold_deg: float = 14.0,
    radius_mm: float = 0.8,
) -> Surface:
    """Paper that was crumpled and smoothed again: folds at random places in random directions.

    Args:
        rng: Source of randomness.
        size_mm: Side of the area in which the folds lie.
        folds: Number of folds, 1..32.
        fold_deg: Standard deviation of their angles, 0.5..30.
        radius_mm: Radius of their arcs.
    """
    if not (1 <= folds <= MAX_BENDS and 0.5 <= fold_deg <= 30):
        raise ValueError(f"folds must lie in 1..{MAX_BENDS}, fold_deg in 0.5..30")
    bent = []
    for _ in range(folds):
        angle = float(np.clip(rng.normal(0, fold_deg), -3 * fold_deg, 3 * fold_deg))
        angle = math.copysign(max(abs(angle), 0.5), angle)
        place = float(rng.uniform(-size_mm, size_mm) / 2)
        bent.append(crease([(place, angle)], radius_mm, float(rng.uniform(0, 180))))
    return together(*bent)
