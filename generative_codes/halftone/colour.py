"""Colour moves that keep the hue: channel bounds, luminance steps, saturation.

Colours are float32 (..., 3), BGR, sRGB values in 0..1. A colour that is scaled towards black, or
mixed with white, keeps the ratios of its channel differences and with them its hue.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# ITU-R BT.601 luma, the grey of most readers, in B, G, R order.
LUMA_BGR = np.array((0.114, 0.587, 0.299), dtype=np.float32)
_MAX_BRIGHTENING = np.float32(4)
_TINY = np.float32(1e-6)


def luma(colours: Floats) -> Floats:
    """BT.601 luma, (...) in 0..1."""
    return np.asarray(colours @ LUMA_BGR, dtype=np.float32)


def bound_dark(colours: Floats, dark_max: Floats | float) -> Floats:
    """Scale towards black until the largest channel is at most `dark_max` (...)."""
    largest = colours.max(axis=-1)
    scale = np.minimum(1, dark_max / np.maximum(largest, _TINY))
    return np.asarray(colours * scale[..., None], dtype=np.float32)


def bound_light(colours: Floats, light_min: Floats | float) -> Floats:
    """Mix with white until the smallest channel is at least `light_min` (...)."""
    smallest = colours.min(axis=-1)
    share = np.clip((light_min - smallest) / np.maximum(1 - smallest, _TINY), 0, 1)
    return np.asarray(colours + (1 - colours) * share[..., None], dtype=np.float32)


def brighten(colours: Floats) -> Floats:
    """Scale away from black until the largest channel is 1, at most fourfold.

    A colour mixed with white after this is a clear tint, not a grey. The limit keeps the noise of
    near-black pixels from becoming colours of its own.
    """
    scale = np.minimum(_MAX_BRIGHTENING, 1 / np.maximum(colours.max(axis=-1), _TINY))
    return np.asarray(colours * scale[..., None], dtype=np.float32)


def move_luma(colours: Floats, step: Floats) -> Floats:
    """Change the luma by `step` (...), as far as black and white allow.

    Up mixes with white, down scales to black, so that the colour stays inside the cube: channels
    are clipped at no point, and the luma changes by exactly the step unless it ends at 0 or 1.
    """
    grey = luma(colours)
    up = np.clip(step / np.maximum(1 - grey, _TINY), 0, 1)
    down = np.clip(-step / np.maximum(grey, _TINY), 0, 1)
    lighter = colours + (1 - colours) * up[..., None]
    return (lighter * (1 - down[..., None])).astype(np.float32)


def saturate(colours: Floats, factor: float) -> Floats:
    """Stretch the differences from the luma; a pixel is stretched less where it would clip."""
    grey = luma(colours)[..., None]
    offset = colours - grey
    high = offset.max(axis=-1, keepdims=True)
    low = -offset.min(axis=-1, keepdims=True)
    room = np.minimum((1 - grey) / np.maximum(high, _TINY), grey / np.maximum(low, _TINY))
    reach = np.minimum(factor, np.maximum(room, 1)) if factor > 1 else factor
    return np.clip(grey + offset * reach, 0, 1).astype(np.float32)


def from_hex(colour: str) -> Floats:
    """(3,) BGR of a checked #rrggbb."""
    return np.array(list(bytes.fromhex(colour[1:]))[::-1], dtype=np.float32) / np.float32(255)
