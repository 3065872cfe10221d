"""Times are shown in Asia/Shanghai (E20); zoneinfo is the witness."""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.kit.calendar import display_time, shanghai_day

Y1992 = datetime(1992, 1, 1, tzinfo=UTC)


def test_the_first_row_of_the_decks_log_is_shown_as_printed():
    assert display_time(datetime(2019, 12, 4, 0, 47, 59, tzinfo=UTC)) == "2019-12-04 08:47"


def test_a_day_begins_at_midnight_in_shanghai():
    assert shanghai_day(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert shanghai_day(datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC)) == date(2026, 11, 23)


@pytest.mark.skipif(
    "Asia/Shanghai" not in available_timezones() and "CI" not in os.environ,
    reason="no time-zone database on this machine (CI has one, and must)",
)
@given(st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda later: Y1992 + later))
def test_shanghai_is_what_the_time_zone_database_says(moment):
    there = moment.astimezone(ZoneInfo("Asia/Shanghai"))
    assert display_time(moment) == there.strftime("%Y-%m-%d %H:%M")
    assert shanghai_day(moment) == there.date()
