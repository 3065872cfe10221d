import pytest

from vision.fingerprint.separation import separation


@pytest.mark.parametrize(("same", "other"), [([], []), ([1.0], []), ([], [0.0])])
def test_a_side_without_scores_is_refused(same, other):
    with pytest.raises(ValueError, match="expected scores on both sides"):
        separation(same, other)


def test_two_far_sets_by_hand():
    found = separation([0.8, 1.0], [0.1, 0.3])

    assert (found.same, found.other, found.found, found.rate) == (2, 2, 2, 1.0)
    assert found.gap == pytest.approx(0.5)
    # Means .9 and .2, both standard deviations .1.
    assert found.d_prime == pytest.approx(7.0)


def test_one_of_a_thousand_others_may_lie_above_the_threshold():
    other = [0.0] * 999 + [0.9]

    assert separation([0.5], other).found == 1
    assert separation([0.5], other[1:]).found == 0


def test_equal_scores_are_not_above_the_threshold():
    found = separation([0.4], [0.4])

    assert found.found == 0
    assert found.gap == 0.0


def test_the_interval_holds_the_rate():
    low, high = separation([1.0] * 20, [0.0]).interval

    # Wilson: 20 of 20 proves 83.9 %.
    assert low == pytest.approx(0.839, abs=0.001)
    assert high == 1.0
