import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes import make_symbol
from generative_codes.certify.grades import Parameter, grade_symbol
from generative_codes.certify.reflectance import (
    CertifyError,
    GradedPicture,
    Illumination,
    Threshold,
    measure_modules,
    reflectance_of,
    symbol_picture,
    two_class_threshold,
)
from generative_codes.symbol import ErrorLevel


def test_a_plain_black_symbol_earns_4_0_a_in_every_parameter(symbol_7q, render):
    picture = symbol_picture(render(symbol_7q), 10, symbol_7q, 4)
    grades = grade_symbol(picture, symbol_7q)
    assert {entry.grade for entry in (*grades.parameters, *grades.direct_marking)} == {4.0}
    assert len(grades.parameters) == 12
    assert (grades.overall, grades.letter) == (4.0, "A")
    assert not grades.wrong.any()


@pytest.mark.parametrize(
    ("dark", "light", "contrast", "grade"),
    [(0.1, 0.8, 0.70, 4.0), (0.1, 0.725, 0.625, 3.5), (0.1, 0.4, 0.30, 1.5), (0.1, 0.25, 0.15, 0)],
)
def test_symbol_contrast_is_rmax_less_rmin(symbol_1h, paint, dark, light, contrast, grade):
    grades = grade_symbol(paint(symbol_1h, dark, light), symbol_1h)
    entry = grades.of(Parameter.SYMBOL_CONTRAST)
    assert entry.value == pytest.approx(contrast, abs=1e-6)
    assert entry.grade == pytest.approx(grade, abs=1e-4)
    # Every module lies at an end of the range: modulation is full whatever the contrast.
    assert grades.of(Parameter.MODULATION).grade == 4.0


def test_cell_contrast_is_relative_to_the_light_mean(symbol_1h, paint):
    # (0.40 - 0.29) / 0.40 = 0.275, half way between B (25 %) and A (30 %).
    grades = grade_symbol(paint(symbol_1h, 0.29, 0.40), symbol_1h)
    entry = grades.of(Parameter.CELL_CONTRAST)
    assert (entry.value, entry.grade) == (
        pytest.approx(0.275, abs=1e-5),
        pytest.approx(3.5, abs=1e-3),
    )


def test_a_label_that_reflects_less_than_5_percent_fails_direct_marking(symbol_1h, paint):
    grades = grade_symbol(paint(symbol_1h, 0.0, 0.04), symbol_1h)
    assert grades.of(Parameter.MINIMUM_REFLECTANCE).grade == 0.0


@pytest.mark.parametrize(
    ("codewords", "grade"),
    # 1-H repairs with 17 - 1 = 16 codewords. k codewords with a module of modulation .20 count
    # as errors at every level above 1.0: UEC = 1 - 2k/16.
    [(1, 4.0), (3, 4.0), (4, 3.0), (5, 2 + 0.005 / 0.13), (6, 1.0), (8, 1.0)],
)
def test_modulation_follows_the_notional_error_correction_rule(
    symbol_1h, paint, one_module_of_each_codeword, codewords, grade
):
    places = one_module_of_each_codeword(symbol_1h, codewords, dark=False)
    # Modulation 2 |.6 - .5| / 1 = .2; a hair more keeps it on grade D's side of the limit.
    picture = paint(symbol_1h, changed=dict.fromkeys(places, 0.6001))
    grades = grade_symbol(picture, symbol_1h)
    entry = grades.of(Parameter.MODULATION)
    assert entry.value == pytest.approx(0.2002, abs=1e-4)
    assert entry.grade == pytest.approx(grade, abs=0.01)
    assert grades.of(Parameter.REFLECTANCE_MARGIN).grade == entry.grade
    assert grades.of(Parameter.UNUSED_ERROR_CORRECTION).value == 1.0


def test_wrong_modules_have_modulation_but_no_reflectance_margin(
    symbol_1h, paint, one_module_of_each_codeword
):
    # Seven light modules at .35 read as dark: modulation .30 = grade 2, margin negative, UEC
    # 1 - 14/16 = .125 = grade 0.
    places = one_module_of_each_codeword(symbol_1h, 7, dark=False)
    grades = grade_symbol(paint(symbol_1h, changed=dict.fromkeys(places, 0.3499)), symbol_1h)
    assert grades.of(Parameter.MODULATION).grade == pytest.approx(2.0, abs=0.01)
    assert grades.of(Parameter.REFLECTANCE_MARGIN).grade == 0.0
    assert grades.of(Parameter.REFLECTANCE_MARGIN).value == pytest.approx(-0.3002, abs=1e-4)
    assert grades.of(Parameter.UNUSED_ERROR_CORRECTION).value == pytest.approx(0.125)
    assert grades.of(Parameter.DECODE).grade == 4.0
    assert {tuple(place) for place in np.argwhere(grades.wrong)} == set(places)


def test_more_errors_than_can_be_repaired_fail_the_decode_grade(
    symbol_1h, paint, one_module_of_each_codeword
):
    # 1-H repairs eight codewords; nine are too many: 1 - 18/16 < 0.
    places = one_module_of_each_codeword(symbol_1h, 9, dark=False)
    grades = grade_symbol(paint(symbol_1h, changed=dict.fromkeys(places, 0.0)), symbol_1h)
    assert grades.of(Parameter.DECODE).grade == 0.0
    assert grades.overall == 0.0
    assert grades.letter == "F"


def test_unused_error_correction_is_counted_per_block_and_the_worst_counts(
    symbol_7q, paint, one_module_of_each_codeword
):
    # 7-Q: six blocks of 18 error correction codewords. Three errors in block 2: 1 - 6/18 = 2/3;
    # five in block 4: 1 - 10/18 = 4/9, 2 + (.4444 - .37)/.13 = 2.573.
    places = one_module_of_each_codeword(symbol_7q, 3, dark=True, block=2)
    places += one_module_of_each_codeword(symbol_7q, 5, dark=True, block=4)
    grades = grade_symbol(paint(symbol_7q, changed=dict.fromkeys(places, 1.0)), symbol_7q)
    assert grades.unused_per_block == pytest.approx((1, 1, 2 / 3, 1, 4 / 9, 1))
    entry = grades.of(Parameter.UNUSED_ERROR_CORRECTION)
    assert (entry.value, entry.grade) == (pytest.approx(4 / 9), pytest.approx(2.573, abs=1e-3))


def _segment(grades, name):
    return next(entry for entry in grades.segments if entry.name == name)


def test_each_wrong_finder_module_costs_a_grade(symbol_7q, paint):
    last = symbol_7q.size_modules - 1
    changed = {(0, 0): 1.0, (0, last): 1.0, (3, last - 3): 1.0}
    grades = grade_symbol(paint(symbol_7q, changed=changed), symbol_7q)
    assert _segment(grades, "finder_1").grade == 3.0
    assert _segment(grades, "finder_2").grade == 2.0
    assert _segment(grades, "finder_3").grade == 4.0
    assert grades.of(Parameter.FIXED_PATTERN_DAMAGE).grade == 2.0


def test_a_weak_finder_module_counts_only_above_its_own_grade(symbol_7q, paint):
    # Reflectance .325: modulation 2 * .175 = .35 = grade 2.5. At level 4 it is one wrong module
    # (3.0), at level 2.5 none: the segment earns 3.0. Three weak ones: 1.0 against 2.5.
    one = grade_symbol(paint(symbol_7q, changed={(0, 0): 0.325}), symbol_7q)
    assert _segment(one, "finder_1").grade == 3.0
    assert _segment(one, "finder_1").wrong_modules == 0
    three = {(0, 0): 0.325, (0, 1): 0.325, (0, 2): 0.325}
    assert _segment(
        grade_symbol(paint(symbol_7q, changed=three), symbol_7q), "finder_1"
    ).grade == pytest.approx(2.5, abs=1e-4)


def test_separator_timing_and_alignment_have_rules_of_their_own(symbol_7q, paint):
    # Timing of version 7: 45 - 16 modules, five of them under an alignment pattern: 24. One wrong
    # is 4.17 %, and 4 - .0417/.07 = 3.405. One of six alignment patterns is 16.7 %: 2.333.
    changed = {(7, 3): 0.0, (6, 10): 1.0, (22, 22): 1.0, (22, 23): 0.0}
    grades = grade_symbol(paint(symbol_7q, changed=changed), symbol_7q)
    assert _segment(grades, "separator_1").grade == 3.0
    assert _segment(grades, "timing_row").grade == pytest.approx(4 - 1 / 24 / 0.07)
    assert _segment(grades, "timing_column").grade == 4.0
    assert _segment(grades, "alignment").grade == pytest.approx(3 - (1 / 6 - 0.1) / 0.1)
    assert _segment(grades, "alignment").wrong_modules == 2
    assert grades.of(Parameter.UNUSED_ERROR_CORRECTION).grade == 4.0


def test_format_and_version_information_average_their_two_copies(symbol_7q, paint):
    def flipped(places):
        return {place: float(symbol_7q.modules[place]) for place in places}

    last = symbol_7q.size_modules - 1
    # Two bits of the first format copy: (2 + 4) / 2. One bit of the upper right version copy.
    changed = flipped([(0, 8), (1, 8), (0, last - 10)])
    grades = grade_symbol(paint(symbol_7q, changed=changed), symbol_7q)
    assert grades.of(Parameter.FORMAT_INFORMATION).grade == 3.0
    assert grades.of(Parameter.VERSION_INFORMATION).grade == 3.5


def test_symbols_below_version_7_have_no_version_information(symbol_1h, paint):
    grades = grade_symbol(paint(symbol_1h), symbol_1h)
    with pytest.raises(KeyError):
        grades.of(Parameter.VERSION_INFORMATION)


@pytest.mark.parametrize("quiet", [0, 1, 2, 3])
def test_less_than_four_modules_of_quiet_zone_earn_no_grade(symbol_1h, paint, quiet):
    grades = grade_symbol(paint(symbol_1h, quiet=quiet), symbol_1h)
    assert grades.of(Parameter.QUIET_ZONE).grade == 0.0
    assert grades.of(Parameter.FIXED_PATTERN_DAMAGE).grade == 4.0


def test_a_speck_in_the_quiet_zone_is_graded_by_its_share(symbol_1h, paint):
    # One of 29 * 29 - 21 * 21 = 400 modules: 4 - .0025/.07.
    grades = grade_symbol(paint(symbol_1h, changed={(-2, 5): 0.0}), symbol_1h)
    assert grades.of(Parameter.QUIET_ZONE).grade == pytest.approx(4 - 0.0025 / 0.07)


def test_a_picture_without_contrast_fails_and_every_module_is_doubtful(symbol_1h, paint):
    grades = grade_symbol(paint(symbol_1h, 0.5, 0.5), symbol_1h)
    assert grades.overall == 0.0
    assert grades.of(Parameter.DECODE).grade == 0.0
    assert grades.of(Parameter.AXIAL_NON_UNIFORMITY).value is None


def test_reflectance_is_linear_light():
    # IEC 61966-2-1: code 188 is half the light (0.5029), code 0 none, code 255 all.
    levels = np.array([[0, 188, 255]], np.uint8)
    assert reflectance_of(levels)[0] == pytest.approx([0, 0.5029, 1], abs=1e-3)


def test_red_vanishes_under_660_nm_light():
    red = np.zeros((1, 1, 3), np.uint8)
    red[..., 2] = 255
    assert reflectance_of(red, Illumination.RED_660_NM)[0, 0] == 1.0
    assert reflectance_of(red, Illumination.WHITE)[0, 0] == pytest.approx(0.2126)


def test_extremes_are_the_means_of_the_outer_hundredths(symbol_1h, paint):
    # A few pixels of glare, far less than 1 %, hardly move Rmax.
    picture = paint(symbol_1h, 0.1, 0.6)
    glare = picture.reflectance.copy()
    glare[:3, :3] = 1.0
    field = measure_modules(GradedPicture(glare, 10, 4, 21))
    assert field.r_min == pytest.approx(0.1)
    assert field.r_max == pytest.approx(0.6, abs=0.02)


def test_the_histogram_threshold_lies_between_the_classes():
    values = np.array([0.1, 0.12, 0.15, 0.45, 0.5, 0.52], np.float32)
    assert two_class_threshold(values) == pytest.approx(0.30)
    assert two_class_threshold(np.full(5, 0.4, np.float32)) == pytest.approx(0.4)


def test_pale_modules_below_the_midpoint_are_read_by_the_histogram_threshold(symbol_1h, paint):
    # Light modules at .45 on a white quiet zone: the midpoint .5 reads them all as dark.
    picture = paint(symbol_1h, 0.0, 0.45)
    reflectance = picture.reflectance.copy()
    reflectance[:40] = reflectance[-40:] = reflectance[:, :40] = reflectance[:, -40:] = 1.0
    picture = GradedPicture(reflectance, 10, 4, 21)
    assert grade_symbol(picture, symbol_1h).of(Parameter.DECODE).grade == 0.0
    grades = grade_symbol(picture, symbol_1h, Threshold.HISTOGRAM)
    assert grades.of(Parameter.DECODE).grade == 4.0
    assert not grades.wrong.any()


@pytest.mark.parametrize(
    ("picture", "pixels", "message"),
    [
        (np.zeros((0, 0), np.uint8), 10, "empty"),
        (np.zeros((290, 290), np.float64), 10, "uint8"),
        (np.zeros((290, 290, 4), np.uint8), 10, "uint8"),
        (np.zeros((290, 290), np.uint8), 4, "at least 5"),
        (np.zeros((290, 290), np.uint8), float("nan"), "at least 5"),
        (np.zeros((200, 290), np.uint8), 10, "need 290"),
    ],
)
def test_pictures_that_cannot_be_measured_are_refused(symbol_1h, picture, pixels, message):
    with pytest.raises(CertifyError, match=message):
        symbol_picture(picture, pixels, symbol_1h, 4)


@given(seed=st.integers(0, 2**32 - 1), kind=st.sampled_from(["noise", "blocks", "dark", "light"]))
@settings(max_examples=25, deadline=None)
def test_every_picture_has_finite_grades_from_0_to_4(seed, kind):
    symbol = make_symbol("DIANJIN", ErrorLevel.H, 1)
    rng = np.random.default_rng(seed)
    match kind:
        case "noise":
            picture = rng.integers(0, 256, (290, 290, 3)).astype(np.uint8)
        case "blocks":
            blocks = rng.integers(0, 256, (29, 29)).astype(np.uint8)
            picture = blocks.repeat(10, axis=0).repeat(10, axis=1)
        case _:
            picture = np.full((290, 290), 0 if kind == "dark" else 255, np.uint8)
    for threshold in Threshold:
        grades = grade_symbol(symbol_picture(picture, 10, symbol, 4), symbol, threshold)
        for entry in (*grades.parameters, *grades.direct_marking):
            assert 0.0 <= entry.grade <= 4.0
            assert entry.value is None or np.isfinite(entry.value)
        assert np.isfinite(grades.margins).all()
        # None of these shows the symbol.
        assert grades.overall < 1.0


@given(places=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6))
@settings(max_examples=25, deadline=None)
def test_more_damage_never_earns_more(places):
    symbol = make_symbol("DIANJIN", ErrorLevel.H, 1)
    tones = np.where(np.pad(symbol.modules, 4), 0.0, 1.0).astype(np.float32)
    last = None
    for row, column in places:
        tones[row + 4, column + 4] = float(symbol.modules[row, column])
        pixels = tones.repeat(10, axis=0).repeat(10, axis=1)
        grades = grade_symbol(GradedPicture(pixels, 10, 4, 21), symbol)
        now = [
            grades.of(parameter).grade
            for parameter in (
                Parameter.UNUSED_ERROR_CORRECTION,
                Parameter.REFLECTANCE_MARGIN,
                Parameter.FIXED_PATTERN_DAMAGE,
                Parameter.FORMAT_INFORMATION,
                Parameter.DECODE,
            )
        ]
        assert last is None or all(new <= old for new, old in zip(now, last, strict=True))
        last = now
