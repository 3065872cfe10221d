"""One camera case: a rendered symbol as one camera would see it. Simulated throughout.

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
4. Gaussian blur of sigma b p / 4, then blur along a line of m modules (a hand that moved);
   brightness falls from left to right by the shade's share; gain and offset; a lamp's reflection
   on varnish adds light in a round spot of sigma .1 S, .12 S right of and .1 S above the middle;
   Gaussian noise; 8 bits; JPEG.

Picture values are treated as a camera's output (gamma-coded) all along.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.reflectance import CertifyError

_BACKGROUND_BGR = (170.0, 180.0, 185.0)
_CANVAS_SIDES = 1.5
_FOCAL_SIDES = 2.0
MAX_PICTURE_SIDE_PX = 4096
# The lamp's spot, in sides of the picture: off the finder patterns, on data modules.
_GLARE_RIGHT, _GLARE_UP, _GLARE_SIGMA = 0.12, 0.10, 0.10


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
        motion_modules: Length of the line along which the camera moved.
        motion_deg: Direction of the movement, clockwise from the right.
        glare_levels: Light that a lamp's reflection adds at the middle of its spot.
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
    motion_modules: float = 0.0
    motion_deg: float = 0.0
    glare_levels: float = 0.0

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
        if not (0 <= self.motion_modules <= 4 and 0 <= self.glare_levels <= 1000):
            raise CertifyError("Motion is at most 4 modules long, glare at most 1000 levels.")

    @property
    def is_sharp_and_even(self) -> bool:
        """Whether lens, light and sensor change nothing."""
        faults = (self.blur, self.motion_modules, self.shade, self.glare_levels, self.noise_levels)
        return not any((*faults, self.gain - 1, self.offset_levels))


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
    return _photo_of(_print(picture, pixels_per_module, case), case, rng)


def take_photos(
    picture: npt.NDArray[np.uint8],
    pixels_per_module: float,
    grid: Sequence[CameraCase],
    seed: int = 1,
) -> Iterator[npt.NDArray[np.uint8]]:
    """The photos of a grid in its order, each as `take_photo` takes it.

    Cases of the same print and distance share one print.

    Raises:
        CertifyError: If the picture is empty, not square or too large.
    """
    _require_square(picture)
    prints: dict[tuple[float, float], npt.NDArray[np.uint8]] = {}
    for index, case in enumerate(grid):
        kind = (case.pixels_per_module, case.print_gain_modules)
        if kind not in prints:
            prints[kind] = _print(picture, pixels_per_module, case)
        yield _photo_of(prints[kind], case, noise_of_case(seed, index))


def _print(
    picture: npt.NDArray[np.uint8], pixels_per_module: float, case: CameraCase
) -> npt.NDArray[np.uint8]:
    """The print as the camera resolves it, uint8 (S, S, 3)."""
    printed = _with_print_gain(picture, pixels_per_module, case)
    side = max(8, round(picture.shape[0] / pixels_per_module * case.pixels_per_module))
    shrink = side <= picture.shape[0]
    small = cv2.resize(
        printed, (side, side), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR
    )
    colour = small if small.ndim == 3 else cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    return np.asarray(colour, np.uint8)


def _photo_of(
    small: npt.NDArray[np.uint8], case: CameraCase, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    side = small.shape[0]
    seen = _projected(small, side, case)
    written, data = cv2.imencode(
        ".jpg", _exposed(seen, side, case, rng), [cv2.IMWRITE_JPEG_QUALITY, case.jpeg_quality]
    )
    if not written:
        raise CertifyError("The simulated photo could not be compressed.")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _exposed(
    seen: npt.NDArray[np.uint8], side: int, case: CameraCase, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Lens, light and sensor."""
    if case.is_sharp_and_even:
        return seen
    light = seen.astype(np.float32)
    if case.blur > 0:
        sigma = case.blur * case.pixels_per_module / 4
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), sigma), np.float32)
    if case.motion_modules > 0:
        kernel = _motion_kernel(case.motion_modules * case.pixels_per_module, case.motion_deg)
        blurred = cv2.filter2D(light, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        light = np.asarray(blurred, np.float32)
    if case.shade > 0:
        fall = 1 - case.shade * np.linspace(0, 1, light.shape[1], dtype=np.float32)
        light *= fall[None, :, None]
    if (case.gain, case.offset_levels) != (1.0, 0.0):
        light *= np.float32(case.gain)
        light += np.float32(case.offset_levels)
    if case.glare_levels > 0:
        light += np.float32(case.glare_levels) * _glare(light.shape[0], side)[..., None]
    if case.noise_levels > 0:
        noise = rng.standard_normal(light.shape, dtype=np.float32)
        noise *= np.float32(case.noise_levels)
        light += noise
    return np.clip(light, 0, 255, out=light).astype(np.uint8)


def _motion_kernel(length_px: float, turn_deg: float) -> npt.NDArray[np.float32]:
    """Weights of a line through the middle, by the share of it in each pixel (bilinear)."""
    reach = math.ceil(length_px / 2) + 1
    steps = (np.arange(64) + 0.5) / 64 - 0.5
    x = reach + length_px * steps * math.cos(math.radians(turn_deg))
    y = reach + length_px * steps * math.sin(math.radians(turn_deg))
    cells = np.arange(2 * reach + 1)
    across = np.maximum(1 - np.abs(cells[None, :] - x[:, None]), 0)
    down = np.maximum(1 - np.abs(cells[None, :] - y[:, None]), 0)
    return np.asarray((down.T @ across) / steps.size, np.float32)


def _glare(canvas: int, side: int) -> npt.NDArray[np.float32]:
    """The lamp's spot, 0 to 1, float32 (C, C)."""
    place = (np.arange(canvas, dtype=np.float32) + 0.5 - canvas / 2) / side
    across = np.exp(-(((place - _GLARE_RIGHT) / _GLARE_SIGMA) ** 2) / 2)
    down = np.exp(-(((place + _GLARE_UP) / _GLARE_SIGMA) ** 2) / 2)
    return np.asarray(down[:, None] * across[None, :], np.float32)


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
    edge = round((_CANVAS_SIDES - 1) / 2 * side)
    canvas = side + 2 * edge
    if case.cylinder_sides is None:
        if case.tilt_deg == case.rotation_deg == 0:
            bordered = cv2.copyMakeBorder(
                picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=_BACKGROUND_BGR
            )
            return np.asarray(bordered, np.uint8)
        flat = cv2.warpPerspective(
            picture,
            _plane_from_canvas(side, canvas, case),
            (canvas, canvas),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=_BACKGROUND_BGR,
        )
        return np.asarray(flat, np.uint8)
    map_x, map_y = _cylinder_from_canvas(side, canvas, case)
    bent = cv2.remap(
        picture,
        map_x,
        map_y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_BACKGROUND_BGR,
    )
    return np.asarray(bent, np.uint8)


def _plane_from_canvas(side: int, canvas: int, case: CameraCase) -> npt.NDArray[np.float64]:
    """Homography from canvas pixels to picture pixels, pixel centres at integers."""
    tilt, turn = math.radians(case.tilt_deg), math.radians(case.rotation_deg)
    cos, sin = math.cos(tilt), math.sin(tilt)
    shift = 0.5 - canvas / 2
    zoom = 1 / (_FOCAL_SIDES * side)
    ray_from_canvas = np.array([[zoom, 0, shift * zoom], [0, zoom, shift * zoom], [0, 0, 1.0]])
    # With d = (cos x + sin, y, -sin x + cos), the ray meets z = 0 at t = 2 cos / d_z, in
    # (-2 sin + t d_x, t d_y).
    far = _FOCAL_SIDES
    plane_from_ray = np.array(
        [
            [far * (cos * cos + sin * sin), 0, far * (cos * sin - sin * cos)],
            [0, far * cos, 0],
            [-sin, 0, cos],
        ]
    )
    back = np.array(
        [
            [math.cos(turn), math.sin(turn), 0],
            [-math.sin(turn), math.cos(turn), 0],
            [0, 0, 1],
        ]
    )
    middle = (side - 1) / 2
    picture_from_plane = np.array([[side, 0, middle], [0, side, middle], [0, 0, 1.0]])
    return np.asarray(picture_from_plane @ back @ plane_from_ray @ ray_from_canvas, np.float64)


def _cylinder_from_canvas(
    side: int, canvas: int, case: CameraCase
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    pixels = (np.arange(canvas, dtype=np.float32) + 0.5 - canvas / 2) / (_FOCAL_SIDES * side)
    ray_x, ray_y = pixels[None, :].astype(np.float32), pixels[:, None].astype(np.float32)
    tilt, turn = math.radians(case.tilt_deg), math.radians(case.rotation_deg)
    cos, sin = math.cos(tilt), math.sin(tilt)
    # Rows of the inverse tilt: what leans to the right edge lies farther away.
    d_x, d_z = cos * ray_x + sin, -sin * ray_x + cos
    o_x, o_z = -_FOCAL_SIDES * sin, -_FOCAL_SIDES * cos
    turn_x, turn_y = math.cos(turn), math.sin(turn)
    # The cylinder turns with the picture: rays first go back into the unturned frame.
    r_x = turn_x * d_x + turn_y * ray_y
    r_y = -turn_y * d_x + turn_x * ray_y
    from_x, from_y = turn_x * o_x, -turn_y * o_x
    radius = float(case.cylinder_sides or 1.0)
    a = r_x**2 + d_z**2
    b = from_x * r_x + (o_z - radius) * d_z
    c = from_x**2 + (o_z - radius) ** 2 - radius**2
    root = b * b - a * c
    length = (-b - np.sqrt(np.maximum(root, 0))) / a
    place_x = radius * np.arctan2(from_x + length * r_x, radius - o_z - length * d_z)
    place_y = from_y + length * r_y
    seen = root > 0
    map_x = np.where(seen, (place_x + 0.5) * side - 0.5, -1e4).astype(np.float32)
    map_y = np.where(seen, (place_y + 0.5) * side - 0.5, -1e4).astype(np.float32)
    return map_x, map_y
