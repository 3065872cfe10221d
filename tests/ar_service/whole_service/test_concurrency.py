import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from ar_service.record import open_record
from trace_backend.authenticity.models import Scan
from trace_backend.kit.clock import SystemClock

pytestmark = pytest.mark.e2e
TIMEOUT_S = 60


def scan_count(service) -> int:
    with (
        open_record(service.settings, SystemClock()) as record,
        record.database.reading() as session,
    ):
        return session.execute(select(func.count()).select_from(Scan)).scalar_one()


def all_at_once(service, requests: list[dict]) -> list[httpx.Response]:
    """Send the requests over connections of their own, all released by one barrier."""
    barrier = threading.Barrier(len(requests))

    def send(request: dict) -> httpx.Response:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            client.get(f"{service.url}/healthz")
            barrier.wait(TIMEOUT_S)
            return client.post(f"{service.url}/v1/verify", **request)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def test_of_64_visitors_at_once_exactly_one_is_first_and_the_sixth_is_over_the_limit(
    new_service, database_url
) -> None:
    service = new_service(database_url)
    payload = service.seed().codes[0].payload
    service.start()
    requests = [
        {"json": {"payload": payload}, "headers": {"Dianjin-Install-Id": f"visitor-{number:04d}"}}
        for number in range(64)
    ]
    answers = [reply.json() for reply in all_at_once(service, requests)]
    by_ordinal = {answer["history"]["ordinal"]: answer["verdict"] for answer in answers}
    assert sorted(by_ordinal) == list(range(1, 65))
    assert [by_ordinal[ordinal] for ordinal in range(1, 65)] == [
        "GENUINE_FIRST",
        *["GENUINE_REPEAT"] * 4,
        *["OVER_LIMIT"] * 59,
    ]
    assert len({answer["scan_id"] for answer in answers}) == 64
    service.stop()
    assert scan_count(service) == 64


def test_one_key_fifty_times_at_once_and_after_a_restart_is_one_scan_and_one_body(
    new_service, database_url
) -> None:
    service = new_service(database_url)
    brand = service.seed()
    service.start()
    headers = {"Dianjin-Install-Id": "visitor-0001", "Idempotency-Key": "key-0001"}
    request = {"json": {"payload": brand.codes[0].payload}, "headers": headers}
    replies = all_at_once(service, [request] * 50)
    assert {reply.status_code for reply in replies} == {200}
    bodies = {reply.content for reply in replies}
    assert len(bodies) == 1
    assert sum(reply.headers.get("idempotent-replayed") != "true" for reply in replies) == 1
    service.stop()
    service.start()
    again = httpx.post(f"{service.url}/v1/verify", timeout=TIMEOUT_S, **request)
    assert {again.content} == bodies
    assert again.headers["idempotent-replayed"] == "true"
    other = {"json": {"payload": brand.codes[1].payload}, "headers": headers}
    refused = httpx.post(f"{service.url}/v1/verify", timeout=TIMEOUT_S, **other)
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/idempotency-mismatch"
    service.stop()
    assert scan_count(service) == 1
