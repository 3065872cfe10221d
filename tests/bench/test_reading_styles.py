from __future__ import annotations

import pytest

from bench.reading_styles.outcome import Outcome, hard_half, table_of
from bench.reading_styles.strain import strained
from generative_codes.certify import CameraCase, camera_grid


def outcome(case: int, *, plain: bool, ours: bool | None = True, row: str = "dots") -> Outcome:
    return Outcome(row, case, plain, ours, False, 1.0, 3.0)


def test_no_outcomes_have_no_hard_half() -> None:
    with pytest.raises(ValueError, match=r"expected outcomes"):
        hard_half([])


def test_hard_half_are_the_cases_that_zxing_reads_least() -> None:
    # Case 0: 2 of 2, case 1: 0 of 2, case 2: 1 of 2, case 3: 2 of 2.
    reads = {0: (True, True), 1: (False, False), 2: (True, False), 3: (True, True)}
    found = [outcome(case, plain=read) for case, both in reads.items() for read in both]
    assert hard_half(found) == {1, 2}


def test_table_gives_points_of_all_and_of_the_hard_half() -> None:
    found = [outcome(case, plain=case < 3, ours=case < 4) for case in range(5)]
    text = table_of(found, frozenset({3, 4}))
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| all")]
    assert rows[0][2].startswith("60.0 % of 5")
    assert rows[0][4] == "+20.0 |"
    assert rows[1][2].startswith("0.0 % of 2")
    assert rows[1][4] == "+50.0 |"
    assert "not by ours: none" in text


def test_table_names_what_only_zxing_read() -> None:
    text = table_of([outcome(7, plain=True, ours=False)], frozenset())
    assert "not by ours: dots case 7" in text


def test_strain_of_one_is_the_grid_and_of_four_is_still_a_camera() -> None:
    grid = camera_grid(1)
    assert strained(grid, 1) == grid
    worse = strained(grid, 4)
    assert len(worse) == len(grid)
    assert all(after.blur >= before.blur for before, after in zip(grid, worse, strict=True))
    case = strained((CameraCase(4, tilt_deg=20, noise_levels=5, glare_levels=100),), 2)[0]
    assert (case.tilt_deg, case.noise_levels, case.glare_levels) == (40, 10, 200)
    assert case.pixels_per_module == pytest.approx(4 / 2**0.5)


@pytest.mark.parametrize("strain", [0.5, 4.1, float("nan")])
def test_other_strains_are_refused(strain: float) -> None:
    with pytest.raises(ValueError, match=r"strain of 1 to 4"):
        strained(camera_grid(1), strain)
