import threading

import pytest

from ar_service.edge.reading_gate import ReadingGate
from trace_backend.kit.errors import RecordError


def test_at_most_the_allowed_number_reads_at_once_and_the_rest_waits_or_is_sent_away() -> None:
    gate = ReadingGate(concurrency=2, queue=3)
    release = threading.Event()
    lock = threading.Lock()
    inside, most = 0, 0
    refusals: list[RecordError] = []
    entered = threading.Barrier(3)

    def work(first: bool) -> None:
        nonlocal inside, most
        try:
            with gate.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                if first:
                    entered.wait(5)
                release.wait(5)
                with lock:
                    inside -= 1
        except RecordError as error:
            refusals.append(error)

    holders = [threading.Thread(target=work, args=(True,)) for _ in range(2)]
    for thread in holders:
        thread.start()
    entered.wait(5)
    crowd = [threading.Thread(target=work, args=(False,)) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(0.02)
    assert len(refusals) == 5
    release.set()
    for thread in (*holders, *crowd):
        thread.join(5)
    assert most == 2
    assert {error.problem.status for error in refusals} == {503}
    assert {error.extensions["retry_after_s"] for error in refusals} == {2}


def test_a_failing_reading_gives_its_turn_back() -> None:
    gate = ReadingGate(concurrency=1, queue=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), gate.turn():
            raise ValueError("broken")
    with gate.turn():
        pass
