from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from vision.codes.evaluate_matrices import MatrixResult, main, table
from vision.codes.matrix_scenes import MatrixBend, bent_matrix, texts_at_truth
from vision.codes.symbology import Symbology

DATA_MATRIX, MICRO = Symbology.DATA_MATRIX, Symbology.MICRO_QR_CODE


def result(seed: int, *, plain: bool, ours: bool | None, is_wrong: bool = False) -> MatrixResult:
    return MatrixResult(
        seed, DATA_MATRIX, MatrixBend.MIDDLE, True, plain, 2.0, ours, is_wrong, False, 40.0, "grown"
    )


def test_table_of_nothing_has_no_rates() -> None:
    assert "%" not in table([]).splitlines()[-1]
    assert "wrong texts of ours: none" in table([])


def test_table_gives_rates_and_published_intervals() -> None:
    # 20 of 20 and 0 of 20: the score interval of Newcombe 1998 ends at 0.1611.
    text = table([result(seed, plain=False, ours=True) for seed in range(20)])
    line = next(line for line in text.splitlines() if "half-bend 20-35" in line)
    words = line.replace("data_matrix, half-bend 20-35", "").split()
    assert words[:6] == ["20/20", "0/20", "0.0", "%", "[0,", "16]"]
    assert words[6:] == ["20/20", "100.0", "%", "[84,", "100]"]


def test_table_names_wrong_texts() -> None:
    assert "wrong texts of ours: [('data_matrix', 7)]" in table(
        [result(7, plain=False, ours=False, is_wrong=True)]
    )


@pytest.mark.parametrize("kind", [DATA_MATRIX, MICRO])
def test_scene_says_its_text_where_the_renderer_knows_its_modules(kind: Symbology) -> None:
    code = bent_matrix(0, kind)
    photo = code.photo().bgr
    assert np.array_equal(photo, bent_matrix(0, kind).photo().bgr)
    gray = np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), np.uint8)
    assert texts_at_truth(code, gray) == {code.text}
    assert texts_at_truth(code, np.full_like(gray, 128)) == set()


def test_half_bend_is_the_angle_between_the_normals_at_middle_and_side() -> None:
    for seed in (1, 2, 3):
        code = bent_matrix(seed, MICRO)
        surface = code.view.surface
        assert surface is not None
        half_mm = len(code.modules) * code.module_mm / 2
        middle, side = surface.normals(np.array([[0, 0], surface.bends[0].across * half_mm]))
        half_deg = float(np.degrees(np.arccos(middle @ side)))
        low, high = ((10, 20), (20, 35), (35, 50))[seed - 1]
        assert low <= half_deg <= high


def test_scenes_hold_squares_rectangles_and_inverted_prints() -> None:
    codes = [bent_matrix(seed, DATA_MATRIX) for seed in range(24)]
    shapes = {code.modules.shape for code in codes}
    assert any(rows != columns for rows, columns in shapes)
    assert any(rows == columns for rows, columns in shapes)
    assert {code.is_inverted for code in codes} == {False, True}


def test_other_kinds_have_no_scenes() -> None:
    with pytest.raises(ValueError, match="expected Data Matrix or Micro QR Code"):
        bent_matrix(0, Symbology.AZTEC)


@pytest.mark.parametrize("count", ["0", "-1", "100001"])
def test_wrong_counts_are_refused(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", count]) == 2
    assert "expected --count" in capsys.readouterr().err


def test_command_measures_both_readers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "1", "--seed", "2", "--json", "--kind", "micro_qr_code"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["symbology"] == "micro_qr_code"
    assert measured["bend"] == "half-bend 20-35"
    assert measured["is_wrong"] is False
