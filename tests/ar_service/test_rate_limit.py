import pytest

from ar_service.edge.rate_limit import BucketSize, RateLimiter, RateLimits

KEY = b"k" * 32
HONEST = "198.51.100.7"
ATTACKER = "203.0.113.9"
QUERY = BucketSize(100, 10.0)
UNKNOWN = BucketSize(3, 0.5)
PREFIX = BucketSize(4, 0.1)


class HandClock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def limiter(
    clock: HandClock,
    *,
    query: BucketSize = QUERY,
    unknown: BucketSize = UNKNOWN,
    prefix: BucketSize = PREFIX,
    entries: int = 1_000,
) -> RateLimiter:
    return RateLimiter(RateLimits(query, unknown, prefix, entries), KEY, clock)


def test_the_burst_of_known_codes_is_admitted_and_the_next_one_waits(clock: HandClock) -> None:
    door = limiter(clock, query=BucketSize(64, 2.0))
    assert [door.admit(HONEST) for _ in range(64)] == [0.0] * 64
    # An empty bucket that gains 2 tokens a second holds a whole one after half a second.
    assert door.admit(HONEST) == pytest.approx(0.5)


def test_waiting_the_told_time_is_enough(clock: HandClock) -> None:
    door = limiter(clock, query=BucketSize(1, 4.0))
    door.admit(HONEST)
    clock.now_s += door.admit(HONEST)
    assert door.admit(HONEST) == 0.0


def test_an_address_that_guesses_is_refused_before_its_next_look_up(clock: HandClock) -> None:
    door = limiter(clock)
    for number in range(3):
        assert door.admit(ATTACKER) == 0.0
        door.note_unknown(ATTACKER, f"{number:020d}")
    assert door.admit(ATTACKER) == pytest.approx(2.0)
    assert door.admit(HONEST) == 0.0


def test_guessing_one_prefix_never_locks_out_a_clean_address(clock: HandClock) -> None:
    door = limiter(clock, unknown=BucketSize(30, 0.01))
    for number in range(4):
        door.note_unknown(ATTACKER, f"ABCD{number:016d}")
    assert door.admit_code(ATTACKER, "ABCD9999999999999999") > 0.0
    assert door.admit_code(ATTACKER, "WXYZ9999999999999999") == 0.0
    assert door.admit_code(HONEST, "ABCD9999999999999999") == 0.0


def test_many_addresses_share_the_budget_of_one_prefix(clock: HandClock) -> None:
    door = limiter(clock)
    for number in range(4):
        door.note_unknown(f"203.0.113.{number}", f"ABCD{number:016d}")
    assert door.admit_code("203.0.113.0", "ABCD0000000000000009") > 0.0


def test_memory_is_bounded_however_many_addresses_come(clock: HandClock) -> None:
    door = limiter(clock, entries=100)
    for number in range(1_000):
        address = f"10.0.{number // 256}.{number % 256}"
        door.admit(address)
        door.note_unknown(address, f"{number:04d}0000000000000000")
    assert door.remembered() == 100


def test_addresses_of_one_ipv6_network_count_as_one(clock: HandClock) -> None:
    door = limiter(clock, query=BucketSize(2, 1.0))
    assert door.admit("2001:db8:1:2::1") == 0.0
    assert door.admit("2001:db8:1:2:ffff::9") == 0.0
    assert door.admit("2001:db8:1:2:abcd::3") > 0.0
    assert door.admit("2001:db8:1:3::1") == 0.0


def test_an_ipv4_address_is_the_same_when_it_comes_mapped_into_ipv6(clock: HandClock) -> None:
    door = limiter(clock, query=BucketSize(1, 1.0))
    assert door.admit("198.51.100.7") == 0.0
    assert door.admit("::ffff:198.51.100.7") > 0.0


def test_a_burst_of_zero_switches_a_limit_off(clock: HandClock) -> None:
    off = BucketSize(0, 1.0)
    door = limiter(clock, query=off, unknown=off, prefix=off)
    for number in range(500):
        door.note_unknown(ATTACKER, f"ABCD{number:016d}")
    assert door.admit(ATTACKER) == 0.0
    assert door.admit_code(ATTACKER, "ABCD0000000000000000") == 0.0


def test_a_clock_that_jumps_back_gives_no_tokens(clock: HandClock) -> None:
    door = limiter(clock, query=BucketSize(1, 1.0))
    door.admit(HONEST)
    clock.now_s -= 500.0
    assert door.admit(HONEST) == pytest.approx(1.0)


def test_no_address_is_kept_in_the_clear(clock: HandClock) -> None:
    door = limiter(clock)
    door.admit(HONEST)
    kept = b"".join(door._query._levels)
    assert HONEST.encode() not in kept
    assert len(kept) == 16
