import os
from pathlib import Path

import numpy as np
import pytest

from vision.fingerprint.copies_set import find_photos
from vision.fingerprint.copy_model import area_under_curve, fit_copy_model, isotonic_steps
from vision.fingerprint.evaluate_copies import CopyReport, fitted_on, judged, main, sampled


@pytest.mark.parametrize("is_copy", [[False] * 4, [True] * 4])
def test_one_class_alone_is_refused(is_copy):
    with pytest.raises(ValueError, match="one is missing"):
        fit_copy_model(np.zeros((4, 2)), np.array(is_copy))


def test_violators_are_pooled_as_by_hand():
    scores = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    ends, shares = isotonic_steps(scores, np.array([0.0, 1.0, 0.0, 1.0, 1.0]))

    # {1}: 0 of 1; {2, 3}: 1 of 2; {4, 5}: 2 of 2; each with half a print of either kind more.
    assert ends.tolist() == [1.0, 3.0, 5.0]
    assert shares.tolist() == pytest.approx([0.25, 0.5, 2.5 / 3])


def test_no_step_claims_certainty_and_shares_never_fall():
    generator = np.random.default_rng(1)
    scores = generator.normal(0, 1, 200)
    truth = (generator.random(200) < 1 / (1 + np.exp(-3 * scores))).astype(float)
    ends, shares = isotonic_steps(scores, truth)

    assert (np.diff(ends) > 0).all()
    assert (np.diff(shares) >= 0).all()
    assert 0 < shares.min() <= shares.max() < 1


def test_areas_by_hand():
    assert area_under_curve(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
    assert area_under_curve(np.array([0.0]), np.array([0.0])) == 0.5
    assert area_under_curve(np.array([0.0, 2.0]), np.array([1.0])) == 0.5


def test_two_clouds_are_parted_and_missing_numbers_count_as_average():
    generator = np.random.default_rng(2)
    statistics = np.concatenate((generator.normal(0, 1, (60, 3)), generator.normal(4, 1, (60, 3))))
    is_copy = np.arange(120) >= 60
    model = fit_copy_model(statistics, is_copy)

    assert (model.probability(np.array([[0.0] * 3, [4.0] * 3])) > 0.5).tolist() == [False, True]
    assert model.logit(np.full((1, 3), np.nan))[0] == pytest.approx(model.bias)
    part = np.array([[4.0, np.nan, np.nan]])
    assert model.bias < model.logit(part)[0] < model.logit(np.array([[4.0] * 3]))[0]


def test_a_statistic_that_never_varies_does_no_harm():
    statistics = np.array([[0.0, 7.0], [0.1, 7.0], [1.0, 7.0], [1.1, 7.0]])
    model = fit_copy_model(statistics, np.array([False, False, True, True]))

    assert np.isfinite(model.logit(statistics)).all()


def test_the_interval_of_an_area_by_hand():
    # Hanley and McNeil 1982, 25 of each at .9: Q1 = .9 / 1.1, Q2 = 1.62 / 1.9, so the variance is
    # (.09 + 24 x .00818 + 24 x .04263) / 625 and the standard error .0458.
    low, high = CopyReport(25, 25, 0, 0.9, 0, 0).area_interval

    assert (high - low) / 2 == pytest.approx(1.96 * 0.0458, abs=0.0002)
    assert CopyReport(30, 60, 0, 1.0, 0, 0).area_interval == (0.9, 1.0)


def test_an_empty_folder_is_said(tmp_path, capsys):
    assert main(["--folder", str(tmp_path)]) == 1
    assert "one is missing" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.real_data
def test_real_copies_are_known_without_reference_on_words_not_trained_on():
    repository = Path(__file__).resolve().parents[3]
    root = Path(os.environ.get("DIANJIN_DATA", repository.parent / "shared" / "data")) / "copies"
    if not root.is_dir():
        pytest.skip(f"the genuine and copied prints are not in {root} (set DIANJIN_DATA)")
    photos = find_photos(root)
    model = fitted_on([sampled(photo) for photo in photos if photo.is_for_tuning])
    report = judged(model, [sampled(photo) for photo in photos if not photo.is_for_tuning])

    assert report.lost == 0
    assert report.area >= 0.995
    assert report.genuine_called_copy + report.copies_called_genuine <= 1
