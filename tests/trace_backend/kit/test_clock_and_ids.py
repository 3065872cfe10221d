import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from trace_backend.kit.clock import FixedClock, SystemClock
from trace_backend.kit.ids import ID_LENGTH, new_id


def test_system_clock_tells_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_fixed_clock_refuses_a_naive_instant():
    with pytest.raises(ValueError, match="timezone-aware"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose


def test_fixed_clock_keeps_utc_and_moves_only_when_told():
    clock = FixedClock(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.advance(timedelta(hours=-1)) == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_id_carries_the_time_of_the_rfc_example():
    # RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 GMT-05:00 is 0x017F22E279B0 milliseconds.
    clock = FixedClock(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC))
    made = new_id(clock)
    assert made.startswith("017f22e279b0")
    parsed = uuid.UUID(hex=made)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


def test_id_is_32_lower_case_hexadecimal_characters():
    made = new_id(SystemClock())
    assert len(made) == ID_LENGTH == 32
    assert set(made) <= set("0123456789abcdef")


def test_ids_sort_by_microsecond():
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    made = []
    for _ in range(3000):  # crosses three milliseconds
        made.append(new_id(clock))
        clock.advance(timedelta(microseconds=1))
    assert made == sorted(made)


def test_ids_of_one_instant_differ():
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    assert len({new_id(clock) for _ in range(10_000)}) == 10_000


def test_no_id_before_1970():
    with pytest.raises(ValueError, match="1970"):
        new_id(FixedClock(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)))
