"""The clock is passed in: nothing in the record asks the machine for the time by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can tell the time."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC, microsecond resolution."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is told to move; for tests and for replays."""

    instant: datetime

    def __post_init__(self) -> None:
        """Refuse a naive instant and hold the given one in UTC."""
        if self.instant.tzinfo is None:
            raise ValueError("FixedClock wants a timezone-aware instant")
        self.instant = self.instant.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC."""
        return self.instant

    def advance(self, by: timedelta) -> datetime:
        """Move the clock (backwards too, as real clocks do) and return the new instant."""
        self.instant += by
        return self.instant
