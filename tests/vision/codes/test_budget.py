import pytest

from vision.codes.budget import Budget


class StoppedClock:
    """A clock that stands still until it is set, s."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return StoppedClock()


def test_nothing_may_begin_without_time(clock):
    assert Budget.of_ms(0, clock).is_spent
    assert Budget.of_ms(-5, clock).is_spent


def test_time_runs_out_at_the_deadline_and_not_before(clock):
    budget = Budget.of_ms(600, clock)

    assert (budget.is_spent, budget.left_ms) == (False, pytest.approx(600))
    clock.now_s += 0.599
    assert not budget.is_spent
    clock.now_s += 0.002
    assert budget.is_spent
    assert budget.left_ms == pytest.approx(-1)


def test_a_part_ends_after_its_share_of_what_is_left(clock):
    budget = Budget.of_ms(600, clock)
    clock.now_s += 0.200

    assert budget.part(0.25).left_ms == pytest.approx(100)
    clock.now_s += 1.0
    assert budget.part(0.25).is_spent
