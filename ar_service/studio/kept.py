"""What a process keeps in memory so that it need not be made again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, the longest unused forgotten first, bounded by their weight.

    Two threads that miss the same key at once both make the value: it is the same, and neither
    waits for the other. Keys name the tenant first, so that nobody is served another's.

    Args:
        capacity: largest total weight; a heavier value is handed out and not kept.
        weight: of a value, at least 1 (bytes, for example).
    """

    def __init__(self, capacity: int, weight: Callable[[Value], int] = lambda _value: 1) -> None:
        self._capacity = capacity
        self._weight = weight
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made by `make` where it is not kept."""
        found = self.find(key)
        if found is not None:
            return found
        value = make()
        self.put(key, value)
        return value

    def find(self, key: Hashable) -> Value | None:
        """Return the value of `key`, None where it is not kept."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, in place of an earlier one."""
        weight = max(self._weight(value), 1)
        with self._lock:
            earlier = self._values.pop(key, None)
            if earlier is not None:
                self._total -= earlier[1]
            if weight > self._capacity:
                return
            self._values[key] = (value, weight)
            self._total += weight
            while self._total > self._capacity:
                _, (_, forgotten) = self._values.popitem(last=False)
                self._total -= forgotten

    @property
    def total(self) -> int:
        """Weight of all that is kept."""
        with self._lock:
            return self._total
