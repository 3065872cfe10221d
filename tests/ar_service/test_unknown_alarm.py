import logging

import pytest

from ar_service.edge.logs import FIELDS_ATTRIBUTE
from ar_service.edge.unknown_alarm import FEWEST_QUERIES, WINDOW_S, UnknownAlarm


class HandClock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING)
    return lambda: [getattr(record, FIELDS_ATTRIBUTE) for record in caplog.records]


def ask(alarm: UnknownAlarm, known: int, unknown: int) -> None:
    for is_unknown in [False] * known + [True] * unknown:
        alarm.note(unknown=is_unknown)


def test_a_share_at_the_limit_is_quiet_and_one_more_warns_once(warnings) -> None:
    alarm = UnknownAlarm(0.5, HandClock())
    ask(alarm, known=50, unknown=50)
    assert warnings() == []
    ask(alarm, known=0, unknown=10)
    assert warnings() == [{"queries": 101, "unknown": 51}]


def test_few_queries_say_nothing(warnings) -> None:
    ask(UnknownAlarm(0.5, HandClock()), known=0, unknown=FEWEST_QUERIES - 1)
    assert warnings() == []


def test_each_window_counts_for_itself(warnings) -> None:
    clock = HandClock()
    alarm = UnknownAlarm(0.5, clock)
    ask(alarm, known=0, unknown=FEWEST_QUERIES)
    clock.now_s += WINDOW_S
    ask(alarm, known=FEWEST_QUERIES, unknown=10)
    clock.now_s += WINDOW_S
    ask(alarm, known=0, unknown=FEWEST_QUERIES)
    assert [found["unknown"] for found in warnings()] == [FEWEST_QUERIES, FEWEST_QUERIES]
