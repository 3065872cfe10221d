"""How much one subject may ask of the studio."""

import math
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from ar_service.edge.rate_limit import BucketSize, TokenBuckets
from trace_backend.kit.auth import Subject
from trace_backend.kit.errors import RATE_LIMITED, RecordError

_ENTRIES: Final = 10_000


class Effort(StrEnum):
    """How much work a request is."""

    LIGHT = "light"
    """A preview: tens of milliseconds."""
    COSTLY = "costly"
    """A certificate or a simulated photo: seconds."""


class StudioLimiter:
    """Token buckets by subject (API key or user), one for each kind of effort.

    Args:
        sizes: the buckets.
        monotonic_s: clock in seconds that never goes back.
    """

    def __init__(self, sizes: dict[Effort, BucketSize], monotonic_s: Callable[[], float]) -> None:
        self._buckets = {effort: TokenBuckets(size, _ENTRIES) for effort, size in sizes.items()}
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()

    def admit(self, subject: Subject, effort: Effort) -> None:
        """Count one request.

        Raises:
            RecordError: RATE_LIMITED while the subject's bucket is empty.
        """
        key = subject.id.encode()
        with self._lock:
            now_s = self._monotonic_s()
            wait_s = self._buckets[effort].wait_s(key, now_s)
            if wait_s == 0.0:
                self._buckets[effort].take(key, now_s)
                return
        raise RecordError(
            RATE_LIMITED,
            "too many requests to the studio; wait for the seconds of Retry-After",
            retry_after_s=math.ceil(wait_s),
        )
