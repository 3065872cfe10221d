"""A bounded gate before the costly work: so many photos at once, so many in the queue."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from trace_backend.kit.errors import UNAVAILABLE, RecordError

RETRY_AFTER_S = 2


class ReadingGate:
    """Lets `concurrency` threads in; `queue` more may wait, the rest is sent away.

    Reading a photo takes hundreds of milliseconds of a core. Without the gate a burst of photos
    would take every thread of the process, and with them the quick verifies by payload.
    """

    def __init__(self, concurrency: int, queue: int) -> None:
        self._turns = threading.BoundedSemaphore(concurrency)
        self._places = threading.BoundedSemaphore(concurrency + queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it.

        Raises:
            RecordError: UNAVAILABLE when the queue is full.
        """
        if not self._places.acquire(blocking=False):
            raise RecordError(
                UNAVAILABLE,
                "too many photos are being read just now; try again",
                retry_after_s=RETRY_AFTER_S,
            )
        try:
            with self._turns:
                yield
        finally:
            self._places.release()
