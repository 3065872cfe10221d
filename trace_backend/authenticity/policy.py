"""Thresholds of the authenticity room: the one file in which they stand, each with its reason."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DEFAULT_MAX_QUERIES: Final = 5
"""Row 56: from the 6th counted query on, the over-limit reply."""
DEFAULT_SESSION_WINDOW_MINUTES: Final = 10
"""E6: one visitor who reloads the page, or shows it to a friend at the table, counts once."""
MAX_QUERIES_CEILING: Final = 1_000_000
SESSION_WINDOW_CEILING_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class DoubtPolicy:
    """When the places of the queries of one code give reason for doubt (E17).

    Nothing here makes a verdict: it only appends the risk clause to a repeat reply. The speeds are
    those of the reference sheet (C4); they were not fitted to data of ours.
    """

    hard_speed_kmh: float = 900.0
    """Faster than an airliner: two visitors can't have held one item."""
    soft_speed_kmh: float = 150.0
    """Faster than a car: a reason that is reported, but not enough for the clause by itself."""
    min_interval_s: float = 60.0
    """Shorter intervals are taken for this long: phones' clocks and fixes are no better."""
    unknown_accuracy_m: float = 50_000.0
    """Error radius of a position that came without one: a place found by network address is good
    to a city, and a wrong clause harms an honest brand."""
    cities_for_doubt: int = 3
    """Buyer's and receiver's home are two; a third city within the window is one too many."""
    window: timedelta = timedelta(days=7)
    """Older queries don't count: goods travel."""
    max_sightings: int = 200
    """Newest scans that are looked at: bounds the work of one query on a famous code."""


DEFAULT_DOUBT_POLICY: Final = DoubtPolicy()
