"""Token buckets against enumeration: generous for known codes, strict for made-up ones.

Three buckets, all in this process and all bounded:

1. *Query*, per address: every verify takes one token. Large, so that a shop or a carrier that
   shows many people under one address is not hindered.
2. *Unknown*, per address: a verify of an unknown code takes one token. Small. When it is empty the
   address is refused **before** any look-up, so that 200 and 429 can't be told apart by whether
   the code exists.
3. *Prefix*, over all addresses: an unknown code takes one token of its prefix. When it is empty,
   addresses that have asked for an unknown code lately are refused that prefix. An address with a
   clean record passes, so nobody can lock a stranger's code by asking for its neighbours.

Addresses are kept as keyed hashes only; IPv6 counts by its /64 network.
"""

import hashlib
import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

PREFIX_CHARACTERS = 4
"""Crockford characters of a prefix: 20 bits, so one prefix is shared by few honest codes."""


@dataclass(frozen=True, slots=True)
class BucketSize:
    """Size of a token bucket; burst 0 means that there is no limit."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The sizes of the three buckets and the number of entries that are remembered."""

    query: BucketSize
    unknown: BucketSize
    prefix: BucketSize
    entries: int


class TokenBuckets:
    """Token buckets by key, the longest unseen key forgotten first.

    A forgotten key comes back with a full bucket, which is also what it would have after a long
    silence.
    """

    def __init__(self, size: BucketSize, entries: int) -> None:
        self._size = size
        self._entries = entries
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Count the remembered keys."""
        return len(self._levels)

    def level(self, key: bytes, now_s: float) -> float:
        """Tokens in the bucket of `key` at `now_s` (monotonic seconds)."""
        stored = self._levels.get(key)
        if stored is None:
            return float(self._size.burst)
        tokens, then_s = stored
        gained = max(0.0, now_s - then_s) * self._size.per_second
        return min(float(self._size.burst), tokens + gained)

    def wait_s(self, key: bytes, now_s: float) -> float:
        """Seconds until the bucket holds a whole token; 0 when it does now or has no limit."""
        if self._size.burst == 0:
            return 0.0
        return max(0.0, (1.0 - self.level(key, now_s)) / self._size.per_second)

    def take(self, key: bytes, now_s: float) -> None:
        """Take one token, down to an empty bucket."""
        if self._size.burst == 0:
            return
        level = self.level(key, now_s)
        self._levels[key] = (max(0.0, level - 1.0), now_s)
        self._levels.move_to_end(key)
        while len(self._levels) > self._entries:
            self._levels.popitem(last=False)

    def is_full(self, key: bytes, now_s: float) -> bool:
        """Tell whether the key has a clean record."""
        return self._size.burst == 0 or self.level(key, now_s) >= self._size.burst


class RateLimiter:
    """Decides whether a caller may ask, and remembers what it asked for.

    Args:
        limits: bucket sizes.
        hash_key: secret of 16..64 bytes; the addresses are kept as hashes under it.
        monotonic_s: clock in seconds that never goes back.
    """

    def __init__(
        self, limits: RateLimits, hash_key: bytes, monotonic_s: Callable[[], float]
    ) -> None:
        self._query = TokenBuckets(limits.query, limits.entries)
        self._unknown = TokenBuckets(limits.unknown, limits.entries)
        self._prefix = TokenBuckets(limits.prefix, limits.entries)
        self._hash_key = hash_key[:64]
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()

    def admit(self, address: str) -> float:
        """Count one query of `address`; return 0, or the seconds that it has to wait first."""
        key = self._address_key(address)
        with self._lock:
            now_s = self._monotonic_s()
            wait_s = max(self._query.wait_s(key, now_s), self._unknown.wait_s(key, now_s))
            if wait_s == 0.0:
                self._query.take(key, now_s)
            return wait_s

    def admit_code(self, address: str, code: str) -> float:
        """Return 0, or the seconds that `address` has to wait before it may ask for `code`."""
        key = self._address_key(address)
        with self._lock:
            now_s = self._monotonic_s()
            if self._unknown.is_full(key, now_s):
                return 0.0
            return self._prefix.wait_s(_prefix_key(code), now_s)

    def note_unknown(self, address: str, code: str) -> None:
        """Remember that `address` asked for a code that doesn't exist."""
        with self._lock:
            now_s = self._monotonic_s()
            self._unknown.take(self._address_key(address), now_s)
            self._prefix.take(_prefix_key(code), now_s)

    def remembered(self) -> int:
        """Count the entries of the largest bucket table."""
        with self._lock:
            return max(len(self._query), len(self._unknown), len(self._prefix))

    def _address_key(self, address: str) -> bytes:
        network = _network_of(address).encode()
        return hashlib.blake2b(network, key=self._hash_key, digest_size=16).digest()


def _prefix_key(code: str) -> bytes:
    return code[:PREFIX_CHARACTERS].encode("utf-8", "replace")


def _network_of(address: str) -> str:
    """The part of an address that one subscriber holds: IPv4 whole, IPv6 its /64."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
