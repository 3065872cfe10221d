"""PrintedMatrix: what a symbol should look like, and the edges that its modules have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Neighbours of an edge that its ink and the lens can feel: five along it, six across.
ALONG, ACROSS = 5, 6
# A symbol of version 40 has 177 modules a side; nothing that is read has more.
MAX_SIDE_MODULES = 177
_LEAST_SIDE_MODULES = 8


@dataclass(frozen=True, slots=True, eq=False)
class PrintedMatrix:
    """The modules of one symbol and where the print shows something else.

    Attributes:
        modules: bool (N, N), True = dark; read-only.
        masked: bool (N, N), True where a copy detection pattern or a logo stands; read-only. No
            edge that touches such a module is looked at.

    Raises:
        ValueError: not square, too small or too large, or shapes that differ.
    """

    modules: NDArray[np.bool_]
    masked: NDArray[np.bool_]

    def __post_init__(self) -> None:
        modules = np.array(self.modules, dtype=np.bool_)
        masked = np.array(self.masked, dtype=np.bool_)
        side = modules.shape[0] if modules.ndim == 2 else 0
        if modules.shape != (side, side) or not _LEAST_SIDE_MODULES <= side <= MAX_SIDE_MODULES:
            raise ValueError(
                f"expected a square of {_LEAST_SIDE_MODULES} to {MAX_SIDE_MODULES} modules, "
                f"got {modules.shape}"
            )
        if masked.shape != modules.shape:
            raise ValueError(f"expected a mask of shape {modules.shape}, got {masked.shape}")
        for name, array in (("modules", modules), ("masked", masked)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def of(cls, modules: NDArray[np.bool_]) -> PrintedMatrix:
        """The matrix of a symbol that is printed as it is."""
        return cls(modules, np.zeros(np.shape(modules), np.bool_))

    @property
    def size_modules(self) -> int:
        """N, side of the symbol."""
        return len(self.modules)

    @property
    def edges(self) -> ModuleEdges:
        """Every edge between a dark and a light module; the same for every mask."""
        return _edges_of(self.modules.tobytes(), self.size_modules)

    def open_edges(self) -> NDArray[np.bool_]:
        """Which edges (n,) touch no masked module."""
        edges = self.edges
        low, high = edges.sides
        return ~(self.masked[low] | self.masked[high])

    def shows_same(self, other: PrintedMatrix) -> bool:
        """Whether both have the same modules, whatever is masked."""
        return self.modules is other.modules or np.array_equal(self.modules, other.modules)


@dataclass(frozen=True, slots=True, eq=False)
class ModuleEdges:
    """The n edges inside a symbol, upright ones first. All arrays are read-only.

    Attributes:
        is_lying: bool (n,), False = upright (its place is a u), True = lying (a v).
        line: intp (n,), lattice line, 1 to N - 1.
        place: intp (n,), module along the line.
        polarity: float32 (n,), +1 where the module before the line is dark, else -1.
        context: float32 (n, 30), the modules around as +1 dark, -1 light, six across (dark side of
            the edge first) times five along; the two beside the edge are always +1 and -1.
    """

    is_lying: NDArray[np.bool_]
    line: NDArray[np.intp]
    place: NDArray[np.intp]
    polarity: NDArray[np.float32]
    context: NDArray[np.float32]

    @property
    def count(self) -> int:
        """Number of edges."""
        return self.line.size

    @property
    def sides(self) -> tuple[tuple[NDArray[np.intp], ...], tuple[NDArray[np.intp], ...]]:
        """(row, column) of the module before and of the one behind every edge."""
        before = self.line - 1
        low = (
            np.where(self.is_lying, before, self.place),
            np.where(self.is_lying, self.place, before),
        )
        high = (
            np.where(self.is_lying, self.line, self.place),
            np.where(self.is_lying, self.place, self.line),
        )
        return low, high

    @property
    def middle_uv(self) -> NDArray[np.float64]:
        """Middles (n, 2) of the edges, module coordinates."""
        along = self.place + 0.5
        u = np.where(self.is_lying, along, self.line)
        v = np.where(self.is_lying, self.line, along)
        return np.stack((u, v), axis=1)


@lru_cache(maxsize=64)
def _edges_of(packed: bytes, side: int) -> ModuleEdges:
    modules = np.frombuffer(packed, np.bool_).reshape(side, side)
    parts = []
    for is_lying in (False, True):
        seen = modules.T if is_lying else modules
        place, before = np.nonzero(seen[:, 1:] != seen[:, :-1])
        # Outside is paper.
        ink = np.pad(np.where(seen, np.float32(1), np.float32(-1)), 3, constant_values=-1)
        windows = np.lib.stride_tricks.sliding_window_view(ink, (ALONG, ACROSS))
        context = windows[place + 1, before + 1]
        polarity = context[:, ALONG // 2, ACROSS // 2 - 1]
        context = np.where(polarity[:, None, None] > 0, context, context[:, :, ::-1])
        flat = context.transpose(0, 2, 1).reshape(-1, ALONG * ACROSS)
        parts.append((np.full(place.size, is_lying), before + 1, place, polarity, flat))
    joined = [np.concatenate(pair) for pair in zip(*parts, strict=True)]
    for array in joined:
        array.flags.writeable = False
    return ModuleEdges(*joined)
