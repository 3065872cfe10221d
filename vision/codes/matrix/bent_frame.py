"""The outline of a Data Matrix symbol: from its bent L to the two sides across from it.

The L's sides are carried over to the other two sides (a Coons patch without its far corner), the
picture is straightened so, and the far sides are where alternation ends: inside is a line of many
changes, outside a quiet one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.budget import Budget
    from vision.codes.finding.solid_corners import BentSide, SolidCorner

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.float32]
    Reach = tuple[float, float]

# Pixels of a straightened picture along the L's sides, in the first and in the second look, and
# the part of the plane that it shows, in sides.
_FIRST_PIXELS, _SECOND_PIXELS = 96, 192
_LOW, _HIGH = -0.06, 1.44
# Every how many of them the frame is asked for; between them it is smooth.
_FRAME_STEP = 8
# Where the far sides may lie, and how steep they may run against the near ones.
_NEAREST, _FARTHEST, _MOST_SLOPE = 0.5, 1.38, 0.4
# Reach over which changes inside and outside are compared, in sides.
_FIRST_REACH, _SECOND_REACH = 0.035, 0.022
# In the second look: how far the sides may move, lean, and bow.
_SECOND_STEPS = 0.07
_MOST_BOW = 0.06
# Of equally good ends the outermost is the symbol's, the others are its regions'.
_NEARLY_BEST = 0.8
# A look inside an L, pixels to a side.
_TEXTURE_PIXELS = 48
# How far to both sides of an L's sides it is compared, in sides, and the least difference, in
# shares of the contrast inside.
_RIM_SHARE, _RIM_CONTRAST = 0.03, 0.25
_LEAST_SPAN = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class BentFrame:
    """The outline of a symbol: s runs along the bottom, t up along the left side, 0 to 1.

    Attributes:
        bottom: From the L's corner to its lower end.
        left: From the L's corner to its upper end.
        far_xy: The corner across from the L's, px.
        top_bow_xy: How far the top's middle lies off the bottom's own bend, px.
        right_bow_xy: The same of the right side.
    """

    bottom: BentSide
    left: BentSide
    far_xy: Floats
    top_bow_xy: Floats
    right_bow_xy: Floats

    @classmethod
    def of_corner(cls, corner: SolidCorner) -> BentFrame:
        """The far sides as the near ones, moved."""
        one = np.ones(())
        far = corner.bottom.at(one) + corner.left.at(one) - corner.corner_xy
        return cls(corner.bottom, corner.left, far, np.zeros(2), np.zeros(2))

    def points_xy(self, s: Floats, t: Floats) -> Floats:
        """Picture points (..., 2), px, of places s, t (...)."""
        one = np.ones(())
        corner = self.bottom.powers[0]
        lean = self.far_xy - self.bottom.at(one) - self.left.at(one) + corner
        points = self.bottom.at(s) + self.left.at(t) - corner + (s * t)[..., None] * lean
        points = points + (t * _bow(s))[..., None] * self.top_bow_xy
        bent: Floats = points + (s * _bow(t))[..., None] * self.right_bow_xy
        return bent

    def seen(
        self, gray: NDArray[np.uint8], s_reach: Reach, t_reach: Reach, size_wh: tuple[int, int]
    ) -> Pixels:
        """The picture over a part of the plane, s to the right and t down, float32 (h, w)."""
        width, height = (max(2, side // _FRAME_STEP) for side in size_wh)
        across = s_reach[0] + (np.arange(width) + 0.5) / width * (s_reach[1] - s_reach[0])
        down = t_reach[0] + (np.arange(height) + 0.5) / height * (t_reach[1] - t_reach[0])
        s, t = np.meshgrid(across, down)
        coarse = self.points_xy(s, t).astype(np.float32)
        return looked_up(gray, cv2.resize(coarse, size_wh, interpolation=cv2.INTER_CUBIC))

    def straightened(self, gray: NDArray[np.uint8], pixels: int) -> Pixels:
        """The picture with s to the right and t down, float32 (n, n), `pixels` to a side."""
        side = round((_HIGH - _LOW) * pixels)
        return self.seen(gray, (_LOW, _HIGH), (_LOW, _HIGH), (side, side))

    @property
    def corners_xy(self) -> Floats:
        """Corners (4, 2), px, clockwise from the symbol's top left."""
        one = np.ones(())
        return np.stack(
            (self.left.at(one), self.far_xy, self.bottom.at(one), self.bottom.powers[0])
        )


def likeness(gray: NDArray[np.uint8], corner: SolidCorner) -> float:
    """How much an L looks like that of a symbol, 0 to about 1.

    That is how much changes inside, times the share of its sides that are dark against what lies
    outside of them.
    """
    frame = BentFrame.of_corner(corner)
    side = _TEXTURE_PIXELS
    inside = frame.seen(gray, (0.1, 0.9), (0.1, 0.9), (side, side))
    rim = (-_RIM_SHARE, _RIM_SHARE)
    left = frame.seen(gray, rim, (0.04, 0.96), (4, side)).T
    bottom = frame.seen(gray, (0.04, 0.96), rim, (side, 4))
    low, high = np.percentile(inside, (5, 95))
    span = max(float(high - low), _LEAST_SPAN)
    across = float(np.abs(np.diff(inside, axis=1)).mean())
    down = float(np.abs(np.diff(inside, axis=0)).mean())
    rims = [float((edge[0] - edge[-1] > _RIM_CONTRAST * span).mean()) for edge in (left, bottom)]
    return min(across, down) / span * min(rims)


def framed(gray: NDArray[np.uint8], corner: SolidCorner, budget: Budget) -> BentFrame | None:
    """Find the far sides of the symbol that an L belongs to; None where alternation never ends."""
    frame = BentFrame.of_corner(corner)
    first = _changes(frame.straightened(gray, _FIRST_PIXELS), _FIRST_PIXELS)
    top, right = (_far_side(changes, _FIRST_SEARCH) for changes in first)
    if top is None or right is None or budget.is_spent:
        return None
    moved = _moved(frame, top, right)
    if moved is None:
        return None
    second = _changes(moved.straightened(gray, _SECOND_PIXELS), _SECOND_PIXELS)
    top, right = (_far_side(changes, _SECOND_SEARCH) for changes in second)
    return moved if top is None or right is None else _moved(moved, top, right) or moved


def looked_up(gray: NDArray[np.uint8], xy: cv2.typing.MatLike) -> Pixels:
    """The picture at places (h, w, 2), px, float32 (h, w)."""
    seen = cv2.remap(
        gray,
        xy,
        None,  # type: ignore[call-overload]
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.float32)


def _bow(places: Floats) -> Floats:
    """0 at both ends, 1 in the middle, and no further out than the ends."""
    inside = np.clip(places, 0.0, 1.0)
    return np.asarray(4 * inside * (1 - inside), np.float64)


def _changes(straight: Pixels, pixels: int) -> tuple[Pixels, Pixels]:
    """How much changes along s [t, s] and along t [s, t], as a share of strong changes, 0..1."""
    box = (pixels // 3) | 1
    mean = cv2.blur(straight, (box, box))
    variance = cv2.blur(straight * straight, (box, box)) - mean * mean
    deviation = np.sqrt(np.maximum(variance, 0))
    level = (straight - mean) / np.maximum(deviation, 0.2 * float(deviation.max()) + 1.0)
    along_s = np.abs(cv2.Sobel(level, cv2.CV_32F, 1, 0, ksize=3))
    along_t = np.abs(cv2.Sobel(level, cv2.CV_32F, 0, 1, ksize=3))
    strong = max(float(np.percentile(along_s[::3, ::3], 95)), 1e-3)
    stronger = max(float(np.percentile(along_t[::3, ::3], 95)), 1e-3)
    return (
        np.asarray(np.minimum(along_s / strong, 1.0), np.float32),
        np.ascontiguousarray(np.minimum(along_t / stronger, 1.0).T, np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """Where a far side is looked for.

    Attributes:
        pixels: To a side.
        reach: Where the line's middle may lie, in sides.
        slopes: What it may rise from end to end.
        bows: How far its middle may lie off.
        width: Over which inside and outside are compared.
    """

    pixels: int
    reach: tuple[float, float]
    slopes: tuple[float, ...]
    bows: tuple[float, ...]
    width: float

    @property
    def box(self) -> int:
        """The width in pixels."""
        return max(2, round(self.width * self.pixels))

    @property
    def columns(self) -> NDArray[np.intp]:
        """Places along the near side that are looked at, pixels of the straightened picture."""
        first, tip = round(-_LOW * self.pixels), self.pixels // 24
        step = max(1, self.pixels // _FIRST_PIXELS)
        return np.arange(first + tip, first + self.pixels - tip, step)

    @property
    def middles(self) -> NDArray[np.intp]:
        """Rows of the table of drops that the line's middle may lie in."""
        low, high = (round((end - _LOW) * self.pixels) - self.box for end in self.reach)
        return np.arange(low, high)


@lru_cache(maxsize=2)
def _lines(search: _Search) -> NDArray[np.intp]:
    """Row of every line of a search at each column, (slopes, bows, middles, columns)."""
    share = (np.arange(search.columns.size) + 0.5) / search.columns.size
    slopes, bows = np.array(search.slopes), np.array(search.bows)
    offset = slopes[:, None, None] * (share - 0.5) + bows[:, None] * (_bow(share) - 0.5)
    shifts = np.round(offset * search.pixels).astype(np.intp)
    rows = search.middles[:, None] + shifts[:, :, None, :]
    last = round((_HIGH - _LOW) * search.pixels) - 2 * search.box
    return np.asarray(np.clip(rows, 0, last), np.intp)


def _far_side(changes: Pixels, search: _Search) -> tuple[float, float, float] | None:
    """Where many changes become few: (place at the middle, slope, bow) of that line, in sides.

    Args:
        changes: Changes along the near side [away from it, along it].
        search: Which lines are tried.
    """
    inner = changes[:, search.columns]
    box = search.box
    sums = np.cumsum(np.pad(inner, ((1, 0), (0, 0))), axis=0, dtype=np.float32)
    # The mean just inside less the mean just outside, at every place.
    drop = 2 * sums[box:-box] - sums[: -2 * box] - sums[2 * box :]
    lines = _lines(search)
    flat = lines * inner.shape[1] + np.arange(inner.shape[1])
    scores = drop.reshape(-1).take(flat).mean(axis=-1)
    best = float(scores.max())
    if best <= 0:
        return None
    slope, bow = np.unravel_index(int(scores.max(axis=2).argmax()), scores.shape[:2])
    score = scores[slope, bow]
    outer = int(np.flatnonzero(score >= _NEARLY_BEST * best)[-1])
    # Back to the top of the outermost peak that is nearly as good.
    while outer > 0 and score[outer - 1] > score[outer]:
        outer -= 1
    place = (int(search.middles[outer]) + box) / search.pixels + _LOW
    return place, search.slopes[slope], search.bows[bow]


_FIRST_SEARCH = _Search(
    _FIRST_PIXELS,
    (_NEAREST, _FARTHEST),
    tuple(np.linspace(-_MOST_SLOPE, _MOST_SLOPE, 25).tolist()),
    (0.0,),
    _FIRST_REACH,
)
_SECOND_SEARCH = _Search(
    _SECOND_PIXELS,
    (1 - _SECOND_STEPS, 1 + _SECOND_STEPS),
    tuple(np.linspace(-_SECOND_STEPS, _SECOND_STEPS, 9).tolist()),
    tuple(np.linspace(-_MOST_BOW, _MOST_BOW, 9).tolist()),
    _SECOND_REACH,
)


def _moved(
    frame: BentFrame, top: tuple[float, float, float], right: tuple[float, float, float]
) -> BentFrame | None:
    """The frame with its far sides where they were found; None where that is no four-sided form."""
    (up, up_slope, up_bow), (out, out_slope, out_bow) = top, right
    # Sides in the frame's own plane: t = a + b s and s = c + d t.
    a, b = up - 0.5 * up_slope - 0.5 * up_bow, up_slope
    c, d = out - 0.5 * out_slope - 0.5 * out_bow, out_slope
    determinant = 1 - b * d
    if not 0.4 < a < 1.8 or not 0.4 < c < 1.8 or determinant < 0.4:
        return None
    s, t = (c + d * a) / determinant, (a + b * c) / determinant
    if not 0.4 < s < 1.8 or not 0.4 < t < 1.8:
        return None
    far = frame.points_xy(np.array(s), np.array(t))
    one = np.ones(())
    upwards, outwards = (
        frame.left.at(one) - frame.left.powers[0],
        (frame.bottom.at(one) - frame.bottom.powers[0]),
    )
    return BentFrame(
        frame.bottom.up_to(c),
        frame.left.up_to(a),
        far,
        frame.top_bow_xy + up_bow * upwards,
        frame.right_bow_xy + out_bow * outwards,
    )
