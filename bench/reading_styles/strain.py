"""The camera grid with every fault made worse, for readers that pass the grid as it is."""

from collections.abc import Sequence
from dataclasses import replace

from generative_codes.certify import CameraCase

_LEAST_PIXELS, _MOST_TILT_DEG, _LEAST_SIDES = 1.6, 66.0, 0.4
_MOST_GAIN_MODULES, _MOST_SHADE, _MOST_MOTION_MODULES = 0.35, 0.95, 3.0


def strained(grid: Sequence[CameraCase], strain: float) -> tuple[CameraCase, ...]:
    """Every case with its faults `strain` times as large, within what a camera case may be.

    Pixels per module and contrast fall by the root of it, as they are in every case.

    Raises:
        ValueError: If the strain is below 1 or above 4.
    """
    if not 1 <= strain <= 4:
        raise ValueError(f"expected a strain of 1 to 4, got {strain}")
    return tuple(_worse(case, strain) for case in grid) if strain > 1 else tuple(grid)


def _worse(case: CameraCase, strain: float) -> CameraCase:
    tilt_deg = max(-_MOST_TILT_DEG, min(_MOST_TILT_DEG, case.tilt_deg * strain))
    gain = max(-_MOST_GAIN_MODULES, min(_MOST_GAIN_MODULES, case.print_gain_modules * strain))
    return replace(
        case,
        pixels_per_module=max(_LEAST_PIXELS, case.pixels_per_module / strain**0.5),
        tilt_deg=tilt_deg,
        blur=case.blur * strain,
        noise_levels=case.noise_levels * strain,
        jpeg_quality=max(5, round(case.jpeg_quality / strain)),
        shade=min(_MOST_SHADE, case.shade * strain),
        gain=case.gain / strain**0.5,
        print_gain_modules=gain,
        cylinder_sides=(
            None if case.cylinder_sides is None else max(_LEAST_SIDES, case.cylinder_sides / strain)
        ),
        motion_modules=min(_MOST_MOTION_MODULES, case.motion_modules * strain),
        glare_levels=min(1000.0, case.glare_levels * strain),
    )
