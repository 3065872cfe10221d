from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.codes import evaluate_bends
from vision.codes.bend_scenes import BendKind, bent_code, finders_visible, texts_at_truth
from vision.codes.evaluate_bends import BendResult, main, measure, measured, table


def result(seed: int, kind: BendKind = BendKind.WAVE, *, plain: bool, ours: bool) -> BendResult:
    return BendResult(seed, kind, 3, 0.0, 3, True, plain, 2.0, ours, False, 40.0, "grid")


def line_of(text: str, name: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.strip().startswith(name))


def test_table_of_nothing_has_no_rates() -> None:
    text = table([])
    assert "%" not in text.splitlines()[-1]
    assert "wrong texts: none" in text


def test_table_gives_rates_and_published_intervals() -> None:
    # 20 of 20 and 0 of 20: the score interval of Newcombe 1998 ends at 0.1611.
    rows = [result(seed, plain=False, ours=True) for seed in range(20)]
    wave = line_of(table(rows), "wave")
    assert wave[:2] == ["wave", "20/20"]
    assert wave[2:7] == ["0/20", "0.0", "%", "[0,", "16]"]
    assert wave[7:] == ["20/20", "100.0", "%", "[84,", "100]"]


def test_table_splits_the_limb_by_visible_finders_and_names_what_was_missed() -> None:
    hidden = BendResult(42, BendKind.LIMB, 3, 60.0, 2, False, False, 2.0, False, True, 9.0, "")
    text = table([hidden])
    assert "of these: 2 finders visible" in text
    assert "wrong texts: [42]" in text
    assert "missed by ours: [42]" in text
    assert "not readable at the true lattice: [42]" in text


@pytest.mark.slow
def test_ten_seeds_hold_every_kind_and_hidden_finders_go_to_the_limb() -> None:
    codes = [bent_code(seed) for seed in range(10)]
    for kind, code in zip(BendKind, codes, strict=True):
        if code.kind is not kind:
            assert code.kind is BendKind.LIMB
            assert finders_visible(code) < 3
        elif kind not in (BendKind.LIMB, BendKind.GLARE, BendKind.HIDDEN):
            assert finders_visible(code) == 3
    assert 11 <= codes[0].half_bend_deg <= 34
    assert 34 <= codes[1].half_bend_deg <= 52
    assert codes[2].half_bend_deg >= 52


def test_scene_of_a_seed_is_the_same_photo_every_time() -> None:
    first, again, other = (bent_code(seed).photo().bgr for seed in (14, 14, 4))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_clip_of_a_seed_is_the_same_and_moves_round_one_label() -> None:
    code = bent_code(14)
    first, second = code.clip(2)
    assert first.view.surface == second.view.surface == code.view.surface
    assert not np.allclose(first.corners_px, second.corners_px, atol=0.2)
    again = next(code.clip(2))
    assert np.array_equal(first.bgr, again.bgr)
    assert first.camera.motion_px > 0


def test_half_bend_is_the_angle_between_the_normals_at_middle_and_side() -> None:
    code = bent_code(1)
    surface = code.view.surface
    assert surface is not None
    assert len(surface.bends) == 1
    half = code.side_modules * code.module_mm / 2
    middle, side = surface.normals(np.array([[0, 0], surface.bends[0].across * half]))
    assert np.degrees(np.arccos(middle @ side)) == pytest.approx(code.half_bend_deg, abs=1e-6)


def test_code_says_its_text_where_the_renderer_knows_its_modules() -> None:
    code = bent_code(16)
    gray = np.asarray(cv2.cvtColor(code.photo().bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    assert texts_at_truth(code, gray) == {code.text}
    assert texts_at_truth(code, np.full_like(gray, 128)) == set()


def test_finder_covered_by_a_patch_is_not_needed_at_the_true_lattice() -> None:
    readable = [measure(seed, is_plain=True) for seed in (49, 69)]
    assert all(found.kind is BendKind.HIDDEN and not found.is_read_plain for found in readable)
    assert any(found.is_readable for found in readable)


def test_seeds_in_the_file_are_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(seed: int, is_plain: bool, budget_ms: float) -> BendResult:
        asked.append((seed, is_plain, budget_ms))
        return result(seed, plain=True, ours=False)

    monkeypatch.setattr(evaluate_bends, "measure", counted)
    file = tmp_path / "results.jsonl"
    first = list(measured(range(5, 8), results=file))
    with file.open("a") as stream:
        stream.write('{"seed": 8, "ki')
    again = list(measured(range(4, 9), results=file))
    assert again[1:4] == first
    assert [seed for seed, _, _ in asked] == [5, 6, 7, 4, 8]
    assert sorted(json.loads(line)["seed"] for line in file.read_text().splitlines()) == [
        4,
        5,
        6,
        7,
        8,
    ]


def test_only_the_kinds_asked_for_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        evaluate_bends, "measure", lambda seed, *_: result(seed, plain=True, ours=True)
    )
    found = measured(range(20), kinds=frozenset({BendKind.CREASE}))
    assert [each.seed for each in found] == [3, 13]


def test_command_writes_a_json_line_for_every_scene(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "4", "--count", "1", "--plain", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    fields = json.loads(line)
    assert fields["seed"] == 4
    assert fields["kind"] == "crumple"
    assert fields["is_read"] is None


@pytest.mark.parametrize(
    "arguments",
    [["--count", "0"], ["--count", "100001"], ["--seed", "-1"], ["--budget-ms", "0"]],
)
def test_wrong_arguments_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "expected --count 1..100000" in capsys.readouterr().err


def test_file_of_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("dear diary\nnothing happened\n")
    assert main(["--seed", "4", "--count", "1", "--results", str(file)]) == 2
    assert "line 1: expected the result of a scene" in capsys.readouterr().err
    assert file.read_text() == "dear diary\nnothing happened\n"
