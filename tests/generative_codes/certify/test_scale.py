import pytest

from generative_codes.certify import scale
from generative_codes.certify.overlay import overlay_grade
from generative_codes.certify.scale import letter_of


@pytest.mark.parametrize(
    ("limits", "letters"),
    [
        (scale.SYMBOL_CONTRAST, (0.70, 0.55, 0.40, 0.20)),
        (scale.MODULATION, (0.50, 0.40, 0.30, 0.20)),
        (scale.UNUSED_ERROR_CORRECTION, (0.62, 0.50, 0.37, 0.25)),
        (scale.AXIAL_NON_UNIFORMITY, (0.06, 0.08, 0.10, 0.12)),
        (scale.GRID_NON_UNIFORMITY, (0.38, 0.50, 0.63, 0.75)),
    ],
)
def test_letter_limits_earn_whole_grades(limits, letters):
    # The published limits of ISO/IEC 15415 for A, B, C and D.
    assert [limits.grade(value) for value in letters] == [4.0, 3.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("contrast", "grade"),
    # Worked by hand: 62.5 % lies half way between B and A, 30 % half way between D and C.
    [(1.0, 4.0), (0.7, 4.0), (0.625, 3.5), (0.475, 2.5), (0.30, 1.5), (0.199, 0.0), (0.0, 0.0)],
)
def test_grades_between_letters_are_interpolated(contrast, grade):
    assert scale.SYMBOL_CONTRAST.grade(contrast) == pytest.approx(grade)


def test_limits_where_less_is_better_are_interpolated_too():
    assert scale.AXIAL_NON_UNIFORMITY.grade(0.0) == 4.0
    assert scale.AXIAL_NON_UNIFORMITY.grade(0.07) == pytest.approx(3.5)
    assert scale.AXIAL_NON_UNIFORMITY.grade(0.13) == 0.0


@pytest.mark.parametrize(
    ("grade", "letter"),
    [(4.0, "A"), (3.5, "A"), (3.49, "B"), (2.5, "B"), (1.5, "C"), (1.49, "D"), (0.4, "F")],
)
def test_letters_round_to_the_nearest_grade(grade, letter):
    assert letter_of(grade) == letter


def test_the_notional_rule_takes_the_best_level():
    import numpy as np

    # Ten parts, one of grade 1.5. One damaged part earns 3.0: at level 4 min(4, 3) = 3, at level
    # 1.5 nothing is damaged and min(1.5, 4) = 1.5. The best is 3.0.
    grades = np.array([4.0] * 9 + [1.5])
    by_count = {0: 4.0, 1: 3.0}
    assert overlay_grade(grades, lambda bad: by_count.get(int(bad.sum()), 0.0)) == 3.0
    # Nine parts of grade 1.5: damage at level 4 earns nothing, so the parts' own grade stands.
    grades = np.array([4.0] + [1.5] * 9)
    assert overlay_grade(grades, lambda bad: by_count.get(int(bad.sum()), 0.0)) == 1.5
