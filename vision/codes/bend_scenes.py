"""Rendered photos of QR Codes on bent labels, drawn from a seed. Simulated throughout."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.printcam import (
    Camera,
    Label,
    Light,
    PrintedLabel,
    Scene,
    Surface,
    View,
    cone,
    crease,
    crumple,
    cylinder,
    film,
    hand_held_views,
    photograph,
    presets,
    print_label,
    together,
    wave,
)
from vision.printcam.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

QUIET_ZONE_MODULES = 4
_FINDER_MODULES = 7
_VERSIONS = (1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10)
_WIDTHS_PX = (640, 800, 1000)
PRINTERS = (presets.OFFICE_LASER, presets.OFFSET, presets.THERMAL, presets.INKJET)
PAPERS = (presets.MATT_PAPER, presets.COATED_PAPER, presets.THERMAL_PAPER)
PACKS = (presets.WHITE_CARTON, presets.KRAFT, presets.AMBER_GLASS, presets.OAK)
TABLES = (presets.SLATE, presets.OAK, presets.SOFT_OAK, presets.WHITE_CARTON)
# A finder counts as visible while its modules are at least this wide: below, no sensor tells them
# apart.
_LEAST_MODULE_PX = 1.0
UNROLLED_PX = 8
_QR_CODE = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class BendKind(StrEnum):
    """A row of the table. The first three are cylinders, by the angle from the code's middle."""

    GENTLE = "half-bend < 34"
    STRONG = "half-bend 34-52"
    LIMB = "half-bend > 52, or a finder behind the limb"
    CREASE = "crease"
    CRUMPLE = "crumple"
    WAVE = "wave"
    CONE = "cone"
    TWO_WAY = "two-way"
    GLARE = "glare on a finder"
    HIDDEN = "one finder covered"


@dataclass(frozen=True, slots=True, eq=False)
class BentCode:
    """A code on a bent label, printed, before a camera.

    Attributes:
        seed: What it was drawn from.
        kind: Row of the table.
        text: What the code says.
        version: 1 to 10.
        level: Error correction level.
        half_bend_deg: Angle of a cylinder or cone from the code's middle to its side; 0 otherwise.
        item: The printed label.
        camera: Camera.
        view: Pose and form.
        scene: Pack and light.
    """

    seed: int
    kind: BendKind
    text: str
    version: int
    level: str
    half_bend_deg: float
    item: PrintedLabel
    camera: Camera
    view: View
    scene: Scene

    @property
    def side_modules(self) -> int:
        """Modules on a side of the symbol."""
        return 17 + 4 * self.version

    @property
    def module_mm(self) -> float:
        """Side of a module."""
        return self.item.size_mm[0] / (self.side_modules + 2 * QUIET_ZONE_MODULES)

    def photo(self) -> Photo:
        """Take the photo; the same one every time."""
        rng = np.random.default_rng([self.seed, 1])
        return photograph(self.item, self.camera, self.view, self.scene, rng)

    def clip(self, count: int, shutter: float = 0.3) -> Iterator[Photo]:
        """Film the label by a trembling hand that moves a little round it; the same every time.

        A glare spot of a set place stays on the label; a mirror lobe wanders as the label leans.

        Args:
            count: Number of frames, at least 1.
            shutter: Share of the frame time in which the shutter is open.
        """
        rng = np.random.default_rng([self.seed, 2])
        lean_deg = rng.normal(0, 6, 3)
        step_mm = 0.04 * self.item.size_mm[0] * rng.normal(0, 1, 2)
        end = replace(
            self.view,
            tilt_deg=self.view.tilt_deg + float(lean_deg[0]),
            turn_deg=self.view.turn_deg + float(lean_deg[1]),
            roll_deg=self.view.roll_deg + float(lean_deg[2]),
            offset_mm=(float(step_mm[0]), float(step_mm[1])),
        )
        tremor_mm = 0.004 * self.view.distance_mm
        views = hand_held_views(self.view, end, count, rng, tremor_mm, 0.6)
        return film(self.item, self.camera, views, self.scene, rng, shutter)


def bent_code(seed: int) -> BentCode:
    """Draw the scene of a seed; ten seeds in a row hold every kind once.

    Cylinders of which a finder is not visible (a part of it is hidden, out of the picture, or
    narrower than one pixel a module) become `LIMB`, and so do cones, waves and creases.
    """
    rng = np.random.default_rng([seed, 0])
    kind = tuple(BendKind)[seed % len(BendKind)]
    version = int(rng.choice(_VERSIONS))
    text = f"S{seed:06d}-" + "x" * int(rng.integers(0, 8))
    level = str(rng.choice(["L", "M", "Q", "H"]))
    if version == 1 and level in "QH":
        level = "M" if level == "Q" else "L"
    modules = qr_modules(text, version, level)
    module_mm = float(rng.uniform(0.4, 0.8))
    side_mm = len(modules) * module_mm
    surface, half_bend_deg = _surface(kind, side_mm, rng)
    label = Label.from_modules(modules, module_mm, QUIET_ZONE_MODULES)
    light = lamp_light(rng)
    if kind is BendKind.GLARE:
        light = _with_glare(light, side_mm, module_mm, rng)
    if kind is BendKind.HIDDEN:
        label = _with_cover(label, len(modules), rng)
    paper = PAPERS[int(rng.integers(len(PAPERS)))]
    if kind is BendKind.GLARE:
        paper = replace(paper, gloss=0.6)
    item = print_label(label, PRINTERS[int(rng.integers(len(PRINTERS)))], paper, rng)
    scene = Scene(
        PACKS[int(rng.integers(len(PACKS)))],
        TABLES[int(rng.integers(len(TABLES)))],
        light,
        depth_mm=float(rng.uniform(30, 120)),
        label_corner_mm=float(rng.uniform(0, 1.5)),
    )
    camera, view = camera_and_view(surface, item, module_mm, rng)
    code = BentCode(seed, kind, text, version, level, half_bend_deg, item, camera, view, scene)
    if kind in (BendKind.GLARE, BendKind.HIDDEN) or finders_visible(code) == 3:
        return code
    return replace(code, kind=BendKind.LIMB)


def qr_modules(text: str, version: int, level: str) -> NDArray[np.bool_]:
    """Modules of a QR Code by zxing-cpp, bool (N, N)."""
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level=level, version=version
    )
    return np.asarray(np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0, np.bool_)


def _surface(kind: BendKind, side_mm: float, rng: np.random.Generator) -> tuple[Surface, float]:
    """Form of the label, and its half-bend where it has one."""
    axis_deg = float(
        rng.uniform(0, 180) if rng.random() < 0.5 else rng.choice([0, 90]) + rng.normal(0, 6)
    )

    def rolled(low_deg: float, high_deg: float) -> tuple[Surface, float]:
        half_deg = float(rng.uniform(low_deg, high_deg))
        radius_mm = max(side_mm / 2 / math.radians(half_deg), 2.0)
        inwards = rng.random() < 0.2
        crest_mm = 0.0 if inwards else float(np.clip(rng.normal(0, 0.15), -0.3, 0.3)) * side_mm
        return cylinder(-radius_mm if inwards else radius_mm, axis_deg, crest_mm), half_deg

    match kind:
        case BendKind.GENTLE:
            return rolled(11, 34)
        case BendKind.STRONG:
            return rolled(34, 52)
        case BendKind.LIMB:
            return rolled(52, 75)
        case BendKind.CREASE:
            return _creased(side_mm, axis_deg, rng), 0.0
        case BendKind.CRUMPLE:
            folds = int(rng.integers(3, 9))
            radius_mm = float(rng.uniform(0.03, 0.1)) * side_mm
            return crumple(rng, side_mm, folds, float(rng.uniform(6, 14)), radius_mm), 0.0
        case BendKind.WAVE:
            return _waved(side_mm, axis_deg, (7, 34), rng), 0.0
        case BendKind.CONE:
            half_deg = float(rng.uniform(12, 45))
            radius_mm = max(side_mm / 2 / math.radians(half_deg), 2.0)
            return cone(radius_mm, float(rng.uniform(6, 22)), axis_deg), half_deg
        case BendKind.TWO_WAY:
            bent, half_deg = rolled(12, 45)
            return together(bent, _waved(side_mm, axis_deg + 90, (4, 20), rng)), half_deg
        case BendKind.GLARE | BendKind.HIDDEN:
            return (Surface(), 0.0) if rng.random() < 0.5 else rolled(5, 34)


def _waved(
    side_mm: float, axis_deg: float, slopes_deg: tuple[float, float], rng: np.random.Generator
) -> Surface:
    length_mm = float(rng.uniform(1.0, 2.1)) * side_mm
    slope_deg, phase_deg = float(rng.uniform(*slopes_deg)), float(rng.uniform(0, 360))
    return wave(length_mm, slope_deg, axis_deg, phase_deg)


def _creased(side_mm: float, axis_deg: float, rng: np.random.Generator) -> Surface:
    """One to three parallel folds of 17 to 52 degrees, of one direction or in turns."""
    count = int(rng.choice([1, 1, 2, 3]))
    radius_mm = float(rng.uniform(0.02, 0.1)) * side_mm
    places = (np.arange(count) + 0.5) / count - 0.5 + rng.uniform(-0.3, 0.3) / count
    sign = float(rng.choice([-1, 1]))
    folds = []
    for place in places:
        folds.append((float(place) * side_mm, sign * float(rng.uniform(17, 52)) / math.sqrt(count)))
        sign = -sign
    return crease(folds, radius_mm, axis_deg)


def lamp_light(rng: np.random.Generator) -> Light:
    """A lamp somewhere in front; three in ten near enough to mirror on what is glossy."""
    azimuth, height = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0.35, 1.2))
    is_near = rng.random() < 0.3
    return Light(
        towards_lamp=(
            math.cos(azimuth) * math.cos(height),
            math.sin(azimuth) * math.cos(height),
            -math.sin(height),
        ),
        ambient=float(rng.uniform(0.3, 0.8)),
        gradient=float(rng.uniform(0, 0.7)),
        gradient_deg=float(rng.uniform(0, 360)),
        specular=float(rng.uniform(0.2, 1.2)) if is_near else 0.0,
        specular_deg=float(rng.uniform(5, 16)),
        lamp_mm=float(rng.uniform(200, 800)) if is_near else None,
    )


def _finder_corners(side_modules: int) -> tuple[tuple[int, int], ...]:
    """First module (x, y) of the three finders, in modules of the symbol."""
    far = side_modules - _FINDER_MODULES
    return (0, 0), (far, 0), (0, far)


def _with_glare(light: Light, side_mm: float, module_mm: float, rng: np.random.Generator) -> Light:
    """Put a lamp's mirror image on a finder, off its middle by up to two modules."""
    corners = _finder_corners(round(side_mm / module_mm))
    x, y = corners[int(rng.integers(3))]
    middle = QUIET_ZONE_MODULES + _FINDER_MODULES / 2
    at = [(part + middle + float(rng.uniform(-2, 2))) * module_mm for part in (x, y)]
    size = float(rng.uniform(1.5, 4)) * module_mm
    return replace(
        light,
        glare_mm=(at[0], at[1]),
        glare_size_mm=(size, size * float(rng.uniform(0.6, 1.6))),
        glare_strength=float(rng.uniform(1.0, 5.0)),
    )


def _with_cover(label: Label, side_modules: int, rng: np.random.Generator) -> Label:
    """Cover one finder by a patch of one tone, a little larger or smaller than it."""
    raster = label.reflectance.copy()
    pixels = raster.shape[0] / (side_modules + 2 * QUIET_ZONE_MODULES)
    x, y = _finder_corners(side_modules)[int(rng.integers(3))]
    spare = rng.uniform(-1.5, 0.8, 4)
    left, top = (x + QUIET_ZONE_MODULES - spare[0], y + QUIET_ZONE_MODULES - spare[1])
    right = x + QUIET_ZONE_MODULES + _FINDER_MODULES + spare[2]
    bottom = y + QUIET_ZONE_MODULES + _FINDER_MODULES + spare[3]
    rows = slice(round(top * pixels), round(bottom * pixels))
    columns = slice(round(left * pixels), round(right * pixels))
    raster[rows, columns] = np.float32(rng.choice([0.0, 1.0]))
    return Label(raster, label.dpi)


def camera_and_view(
    surface: Surface, item: PrintedLabel, module_mm: float, rng: np.random.Generator
) -> tuple[Camera, View]:
    """A hand-held camera that has the whole label in its picture, 2.6 to 9 px per module."""
    width_px = int(rng.choice(_WIDTHS_PX))
    size_mm = max(item.size_mm)
    view = View(
        distance_mm=size_mm * float(rng.uniform(2, 5)) + 15,
        tilt_deg=float(np.clip(rng.normal(0, 15), -40, 40)),
        turn_deg=float(np.clip(rng.normal(0, 15), -40, 40)),
        roll_deg=float(rng.uniform(-180, 180)),
        surface=surface,
    )
    module_px = float(rng.uniform(2.6, 9))
    camera = Camera(
        width_px=width_px,
        height_px=width_px * 3 // 4,
        focal_px=module_px * view.distance_mm / module_mm,
        vignetting=float(rng.uniform(0, 0.5)),
        exposure=float(rng.uniform(0.35, 0.85)),
        white_electrons=float(np.exp(rng.uniform(math.log(500), math.log(8000)))),
        read_noise_electrons=5,
        chroma_denoise_px=1.5,
        sharpening=float(rng.choice([0.0, 0.4, 0.8])),
        jpeg_quality=int(rng.integers(40, 95)),
    )
    corners = Photo(_NO_PICTURE, None, camera, view, item.size_mm).corners_px
    reach = np.abs(corners - np.array(camera.centre_px)).max(axis=0) / np.array(camera.centre_px)
    shrink = min(1.0, 0.97 / float(reach.max()))
    module_px *= shrink
    lens_px = max(0.3, float(rng.uniform(0.1, 0.4)) * min(module_px, 5))
    return replace(camera, focal_px=camera.focal_px * shrink, lens_sigma_px=lens_px), view


_NO_PICTURE = np.zeros((1, 1, 3), np.uint8)


def finders_visible(code: BentCode) -> int:
    """Number of finders of which every module is seen and at least a pixel wide."""
    truth = Photo(_NO_PICTURE, None, code.camera, code.view, code.item.size_mm)
    steps = np.linspace(0.25, _FINDER_MODULES - 0.25, 14)
    columns, rows = np.meshgrid(steps, steps)
    local = np.column_stack([columns.ravel(), rows.ravel()])
    middles = np.array(_finder_corners(code.side_modules)) + QUIET_ZONE_MODULES
    points = (local + middles[:, None]).reshape(-1, 2) * code.module_mm
    step = 0.05 * code.module_mm
    at, right, down = (
        truth.points_px_from_mm(points + shift)
        for shift in (np.zeros(2), np.array([step, 0]), np.array([0, step]))
    )
    widths = np.linalg.svd(np.stack([right - at, down - at], axis=2), compute_uv=False)[:, 1]
    good = truth.visible(points) & (widths * code.module_mm / step >= _LEAST_MODULE_PX)
    return int(good.reshape(3, -1).all(axis=1).sum())


def texts_at_truth(code: BentCode, gray: NDArray[np.uint8]) -> set[str]:
    """Texts that zxing-cpp reads of the code's photo, unrolled by the way it was rendered.

    It is shown the unrolled grey picture, and its modules: the mean of each module's middle,
    against the levels around it, with the finders drawn in.

    Args:
        code: The code.
        gray: uint8 (H, W), its photo.
    """
    side = code.side_modules + 2 * QUIET_ZONE_MODULES
    at = (np.arange(side * UNROLLED_PX) + 0.5) / UNROLLED_PX * code.module_mm
    columns, rows = np.meshgrid(at, at)
    truth = Photo(_NO_PICTURE, None, code.camera, code.view, code.item.size_mm)
    places = truth.points_px_from_mm(np.column_stack([columns.ravel(), rows.ravel()]))
    x, y = places.astype(np.float32).T.reshape(2, *columns.shape)
    unrolled = cv2.remap(gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return texts_of_unrolled(np.asarray(unrolled, np.uint8), code.side_modules)


def texts_of_unrolled(unrolled: NDArray[np.uint8], side_modules: int) -> set[str]:
    """Texts that zxing-cpp reads of a symbol with its quiet zone, `UNROLLED_PX` pixels a module.

    Args:
        unrolled: uint8 (h, h), dark on light, `QUIET_ZONE_MODULES` on every side.
        side_modules: Side of the symbol without that.
    """
    side = side_modules + 2 * QUIET_ZONE_MODULES
    middle = slice(UNROLLED_PX // 4, -(UNROLLED_PX // 4))
    blocks = unrolled.reshape(side, UNROLLED_PX, side, UNROLLED_PX)[:, middle, :, middle]
    levels = blocks.mean(axis=(1, 3), dtype=np.float32)
    around = np.ones((7, 7), np.uint8)
    dark, light = (
        cv2.GaussianBlur(extreme(levels, around), (0, 0), 1.5)
        for extreme in (cv2.erode, cv2.dilate)
    )
    modules = np.where(levels > (dark + light) / 2, 255, 0).astype(np.uint8)
    _draw_finders(modules, side_modules)
    pictures = (unrolled, np.kron(modules, np.full((4, 4), 1, np.uint8)))
    return {
        found.text for picture in pictures for found in zxingcpp.read_barcodes(picture, _QR_CODE)
    }


def _draw_finders(modules: NDArray[np.uint8], side_modules: int) -> None:
    """Draw the quiet zone, finders and separators into levels (N + 8, N + 8), in place."""
    modules[:QUIET_ZONE_MODULES] = modules[-QUIET_ZONE_MODULES:] = 255
    modules[:, :QUIET_ZONE_MODULES] = modules[:, -QUIET_ZONE_MODULES:] = 255
    steps = np.abs(np.arange(-4, 5))
    ring = np.maximum(steps[:, None], steps[None, :])
    finder = np.where((ring == 2) | (ring == 4), 255, 0).astype(np.uint8)
    for x, y in _finder_corners(side_modules):
        left, top = x + QUIET_ZONE_MODULES - 1, y + QUIET_ZONE_MODULES - 1
        modules[top : top + 9, left : left + 9] = finder
