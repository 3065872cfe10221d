"""A bounded gate before the studio's costly work: so many at once, so many waiting, no more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ar_service.studio.problems import STUDIO_BUSY
from trace_backend.kit.errors import RecordError


class AbandonedError(Exception):
    """Nobody waits for the answer any more."""


def _never() -> bool:
    return False


class WorkGate:
    """Lets `concurrency` threads in; `queue` more may wait, the rest is asked to come back.

    Waiting takes a thread of the process, and verifies of consumers need those threads too: the
    queue is short on purpose.
    """

    def __init__(self, concurrency: int, queue: int, retry_after_s: int) -> None:
        self._turns = threading.BoundedSemaphore(concurrency)
        self._places = threading.BoundedSemaphore(concurrency + queue)
        self._retry_after_s = retry_after_s

    @contextmanager
    def turn(self, is_abandoned: Callable[[], bool] = _never) -> Iterator[None]:
        """Wait for a turn and hold it.

        Args:
            is_abandoned: Whether the asker has gone, looked up when the turn has come.

        Raises:
            RecordError: STUDIO_BUSY when the queue is full.
            AbandonedError: If the asker has gone; the turn goes to the next one at once.
        """
        if not self._places.acquire(blocking=False):
            raise RecordError(
                STUDIO_BUSY,
                "too many designs are being worked on just now; try again after the seconds of "
                "Retry-After",
                retry_after_s=self._retry_after_s,
            )
        try:
            with self._turns:
                if is_abandoned():
                    raise AbandonedError
                yield
        finally:
            self._places.release()
