"""The sampled camera grid: what a random sample says about all codes of an order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.gate import gate_codes
from generative_codes.bulk.order import BulkError, BulkItem, Way
from generative_codes.bulk.shared_base import mixed
from generative_codes.bulk.solved import SolvedOrder
from generative_codes.certify import SIXTEEN_CASES, CameraCase, ScanCertificate, certify_picture
from generative_codes.certify.panel import DecoderName, make_panel
from generative_codes.certify.rates import measure_rates
from generative_codes.drawing.output import to_pixels
from generative_codes.symbol import Symbol

CONFIDENCE = 0.95
MAX_SAMPLE = 400
_PIXELS_PER_MODULE = 10


@dataclass(frozen=True, slots=True)
class SampledBound:
    """How sure a random sample makes one of all codes. Photos are simulated.

    Attributes:
        serials: The sampled codes.
        cases: Camera cases per code.
        photos: Photos in all.
        photos_read: Of them, those that zxing-cpp read, byte for byte.
        codes_read: Codes that were read in at least `share_wanted` of their cases.
        share_wanted: See above.
        lower_bound: With 95 % confidence at least this share of all codes would be counted so
            (Clopper and Pearson 1934, one-sided).
        seed: Of the sample and the noise.
    """

    serials: tuple[str, ...]
    cases: int
    photos: int
    photos_read: int
    codes_read: int
    share_wanted: float
    lower_bound: float
    seed: int


def certify_design(solved: SolvedOrder, serial: str) -> ScanCertificate:
    """Certificate of the design on one of its codes: decoder panel, camera grid, grades.

    Raises:
        BulkError: If the code of this serial does not pass the gate.
    """
    symbol = symbols_of(solved, [serial])[0]
    return certify_picture(
        bare_picture(solved, symbol),
        _PIXELS_PER_MODULE,
        symbol,
        solved.design.quiet_zone_modules,
        seed=solved.order.seed,
    )


def sample_grid(
    solved: SolvedOrder,
    items: Sequence[BulkItem],
    n: int,
    seed: int,
    *,
    cases: Sequence[CameraCase] = SIXTEEN_CASES,
    share_wanted: float = 0.75,
) -> SampledBound:
    """Photograph a random sample of codes (simulated) and bound the share that reads well.

    Args:
        solved: The order.
        items: All its codes, or a list of them that was not chosen by hand.
        n: How many to draw, without putting back.
        seed: Of the sample and the noise.
        cases: Cameras.
        share_wanted: A code reads well if it is read in this share of its cases.

    Raises:
        BulkError: If there is nothing to draw from, or more than `MAX_SAMPLE` are asked for.
    """
    if not items or not 1 <= n <= MAX_SAMPLE:
        raise BulkError(f"A sample has 1 to {MAX_SAMPLE} of at least one code, not {n}.")
    drawn = sorted(
        np.random.default_rng(seed).choice(len(items), min(n, len(items)), replace=False).tolist()
    )
    serials = tuple(items[at].serial for at in drawn)
    panel = [decoder for decoder in make_panel() if decoder.name is DecoderName.ZXING]
    read_well = photos_read = 0
    for turn, symbol in enumerate(symbols_of(solved, serials)):
        (rate,) = measure_rates(
            bare_picture(solved, symbol),
            _PIXELS_PER_MODULE,
            symbol.payload,
            cases,
            panel,
            seed * MAX_SAMPLE + turn,
        )
        photos_read += rate.read
        read_well += rate.rate >= share_wanted
    return SampledBound(
        serials=serials,
        cases=len(cases),
        photos=len(serials) * len(cases),
        photos_read=photos_read,
        codes_read=read_well,
        share_wanted=share_wanted,
        lower_bound=lower_bound(read_well, len(serials)),
        seed=seed,
    )


def symbols_of(solved: SolvedOrder, serials: Sequence[str]) -> list[Symbol]:
    """The gated symbols of some serials, as they are printed.

    Raises:
        BulkError: If one of them does not pass the gate.
    """
    codes = gate_codes(solved, serials)
    steering = solved.art.steering
    found = []
    for row, serial in enumerate(serials):
        if codes.ways[row] is Way.FAILED:
            raise BulkError(
                f"The code of serial {serial!r} does not read back; look at its design."
            )
        modules = codes.modules[row].copy()
        modules.setflags(write=False)
        payload = solved.order.template.payload(serial)
        # The template's own segments: in one mode alone the payload may not fit.
        plain = solved.order.template.symbol(
            payload, steering.level, steering.version, int(codes.masks[row])
        )
        found.append(replace(plain, modules=modules))
    return found


def bare_picture(
    solved: SolvedOrder, symbol: Symbol, pixels_per_module: int = _PIXELS_PER_MODULE
) -> npt.NDArray[np.uint8]:
    """Symbol and quiet zone in the design, uint8 (H, W, 3) B, G, R."""
    if solved.base is not None:
        light, dark = solved.base.pixels(solved.design, pixels_per_module)
        return mixed(light, dark, symbol.modules & solved.drawn)
    bare = replace(solved.design, frame=None, caption=None, is_transparent=False)
    return to_pixels(symbol, bare, pixels_per_module)[..., 2::-1].copy()


def lower_bound(successes: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """One-sided Clopper-Pearson bound: the share at which so many successes get this unlikely.

    Raises:
        BulkError: If there are no trials, or more successes than trials.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise BulkError(f"{successes} successes in {trials} trials is no sample.")
    if successes == 0:
        return 0.0
    low, high = 0.0, successes / trials
    for _ in range(60):
        middle = (low + high) / 2
        if _at_least(successes, trials, middle) < 1 - confidence:
            low = middle
        else:
            high = middle
    return low


def _at_least(successes: int, trials: int, share: float) -> float:
    """Chance of at least so many successes."""
    if share <= 0:
        return 0.0
    return math.fsum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(k + 1)
            - math.lgamma(trials - k + 1)
            + k * math.log(share)
            + (trials - k) * math.log1p(-share)
        )
        for k in range(successes, trials + 1)
    )
