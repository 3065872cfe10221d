"""Times and days as people here read them: Asia/Shanghai; the record itself keeps UTC (E20)."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 the whole year since 1991: no time-zone database is needed for it."""


def display_time(moment: datetime) -> str:
    """Return an instant as `YYYY-MM-DD HH:mm`, Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def shanghai_day(moment: datetime) -> date:
    """Return the calendar day in Asia/Shanghai of an instant; batch dates are such days."""
    return moment.astimezone(SHANGHAI).date()
