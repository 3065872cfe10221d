"""The camera grid: the cases, from one fault at a time to many together. Simulated throughout.

Distance, tilt, rotation, defocus, motion, noise, light from the side, contrast, a lamp's glare,
JPEG, print gain and cylinder each have cases of their own; then sixteen mixed ones follow.
"""

import numpy as np

from generative_codes.certify.camera import CameraCase
from generative_codes.certify.reflectance import CertifyError

# The sixteen cases that the published decode rates of our reference table were measured on.
SIXTEEN_CASES = (
    CameraCase(8),
    CameraCase(4),
    CameraCase(3),
    CameraCase(2.2),
    CameraCase(tilt_deg=30),
    CameraCase(tilt_deg=45),
    CameraCase(tilt_deg=55),
    CameraCase(rotation_deg=17),
    CameraCase(blur=1.2),
    CameraCase(blur=2.0),
    CameraCase(noise_levels=25),
    CameraCase(4, noise_levels=15, jpeg_quality=25, blur=1),
    CameraCase(shade=0.6),
    CameraCase(gain=0.4, offset_levels=70),
    CameraCase(gain=0.35, offset_levels=10, noise_levels=8),
    CameraCase(
        4, tilt_deg=30, rotation_deg=25, blur=0.8, noise_levels=10, jpeg_quality=50, shade=0.3
    ),
)

# One thing wrong at a time, from mild to hard.
_SWEEPS = (
    *(CameraCase(size) for size in (6.0, 3.5, 2.6)),
    *(CameraCase(tilt_deg=tilt) for tilt in (-20, -40, 50)),
    *(CameraCase(rotation_deg=turn) for turn in (45, 133, 200)),
    *(CameraCase(blur=blur) for blur in (0.6, 1.6)),
    *(CameraCase(noise_levels=noise) for noise in (10, 18, 32)),
    *(CameraCase(shade=shade) for shade in (0.45, 0.75)),
    *(CameraCase(jpeg_quality=quality) for quality in (25, 12)),
    *(CameraCase(motion_modules=length, motion_deg=turn) for length, turn in ((0.8, 0), (1.1, 50))),
    *(CameraCase(glare_levels=levels) for levels in (140, 240)),
    CameraCase(gain=0.6, offset_levels=90),
    CameraCase(gain=1.5, offset_levels=-30),
    *(CameraCase(print_gain_modules=gain) for gain in (-0.15, -0.08, 0.08, 0.15, 0.22)),
    *(CameraCase(cylinder_sides=radius) for radius in (2.5, 1.6, 1.2)),
)


def camera_grid(seed: int = 1, cases: int = 64) -> tuple[CameraCase, ...]:
    """The sixteen reference cases, 32 single faults, then mixed cases drawn from the seed.

    Mixed cases are a Latin hypercube: every fault runs through its whole range once, in an order
    of its own. The same seed and number give the same cases.

    Raises:
        CertifyError: If fewer than 64 or more than 1024 cases are asked for.
    """
    if not 64 <= cases <= 1024:
        raise CertifyError("A grid has 64 to 1024 cases; for a short one take SIXTEEN_CASES.")
    fixed = (*SIXTEEN_CASES, *_SWEEPS)
    return (*fixed, *_mixed_cases(np.random.default_rng(seed), cases - len(fixed)))


def _mixed_cases(rng: np.random.Generator, count: int) -> tuple[CameraCase, ...]:
    def spread(low: float, high: float) -> list[float]:
        places = (rng.permutation(count) + rng.random(count)) / count
        return [round(float(low + (high - low) * place), 3) for place in places]

    columns = zip(
        spread(4.0, 7.5),
        spread(-32, 32),
        spread(-180, 180),
        spread(0, 0.9),
        spread(0, 12),
        spread(35, 95),
        spread(0, 0.4),
        spread(0.55, 1.1),
        spread(-0.08, 0.14),
        spread(-1.2, 1.0),
        spread(-0.45, 0.45),
        spread(-90, 90),
        strict=True,
    )
    return tuple(
        CameraCase(
            pixels_per_module=size,
            # A bent print already leans at its edges; both in full hide it from every reader.
            tilt_deg=tilt if bend < 0 else round(tilt / 2, 3),
            rotation_deg=turn,
            blur=blur,
            noise_levels=noise,
            jpeg_quality=round(quality),
            shade=shade,
            gain=gain,
            offset_levels=round(60 * (1 - gain), 1),
            print_gain_modules=growth,
            # Half of them flat, half bent, tighter as the curvature grows.
            cylinder_sides=None if bend < 0 else round(1 / (0.15 + 0.45 * bend), 3),
            # Half of them by a still hand, half without a lamp.
            motion_modules=max(motion, 0.0),
            motion_deg=90.0 if motion > 0 else 0.0,
            glare_levels=max(glare, 0.0),
        )
        for size, tilt, turn, blur, noise, quality, shade, gain, growth, bend, motion, glare in (
            columns
        )
    )
