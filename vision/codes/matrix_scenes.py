"""Rendered photos of bent Data Matrix and Micro QR Codes, drawn from a seed. Simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from vision.codes.bend_scenes import PACKS, PAPERS, PRINTERS, TABLES, camera_and_view, lamp_light
from vision.codes.symbology import Symbology
from vision.printcam import (
    Camera,
    Label,
    PrintedLabel,
    Scene,
    Surface,
    View,
    cylinder,
    photograph,
    print_label,
    wave,
)
from vision.printcam.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

# ISO/IEC 16022:2006, 7.1 asks for one light module around, ISO/IEC 18004:2015, 6.3.8 for two;
# labels usually leave a little more.
_QUIET_MODULES = (2, 2, 3, 4)
# zxing-cpp's numbers of Data Matrix sizes: squares of 10 to 26 modules, and the six rectangles.
_SQUARES, _RECTANGLES = tuple(range(1, 10)), tuple(range(25, 31))
_RECTANGLE_SHARE, _INVERTED_SHARE = 0.2, 0.1
# Digits that are shorter than every size's capacity: a pair of them is one codeword.
_MOST_DIGITS = {1: 5, 2: 9, 3: 15, 4: 23, 5: 35, 6: 43, 7: 59, 8: 71, 9: 87}
_MOST_DIGITS |= {25: 9, 26: 19, 27: 31, 28: 43, 29: 63, 30: 97}
# Micro QR: version, level, most characters of the alphanumeric mode (of M1: digits).
_MICRO = ((1, "L", 5), (2, "L", 6), (2, "M", 5), (3, "L", 14), (3, "M", 11), (4, "L", 21))
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_UNROLLED_PX = 8
_NO_PICTURE = np.zeros((1, 1, 3), np.uint8)


class MatrixBend(StrEnum):
    """A row of the table: angle from the symbol's middle to its side, or another form."""

    NEARLY_FLAT = "half-bend < 10"
    GENTLE = "half-bend 10-20"
    MIDDLE = "half-bend 20-35"
    STRONG = "half-bend 35-50"
    WAVE = "wave"


_HALF_BENDS_DEG = {
    MatrixBend.NEARLY_FLAT: (0.5, 10.0),
    MatrixBend.GENTLE: (10.0, 20.0),
    MatrixBend.MIDDLE: (20.0, 35.0),
    MatrixBend.STRONG: (35.0, 50.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class BentMatrix:
    """A matrix symbol on a bent label, printed, before a camera.

    Attributes:
        seed: What it was drawn from.
        symbology: DATA_MATRIX or MICRO_QR_CODE.
        bend: Row of the table.
        text: What the symbol says.
        modules: bool (rows, columns), True = dark (in an inverted print: light).
        is_inverted: Whether it is printed light on dark.
        quiet_modules: Blank modules on every side.
        item: The printed label.
        camera: Camera.
        view: Pose and form.
        scene: Pack and light.
    """

    seed: int
    symbology: Symbology
    bend: MatrixBend
    text: str
    modules: NDArray[np.bool_]
    is_inverted: bool
    quiet_modules: int
    item: PrintedLabel
    camera: Camera
    view: View
    scene: Scene

    @property
    def module_mm(self) -> float:
        """Side of a module."""
        columns = int(self.modules.shape[1])
        return self.item.size_mm[0] / (columns + 2 * self.quiet_modules)

    def photo(self) -> Photo:
        """Take the photo; the same one every time."""
        rng = np.random.default_rng([self.seed, 4])
        return photograph(self.item, self.camera, self.view, self.scene, rng)


def bent_matrix(seed: int, symbology: Symbology) -> BentMatrix:
    """Draw the scene of a seed; five seeds in a row hold every bend once.

    Raises:
        ValueError: Another symbology than these two.
    """
    if symbology not in (Symbology.DATA_MATRIX, Symbology.MICRO_QR_CODE):
        raise ValueError(f"expected Data Matrix or Micro QR Code, got {symbology}")
    rng = np.random.default_rng([seed, 3])
    bend = tuple(MatrixBend)[seed % len(MatrixBend)]
    is_inverted = symbology is Symbology.DATA_MATRIX and rng.random() < _INVERTED_SHARE
    if symbology is Symbology.DATA_MATRIX:
        text, modules = _data_matrix(rng)
    else:
        text, modules = _micro_qr(rng)
    module_mm = float(rng.uniform(0.4, 0.8))
    quiet_modules = int(rng.choice(_QUIET_MODULES))
    rows, columns = modules.shape
    axis_deg = _axis_deg(rng)
    surface = _surface(bend, (columns * module_mm, rows * module_mm), axis_deg, rng)
    padded = np.pad(modules, quiet_modules)
    label = Label.from_modules(~padded if is_inverted else padded, module_mm, 0)
    item = print_label(
        label,
        PRINTERS[int(rng.integers(len(PRINTERS)))],
        PAPERS[int(rng.integers(len(PAPERS)))],
        rng,
    )
    scene = Scene(
        PACKS[int(rng.integers(len(PACKS)))],
        TABLES[int(rng.integers(len(TABLES)))],
        lamp_light(rng),
        depth_mm=float(rng.uniform(30, 120)),
        label_corner_mm=float(rng.uniform(0, 0.5)),
    )
    camera, view = camera_and_view(surface, item, module_mm, rng)
    return BentMatrix(
        seed,
        symbology,
        bend,
        text,
        modules,
        is_inverted,
        quiet_modules,
        item,
        camera,
        view,
        scene,
    )


def _data_matrix(rng: np.random.Generator) -> tuple[str, NDArray[np.bool_]]:
    sizes = _RECTANGLES if rng.random() < _RECTANGLE_SHARE else _SQUARES
    version = int(rng.choice(sizes))
    count = int(rng.integers(max(1, _MOST_DIGITS[version] // 2), _MOST_DIGITS[version] + 1))
    text = "".join(str(digit) for digit in rng.integers(0, 10, count))
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, version=version)
    return text, _modules(code)


def _micro_qr(rng: np.random.Generator) -> tuple[str, NDArray[np.bool_]]:
    version, level, most = _MICRO[int(rng.integers(len(_MICRO)))]
    alphabet = _ALPHANUMERIC[: 10 if version == 1 else 36]
    count = int(rng.integers(max(1, most // 2), most + 1))
    text = "".join(alphabet[int(index)] for index in rng.integers(0, len(alphabet), count))
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.MicroQRCode, version=version, ec_level=level
    )
    return text, _modules(code)


def _modules(code: zxingcpp.Barcode) -> NDArray[np.bool_]:
    return np.asarray(np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0, np.bool_)


def _axis_deg(rng: np.random.Generator) -> float:
    """Direction of a bottle's axis on the label: half of them upright or lying, as labels are."""
    if rng.random() < 0.5:
        return float(rng.uniform(0, 180))
    return float(rng.choice([0, 90]) + rng.normal(0, 6))


def _surface(
    bend: MatrixBend, size_mm: tuple[float, float], axis_deg: float, rng: np.random.Generator
) -> Surface:
    """Form of the label; the half-bend is that of the symbol's mean side."""
    side_mm = math.sqrt(size_mm[0] * size_mm[1])
    if bend is MatrixBend.WAVE:
        length_mm = float(rng.uniform(1.0, 2.1)) * side_mm
        slope_deg, phase_deg = float(rng.uniform(7, 34)), float(rng.uniform(0, 360))
        return wave(length_mm, slope_deg, axis_deg, phase_deg)
    half_deg = float(rng.uniform(*_HALF_BENDS_DEG[bend]))
    radius_mm = side_mm / 2 / math.radians(half_deg)
    if rng.random() < 0.2:
        return cylinder(-radius_mm, axis_deg, 0.0)
    crest_mm = float(np.clip(rng.normal(0, 0.1), -0.2, 0.2)) * side_mm
    return cylinder(radius_mm, axis_deg, crest_mm)


def texts_at_truth(code: BentMatrix, gray: NDArray[np.uint8]) -> set[str]:
    """Texts that zxing-cpp reads of the photo, uint8 (H, W), unrolled by the way it was rendered.

    It is shown the unrolled grey picture, and its modules: the mean of each module's middle
    against the levels around it.
    """
    rows, columns = (side + 2 * code.quiet_modules for side in code.modules.shape)
    across = (np.arange(columns * _UNROLLED_PX) + 0.5) / _UNROLLED_PX * code.module_mm
    down = (np.arange(rows * _UNROLLED_PX) + 0.5) / _UNROLLED_PX * code.module_mm
    x_mm, y_mm = np.meshgrid(across, down)
    truth = Photo(_NO_PICTURE, None, code.camera, code.view, code.item.size_mm)
    places = truth.points_px_from_mm(np.column_stack([x_mm.ravel(), y_mm.ravel()]))
    x, y = places.astype(np.float32).T.reshape(2, *x_mm.shape)
    unrolled = cv2.remap(gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    middle = slice(_UNROLLED_PX // 4, -(_UNROLLED_PX // 4))
    blocks = unrolled.reshape(rows, _UNROLLED_PX, columns, _UNROLLED_PX)[:, middle, :, middle]
    levels = blocks.mean(axis=(1, 3), dtype=np.float32)
    around = np.ones((7, 7), np.uint8)
    dark, light = (
        cv2.GaussianBlur(extreme(levels, around), (0, 0), 1.5)
        for extreme in (cv2.erode, cv2.dilate)
    )
    modules = np.where(levels > (dark + light) / 2, 255, 0).astype(np.uint8)
    asked = (
        zxingcpp.BarcodeFormat.DataMatrix
        if code.symbology is Symbology.DATA_MATRIX
        else zxingcpp.BarcodeFormat.MicroQRCode
    )
    pictures = (unrolled, np.kron(modules, np.full((4, 4), 1, np.uint8)))
    return {
        found.text
        for picture in pictures
        for found in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormats([asked]))
    }
