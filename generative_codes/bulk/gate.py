"""The gate: every code is painted as it will be printed, and read by a second program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import zxingcpp

from generative_codes.bulk.order import Way
from generative_codes.bulk.shared_base import mixed
from generative_codes.bulk.solved import Pixels, SolvedOrder
from generative_codes.errors import PayloadTooLongError
from generative_codes.symbol import make_symbol
from vision.iso18004.masking import MASKS

# Pixels painted at once: they stay in the cache.
_PIXELS_AT_ONCE = 500_000
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(slots=True, eq=False)
class GatedCodes:
    """Codes of one part after the gate; rows are items.

    Attributes:
        modules: bool (B, N, N); of a failed item, the last one tried.
        masks: uint8 (B,).
        mismatches: int64 (B,), wrong modules in the logo zone.
        ways: How each came about.
    """

    modules: npt.NDArray[np.bool_]
    masks: npt.NDArray[np.uint8]
    mismatches: npt.NDArray[np.int64]
    ways: list[Way]


def pictures(solved: SolvedOrder, modules: npt.NDArray[np.bool_]) -> Iterator[Pixels]:
    """Grey pictures (H, W) with quiet zone, one per symbol: shapes and colours of the design."""
    if solved.base is not None:
        for one in modules:
            yield mixed(solved.blank, solved.ink, one & solved.drawn)
        return
    side, scale = modules.shape[1], solved.order.gate.pixels_per_module
    quiet = (solved.blank.shape[0] - side * scale) // 2
    inner = slice(quiet, quiet + side * scale)
    blank, ink = solved.blank[inner, inner], solved.ink[inner, inner]
    depth = blank.astype(np.uint16) - np.minimum(blank, ink)
    at_once = max(1, _PIXELS_AT_ONCE // solved.blank.size)
    for start in range(0, modules.shape[0], at_once):
        codes = solved.tiles.codes(modules[start : start + at_once] & solved.drawn)
        cover = solved.covers[codes].transpose(0, 1, 3, 2, 4).reshape(-1, *blank.shape)
        # 255 * 255 + 255 just fits, and full cover is full depth.
        shade = (cover * depth + np.uint16(255)) >> 8
        page = np.repeat(solved.blank[None], codes.shape[0], axis=0)
        page[:, inner, inner] -= shade.astype(np.uint8)
        yield from page


def reads_as(picture: Pixels, payload: str) -> bool:
    """True if zxing-cpp finds one code in the picture and it says exactly the payload.

    The quick search is tried first; a code that only the thorough one finds is read as well.
    """
    found = zxingcpp.read_barcodes(
        picture, _FORMATS, try_rotate=False, try_downscale=False, try_invert=False
    )
    if _says(found, payload):
        return True
    return _says(zxingcpp.read_barcodes(picture, _FORMATS), payload)


def _says(found: Sequence[zxingcpp.Barcode], payload: str) -> bool:
    # Texts that no UTF-8 has are compared by their bytes alone; such payloads are not made here.
    return len(found) == 1 and found[0].bytes == payload.encode() and str(found[0].text) == payload


def gate_codes(solved: SolvedOrder, serials: Sequence[str]) -> GatedCodes:
    """Steer, paint and read the codes of some serials; what is not read is re-rolled."""
    batch = solved.art.batch(serials)
    modules = batch.modules.copy() if not batch.modules.flags.writeable else batch.modules
    codes = GatedCodes(modules, batch.masks, batch.zone_mismatches, [Way.STEERED] * len(serials))
    payload = solved.order.template.payload
    for row, picture in enumerate(pictures(solved, modules)):
        if not reads_as(picture, payload(serials[row])):
            _reroll(solved, serials[row], codes, row)
    return codes


def _reroll(solved: SolvedOrder, serial: str, codes: GatedCodes, row: int) -> None:
    """Other masks, the one closest to the artwork first; then the plain symbol; then give up."""
    payload = solved.order.template.payload(serial)
    budget = 0 if solved.base is not None else solved.art.brief.budget
    tried = int(codes.masks[row])
    rolls = [
        solved.art.steering.steer_many([serial], mask, budget=budget)
        for mask in range(MASKS)
        if mask != tried
    ]
    rolls.sort(key=lambda roll: int(roll.zone_mismatches[0]))
    for roll in rolls[: solved.order.gate.rerolls]:
        if reads_as(next(pictures(solved, roll.modules)), payload):
            codes.modules[row] = roll.modules[0]
            codes.masks[row], codes.mismatches[row] = roll.masks[0], roll.zone_mismatches[0]
            codes.ways[row] = Way.REROLLED
            return
    steering = solved.art.steering
    try:
        segments = solved.order.template.runs(steering.version)
        plain = make_symbol(payload, steering.level, steering.version, runs=segments)
    except PayloadTooLongError:
        codes.ways[row] = Way.FAILED
        return
    target = steering.target
    codes.modules[row], codes.masks[row] = plain.modules, plain.mask
    codes.mismatches[row] = np.count_nonzero((plain.modules != target.dark) & target.zone)
    is_read = reads_as(next(pictures(solved, plain.modules[None])), payload)
    codes.ways[row] = Way.UNSTEERED if is_read else Way.FAILED
