"""Where on the symbol a logo can be shown best: all positions judged at once, before any solving.

Payload and header sit on the symbol's right side and cannot be steered, nor can function patterns.
What a position will cost follows from the layout alone: the wrong ones of those modules (known,
per mask), and half of what a block is asked for beyond its free bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Artwork, ArtworkError, Placement, Target
from generative_codes.errors import PayloadTooLongError
from generative_codes.steering.code_space import block_spaces
from generative_codes.steering.serials import SerialEncoder
from generative_codes.steering.solution import Steering
from generative_codes.steering.steered import MaskChoice, SteeredSymbol
from generative_codes.steering.template import PayloadTemplate, SteeringError
from generative_codes.symbol import Symbol
from generative_codes.tones import Picture, ToneMode, photo_mask
from vision.iso18004.masking import MASKS
from vision.iso18004.versions import MAX_VERSION, MIN_VERSION, ErrorLevel

# Sides of the logo's box in shares of the symbol's side, the boldest first.
SCALES = (0.6, 0.55, 0.5, 0.45, 0.4)
# Versions tried by default: below 5 a logo has too few modules (under 20 wide) to be a drawing, and
# above 10 labels grow too large for phones at arm's length.
DRAWING_VERSIONS = range(5, 11)
# The same for photographs, which need half-tones: at version 10 an eye is two modules wide.
PHOTO_SCALES = (0.8, 0.75, 0.7, 0.65, 0.6, 0.5)
PHOTO_VERSIONS = range(15, 21)
# More pixels than this along a side only cost time: a module of version 40 still gets eleven.
_ENOUGH_PX = 2_048
# The judgement errs by about this much (standard deviation of half a block's surplus).
_SLACK = 0.005
# Serials on which a design's mean fidelity is measured.
_SAMPLE = 512
# Standard errors that the mean must lie above the wish: 98 of 100 other samples agree.
_ERRORS_ABOVE = 2.0

# Positions solved per scale beside the one nearest to the centre, and how far apart they are: what
# a position will really show depends on how the payload's modules happen to fall.
_PEAKS = 3
_PEAK_REACH_MODULES = 2
# Placements solved where none promises enough.
_LAST_HOPES = 4

Map = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedDesign:
    """A solved design.

    Attributes:
        steering: Version, level, target and tables.
        placement: Where the artwork lies.
        zone_fidelity: Mean share of the zone's modules that match, over a sample of serials.
    """

    steering: Steering
    placement: Placement
    zone_fidelity: float


def place_design(
    template: PayloadTemplate,
    picture: Artwork | Picture,
    level: ErrorLevel = ErrorLevel.L,
    *,
    versions: range | None = None,
    placement: Placement | None = None,
    fidelity: float = 0.95,
    budget: int = 0,
    must_reach: bool = True,
) -> PlacedDesign:
    """The smallest version, and on it the boldest placement, that reaches the wished fidelity.

    Args:
        template: The payloads.
        picture: The logo, or a picture with its tones and painted maps.
        level: Error correction level; L leaves most room.
        versions: Versions to try, ascending; None takes `DRAWING_VERSIONS`, or `PHOTO_VERSIONS`
            for a photograph.
        placement: Fixed placement; None tries sizes from bold to small, positions from the centre
            outwards.
        fidelity: Wished mean share of the zone's modules that match.
        budget: Codewords per block that may be knowingly wrong.
        must_reach: False takes the best design found where none reaches the fidelity.

    Raises:
        PayloadTooLongError: If the payload fits into none of the versions.
        SteeringError: If no version reaches the fidelity; the message names the best one found.
        ArtworkError: If the artwork cannot be laid on the grid.
    """
    if isinstance(picture, Artwork):
        picture = Picture(picture)
    picture = replace(picture.resolved(), artwork=picture.artwork.at_most(_ENOUGH_PX))
    if versions is None:
        versions = PHOTO_VERSIONS if picture.tone is ToneMode.PHOTO else DRAWING_VERSIONS
    if not versions or min(versions) < MIN_VERSION or max(versions) > MAX_VERSION:
        raise SteeringError(f"Versions to try lie between {MIN_VERSION} and {MAX_VERSION}.")
    if not 0 < fidelity <= 1:
        raise SteeringError(f"A wished fidelity is above 0 and at most 1, not {fidelity}.")
    best: PlacedDesign | None = None
    too_long: PayloadTooLongError | None = None
    for version in versions:
        try:
            example = template.symbol(template.example, level, version)
        except PayloadTooLongError as error:
            too_long = error
            continue
        for candidate in _candidates(template, example, picture, placement, fidelity):
            steering = solve_picture(template, example, picture, candidate)
            mean, standard_error = _sampled_fidelity(steering, budget)
            design = PlacedDesign(steering, candidate, mean)
            if mean - _ERRORS_ABOVE * standard_error >= fidelity:
                return design
            if best is None or design.zone_fidelity > best.zone_fidelity:
                best = design
    if best is not None and not must_reach:
        return best
    if best is not None:
        raise SteeringError(
            f"No version from {min(versions)} to {max(versions)} shows the logo with a fidelity of "
            f"{fidelity:.1%}; the best is {best.zone_fidelity:.1%} at version "
            f"{best.steering.version} with scale {best.placement.scale}. Shorten the payload, "
            "write the URL in upper case, use a smaller logo, a larger version or an error budget."
        )
    if too_long is not None:
        raise too_long
    raise ArtworkError("The artwork shows no dark module in any size that was tried; crop it.")


def solve_picture(
    template: PayloadTemplate, example: Symbol, picture: Picture, placement: Placement
) -> Steering:
    """Lay a picture on the grid of an example and solve it.

    Raises:
        ArtworkError: If the picture cannot be laid there.
    """
    mask = None
    encoder = SerialEncoder.of(template, example.version, example.data_codewords)
    start = 8 * encoder.first_codeword
    varying = range(start, start + 8 * encoder.codewords)
    if picture.resolved().tone is ToneMode.PHOTO:
        mask = photo_mask(picture.artwork, example, placement, varying)
        example = template.symbol(template.example, example.level, example.version, mask)
    target = picture.target(example, placement, varying)
    return Steering.solve(template, example.version, example.level, target, mask=mask)


def steer_symbol(
    payload: str,
    picture: Artwork | Picture | Target,
    version: int | None = None,
    level: ErrorLevel = ErrorLevel.L,
    *,
    placement: Placement | None = None,
    fidelity: float = 0.95,
    mask: int | MaskChoice = MaskChoice.PER_DESIGN,
    refine: bool = True,
    budget: int = 0,
) -> SteeredSymbol:
    """One steered symbol of one payload.

    Args:
        payload: What readers return, byte for byte.
        picture: The logo, a picture with tones and maps, or a finished target (its size names the
            version).
        version: None takes the smallest of `DRAWING_VERSIONS` that reaches `fidelity`; a given
            version shows the picture as well as it can.
        level: Error correction level.
        placement: As in `place_design`; a given version without placement has the logo centred.
        fidelity: Wished zone fidelity where the version is open.
        mask: 0 to 7, or how to choose it.
        refine: As in `Steering.steer`.
        budget: As in `Steering.steer`.

    Raises:
        GenerativeCodeError: If payload, artwork, version, mask or budget do not work.
    """
    template = PayloadTemplate(payload)
    if isinstance(picture, Target):
        own = (picture.size_modules - 17) // 4
        if version not in {None, own}:
            raise SteeringError(f"The target is made for version {own}, not {version}.")
        steering = Steering.solve(template, own, level, picture)
    elif version is None:
        steering = place_design(
            template, picture, level, placement=placement, fidelity=fidelity, budget=budget
        ).steering
    else:
        laid = Picture(picture) if isinstance(picture, Artwork) else picture
        example = template.symbol(payload, level, version)
        steering = solve_picture(template, example, laid, placement or Placement())
    return steering.steer(mask=mask, refine=refine, budget=budget)


def _sampled_fidelity(steering: Steering, budget: int) -> tuple[float, float]:
    """Mean zone fidelity over serials spread through the alphabet, and its standard error."""
    template = steering.template
    count = _SAMPLE if template.serial_characters else 1
    alphabet = np.frombuffer(template.alphabet.encode("ascii"), np.uint8)
    item, place = np.arange(count)[:, None], np.arange(template.serial_characters)[None, :]
    # Multiples of irrational numbers spread evenly over the unit interval.
    spread = np.modf((item + 1) * np.sqrt(place * place + 2))[0]
    serials = alphabet[(spread * alphabet.size).astype(np.intp)]
    batch = steering.steer_many(serials, budget=budget)
    wrong = batch.zone_mismatches / np.count_nonzero(steering.target.zone)
    return 1 - float(wrong.mean()), float(wrong.std()) / count**0.5


def _candidates(
    template: PayloadTemplate,
    example: Symbol,
    picture: Picture,
    placement: Placement | None,
    fidelity: float,
) -> Iterator[Placement]:
    """Placements worth solving, boldest first; the least bad ones if none promises enough.

    Per scale: the position nearest to the centre that promises enough, then the best ones.
    """
    if placement is not None:
        yield placement
        return
    if picture.tone is ToneMode.PHOTO:
        # Half-tones make up for fixed modules wherever those are: the middle is as good as any.
        yield from (Placement(scale=scale) for scale in PHOTO_SCALES)
        return
    costs = _Costs.of(template, example)
    has_any = False
    fallback: list[tuple[float, Placement]] = []
    for scale in SCALES:
        centred = Placement(scale=scale)
        try:
            target = picture.target(example, centred)
        except ArtworkError:
            continue
        rows = np.flatnonzero(target.zone.any(axis=1))
        columns = np.flatnonzero(target.zone.any(axis=0))
        patch = target.dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        promised = 1 - costs.of_positions(patch) / np.float32(patch.size)
        down = np.arange(promised.shape[0])[:, None] - rows[0]
        right = np.arange(promised.shape[1])[None, :] - columns[0]
        distance = np.where(promised >= fidelity + _SLACK, np.hypot(down, right), np.inf)
        for at in dict.fromkeys((int(distance.argmin()), *_peaks(promised))):
            y, x = divmod(at, promised.shape[1])
            shifted = replace(
                centred, down_modules=float(down[y, 0]), right_modules=float(right[0, x])
            )
            promise = float(promised[y, x])
            if promise >= fidelity - _SLACK:
                has_any = True
                yield shifted
            else:
                fallback.append((promise, shifted))
    if not has_any:
        falling = sorted(fallback, key=lambda item: -item[0])
        yield from (shifted for _, shifted in falling[:_LAST_HOPES])


def _peaks(promised: Map) -> list[int]:
    """Flat places of the best promises, each some modules away from better ones."""
    left = promised.copy()
    peaks = []
    for _ in range(_PEAKS):
        at = int(left.argmax())
        y, x = divmod(at, left.shape[1])
        if left[y, x] == -np.inf:
            break
        peaks.append(at)
        low_y, low_x = max(y - _PEAK_REACH_MODULES, 0), max(x - _PEAK_REACH_MODULES, 0)
        reach = _PEAK_REACH_MODULES + 1
        left[low_y : y + reach, low_x : x + reach] = -np.inf
    return peaks


@dataclass(frozen=True, slots=True, eq=False)
class _Costs:
    """Expected wrong modules.

    Attributes:
        if_light: float32 (8, N, N), chance that a fixed module is wrong where light is wanted.
        if_dark: float32 (8, N, N), the same where dark is wanted.
        steerable: float32 (blocks, N, N), 1 where a block's free bits have a say.
        free_bits: How many each block has.
    """

    if_light: Map
    if_dark: Map
    steerable: Map
    free_bits: tuple[int, ...]

    @classmethod
    def of(cls, template: PayloadTemplate, example: Symbol) -> "_Costs":
        layout = example.layout
        side = layout.size_modules
        encoder = SerialEncoder.of(template, example.version, example.data_codewords)
        steerable = np.zeros((layout.structure.blocks, side * side), dtype=np.float32)
        free_bits = []
        for index, space in enumerate(block_spaces(example.version, example.level)):
            data = space.message_bits[: space.data_bits]
            first = int(np.searchsorted(data, example.first_free_bit))
            free_bits.append(space.data_bits - first)
            if free_bits[-1]:
                steerable[index, space.module_of_bit[first:]] = 1
        fixed = 1 - steerable.max(axis=0)
        bits = np.append(layout.message_bits(example.data_codewords), 0)
        dark = layout.base_of_mask ^ (bits[layout.bit_of_module] != 0)
        chance = dark.reshape(MASKS, -1).astype(np.float32)
        serial_bits = 8 * encoder.first_codeword + np.arange(8 * encoder.codewords)
        chance[:, np.isin(layout.bit_of_module.reshape(-1), serial_bits)] = 0.5
        square = (-1, side, side)
        return cls(
            if_light=(chance * fixed).reshape(square),
            if_dark=((1 - chance) * fixed).reshape(square),
            steerable=steerable.reshape(square),
            free_bits=tuple(free_bits),
        )

    def of_positions(self, patch: npt.NDArray[np.bool_]) -> Map:
        """Expected wrong modules of a (h, w) logo at every position, (N - h + 1, N - w + 1)."""
        dark = patch.astype(np.float32)
        area = np.ones_like(dark)
        surplus = [
            np.maximum(_correlate(steerable, area) - free, 0) / 2
            for steerable, free in zip(self.steerable, self.free_bits, strict=True)
        ]
        by_mask = [
            _correlate(light, 1 - dark) + _correlate(darkened, dark)
            for light, darkened in zip(self.if_light, self.if_dark, strict=True)
        ]
        total: Map = np.min(by_mask, axis=0) + np.sum(surplus, axis=0)
        return total


def _correlate(field: Map, patch: Map) -> Map:
    return np.asarray(cv2.matchTemplate(field, patch, cv2.TM_CCORR), dtype=np.float32)
