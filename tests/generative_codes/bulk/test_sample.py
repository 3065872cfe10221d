"""The bound against closed forms and a table; the sample against its seed."""

import pytest

from generative_codes.bulk import BulkError, lower_bound, sample_grid
from generative_codes.certify import SIXTEEN_CASES


def test_all_successes_give_the_closed_form() -> None:
    # Clopper and Pearson with n of n: the bound is alpha^(1/n).
    for n in (1, 7, 60, 400):
        assert lower_bound(n, n) == pytest.approx(0.05 ** (1 / n), abs=1e-9)


def test_bound_agrees_with_the_published_table() -> None:
    # One-sided 95 % lower limits: Beta(0.05; k, n - k + 1).
    assert lower_bound(9, 10) == pytest.approx(0.60584, abs=1e-4)
    assert lower_bound(48, 50) == pytest.approx(0.87938, abs=2e-4)
    assert lower_bound(0, 10) == 0.0


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 3), (4, 3)])
def test_no_sample_has_no_bound(k, n) -> None:
    with pytest.raises(BulkError, match="is no sample"):
        lower_bound(k, n)


def test_a_sample_is_its_seed(solved_order, some_items) -> None:
    solved, items = solved_order(50), some_items(50)
    first = sample_grid(solved, items, 3, 5, cases=SIXTEEN_CASES[:4])
    assert first == sample_grid(solved, items, 3, 5, cases=SIXTEEN_CASES[:4])
    assert set(first.serials) != set(
        sample_grid(solved, items, 3, 6, cases=SIXTEEN_CASES[:4]).serials
    )
    assert first.photos == 12
    assert set(first.serials) <= {item.serial for item in items}


def test_a_sample_of_nothing_or_of_too_much_is_refused(solved_order, some_items) -> None:
    solved = solved_order(2)
    for items, n in (([], 1), (some_items(2), 0), (some_items(2), 401)):
        with pytest.raises(BulkError, match="1 to 400"):
            sample_grid(solved, items, n, 1)
