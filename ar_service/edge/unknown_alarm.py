"""The alarm on floods of made-up codes: one log line a minute while too many codes are unknown."""

import logging
import threading
from collections.abc import Callable

from ar_service.edge.logs import log_event

WINDOW_S = 60.0
FEWEST_QUERIES = 50
"""Below this number in a window a share says nothing."""


class UnknownAlarm:
    """Counts the queries of this process by the minute and warns when the share is too high.

    Args:
        share: of unknown codes among the queries of a window, 0..1, above which it warns.
        monotonic_s: clock in seconds that never goes back.
    """

    def __init__(self, share: float, monotonic_s: Callable[[], float]) -> None:
        self._share = share
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._began_s = monotonic_s()
        self._queries = 0
        self._unknown = 0
        self._warned = False

    def note(self, *, unknown: bool) -> None:
        """Count one query; write the warning when it is due, at most once a window."""
        with self._lock:
            now_s = self._monotonic_s()
            if now_s - self._began_s >= WINDOW_S:
                self._began_s, self._queries, self._unknown, self._warned = now_s, 0, 0, False
            self._queries += 1
            self._unknown += unknown
            queries, unknown_count = self._queries, self._unknown
            due = (
                not self._warned
                and queries >= FEWEST_QUERIES
                and unknown_count > self._share * queries
            )
            self._warned = self._warned or due
        if due:
            log_event(logging.WARNING, "many unknown codes", queries=queries, unknown=unknown_count)
