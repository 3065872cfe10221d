import os
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.fingerprint.copies_set import TUNING_WORDS, find_photos
from vision.fingerprint.evaluate import (
    areas,
    main,
    measure,
    same_item,
    separated,
    source_report,
)
from vision.fingerprint.matching import hash_distance
from vision.fingerprint.probes import Probe, probed

VIEWS = (
    [(45.0, 45.0), (414.0, 46.0), (418.0, 419.0), (41.0, 415.0)],
    [(55.0, 48.0), (409.0, 60.0), (402.0, 400.0), (50.0, 415.0)],
)


def test_an_empty_folder_is_said(tmp_path, capsys):
    assert main(["--folder", str(tmp_path)]) == 1
    assert "expected photos" in capsys.readouterr().err


def test_files_of_other_names_are_left_out(tmp_path):
    for name in (
        "genuine/word_01_p2.png",
        "genuine/notes.txt",
        "genuine/word_p2.png",
        "copy/x.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")

    (photo,) = find_photos(tmp_path)

    assert (photo.word, photo.print_number, photo.is_genuine) == ("word", 2, True)


def test_the_areas_of_a_symbol_have_their_sizes():
    parts = areas(37)

    assert [len(group) for group in parts.values()] == [4, 1, 3, 4]
    assert {int(part.sum()) for part in parts["7 x 7 data modules"]} == {49}
    assert int(parts["three finders"][0].sum()) == 3 * 64
    assert int(parts["one quadrant"][3].sum()) == 18 * 18


@pytest.mark.slow
def test_made_prints_and_their_copies_are_told_apart(
    tmp_path, modules, accidents, photographed, capsys
):
    side = modules.shape[0]
    source = accidents(side, 300)
    inherited = [part + more / 3 for part, more in zip(source, accidents(side, 302), strict=True)]
    shown = {
        "genuine/made_01_p1": (source, VIEWS[0]),
        "genuine/made_02_p1": (source, VIEWS[1]),
        "genuine/made_03_p2": (accidents(side, 301), VIEWS[0]),
        "genuine/made_04_p2": (accidents(side, 301), VIEWS[1]),
        "copy/made_01_p3": (inherited, VIEWS[1]),
    }
    for name, (shifts, corners) in shown.items():
        frame, _ = photographed(modules, shifts, corners, noise=1.0)
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), frame.gray)

    assert main(["--folder", str(tmp_path), "--no-probes"]) == 0

    printed = capsys.readouterr().out
    assert "4 genuine photos, 1 copies; lost: none" in printed
    assert re.search(r"whole symbol +2 of 2 = 1.000", printed)
    assert "copies that name their source: 1 of 1" in printed


@pytest.fixture(scope="module")
def reported_photos():
    repository = Path(__file__).resolve().parents[3]
    root = Path(os.environ.get("DIANJIN_DATA", repository.parent / "shared" / "data")) / "copies"
    if not root.is_dir():
        pytest.skip(f"the genuine and copied prints are not in {root} (set DIANJIN_DATA)")
    return [photo for photo in find_photos(root) if not photo.is_for_tuning]


@pytest.fixture(scope="module")
def measured(reported_photos):
    return [measure(photo, photo.gray()) for photo in reported_photos]


@pytest.fixture(scope="module")
def genuine(measured):
    return [one for one in measured if one.photo.is_genuine]


@pytest.mark.slow
@pytest.mark.real_data
def test_real_prints_are_told_apart(measured, genuine):
    assert not TUNING_WORDS & {one.photo.word for one in measured}
    assert not [one.refusal for one in measured if one.refusal]
    found = separated(genuine, genuine, same_item)

    assert found.rate == 1.0
    assert found.gap >= 0.25
    assert found.d_prime >= 10


@pytest.mark.slow
@pytest.mark.real_data
def test_real_prints_are_told_apart_by_their_hashes(genuine):
    found = separated(
        genuine, genuine, lambda one, two: 1 - hash_distance(one.hashed(), two.hashed())
    )

    assert found.rate >= 0.99


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("one quadrant", 0.95),
        ("three finders", 1.0),
        ("one finder", 0.90),
        ("7 x 7 data modules", 0.90),
    ],
)
def test_a_part_of_a_real_print_is_enough(genuine, name, least):
    rates = [
        separated(
            genuine,
            genuine,
            lambda one, two, part=part: same_item(one.within(part), two.within(part)),
        ).rate
        for part in areas(37)[name]
    ]

    assert np.mean(rates) >= least


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("probe", "least"),
    [
        (Probe.FEW_PIXELS, 0.98),
        (Probe.BLUR_QUARTER, 0.97),
        (Probe.TILT, 0.95),
        (Probe.CYLINDER, 0.95),
    ],
)
def test_a_real_print_is_known_in_a_worse_photo(genuine, probe, least):
    worse = []
    for one in genuine:
        matrix = one.fingerprint.matrix
        gray = probed(one.photo.gray(), probe, one.module_px, matrix.size_modules)
        worse.append(measure(one.photo, gray, matrix))

    assert separated(worse, genuine, same_item).rate >= least


@pytest.mark.slow
@pytest.mark.real_data
def test_real_copies_name_the_print_they_were_made_from(measured, genuine):
    copies = [one for one in measured if not one.photo.is_genuine]
    found = source_report(genuine, copies)

    assert found.named / found.copies >= 0.97
    assert found.highest_copy < found.lowest_same


@pytest.mark.bench
@pytest.mark.real_data
def test_registration_takes_120_ms_and_features_80_ms_of_one_thread(measured):
    assert np.median([one.register_ms for one in measured]) <= 120
    assert np.median([one.features_ms for one in measured]) <= 80
