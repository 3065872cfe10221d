import json

import cv2
import numpy as np
import pytest

from vision.codes import evaluate_troubles
from vision.codes.evaluate_troubles import TroubleResult, main, measure, table, texts_where_located
from vision.codes.trouble_scenes import TroubleKind, trouble_scene
from vision.codes.trouble_sheets import Damage, Style


def result(seed, kind=TroubleKind.LAMP, codes=1, plain=0, ours=1, wrong=0, located=1):
    return TroubleResult(
        seed, kind, "", codes, 1, located, plain, 2.0, ours, wrong, 40.0, ("grid",)
    )


def line_of(text, name):
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))


def test_table_of_nothing_has_no_rates():
    text = table([])

    assert "%" not in text.splitlines()[-1]
    assert "wrong texts: none" in text


def test_table_counts_codes_and_gives_published_intervals():
    # 20 of 20 and 0 of 20: the score interval of Newcombe 1998 ends at 0.1611.
    rows = [result(seed, TroubleKind.SEVERAL, 5, 0, 5, 0, 4) for seed in range(4)]
    several = line_of(table(rows), "several codes")

    assert several[2:4] == ["4/20", "16/20"]
    assert several[4:9] == ["0/20", "0.0", "%", "[0,", "16]"]
    assert several[9:] == ["20/20", "100.0", "%", "[84,", "100]"]


def test_table_names_wrong_texts_and_what_a_perfect_locator_would_have_read():
    text = table([result(42, ours=0, wrong=1), result(43, ours=0, located=0)])

    assert "wrong texts: [42]" in text
    assert "missed by ours: [42, 43]" in text
    assert "of these all read with a perfect locator: [42]" in text


@pytest.mark.slow
def test_ten_seeds_hold_every_kind_and_a_hundred_every_style_and_damage():
    kinds = [trouble_scene(seed).kind for seed in range(10)]

    assert kinds == list(TroubleKind)
    assert {trouble_scene(seed).detail for seed in range(7, 107, 10)} == set(Style)
    assert {trouble_scene(seed).detail for seed in range(6, 56, 10)} == set(Damage)


def test_scene_of_a_seed_is_the_same_photo_every_time():
    first, again, other = (trouble_scene(seed).photo() for seed in (2, 2, 12))

    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.parametrize("seed", [0, 3, 4, 8])
def test_outline_of_a_flat_code_is_its_rectangle_under_the_cameras_homography(seed):
    scene = trouble_scene(seed)
    matrix = scene.truth.homography_px_from_mm
    assert matrix is not None
    for code in scene.sheet.codes:
        far = code.left_mm + code.side_mm, code.top_mm + code.side_mm
        corners = np.array(
            [
                (code.left_mm, code.top_mm, 1),
                (far[0], code.top_mm, 1),
                (*far, 1),
                (code.left_mm, far[1], 1),
            ]
        )
        mapped = corners @ matrix.T
        expected = mapped[:, :2] / mapped[:, 2:]

        assert np.allclose(scene.quad(code).corners_px, expected, atol=1e-6)
        assert (expected > 0).all()
        assert (expected < (scene.camera.width_px - 1, scene.camera.height_px - 1)).all()


def test_small_leaning_code_is_as_narrow_as_its_kind_says_and_much_longer():
    sides = [
        trouble_scene(seed).quad(trouble_scene(seed).sheet.codes[0]).side_lengths_px
        for seed in (3, 13, 33)
    ]

    for lengths in sides:
        assert 43 <= lengths.min() <= 70
        assert lengths.max() > 1.4 * lengths.min()


def test_dark_finder_centres_lie_where_the_renderer_says():
    scene = trouble_scene(5)
    code = scene.sheet.codes[0]
    gray = cv2.cvtColor(scene.photo(), cv2.COLOR_BGR2GRAY)
    unit = code.module_mm
    for x, y in ((3.5, 3.5), (code.side_modules - 3.5, 3.5), (3.5, code.side_modules - 3.5)):
        dark, light = (
            scene.truth.points_px_from_mm(
                np.array([(code.left_mm + (x + step) * unit, code.top_mm + y * unit)])
            )[0]
            for step in (0, 2)
        )
        seen = [int(gray[round(at[1]), round(at[0])]) for at in (dark, light)]

        assert seen[0] < seen[1] - 40


def test_clean_scene_is_read_at_its_true_lattice_and_with_a_perfect_locator():
    scene = trouble_scene(9)
    gray = cv2.cvtColor(scene.photo(), cv2.COLOR_BGR2GRAY)
    texts = {code.text for code in scene.sheet.codes}

    assert scene.texts_at_truth(gray) == texts
    assert texts_where_located(scene, gray) == texts


def test_inverted_code_is_unrolled_dark_on_light():
    scene = trouble_scene(7)
    code = scene.sheet.codes[0]
    assert scene.detail == Style.INVERTED
    assert code.is_inverted
    gray = cv2.cvtColor(scene.photo(), cv2.COLOR_BGR2GRAY)
    unrolled = scene.unrolled(code, gray)

    assert unrolled[:24].mean() > 1.5 * unrolled[32 : 32 + 8, 32 : 32 + 56].mean()


def test_measure_without_our_reader_says_so():
    measured = measure(5, is_plain=True)

    assert measured.ours is None
    assert measured.codes == 1
    assert measured.wrong == 0


def test_arguments_out_of_range_are_refused(capsys):
    assert main(["--count", "0"]) == 2
    assert "expected --count 1.." in capsys.readouterr().err


def test_json_is_one_line_for_each_scene_of_the_kind(monkeypatch, capsys):
    monkeypatch.setattr(evaluate_troubles, "measure", lambda seed, *_: result(seed))

    assert main(["--seed", "20", "--count", "20", "--json", "--kind", "blur"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["seed"] for line in lines] == [22, 32]
