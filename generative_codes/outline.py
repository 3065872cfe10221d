"""Outlines of black-and-white pictures: closed rectilinear loops on the grid of module corners."""

import numpy as np
import numpy.typing as npt

Loop = list[tuple[int, int]]


def trace_loops(dark: npt.NDArray[np.bool_]) -> list[Loop]:
    """Boundary of the dark cells as closed loops.

    Filled with the even-odd rule the loops cover exactly the dark cells. They hold no inner
    edges, so no renderer can show a seam between two neighbours.

    Args:
        dark: bool (H, W).

    Returns:
        Loops of (x, y) corners, 0 <= x <= W, 0 <= y <= H, y downwards; the first edge of a loop is
        horizontal, then vertical and horizontal edges alternate.
    """
    padded = np.pad(dark, 1).astype(np.uint8)
    top_left, top_right = padded[:-1, :-1], padded[:-1, 1:]
    bottom_left, bottom_right = padded[1:, :-1], padded[1:, 1:]
    is_corner = (top_left ^ top_right ^ bottom_left ^ bottom_right) != 0
    # Where two dark cells touch at a point only, the loops cross straight: even-odd takes it so.
    ys, xs = np.nonzero(is_corner)

    # Along a row the corners pair up into horizontal edges (0-1, 2-3, ...), along a column into
    # vertical ones. Walking both pairings by turns closes every loop.
    down_the_columns = np.lexsort((ys, xs))
    vertical_partner = np.empty_like(xs)
    vertical_partner[down_the_columns[0::2]] = down_the_columns[1::2]
    vertical_partner[down_the_columns[1::2]] = down_the_columns[0::2]

    partners: list[int] = vertical_partner.tolist()
    corners: Loop = list(zip(xs.tolist(), ys.tolist(), strict=True))
    is_used = bytearray(len(corners))
    loops: list[Loop] = []
    for start in range(len(corners)):
        if is_used[start]:
            continue
        loop: Loop = []
        here = start
        while not is_used[here]:
            across = here ^ 1
            is_used[here] = is_used[across] = 1
            loop += (corners[here], corners[across])
            here = partners[across]
        loops.append(loop)
    return loops
