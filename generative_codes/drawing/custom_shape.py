"""A module of the customer's own: an SVG path in a unit cell, checked before it is drawn.

Source of the grammar: SVG 2, 9.3 (path data).
"""

import re
from functools import lru_cache

import cv2
import numpy as np

from generative_codes.drawing.contours import Contour, Point, Segment
from generative_codes.fields import DesignError

MOST_CHARACTERS, MOST_SEGMENTS = 2000, 64
_TOKEN = re.compile(r"([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?)|([\s,]+)|(.)")
_NUMBERS_OF = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
_SAMPLES = 256
_TOLERANCE = 1e-3
_LARGEST_NUMBER = 1e6
_OPEN = "The path is not closed; end every loop with Z."
_OPEN_ZH = "路径没有闭合；每个轮廓请以 Z 结束。"
_OUTSIDE_ZH = "路径超出了 0 到 1 的格子；请缩小。"


@lru_cache(maxsize=256)
def read_shape(text: str) -> tuple[Contour, ...]:
    """Loops of a path in a cell from (0, 0) to (1, 1), moved so that its middle is the origin.

    Args:
        text: Commands M L H V C S Q T Z, absolute or relative; every loop ends with Z; where loops
            overlap, the even-odd rule holds.

    Raises:
        DesignError: Without path: what is wrong and what would work.
    """
    if len(text) > MOST_CHARACTERS:
        raise DesignError(
            "",
            f"{len(text)} characters of path are too many; at most {MOST_CHARACTERS} are drawn.",
            f"路径有 {len(text)} 个字符；最多 {MOST_CHARACTERS} 个。",
        )
    loops = _Reader(text).loops()
    count = sum(len(loop.segments) for loop in loops)
    if count > MOST_SEGMENTS:
        raise DesignError(
            "",
            f"{count} segments are too many for a module; simplify to {MOST_SEGMENTS}.",
            f"路径有 {count} 段，太复杂；请简化到 {MOST_SEGMENTS} 段以内。",
        )
    for value in np.concatenate([loop.flatten(_SAMPLES) for loop in loops]).ravel().tolist():
        if not -_TOLERANCE <= value <= 1 + _TOLERANCE:
            raise DesignError(
                "",
                f"The path reaches {value:g}; a module's cell goes from 0 to 1 in both directions. "
                "Scale the path down.",
                _OUTSIDE_ZH,
            )
    return tuple(loop.at(-0.5, -0.5) for loop in loops)


def ink_share(shape: tuple[Contour, ...]) -> float:
    """Share of the cell that a shape covers."""
    return float(_painted(shape).mean())


def covers_centre(shape: tuple[Contour, ...]) -> bool:
    """True if the middle fifth of the cell, where readers sample, is inked throughout."""
    low, high = (round(_SAMPLES * share) for share in (0.4, 0.6))
    return bool(_painted(shape)[low:high, low:high].all())


def _painted(shape: tuple[Contour, ...]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    canvas = np.zeros((_SAMPLES, _SAMPLES), dtype=np.uint8)
    loops = [
        np.rint((loop.flatten(_SAMPLES) + 0.5) * _SAMPLES * 16 - 8).astype(np.int32)
        for loop in shape
    ]
    cv2.fillPoly(canvas, loops, (1,), shift=4)
    return canvas.astype(bool)


class _Reader:
    """Walks over path data; all points are absolute until a loop is closed."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str | float] = []
        for letter, value, _, other in _TOKEN.findall(text):
            if other:
                raise DesignError(
                    "", f"{other!r} does not belong into a path.", f"路径里不能有 {other!r}。"
                )
            if letter:
                self._tokens.append(letter)
            elif value:
                if not abs(float(value)) <= _LARGEST_NUMBER:
                    raise DesignError(
                        "", "A number is far outside the cell. Scale the path down.", _OUTSIDE_ZH
                    )
                self._tokens.append(float(value))
        self._loops: list[Contour] = []
        self._segments: list[Segment] = []
        self._start: Point | None = None
        self._here: Point = (0.0, 0.0)
        self._control: Point | None = None
        self._last = ""

    def loops(self) -> list[Contour]:
        """All closed loops."""
        index, command = 0, ""
        while index < len(self._tokens):
            token = self._tokens[index]
            if isinstance(token, str):
                command, index = token, index + 1
                self._check(command)
            elif command in {"", "Z", "z"}:
                raise DesignError(
                    "",
                    f"The number {token:g} follows no command; begin with M.",
                    f"数字 {token:g} 前没有命令；请以 M 开头。",
                )
            needed = _NUMBERS_OF[command.upper()]
            values = self._tokens[index : index + needed]
            if len(values) < needed or any(isinstance(value, str) for value in values):
                raise DesignError(
                    "",
                    f"The command {command} takes {needed} numbers.",
                    f"命令 {command} 需要 {needed} 个数字。",
                )
            self._take(command, [float(value) for value in values])
            index += needed
            # Further pairs behind a move are lines.
            command = {"M": "L", "m": "l"}.get(command, command)
        if self._start is not None:
            raise DesignError("", _OPEN, _OPEN_ZH)
        if not self._loops:
            raise DesignError(
                "",
                "The path draws nothing; give loops like M0 0H1V1H0Z.",
                "路径是空的；请给出闭合轮廓，例如 M0 0H1V1H0Z。",
            )
        return self._loops

    @staticmethod
    def _check(command: str) -> None:
        if command in {"A", "a"}:
            raise DesignError(
                "",
                "Arcs (A) are not read; convert them to curves (C).",
                "不支持圆弧（A）；请先转换为曲线（C）。",
            )
        if command.upper() not in _NUMBERS_OF:
            raise DesignError(
                "",
                f"{command} is no path command; known are {' '.join(_NUMBERS_OF)}.",
                f"没有 {command} 这个路径命令；可用 {' '.join(_NUMBERS_OF)}。",
            )

    def _take(self, command: str, values: list[float]) -> None:
        letter = command.upper()
        if letter == "M":
            if self._start is not None:
                raise DesignError("", _OPEN, _OPEN_ZH)
            self._here = self._start = self._points(command, values)[0]
        elif self._start is None:
            raise DesignError(
                "",
                f"The command {command} stands outside a loop; begin with M.",
                f"命令 {command} 不在轮廓内；请以 M 开头。",
            )
        elif letter == "Z":
            self._close(self._start)
        else:
            self._draw(letter, command, values)
        self._last = letter

    def _points(self, command: str, values: list[float]) -> list[Point]:
        x, y = self._here if command.islower() else (0.0, 0.0)
        return [(x + a, y + b) for a, b in zip(values[::2], values[1::2], strict=True)]

    def _draw(self, letter: str, command: str, values: list[float]) -> None:
        x, y = self._here
        if letter in "HV":
            offset = (x if letter == "H" else y) if command.islower() else 0.0
            place = values[0] + offset
            self._add((place, y) if letter == "H" else (x, place))
            return
        points = self._points(command, values)
        match letter:
            case "L":
                self._add(points[0])
            case "C":
                self._add(points[2], points[0], points[1])
                self._control = points[1]
            case "S":
                first = self._mirrored("CS")
                self._add(points[1], first, points[0])
                self._control = points[0]
            case _:
                control = points[0] if letter == "Q" else self._mirrored("QT")
                end = points[-1]
                thirds = [
                    (p[0] + 2 / 3 * (control[0] - p[0]), p[1] + 2 / 3 * (control[1] - p[1]))
                    for p in ((x, y), end)
                ]
                self._add(end, thirds[0], thirds[1])
                self._control = control

    def _mirrored(self, kinds: str) -> Point:
        x, y = self._here
        if self._control is None or self._last not in kinds:
            return x, y
        return 2 * x - self._control[0], 2 * y - self._control[1]

    def _add(self, end: Point, *controls: Point) -> None:
        self._segments.append(tuple(value for point in (*controls, end) for value in point))
        self._here = end

    def _close(self, start: Point) -> None:
        if not self._segments:
            raise DesignError("", "A loop without segments has no area.", "轮廓没有面积。")
        x, y = start
        relative = tuple(
            tuple(value - (y if place % 2 else x) for place, value in enumerate(segment))
            for segment in self._segments
        )
        self._loops.append(Contour(start, relative))
        self._segments, self._start, self._here = [], None, start
