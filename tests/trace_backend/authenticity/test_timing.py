"""What an observer's watch can tell about a code; and how many queries a second."""

import statistics
import time

import pytest

from trace_backend.codes import void

ROUNDS = 150


@pytest.mark.bench
def test_the_time_of_an_answer_tells_little_about_the_code(
    record, ask, make_codes, subjects, capsys
):
    """Interleaved rounds, so that the machine's moods meet all kinds alike; new visitors all."""
    known, voided = make_codes(2)
    unactivated = make_codes(1, active=False)[0]
    with record.database.transaction() as session:
        void(session, record.clock, subjects[0], voided, "破损")
    kinds = {
        "unknown": "0123456789ABCDEFGHJK",
        "void": voided,
        "unactivated": unactivated,
        "known": known,
    }
    times_ms = {name: [] for name in kinds}
    for visit in range(ROUNDS):
        for name, serial in kinds.items():
            begun = time.perf_counter()
            ask(serial, f"visitor-{visit}")
            times_ms[name].append((time.perf_counter() - begun) * 1000)
    medians = {name: statistics.median(times) for name, times in times_ms.items()}
    with capsys.disabled():
        shown = ", ".join(f"{name} {median:.2f} ms" for name, median in medians.items())
        rate = 1000 / statistics.mean(times_ms["known"])
        print(f"\n{record.database.dialect}: median {shown}; known {rate:.0f}/s")  # noqa: T201
    # Without the equal work an unknown code is answered in a fraction of the time.
    assert max(medians.values()) < 2 * min(medians.values())
