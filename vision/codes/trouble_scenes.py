"""Rendered photos of QR Codes in trouble: dark, noisy, blurred, tiny, damaged. Simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.codes.bend_scenes import QUIET_ZONE_MODULES, UNROLLED_PX, texts_of_unrolled
from vision.codes.trouble_sheets import (
    Damage,
    Sheet,
    SheetCode,
    Style,
    crowded_sheet,
    damaged_sheet,
    plain_sheet,
    styled_sheet,
)
from vision.geometry import Quad
from vision.printcam import (
    Camera,
    Light,
    Paper,
    PrintedLabel,
    Scene,
    Surface,
    View,
    crease,
    photograph,
    presets,
    print_label,
)
from vision.printcam.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PRINTERS = (presets.OFFICE_LASER, presets.INKJET, presets.THERMAL)
_PAPERS = (presets.MATT_PAPER, presets.COATED_PAPER)
_PACKS = (presets.WHITE_CARTON, presets.KRAFT, presets.OAK, presets.SLATE)
_NO_PICTURE = np.zeros((1, 1, 3), np.uint8)
# Codes lie at most this far from the middle of the picture, of the room that there is; they fill
# at most this share of it, and keep so far from its border.
_MOST_OFF_CENTRE, _FILLED, _BORDER_PX = 0.6, 0.94, 4
_LEANING_SHARE = 0.2
# Zooming and moving change each other's effect on a leaning sheet: they settle after a few rounds.
_AIMING_ROUNDS = 16
# Dots of a screen for each millimetre of it, and the part of them that shines.
_SCREEN_PER_MM, _SCREEN_LIT = (3.4, 4.4), 0.72
_WHITE = 255


class TroubleKind(StrEnum):
    """A row of the table."""

    LAMP = "dark, beside a lamp"
    NOISE = "low light, noise"
    BLUR = "defocus or motion"
    TILT = "small, strong perspective"
    SHADOW = "hard shadow"
    GLARE = "glare patch"
    DAMAGE = "damaged"
    STYLE = "odd style"
    SEVERAL = "several codes"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True, eq=False)
class TroubleScene:
    """A printed sheet before a camera.

    Attributes:
        seed: What it was drawn from.
        kind: Row of the table.
        detail: The style or damage, "" where there is none.
        sheet: Drawing, with the codes and their places.
        item: The printed sheet.
        camera: Camera.
        view: Pose and form.
        scene: Ground and light.
    """

    seed: int
    kind: TroubleKind
    detail: str
    sheet: Sheet
    item: PrintedLabel
    camera: Camera
    view: View
    scene: Scene

    @property
    def truth(self) -> Photo:
        """The mapping from the sheet to the picture, without a picture."""
        return Photo(_NO_PICTURE, None, self.camera, self.view, self.item.size_mm)

    def quad(self, code: SheetCode) -> Quad:
        """Outline of a code's symbol in the picture, px."""
        return Quad(self.truth.points_px_from_mm(code.corners_mm))

    def photo(self) -> NDArray[np.uint8]:
        """Take the photo, uint8 (H, W, 3); the same one every time."""
        rng = np.random.default_rng([self.seed, 1])
        return photograph(self.item, self.camera, self.view, self.scene, rng).bgr

    def unrolled(self, code: SheetCode, gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A code's symbol and quiet zone, `UNROLLED_PX` pixels a module, dark on light."""
        side = code.side_modules + 2 * QUIET_ZONE_MODULES
        at = ((np.arange(side * UNROLLED_PX) + 0.5) / UNROLLED_PX - QUIET_ZONE_MODULES) * (
            code.module_mm
        )
        columns, rows = np.meshgrid(at + code.left_mm, at + code.top_mm)
        places = self.truth.points_px_from_mm(np.column_stack([columns.ravel(), rows.ravel()]))
        x, y = places.astype(np.float32).T.reshape(2, *columns.shape)
        picture = np.asarray(
            cv2.remap(gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
        )
        return np.asarray(_WHITE - picture, np.uint8) if code.is_inverted else picture

    def texts_at_truth(self, gray: NDArray[np.uint8]) -> set[str]:
        """Texts that zxing-cpp reads of the modules at their true places."""
        found: set[str] = set()
        for code in self.sheet.codes:
            found |= texts_of_unrolled(self.unrolled(code, gray), code.side_modules)
        return found


def trouble_scene(seed: int) -> TroubleScene:
    """Draw the scene of a seed; ten seeds in a row hold every kind once."""
    rng = np.random.default_rng([seed, 7])
    kind = tuple(TroubleKind)[seed % len(TroubleKind)]
    turn = seed // len(TroubleKind)
    module_mm = float(rng.uniform(0.4, 0.8))
    sheet, detail = _sheet(seed, kind, turn, rng, module_mm)
    code = sheet.codes[0]
    paper = _PAPERS[int(rng.integers(len(_PAPERS)))]
    surface: Surface | None = None
    if detail == Damage.FOLD:
        middle_mm = code.top_mm + code.side_mm / 2 - sheet.label.size_mm[1] / 2
        slope_deg = float(rng.choice([-1, 1]) * rng.uniform(10, 35))
        surface = crease([(middle_mm, slope_deg)], 0.05 * code.side_mm, 90.0)
    printer = _PRINTERS[int(rng.integers(len(_PRINTERS)))]
    light = _light(kind, code, rng)
    if kind is TroubleKind.GLARE:
        paper = replace(paper, gloss=0.6)
    item = _shown_on_screen(sheet, rng) if kind is TroubleKind.MONITOR else None
    if item is None:
        item = print_label(sheet.label, printer, paper, rng)
    scene = Scene(_PACKS[int(rng.integers(len(_PACKS)))], presets.SLATE, light)
    camera, view = _camera_and_view(kind, sheet, paper, surface, rng)
    return TroubleScene(seed, kind, detail, sheet, item, camera, view, scene)


def _sheet(
    seed: int, kind: TroubleKind, turn: int, rng: np.random.Generator, module_mm: float
) -> tuple[Sheet, str]:
    match kind:
        case TroubleKind.STYLE:
            style = tuple(Style)[turn % len(Style)]
            return styled_sheet(seed, rng, module_mm, style), style.value
        case TroubleKind.DAMAGE:
            damage = tuple(Damage)[turn % len(Damage)]
            return damaged_sheet(seed, rng, module_mm, damage), damage.value
        case TroubleKind.LAMP | TroubleKind.NOISE if turn % 2:
            return crowded_sheet(seed, rng, module_mm), ""
        case TroubleKind.SEVERAL:
            return crowded_sheet(seed, rng, module_mm), ""
        case _:
            return plain_sheet(seed, rng, module_mm), ""


def _light(kind: TroubleKind, code: SheetCode, rng: np.random.Generator) -> Light:
    """The light of a kind; lamp, glare and shadow lie on the sheet."""
    middle = np.array([code.left_mm, code.top_mm]) + code.side_mm / 2
    angle = float(rng.uniform(0, 2 * math.pi))
    away = np.array([math.cos(angle), math.sin(angle)])
    light = Light(gradient=float(rng.uniform(0, 0.5)), gradient_deg=float(rng.uniform(0, 360)))
    match kind:
        case TroubleKind.LAMP:
            at = middle + away * code.side_mm * float(rng.uniform(1.3, 3.0))
            size = code.side_mm * rng.uniform(0.15, 0.35, 2)
            return replace(
                light,
                glare_mm=(float(at[0]), float(at[1])),
                glare_size_mm=(float(size[0]), float(size[1])),
                glare_strength=float(rng.uniform(10, 60)),
            )
        case TroubleKind.GLARE:
            # Between the finders, where the erasures must carry it.
            spot = rng.uniform([0.42, 0.42], [0.95, 0.95])
            size = code.side_mm * rng.uniform(0.06, 0.14, 2)
            return replace(
                light,
                glare_mm=(
                    code.left_mm + float(spot[0]) * code.side_mm,
                    code.top_mm + float(spot[1]) * code.side_mm,
                ),
                glare_size_mm=(float(size[0]), float(size[1])),
                glare_strength=float(rng.uniform(1.0, 5.0)),
            )
        case TroubleKind.SHADOW:
            at = middle + away * code.side_mm * float(rng.uniform(-0.35, 0.35))
            return replace(
                light,
                shadow_mm=(float(at[0]), float(at[1])),
                shadow_deg=float(rng.uniform(0, 360)),
                shadow_softness_mm=code.module_mm * float(rng.uniform(0.2, 2)),
                shadow_depth=float(rng.uniform(0.6, 0.93)),
            )
        case _:
            return light


def _shown_on_screen(sheet: Sheet, rng: np.random.Generator) -> PrintedLabel:
    """The sheet on a monitor: stripes of red, green and blue with dark gaps, no paper."""
    raster = sheet.label.reflectance
    per_mm = sheet.label.dpi / 25.4
    height, width = raster.shape[:2]
    pitch = per_mm / float(rng.uniform(*_SCREEN_PER_MM))
    # Three samples for each stripe, so that the gaps can be drawn.
    fine = max(1, math.ceil(9 / pitch))
    across = (np.arange(width * fine) + 0.5) / fine / pitch
    down = (np.arange(height * fine) + 0.5) / fine / pitch
    row_lit = (down % 1 < _SCREEN_LIT).astype(np.float32)
    shown = np.empty((height * fine, width * fine, 3), np.float32)
    large = cv2.resize(raster, (width * fine, height * fine), interpolation=cv2.INTER_NEAREST)
    for channel, start in enumerate((2 / 3, 1 / 3, 0.0)):
        lit = (((across - start) % 1) < _SCREEN_LIT / 3).astype(np.float32)
        shown[..., channel] = (0.02 + 0.98 * large) * row_lit[:, None] * lit[None]
    return PrintedLabel(shown, sheet.label.dpi * fine, sheet.label.size_mm, 0.3)


def _camera_and_view(
    kind: TroubleKind,
    sheet: Sheet,
    paper: Paper,
    surface: Surface | None,
    rng: np.random.Generator,
) -> tuple[Camera, View]:
    """A camera that shows the first code as large as its kind wants it, somewhere."""
    code = sheet.codes[0]
    width_px = int(rng.choice((1200, 1600, 2000) if kind is TroubleKind.LAMP else (900, 1200)))
    side_px = _side_px(kind, code, rng)
    lean = rng.normal(0, 10, 2)
    if kind is TroubleKind.TILT:
        # Along the axis that it leans about it is half as long again to two and a half times.
        steep = float(rng.uniform(54, 66)) * float(rng.choice([-1, 1]))
        lean[int(rng.integers(2))] = steep
    distance_mm = max(sheet.label.size_mm) * float(rng.uniform(2.5, 4)) + 30
    view = View(
        distance_mm=distance_mm,
        tilt_deg=float(lean[0]),
        turn_deg=float(lean[1]),
        roll_deg=float(rng.uniform(-180, 180)),
        surface=surface,
    )
    module_px = side_px / code.side_modules
    camera = Camera(
        width_px=width_px,
        height_px=width_px * 3 // 4,
        focal_px=side_px * distance_mm / code.side_mm,
        lens_sigma_px=float(rng.uniform(0.5, 0.8)),
        vignetting=float(rng.uniform(0, 0.5)),
        exposure=float(rng.uniform(0.4, 0.85)),
        white_electrons=float(np.exp(rng.uniform(math.log(1000), math.log(8000)))),
        read_noise_electrons=4,
        chroma_denoise_px=1.5,
        sharpening=float(rng.choice([0.0, 0.4, 0.8])),
        jpeg_quality=int(rng.integers(60, 96)),
    )
    camera = _in_trouble(kind, camera, module_px, rng)
    target = rng.uniform(-_MOST_OFF_CENTRE, _MOST_OFF_CENTRE, 2)
    if kind is TroubleKind.TILT:
        # Off the middle a leaning sheet is seen less steeply.
        target *= _LEANING_SHARE
    return _aimed(camera, view, sheet, side_px, target)


def _side_px(kind: TroubleKind, code: SheetCode, rng: np.random.Generator) -> float:
    """Shortest side of the first code in the picture."""
    match kind:
        case TroubleKind.LAMP:
            least_px, most_px = 60.0, 250.0
        case TroubleKind.TILT:
            least_px, most_px = 44.0, 70.0
        case TroubleKind.SEVERAL:
            least_px, most_px = 70.0, 150.0
        case _:
            least_px, most_px = 90.0, 250.0
    # Below 1.4 px a module no sensor tells the modules apart.
    least_px = max(least_px, 1.4 * code.side_modules)
    return float(rng.uniform(least_px, max(most_px, 1.2 * least_px)))


def _in_trouble(
    kind: TroubleKind, camera: Camera, module_px: float, rng: np.random.Generator
) -> Camera:
    match kind:
        case TroubleKind.LAMP:
            dark = float(np.exp(rng.uniform(math.log(0.015), math.log(0.12))))
            many = float(rng.uniform(8000, 30000))
            return replace(camera, exposure=dark, white_electrons=many, jpeg_quality=90)
        case TroubleKind.NOISE:
            few = float(np.exp(rng.uniform(math.log(25), math.log(200))))
            return replace(
                camera, exposure=float(rng.uniform(0.1, 0.5)), white_electrons=few, sharpening=0.4
            )
        case TroubleKind.BLUR:
            width_px = module_px * float(rng.uniform(0.9, 2.2))
            if rng.random() < 0.5:
                return replace(camera, defocus_px=width_px)
            direction_deg = float(rng.uniform(0, 180))
            return replace(camera, motion_px=width_px, motion_deg=direction_deg)
        case _:
            return camera


def _aimed(
    camera: Camera, view: View, sheet: Sheet, side_px: float, target: NDArray[np.float64]
) -> tuple[Camera, View]:
    """Zoom and move until the first code is so large, and all codes lie in the picture.

    Args:
        camera: Camera, about right.
        view: Pose, the sheet in the middle.
        sheet: The sheet.
        side_px: Shortest side of the first code; less where the codes would not fit.
        target: Where the middle of the codes should lie, -1 to 1 across the picture.
    """
    half = np.array(camera.centre_px)
    every = np.concatenate([code.corners_mm for code in sheet.codes])
    for _ in range(_AIMING_ROUNDS):
        truth = Photo(_NO_PICTURE, None, camera, view, sheet.label.size_mm)
        corners = truth.points_px_from_mm(every)
        low, high = corners.min(axis=0), corners.max(axis=0)
        shortest_px = float(Quad(corners[:4]).side_lengths_px.min())
        room = float((_FILLED * half / ((high - low) / 2)).min())
        zoom = min(side_px / shortest_px, room)
        camera = replace(camera, focal_px=camera.focal_px * zoom)
        # Where the zoom moves the middle of the codes, and how far they reach then.
        middle = half + ((low + high) / 2 - half) * zoom
        spare = np.maximum(half - (high - low) / 2 * zoom - _BORDER_PX, 0)
        step = (half + target * spare - middle) * view.distance_mm / camera.focal_px
        at_mm = np.array(view.offset_mm) + step
        view = replace(view, offset_mm=(float(at_mm[0]), float(at_mm[1])))
    return camera, view
