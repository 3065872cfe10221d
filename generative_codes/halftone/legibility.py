"""What a reader's threshold needs from each module, and who gives it.

Readers compare with a threshold taken from the neighbourhood, and some of them (OpenCV) judge the
whole module, not its centre. So a module is legible when its mean luma clears the local threshold
by a margin. First its dot grows, then it deepens towards ink or paper; when that is not enough, the
picture around it is moved. Modules in which the picture agrees with the code stay as they are.
"""

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.halftone.colour import Floats, luma, move_luma
from generative_codes.halftone.raster import AREA_OF_UNIT_RADIUS, enlarge, module_means
from generative_codes.halftone.style import DotShape

# A 9 x 9 neighbourhood, half its mean and half middle grey: between local and global readers.
_THRESHOLD_REACH_MODULES = 4
# The threshold moves with the modules; after three rounds it moves by less than a grey level.
_ROUNDS = 3
# Defocus of half a module: what a module keeps of itself and gets from each neighbour in a line.
_DEFOCUS = np.array((0.2, 0.6, 0.2), dtype=np.float32)
# Share of the margin that is asked for out of focus.
_DEFOCUS_MARGIN = np.float32(0.5)
# Reach of the luminance error: about the distance at which a module is still seen by itself.
_SPREAD_SIGMA_MODULES = 0.9
# A free share, or a difference of luma, below this has nothing to give.
_LEAST_SHARE = 0.05
# More than this would paint a halo around the dots.
_MAX_SPREAD_STEP = 0.30

Bits = npt.NDArray[np.bool_]


def clearance(means: Floats, dark: Bits) -> Floats:
    """How far each module's mean luma is on its side of the local threshold, float32 (N, N).

    Args:
        means: float32 (N, N) in 0..1.
        dark: bool (N, N), what each module should be.
    """
    reach = _THRESHOLD_REACH_MODULES
    around = cv2.blur(np.pad(means, reach, mode="edge"), (2 * reach + 1, 2 * reach + 1))
    threshold = 0.5 * around[reach:-reach, reach:-reach] + 0.25
    return np.where(dark, threshold - means, means - threshold).astype(np.float32)


def grown_radii(
    picture_luma: Floats,
    dot_luma: Floats,
    dark: Bits,
    solid: Bits,
    least: Floats,
    most: Floats,
    margin: Floats,
    shape: DotShape,
) -> Floats:
    """Radii as small as legibility allows.

    Args:
        picture_luma: float32 (N, N), mean luma of the picture in each module.
        dot_luma: float32 (N, N).
        dark: bool (N, N), what each module should be.
        solid: bool (N, N), modules without picture.
        least: float32 (N, N), radii where nothing is lacking.
        most: float32 (N, N), radii that no dot passes.
        margin: float32 (N, N), wanted clearance; 0 = none wanted.
        shape: Outline of the dots.

    Returns:
        float32 (N, N), in modules.
    """
    area = AREA_OF_UNIT_RADIUS[shape]
    contrast = np.maximum(np.abs(dot_luma - picture_luma), _LEAST_SHARE)
    radii = least
    for _ in range(_ROUNDS):
        share = np.where(solid, 1, area * radii**2)
        means = picture_luma + (dot_luma - picture_luma) * share
        lacking = _lacking_defocused(means.astype(np.float32), dark, margin)
        radii = np.clip(np.sqrt((share + lacking / contrast) / area), least, most)
    return radii.astype(np.float32)


def deepening(
    picture_luma: Floats,
    dot_luma: Floats,
    dark: Bits,
    solid: Bits,
    radii: Floats,
    margin: Floats,
    shape: DotShape,
) -> Floats:
    """Share of the way to ink or paper that grown dots go before the picture has to give way.

    Arguments are those of `grown_radii`, with its result as `radii`.

    Returns:
        float32 (N, N) in 0..1.
    """
    share = np.where(solid, 1, AREA_OF_UNIT_RADIUS[shape] * radii**2)
    means = picture_luma + (dot_luma - picture_luma) * share
    lacking = _lacking(means.astype(np.float32), dark, margin)
    room = np.abs(dot_luma - np.where(dark, np.float32(0), np.float32(1)))
    way = np.clip(lacking / np.maximum(room * share, _LEAST_SHARE), 0, 1)
    return np.asarray(way, dtype=np.float32)


def spread_error(
    ground: Floats, forced: Floats, cover: Floats, opacity: Floats, share: float
) -> Floats:
    """Let the picture between the dots take back what they change in local brightness.

    Args:
        ground: float32 (S, S, 3), the picture on paper.
        forced: float32 (N, N, 3), colours of dots and whole modules.
        cover: float32 (S, S), share of each pixel that they cover.
        opacity: float32 (S, S); beside the picture nothing is owed to it.
        share: Part of the error that is taken back, 0..1.

    Returns:
        float32 (S, S, 3), the picture in its new brightness, hue kept.
    """
    if not share:
        return ground
    scale = ground.shape[0] // forced.shape[0]
    error = luma(enlarge(forced, scale) - ground) * cover * opacity
    sigma = _SPREAD_SIGMA_MODULES * scale
    room = np.maximum(cv2.GaussianBlur(1 - cover, (0, 0), sigma), _LEAST_SHARE)
    step = -share * cv2.GaussianBlur(error, (0, 0), sigma) / room
    step = np.clip(step, -_MAX_SPREAD_STEP, _MAX_SPREAD_STEP) * opacity
    return move_luma(ground, step.astype(np.float32))


def give_way(free: Floats, forced: Floats, cover: Floats, dark: Bits, margin: Floats) -> Floats:
    """Move the picture in modules whose dot, grown to its limit, does not reach the margin.

    Args:
        free: float32 (S, S, 3), the picture between the dots.
        forced: float32 (N, N, 3), colours of dots and whole modules.
        cover: float32 (S, S), share of each pixel that they cover.
        dark: bool (N, N), what each module should be.
        margin: float32 (N, N), wanted clearance; 0 = none wanted.

    Returns:
        float32 (S, S, 3), the picture after that, hue kept.
    """
    scale = free.shape[0] // dark.shape[0]
    share = cover[..., None]
    open_share = module_means(1 - share, scale)[..., 0]
    side = np.where(dark, np.float32(-1), np.float32(1))
    dotted = enlarge(forced, scale) * share
    for _ in range(_ROUNDS):
        means = luma(module_means(dotted + free * (1 - share), scale))
        step = side * _lacking(means, dark, margin) / np.maximum(open_share, _LEAST_SHARE)
        free = move_luma(free, enlarge(np.where(open_share > 0, step, 0), scale))
    return free


def _lacking(means: Floats, dark: Bits, margin: Floats) -> Floats:
    lacking = np.maximum(margin - clearance(means, dark), 0)
    return np.where(margin > 0, lacking, 0).astype(np.float32)


def _lacking_defocused(means: Floats, dark: Bits, margin: Floats) -> Floats:
    """What a module's mean lacks in focus or out of focus, whichever is more.

    Only dots answer to it: a module alone among its opposites would need the whole of its picture.
    """
    blurred = cv2.sepFilter2D(means, -1, _DEFOCUS, _DEFOCUS, borderType=cv2.BORDER_REPLICATE)
    defocused = np.asarray(blurred, dtype=np.float32)
    own = float(_DEFOCUS[1]) ** 2
    lacking = _lacking(defocused, dark, _DEFOCUS_MARGIN * margin) / own
    return np.asarray(np.maximum(lacking, _lacking(means, dark, margin)), dtype=np.float32)
