"""kill -9 of the whole service at random moments under load: what was acknowledged is there."""

import os
import random
import threading
import time
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import func, select

from ar_service.record import open_record
from trace_backend.authenticity.models import Scan, VisitorSession
from trace_backend.codes import Code
from trace_backend.kit.clock import SystemClock

pytestmark = pytest.mark.e2e

ROUNDS = int(os.environ.get("DIANJIN_TEST_KILL_ROUNDS", "3"))
FULL_ROUNDS = 50
CLIENTS = 8
SHORTEST_S, LONGEST_S = 0.05, 0.8
TIMEOUT_S = 30
SEED = 20261122


@dataclass(slots=True)
class Ledger:
    """What the clients know: requests sent, and the scan that each was acknowledged with."""

    sent: dict[str, dict] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: str, reply: httpx.Response) -> None:
        assert reply.status_code == 200, reply.text
        with self.lock:
            assert self.bodies.setdefault(key, reply.content) == reply.content
            self.acknowledged[key] = reply.json()["scan_id"]


def post(client: httpx.Client, url: str, key: str, request: dict) -> httpx.Response:
    headers = {"Dianjin-Install-Id": request["visitor"], "Idempotency-Key": key}
    return client.post(f"{url}/v1/verify", json={"payload": request["payload"]}, headers=headers)


def load(service, payloads: list[str], ledger: Ledger, stop: threading.Event, name: str) -> None:
    """Ask until the service dies; a request without an answer stays unacknowledged."""
    with httpx.Client(timeout=TIMEOUT_S) as client:
        for number in range(100_000):
            if stop.is_set():
                return
            key = f"{name}-{number}"
            request = {"visitor": f"visitor-{key}", "payload": payloads[number % len(payloads)]}
            with ledger.lock:
                ledger.sent[key] = request
            try:
                ledger.note(key, post(client, service.url, key, request))
            except httpx.TransportError:
                return


def one_round(service, payloads: list[str], ledger: Ledger, number: int, wait_s: float) -> None:
    stop = threading.Event()
    threads = [
        threading.Thread(target=load, args=(service, payloads, ledger, stop, f"r{number}c{client}"))
        for client in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(wait_s)
    service.kill()
    stop.set()
    for thread in threads:
        thread.join(TIMEOUT_S)
        assert not thread.is_alive()


def check_record(service, ledger: Ledger) -> None:
    with (
        open_record(service.settings, SystemClock()) as record,
        record.database.reading() as session,
    ):
        kept = set(session.execute(select(Scan.id)).scalars())
        assert set(ledger.acknowledged.values()) - kept == set()
        counted = dict(
            session.execute(
                select(VisitorSession.code_id, func.count()).group_by(VisitorSession.code_id)
            ).all()
        )
        for code in session.execute(select(Code)).scalars():
            assert code.query_count == counted.get(code.id, 0)


def retry_unacknowledged(service, ledger: Ledger) -> None:
    """A client that got no answer asks again with its key: then it is recorded exactly once."""
    with httpx.Client(timeout=TIMEOUT_S) as client:
        for key in ledger.sent.keys() - ledger.acknowledged.keys():
            ledger.note(key, post(client, service.url, key, ledger.sent[key]))


def survive(new_service, database_url: str | None, rounds: int) -> int:
    service = new_service(database_url, workers=2, DIANJIN_QUERY_BURST="0")
    payloads = [code.payload for code in service.seed().codes]
    ledger, moments = Ledger(), random.Random(SEED)
    for number in range(rounds):
        service.start()
        retry_unacknowledged(service, ledger)
        one_round(service, payloads, ledger, number, moments.uniform(SHORTEST_S, LONGEST_S))
        check_record(service, ledger)
    service.start()
    retry_unacknowledged(service, ledger)
    service.stop()
    check_record(service, ledger)
    with (
        open_record(service.settings, SystemClock()) as record,
        record.database.reading() as session,
    ):
        assert session.execute(select(func.count()).select_from(Scan)).scalar_one() == len(
            ledger.sent
        )
    return len(ledger.acknowledged)


def test_every_acknowledged_scan_survives_kill_9(new_service, database_url) -> None:
    assert survive(new_service, database_url, ROUNDS) > 0


@pytest.mark.slow
def test_every_acknowledged_scan_survives_kill_9_fifty_times(new_service, database_url) -> None:
    assert survive(new_service, database_url, FULL_ROUNDS) > FULL_ROUNDS
