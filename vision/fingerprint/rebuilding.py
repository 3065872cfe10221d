"""The symbol of a reading rebuilt exactly, and where the print shows something else instead."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.budget import Budget
from vision.codes.soft.modules_decoder import decode_modules
from vision.codes.soft.qr_symbol import decode_soft
from vision.codes.soft.sampling import by_extremes, module_means, threshold_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.codes.lattice.grid_map import GridMap

# Processor time: a busy machine must not change what is found.
_REBUILDING_MS = 200.0
# So many modules of the wrong colour that touch are a picture on the code, not dirt.
_LEAST_BLOCK_MODULES = 16
# Modules of a block that are right by chance leave gaps this wide.
_GAP_MODULES = 3
# A block's own edge is not drawn on the lattice: one module around it is left out too.
_RIM_MODULES = 1


def rebuilt_modules(gray: NDArray[np.uint8], grid: GridMap, text: str) -> NDArray[np.bool_] | None:
    """The modules bool (N, N) of the QR Code that says `text`, as its printer was given them.

    The modules are sampled and all errors are corrected, so that dirt, logos and copy detection
    patterns are undone. None where the checks do not hold or the message is another.
    """
    version = (grid.size_modules - 17) // 4
    budget = Budget.of_ms(_REBUILDING_MS, time.thread_time)
    for levels in threshold_rules(module_means(gray, grid)):
        sure = np.minimum(np.abs(levels.symbol), 1).astype(np.float32)
        symbol = decode_soft(levels.symbol, sure, version, budget)
        if symbol is not None:
            barcode = decode_modules(symbol.modules)
            is_same = barcode is not None and barcode.text == text
            return symbol.modules if is_same else None
    return None


def module_agreement(
    gray: NDArray[np.uint8], grid: GridMap, modules: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which modules (N, N) of a photo have the colour that they should have."""
    is_dark = by_extremes(module_means(gray, grid), 7).symbol < 0
    agreement: NDArray[np.bool_] = is_dark == modules
    return agreement


def foreign_block(agreement: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Modules (N, N) under the largest patch that shows something else, its rim included.

    The patch is taken as a rectangle: copy detection patterns and logos are. Nothing is masked
    where no more than scattered modules disagree.
    """
    masked = np.zeros(agreement.shape, np.bool_)
    wrong = (~agreement).astype(np.uint8)
    kernel = np.ones((_GAP_MODULES, _GAP_MODULES), np.uint8)
    joined = cv2.morphologyEx(wrong, cv2.MORPH_CLOSE, kernel)
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    amounts = np.bincount(labels[wrong > 0], minlength=count)
    label = int(amounts.argmax())
    if label == 0 or amounts[label] < _LEAST_BLOCK_MODULES:
        return masked
    rows, columns = np.nonzero((labels == label) & (wrong > 0))
    top, left = max(rows.min() - _RIM_MODULES, 0), max(columns.min() - _RIM_MODULES, 0)
    masked[top : rows.max() + _RIM_MODULES + 1, left : columns.max() + _RIM_MODULES + 1] = True
    return masked
