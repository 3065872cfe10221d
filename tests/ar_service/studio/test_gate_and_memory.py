import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_service.studio.kept import Kept
from ar_service.studio.work_gate import WorkGate
from trace_backend.kit.errors import RecordError


def test_a_gate_without_room_sends_away_and_says_when_to_come_back() -> None:
    gate = WorkGate(concurrency=1, queue=0, retry_after_s=5)
    with gate.turn(), pytest.raises(RecordError) as caught, gate.turn():
        pytest.fail("there is no second turn")
    assert (caught.value.problem.slug, caught.value.problem.status) == ("studio-busy", 429)
    assert caught.value.extensions["retry_after_s"] == 5
    with gate.turn():
        pass


def test_a_gate_lets_the_queue_wait_and_gives_places_back_after_errors() -> None:
    gate = WorkGate(concurrency=1, queue=1, retry_after_s=1)
    with pytest.raises(ZeroDivisionError), gate.turn():
        raise ZeroDivisionError
    inside, go, refused = threading.Event(), threading.Event(), threading.Event()
    done: list[str] = []

    def hold() -> None:
        with gate.turn():
            inside.set()
            go.wait(10)
            done.append("held")

    def contend() -> None:
        try:
            with gate.turn():
                done.append("waited")
        except RecordError:
            refused.set()

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    assert inside.wait(10)
    # There is room for one of the two.
    threads += [threading.Thread(target=contend) for _ in range(2)]
    for thread in threads[1:]:
        thread.start()
    assert refused.wait(10)
    assert done == []
    go.set()
    for thread in threads:
        thread.join(10)
    assert done == ["held", "waited"]


def test_studio_requests_above_the_queue_are_answered_429(
    open_house: Any, enter_studio: Any, problem: Any
) -> None:
    house = open_house(studio_drawing_concurrency=1, studio_drawing_queue=0)
    studio = enter_studio(house)
    with house.client.app.state.studio.drawing.turn():
        answer = studio.design("preview", brief={"version": 6})
    assert (answer.status_code, problem(answer)) == (429, "studio-busy")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["title"] == "设计工坊正忙"
    assert studio.design("preview", brief={"version": 6}).status_code == 200


def test_what_was_not_used_for_longest_is_forgotten_first() -> None:
    kept: Kept[str] = Kept(2)
    kept.put("a", "A")
    kept.put("b", "B")
    assert kept.find("a") == "A"
    kept.put("c", "C")
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("A", None, "C")


def test_what_is_heavier_than_all_that_may_be_kept_is_made_and_not_kept() -> None:
    kept: Kept[bytes] = Kept(10, len)
    assert kept.get("k", lambda: bytes(11)) == bytes(11)
    assert (kept.find("k"), kept.total) == (None, 0)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12)), max_size=60))
def test_the_weight_that_is_kept_never_passes_the_capacity(puts: list[tuple[int, int]]) -> None:
    kept: Kept[int] = Kept(20, lambda weight: weight)
    for key, weight in puts:
        kept.put(key, weight)
        assert kept.total <= 20
        assert kept.find(key) == weight
    alive = [kept.find(key) for key in range(7)]
    assert kept.total == sum(max(weight, 1) for weight in alive if weight is not None)
