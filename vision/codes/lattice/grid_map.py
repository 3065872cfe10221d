"""GridMap: where every point of a symbol lies in the picture, however the label is bent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARGIN_MODULES = 4
"""The map reaches this far beyond the symbol: its quiet zone (ISO/IEC 18004:2015, 6.3.8)."""
NODES_PER_MODULE = 2
_PADDING_NODES = 3


@dataclass(frozen=True, slots=True, eq=False)
class GridMap:
    """A smooth map from modules to pixels.

    Module coordinates (u, v) count from the symbol's top left corner, u to the right; the centre
    of module (row, column) is (column + 0.5, row + 0.5).

    Attributes:
        size_modules: N, side of the symbol; its columns where it has another number of rows.
        nodes_xy: float32 (m, n, 2) [v, u], px, n = (N + 8) x 2: picture points of a lattice of two
            nodes per module, the first at a quarter of a module from the margin's edge.
        height_modules: Rows of the symbol; None where it is square.
    """

    size_modules: int
    nodes_xy: NDArray[np.float32]
    height_modules: int | None = None

    @property
    def rows(self) -> int:
        """Rows of the symbol, modules."""
        return self.size_modules if self.height_modules is None else self.height_modules

    @property
    def node_coordinates(self) -> NDArray[np.float64]:
        """Module coordinates (n,) of the nodes along u; of a square symbol along either axis."""
        return node_coordinates(self.size_modules)

    def rectified(self, gray: NDArray[np.uint8], pixels_per_module: int) -> NDArray[np.uint8]:
        """The symbol and its margin seen straight, uint8 (S, S), S = (N + 8) x pixels."""
        size_wh = (
            (self.size_modules + 2 * MARGIN_MODULES) * pixels_per_module,
            (self.rows + 2 * MARGIN_MODULES) * pixels_per_module,
        )
        dense = cv2.resize(self.nodes_xy, size_wh, interpolation=cv2.INTER_CUBIC)
        straight = cv2.remap(
            gray,
            dense,
            None,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,  # type: ignore[call-overload]
        )
        return np.asarray(straight, dtype=np.uint8)

    def points_xy(self, uv: NDArray[np.float64]) -> NDArray[np.float64]:
        """Picture points (n, 2), px, of module coordinates (n, 2)."""
        places = (uv + MARGIN_MODULES) * NODES_PER_MODULE - 0.5
        sampled = _sampled(
            self.nodes_xy,
            places[None, :, 0].astype(np.float32),
            places[None, :, 1].astype(np.float32),
        )
        return np.asarray(sampled[0], dtype=np.float64)

    @property
    def corners_xy(self) -> NDArray[np.float64]:
        """Outer corners (4, 2) of the symbol, px, clockwise from its own top left."""
        right, low = float(self.size_modules), float(self.rows)
        return self.points_xy(np.array([(0.0, 0.0), (right, 0.0), (right, low), (0.0, low)]))

    def displaced(self, du: NDArray[np.float64], dv: NDArray[np.float64]) -> GridMap:
        """The map read at displaced places: new(u, v) = old(u + du, v + dv).

        Args:
            du: float64 (m, n) [v, u], modules, at the nodes.
            dv: the same, downwards.
        """
        u, v = np.meshgrid(self.node_coordinates, node_coordinates(self.rows))
        x = ((u + du + MARGIN_MODULES) * NODES_PER_MODULE - 0.5).astype(np.float32)
        y = ((v + dv + MARGIN_MODULES) * NODES_PER_MODULE - 0.5).astype(np.float32)
        return GridMap(self.size_modules, _sampled(self.nodes_xy, x, y), self.height_modules)

    def scaled(self, scale: float) -> GridMap:
        """The same map into the picture resized by `scale`."""
        nodes = (self.nodes_xy + np.float32(0.5)) * np.float32(scale) - np.float32(0.5)
        return GridMap(self.size_modules, nodes, self.height_modules)

    def stretch_px(self) -> NDArray[np.float64]:
        """Shorter side of every module as it lies in the picture, px, float64 (rows, N).

        Small where a label bends away from the camera; not above zero where the map folds over.
        """
        coarse = self.nodes_xy[
            MARGIN_MODULES * NODES_PER_MODULE : -MARGIN_MODULES * NODES_PER_MODULE,
            MARGIN_MODULES * NODES_PER_MODULE : -MARGIN_MODULES * NODES_PER_MODULE,
        ].astype(np.float64)
        cells = coarse.reshape(self.rows, NODES_PER_MODULE, self.size_modules, NODES_PER_MODULE, 2)
        # Nodes lie half a module apart: twice their difference is a module.
        across = 2 * (cells[:, :, :, 1] - cells[:, :, :, 0]).mean(axis=1)
        down = 2 * (cells[:, 1] - cells[:, 0]).mean(axis=2)
        area = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
        longer = np.maximum(np.linalg.norm(across, axis=2), np.linalg.norm(down, axis=2))
        shorter: NDArray[np.float64] = area / np.maximum(longer, 1e-9)
        return shorter


def node_coordinates(size_modules: int) -> NDArray[np.float64]:
    """Module coordinates (n,) of a map's nodes along either axis."""
    count = (size_modules + 2 * MARGIN_MODULES) * NODES_PER_MODULE
    return (np.arange(count) + 0.5) / NODES_PER_MODULE - MARGIN_MODULES


def _sampled(
    nodes: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Cubic samples of the nodes, continued in straight lines beyond their edge."""
    padded = nodes
    for axis in (0, 1):
        first, second = np.take(padded, [0], axis), np.take(padded, [1], axis)
        last, before = np.take(padded, [-1], axis), np.take(padded, [-2], axis)
        steps = range(1, _PADDING_NODES + 1)
        padded = np.concatenate(
            [first + (first - second) * k for k in reversed(steps)]
            + [padded]
            + [last + (last - before) * k for k in steps],
            axis=axis,
        )
    sampled = cv2.remap(
        np.ascontiguousarray(padded, dtype=np.float32),
        x + _PADDING_NODES,
        y + _PADDING_NODES,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(sampled, dtype=np.float32)
