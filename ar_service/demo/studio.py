"""Printing and photographing the items (simulated), on all cores."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

import cv2
import numpy as np
from numpy.typing import NDArray

from ar_service.demo.artwork import (
    DPI,
    GAP_MM,
    LABEL_WH_MM,
    draw_front,
    draw_label,
    side_by_side,
    symbol_corners_mm,
)
from ar_service.demo.cases import DemoCase, Drawing, Item, Shot
from generative_codes import Symbol, make_symbol
from vision.printcam import Label, photograph, print_label

MAX_PROCESSES = 4
"""A print takes about 0.7 GiB of memory while it is computed."""


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """A simulated photo, and where the codes of its labels truly lie.

    Attributes:
        jpeg: the file.
        size_px: width and height.
        code_corners_px: for every code its four corners, clockwise from its own top-left.
    """

    jpeg: bytes
    size_px: tuple[int, int]
    code_corners_px: tuple[tuple[tuple[float, float], ...], ...]


def take_photos(
    cases: Sequence[DemoCase], seed: int, taken: Callable[[int], None]
) -> dict[str, TakenPhoto]:
    """Print every item once and photograph it for all of its cases.

    Args:
        cases: the cases; those of one item name show the same physical item.
        seed: of all randomness; the same seed and codes give the same pictures.
        taken: called with the number of photos done so far.

    Returns:
        The photo of every case by its slug.
    """
    by_item: dict[str, list[tuple[int, DemoCase]]] = {}
    for number, case in enumerate(cases):
        by_item.setdefault(case.item.name, []).append((number, case))
    processes = max(1, min(MAX_PROCESSES, os.cpu_count() or 1, len(by_item)))
    photos: dict[str, TakenPhoto] = {}
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        jobs = {
            pool.submit(
                photograph_item,
                rows[0][1].item,
                [case.shot for _, case in rows],
                (seed, place),
            ): [case.slug for _, case in rows]
            for place, rows in enumerate(by_item.values())
        }
        try:
            for job in as_completed(jobs):
                photos |= dict(zip(jobs[job], job.result(), strict=True))
                taken(len(photos))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return photos


def photograph_item(item: Item, shots: Sequence[Shot], seed: tuple[int, int]) -> list[TakenPhoto]:
    """Print one item and take its photos."""
    rng = np.random.default_rng(seed)
    symbols = [make_symbol(code.payload) for code in item.codes]
    printed = print_label(
        Label.from_srgb(_artwork(item, symbols), DPI), item.printer, item.paper, rng
    )
    corners = [
        symbol_corners_mm(symbol) + np.array([place * (LABEL_WH_MM[0] + GAP_MM), 0.0])
        for place, symbol in enumerate(symbols)
    ]
    photos = []
    for shot in shots:
        photo = photograph(printed, shot.camera, shot.view, shot.scene, rng)
        if photo.jpeg is None:
            raise ValueError("the demo needs cameras that write JPEG")
        truth = tuple(_as_points(photo.points_px_from_mm(points)) for points in corners)
        height, width = photo.bgr.shape[:2]
        photos.append(TakenPhoto(photo.jpeg, (width, height), truth))
    return photos


def _artwork(item: Item, symbols: Sequence[Symbol]) -> NDArray[np.uint8]:
    labels = [
        draw_label(item.text, symbol, code.code)
        for symbol, code in zip(symbols, item.codes, strict=True)
    ]
    match item.drawing:
        case Drawing.LABEL:
            return labels[0]
        case Drawing.PAIR:
            return side_by_side(labels)
        case Drawing.FRONT:
            return draw_front(item.text)


def _as_points(points: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)
