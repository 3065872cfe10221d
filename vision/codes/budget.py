"""Time that a reading may take, asked inside every loop that could run long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Budget:
    """A point in time after which no new work is begun.

    Attributes:
        deadline_s: on the clock.
        clock: Seconds; `time.thread_time` measures the same on a busy machine as on a quiet one.
    """

    deadline_s: float
    clock: Callable[[], float] = time.perf_counter

    @classmethod
    def of_ms(cls, milliseconds: float, clock: Callable[[], float] = time.perf_counter) -> Budget:
        """A budget that begins now."""
        return cls(clock() + milliseconds / 1000, clock)

    @property
    def left_ms(self) -> float:
        """What is left; negative when overdrawn."""
        return 1000 * (self.deadline_s - self.clock())

    @property
    def is_spent(self) -> bool:
        """Whether nothing new may begin."""
        return self.clock() >= self.deadline_s

    def part(self, share: float) -> Budget:
        """A budget that ends after a share (0..1) of what is left."""
        now = self.clock()
        return Budget(now + max(0.0, self.deadline_s - now) * share, self.clock)
