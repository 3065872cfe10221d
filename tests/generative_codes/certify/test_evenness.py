import cv2
import numpy as np
import pytest

from generative_codes.certify.evenness import measure_evenness
from generative_codes.certify.grades import Parameter, grade_symbol
from generative_codes.certify.reflectance import GradedPicture


def _moved(picture, x_from, y_from):
    """The picture resampled: output pixel (x, y) shows input (x_from, y_from)."""
    pixels = cv2.remap(
        picture.reflectance,
        x_from.astype(np.float32),
        y_from.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return GradedPicture(
        np.asarray(pixels, np.float32),
        picture.pixels_per_module,
        picture.quiet_zone_modules,
        picture.size_modules,
    )


def _axes(picture):
    places = np.arange(picture.reflectance.shape[0], dtype=np.float64)
    return np.meshgrid(places, places)


@pytest.mark.parametrize(
    ("stretch", "grade"),
    # X = 1 + s, Y = 1: s / (1 + s/2). .09 gives .0861 = 2.69; .04 gives .0392 = A.
    [(0.04, 4.0), (0.09, 2.69), (0.14, 0.0)],
)
def test_axial_non_uniformity_is_the_difference_of_the_spacings(symbol_5h, paint, stretch, grade):
    picture = paint(symbol_5h)
    x, y = _axes(picture)
    middle = (x.shape[1] - 1) / 2
    stretched = _moved(picture, middle + (x - middle) / (1 + stretch), y)
    evenness = measure_evenness(stretched, symbol_5h.modules, 0.5)
    assert evenness.axial_non_uniformity == pytest.approx(stretch / (1 + stretch / 2), abs=1e-3)
    grades = grade_symbol(stretched, symbol_5h)
    assert grades.of(Parameter.AXIAL_NON_UNIFORMITY).grade == pytest.approx(grade, abs=0.05)
    # The modules are found on the stretched grid.
    assert not grades.wrong.any()


def test_grid_non_uniformity_is_the_largest_local_shift(symbol_5h, paint):
    # A bump that moves one corner by .3 module to the right, little elsewhere.
    picture = paint(symbol_5h)
    x, y = _axes(picture)
    bump = 3.0 * np.exp(-((x - 330) ** 2 + (y - 330) ** 2) / (2 * 60.0**2))
    evenness = measure_evenness(_moved(picture, x - bump, y), symbol_5h.modules, 0.5)
    # What remains of the same bump at all module centres after the best affine grid.
    row, column = np.mgrid[:37, :37] + 0.5
    moved = 0.3 * np.exp(-((column - 29) ** 2 + (row - 29) ** 2) / (2 * 6.0**2))
    design = np.column_stack([np.ones(37 * 37), row.ravel(), column.ravel()])
    rest = moved.ravel() - design @ np.linalg.lstsq(design, moved.ravel(), rcond=None)[0]
    assert evenness.grid_non_uniformity == pytest.approx(np.abs(rest).max(), abs=0.03)
    still = measure_evenness(picture, symbol_5h.modules, 0.5)
    assert still.grid_non_uniformity == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("gain_px", "growth", "grade"), [(0, 0.0, 4.0), (1, 0.2, 3.17)])
def test_print_growth_is_the_gain_of_the_timing_modules(symbol_5h, paint, gain_px, growth, grade):
    # Dark grows by one pixel of ten on both sides: .2 module; 4 - (.2 - .15) / .06.
    picture = paint(symbol_5h)
    kernel = np.ones((2 * gain_px + 1, 2 * gain_px + 1), np.uint8)
    grown = np.asarray(cv2.erode(picture.reflectance, kernel), np.float32)
    grades = grade_symbol(GradedPicture(grown, 10, 4, symbol_5h.size_modules), symbol_5h)
    entry = grades.of(Parameter.PRINT_GROWTH)
    assert entry.value == pytest.approx(growth, abs=1e-3)
    assert entry.grade == pytest.approx(grade, abs=0.02)
    assert grades.of(Parameter.GRID_NON_UNIFORMITY).value == pytest.approx(0, abs=0.01)


def test_print_loss_is_negative_growth(symbol_5h, paint):
    picture = paint(symbol_5h)
    lost = np.asarray(cv2.dilate(picture.reflectance, np.ones((3, 3), np.uint8)), np.float32)
    evenness = measure_evenness(GradedPicture(lost, 10, 4, 37), symbol_5h.modules, 0.5)
    assert evenness.growth_x_modules == pytest.approx(-0.2, abs=1e-3)
    assert evenness.growth_y_modules == pytest.approx(-0.2, abs=1e-3)


def test_a_picture_without_edges_has_no_geometry(symbol_5h):
    blank = GradedPicture(np.full((450, 450), 0.5, np.float32), 10, 4, 37)
    evenness = measure_evenness(blank, symbol_5h.modules, 0.5)
    assert evenness.axial_non_uniformity is None
    assert evenness.grid_non_uniformity is None
    assert evenness.growth_x_modules is None
