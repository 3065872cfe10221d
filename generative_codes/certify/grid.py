"""The camera grid: one rendered symbol as many cameras would see it. Simulated throughout.

A fast pinhole model of its own, some milliseconds a case, where `vision.printcam` models inks and
sensors physically and takes a hundred times as long. Per case, in this order:

1. print gain: dark spreads by a round neighbourhood of g modules (erosion of light; dilation
   where g < 0), at the resolution of the rendered picture;
2. the picture, S = (N + 2 Q) * p pixels wide, is brought to p pixels per module (area average);
3. a pinhole camera of focal length 2 S on a canvas of 1.5 S looks at the picture's centre from
   2 S. The picture is turned by the rotation, then leans about the vertical axis by the tilt. With
   radius R the picture is wound on a cylinder whose axis is its own vertical line through the
   centre: arc length s at x = R sin(s / R), z = R (1 - cos(s / R)). What it doesn't cover is
   light grey;
4. Gaussian blur of sigma b p / 4; brightness falls from left to right by the shade's share;
   gain and offset; Gaussian noise; 8 bits; JPEG.

Picture values are treated as a camera's output (gamma-coded) all along.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.reflectance import CertifyError

_BACKGROUND_BGR = (170.0, 180.0, 185.0)
_CANVAS_SIDES = 1.5
_FOCAL_SIDES = 2.0
MAX_PICTURE_SIDE_PX = 4096


@dataclass(frozen=True, slots=True)
class CameraCase:
    """One camera and one print.

    Attributes:
        pixels_per_module: Pixels per module at the symbol's centre, before it leans.
        tilt_deg: Lean about the vertical axis.
        rotation_deg: Turn in the picture plane, clockwise, before the lean.
        blur: Blur b; sigma is b / 4 module.
        noise_levels: Standard deviation of the noise in levels of 255.
        jpeg_quality: 1 to 100.
        shade: Share of brightness lost from left to right.
        gain: Factor on the levels.
        offset_levels: Added to the levels after the gain.
        print_gain_modules: Growth of dark on every side; negative = loss.
        cylinder_sides: Radius of the cylinder in sides of the picture; None = flat.
    """

    pixels_per_module: float = 5.0
    tilt_deg: float = 0.0
    rotation_deg: float = 0.0
    blur: float = 0.0
    noise_levels: float = 0.0
    jpeg_quality: int = 95
    shade: float = 0.0
    gain: float = 1.0
    offset_levels: float = 0.0
    print_gain_modules: float = 0.0
    cylinder_sides: float | None = None

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            CertifyError: If a value is out of its range.
        """
        if not 1 <= self.pixels_per_module <= 50:
            raise CertifyError("A case has 1 to 50 pixels per module.")
        if not abs(self.tilt_deg) <= 70:
            raise CertifyError("A case leans at most 70 degrees.")
        if not (1 <= self.jpeg_quality <= 100 and self.blur >= 0 and self.noise_levels >= 0):
            raise CertifyError("JPEG quality is 1 to 100; blur and noise are not negative.")
        if not (0 <= self.shade <= 1 and abs(self.print_gain_modules) <= 0.4):
            raise CertifyError("Shade is 0 to 1, print gain at most 0.4 modules.")
        if self.cylinder_sides is not None and not self.cylinder_sides >= 0.35:
            raise CertifyError("A cylinder has a radius of at least 0.35 sides.")


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
    *(CameraCase(size) for size in (12.0, 6.0, 3.5, 2.6)),
    *(CameraCase(tilt_deg=tilt) for tilt in (-20, -40, 50)),
    *(CameraCase(rotation_deg=turn) for turn in (45, 90, 133, 200)),
    *(CameraCase(blur=blur) for blur in (0.6, 1.6)),
    *(CameraCase(noise_levels=noise) for noise in (10, 18, 32)),
    *(CameraCase(shade=shade) for shade in (0.3, 0.45, 0.75)),
    *(CameraCase(jpeg_quality=quality) for quality in (50, 25, 12)),
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
        strict=True,
    )
    return tuple(
        CameraCase(
            pixels_per_module=size,
            tilt_deg=tilt,
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
        )
        for size, tilt, turn, blur, noise, quality, shade, gain, growth, bend in columns
    )


def take_photo(
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    case: CameraCase,
    rng: np.random.Generator,
) -> npt.NDArray[np.uint8]:
    """One simulated photo, uint8 (C, C, 3) B, G, R with C about 1.5 S.

    Args:
        picture: uint8 (H, W) or (H, W, 3) B, G, R, square, symbol and quiet zone.
        pixels_per_module: Its resolution.
        case: Camera and print.
        rng: Source of the noise.

    Raises:
        CertifyError: If the picture is empty, not square or too large.
    """
    _require_square(picture)
    colour = picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    printed = _with_print_gain(np.asarray(colour, np.uint8), pixels_per_module, case)
    side = max(8, round(picture.shape[0] / pixels_per_module * case.pixels_per_module))
    shrink = side <= picture.shape[0]
    small = cv2.resize(
        printed, (side, side), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR
    )
    light = _projected(np.asarray(small, np.uint8), side, case).astype(np.float32)
    if case.blur > 0:
        sigma = case.blur * case.pixels_per_module / 4
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), sigma), np.float32)
    if case.shade > 0:
        fall = 1 - case.shade * np.linspace(0, 1, light.shape[1], dtype=np.float32)
        light = light * fall[None, :, None]
    levels = light * np.float32(case.gain) + np.float32(case.offset_levels)
    if case.noise_levels > 0:
        noise = rng.standard_normal(levels.shape, dtype=np.float32)
        levels = levels + np.float32(case.noise_levels) * noise
    eight_bit = np.clip(levels, 0, 255).astype(np.uint8)
    written, data = cv2.imencode(".jpg", eight_bit, [cv2.IMWRITE_JPEG_QUALITY, case.jpeg_quality])
    if not written:
        raise CertifyError("The simulated photo could not be compressed.")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def noise_of_case(seed: int, index: int) -> np.random.Generator:
    """The noise of one case, the same whatever is run before it."""
    return np.random.default_rng((seed, index))


def _require_square(picture: npt.NDArray[np.uint8]) -> None:
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or picture.size == 0:
        raise CertifyError("A picture is uint8, grey (H, W) or B, G, R (H, W, 3), not empty.")
    if picture.shape[0] != picture.shape[1]:
        raise CertifyError(
            f"The picture has {picture.shape[1]} x {picture.shape[0]} pixels; cut it to the "
            "symbol and its quiet zone, as wide as high."
        )
    if picture.shape[0] > MAX_PICTURE_SIDE_PX:
        raise CertifyError(
            f"The picture is {picture.shape[0]} pixels wide; render it with at most "
            f"{MAX_PICTURE_SIDE_PX}."
        )


def _with_print_gain(
    picture: npt.NDArray[np.uint8], pixels_per_module: float, case: CameraCase
) -> npt.NDArray[np.uint8]:
    radius = abs(case.print_gain_modules) * pixels_per_module
    if radius < 0.5:
        return picture
    reach = math.ceil(radius)
    steps = np.arange(-reach, reach + 1)
    disc = (steps[:, None] ** 2 + steps[None, :] ** 2 <= radius**2).astype(np.uint8)
    spread = cv2.erode if case.print_gain_modules > 0 else cv2.dilate
    return np.asarray(spread(picture, disc), np.uint8)


def _projected(
    picture: npt.NDArray[np.uint8], side: int, case: CameraCase
) -> npt.NDArray[np.uint8]:
    """See the picture on its plane or cylinder; lengths in sides of the picture.

    Every canvas pixel's ray t (x, y, 1) from the lens is intersected with the surface in the
    leaning frame, whose origin lies 2 sides away: point = t (x, y, 1) - (0, 0, 2), turned back by
    the tilt. Plane: z = 0. Cylinder: the nearer root of x^2 + (z - R)^2 = R^2.
    """
    # Of the picture's parity: a straight photo then keeps its pixels instead of blending them.
    canvas = side + 2 * round((_CANVAS_SIDES - 1) / 2 * side)
    pixels = (np.arange(canvas, dtype=np.float64) + 0.5 - canvas / 2) / (_FOCAL_SIDES * side)
    ray_x, ray_y = np.meshgrid(pixels, pixels)
    tilt, turn = math.radians(case.tilt_deg), math.radians(case.rotation_deg)
    cos, sin = math.cos(tilt), math.sin(tilt)
    # Rows of the inverse tilt: what leans to the right edge lies farther away.
    d_x, d_z = cos * ray_x + sin, -sin * ray_x + cos
    o_x, o_z = -_FOCAL_SIDES * sin, -_FOCAL_SIDES * cos
    turn_back = (math.cos(turn), math.sin(turn))
    if case.cylinder_sides is None:
        length = -o_z / np.maximum(d_z, 1e-6)
        across, down = o_x + length * d_x, length * ray_y
        place_x = turn_back[0] * across + turn_back[1] * down
        place_y = -turn_back[1] * across + turn_back[0] * down
        seen = d_z > 1e-6
    else:
        # The cylinder turns with the picture: rays first go back into the unturned frame.
        r_x = turn_back[0] * d_x + turn_back[1] * ray_y
        r_y = -turn_back[1] * d_x + turn_back[0] * ray_y
        from_x, from_y = turn_back[0] * o_x, -turn_back[1] * o_x
        radius = case.cylinder_sides
        a = r_x**2 + d_z**2
        b = from_x * r_x + (o_z - radius) * d_z
        c = from_x**2 + (o_z - radius) ** 2 - radius**2
        root = b * b - a * c
        length = (-b - np.sqrt(np.maximum(root, 0))) / a
        place_x = radius * np.arctan2(from_x + length * r_x, radius - o_z - length * d_z)
        place_y = from_y + length * r_y
        seen = root > 0
    scale = picture.shape[0]
    map_x = np.where(seen, (place_x + 0.5) * scale - 0.5, -1e4).astype(np.float32)
    map_y = np.where(seen, (place_y + 0.5) * scale - 0.5, -1e4).astype(np.float32)
    seen_picture = cv2.remap(
        picture,
        map_x,
        map_y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_BACKGROUND_BGR,
    )
    return np.asarray(seen_picture, np.uint8)
