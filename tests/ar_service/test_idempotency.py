from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

KEY = {"Idempotency-Key": "k-0001"}


def test_a_repeated_request_gets_the_same_bytes_and_makes_one_scan(house) -> None:
    first = house.client.ask(house.payloads[0], headers=KEY)
    again = [house.client.ask(house.payloads[0], headers=KEY) for _ in range(3)]
    assert {reply.content for reply in again} == {first.content}
    assert "idempotent-replayed" not in first.headers
    assert {reply.headers["idempotent-replayed"] for reply in again} == {"true"}
    assert house.scan_count() == 1


def test_twenty_at_once_make_one_scan(house) -> None:
    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(house.client.ask, house.payloads[0], headers=KEY) for _ in range(20)]
        replies = [call.result() for call in calls]
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.content for reply in replies}) == 1
    assert house.scan_count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"payload": "second"},
        {"body": {"place": {"city": "长治市"}}},
        {"body": {"method": "web"}},
        {"body": {"language": "en"}},
    ],
)
def test_the_same_key_with_other_content_is_refused(house, problem, other) -> None:
    house.client.ask(house.payloads[0], headers=KEY)
    payload = house.payloads[1] if "payload" in other else house.payloads[0]
    response = house.client.ask(payload, headers=KEY, body=other.get("body", {}))
    assert (response.status_code, problem(response)) == (422, "idempotency-mismatch")
    assert house.scan_count() == 1


def test_another_visitor_may_use_the_same_key(house) -> None:
    first = house.client.ask(house.payloads[0], "visitor-0001", headers=KEY).json()
    second = house.client.ask(house.payloads[0], "visitor-0002", headers=KEY).json()
    assert (first["history"]["ordinal"], second["history"]["ordinal"]) == (1, 2)


def test_a_refused_request_does_not_use_its_key_up(house, problem) -> None:
    refused = house.client.ask("https://other.example/x", headers=KEY)
    assert problem(refused) == "foreign-code"
    accepted = house.client.ask(house.payloads[0], headers=KEY)
    assert accepted.status_code == 200
    assert "idempotent-replayed" not in accepted.headers


@pytest.mark.parametrize("bad", ["", "x" * 256, "schlüssel".encode("latin-1")])
def test_a_key_of_another_form_is_a_problem_and_no_scan(house, problem, bad) -> None:
    response = house.client.ask(house.payloads[0], headers={"Idempotency-Key": bad})
    assert (response.status_code, problem(response)) == (422, "invalid")
    assert house.scan_count() == 0


def test_a_photo_is_replayed_byte_for_byte_too(house, photo_of) -> None:
    photo = photo_of(house.payloads[0])
    first = house.client.show(photo, headers=KEY)
    again = house.client.show(photo, headers=KEY)
    assert first.status_code == 200
    assert first.content == again.content
    assert house.scan_count() == 1


def test_the_answer_to_an_unknown_code_is_replayed_too(house) -> None:
    first = house.client.ask("ABCDEFGHJKMNPQRSTV23", headers=KEY)
    again = house.client.ask("ABCDEFGHJKMNPQRSTV23", headers=KEY)
    assert first.json()["verdict"] == "NOT_GENUINE_UNKNOWN"
    assert first.content == again.content
    assert house.scan_count() == 0


def limit_pages(house, pages: int) -> None:
    """Let the SQLite file grow no further; its writer is one connection, which keeps this."""
    with house.record.database.transaction() as session:
        session.execute(text(f"PRAGMA max_page_count = {pages}"))


def test_a_full_disk_is_503_and_loses_nothing_and_the_key_can_be_used_again(house, problem) -> None:
    with house.record.database.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
    limit_pages(house, pages)
    acknowledged = 0
    for number in range(500):
        key = {"Idempotency-Key": f"k-{number}"}
        response = house.client.ask(house.payloads[0], f"visitor-{number:04d}", headers=key)
        if response.status_code != 200:
            break
        acknowledged += 1
    assert (response.status_code, problem(response)) == (503, "unavailable")
    assert response.headers["retry-after"] == "1"
    assert house.scan_count() == acknowledged
    limit_pages(house, 1_000_000)
    again = house.client.ask(house.payloads[0], f"visitor-{acknowledged:04d}", headers=key)
    assert again.json()["history"]["ordinal"] == acknowledged + 1
    assert house.scan_count() == acknowledged + 1
