import numpy as np
import pytest
import segno

from generative_codes import make_symbol, to_raster
from generative_codes.certify.camera import CameraCase, noise_of_case, take_photo
from generative_codes.certify.found import find_code
from generative_codes.certify.grades import Parameter, grade_symbol
from generative_codes.certify.reflectance import CertifyError, symbol_picture
from generative_codes.symbol import ErrorLevel, place_codewords

PAYLOAD = "https://t.dianjin.cn/c/9E3779B97F4A7C15"


def test_a_rendered_code_is_found_upright_with_its_own_matrix(symbol_5h, render):
    found = find_code(np.pad(render(symbol_5h), 60, constant_values=255), PAYLOAD)
    assert np.array_equal(found.symbol.modules, symbol_5h.modules)
    assert (found.quiet_zone_modules, found.pixels_per_module) == (4, 10)
    assert found.corners_px[0] == pytest.approx((99.5, 99.5), abs=1.5)
    assert found.photo_pixels_per_module == pytest.approx(10, abs=0.1)
    picture = symbol_picture(found.picture, 10, found.symbol, 4)
    grades = grade_symbol(picture, found.symbol)
    assert not grades.wrong.any()
    assert grades.of(Parameter.QUIET_ZONE).grade == 4.0


def test_a_turned_and_tilted_photo_gives_the_same_matrix(symbol_5h, render):
    case = CameraCase(9, tilt_deg=25, rotation_deg=100, noise_levels=5, shade=0.2)
    photo = take_photo(render(symbol_5h), 10, case, noise_of_case(1, 0))
    found = find_code(photo, PAYLOAD)
    assert np.array_equal(found.symbol.modules, symbol_5h.modules)
    assert found.quiet_zone_modules == 4


def test_steered_padding_is_taken_from_the_picture():
    usual = make_symbol("https://t.dianjin.cn/c/1", ErrorLevel.L, 6)
    codewords = usual.data_codewords.copy()
    free = usual.first_free_bit // 8
    codewords[free:] = np.random.default_rng(2).integers(0, 256, codewords.size - free)
    steered = place_codewords(usual, codewords, 3)
    found = find_code(to_raster(steered, 8), usual.payload)
    assert np.array_equal(found.symbol.modules, steered.modules)


def test_steered_padding_is_found_under_damage_as_damage():
    usual = make_symbol("https://t.dianjin.cn/c/1", ErrorLevel.Q, 6, 3)
    picture = to_raster(usual, 8).copy()
    picture[180:200, 180:200] = 255
    found = find_code(picture, usual.payload)
    assert np.array_equal(found.symbol.modules, usual.modules)


def test_a_code_of_another_encoder_is_graded_too():
    # Numbers inside text: segno makes two segments of it where ours makes one.
    code = segno.make(["TEXT", "0123456789"], error="m", version=2, boost_error=False, micro=False)
    modules = np.array([list(row) for row in code.matrix], dtype=bool)
    picture = np.where(np.kron(np.pad(modules, 4), np.ones((8, 8))) > 0, 0, 255).astype(np.uint8)
    found = find_code(picture, "TEXT0123456789")
    assert np.array_equal(found.symbol.modules, modules)


def test_an_inverted_code_keeps_its_true_matrix_and_all_modules_are_wrong(symbol_5h, render):
    found = find_code(255 - render(symbol_5h), PAYLOAD)
    assert np.array_equal(found.symbol.modules, symbol_5h.modules)
    graded = symbol_picture(found.picture, 10, found.symbol, 4)
    assert grade_symbol(graded, found.symbol).wrong.mean() > 0.95


def test_a_picture_that_ends_at_the_symbol_shows_no_quiet_zone(symbol_5h, render):
    picture = render(symbol_5h)
    assert find_code(picture[20:-20, 20:-20].copy(), PAYLOAD).quiet_zone_modules == 2
    assert find_code(picture, PAYLOAD).quiet_zone_modules == 4


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((0, 0), np.uint8), "not empty"),
        (np.zeros((5, 5), np.float32), "uint8"),
        (np.zeros((100, 100), np.uint8), "No QR Code"),
        (to_raster(make_symbol("ANOTHER"), 8), "another payload"),
    ],
)
def test_pictures_without_this_code_are_refused_with_the_reason(picture, message):
    with pytest.raises(CertifyError, match=message):
        find_code(picture, PAYLOAD)
