"""How many code-only verifies one server process carries over HTTP."""

import os
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

LOAD_S = 6.0
LOAD_CLIENTS = 6


def cpu_seconds(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.bench
@pytest.mark.skipif(
    not Path("/proc/self/stat").exists() and "CI" not in os.environ,
    reason="the processor time of another process is read from /proc, which Linux has (and CI)",
)
def test_code_only_verifies_per_second_over_http(new_service, database_url, capsys) -> None:
    service = new_service(database_url, workers=1, DIANJIN_QUERY_BURST="0")
    payloads = [code.payload for code in service.seed().codes]
    service.start()
    until_s = time.monotonic() + LOAD_S
    done = [0] * LOAD_CLIENTS

    def ask(client_number: int) -> None:
        with httpx.Client(timeout=30) as client:
            while time.monotonic() < until_s:
                number = done[client_number]
                reply = client.post(
                    f"{service.url}/v1/verify",
                    json={"payload": payloads[number % len(payloads)]},
                    headers={"Dianjin-Install-Id": f"bench-{client_number}-{number}"},
                )
                assert reply.status_code == 200
                done[client_number] += 1

    started_s, started_cpu_s = time.monotonic(), cpu_seconds(service.process.pid)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(LOAD_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall_s = time.monotonic() - started_s
    cpu_s = cpu_seconds(service.process.pid) - started_cpu_s
    name = "PostgreSQL" if database_url else "SQLite synchronous=FULL"
    with capsys.disabled():
        sys.stdout.write(
            f"\ncode-only verifies over HTTP, one worker, {LOAD_CLIENTS} clients, {name}\n"
            f"  per second            {sum(done) / wall_s:8.0f}\n"
            f"  per second of a core  {sum(done) / cpu_s:8.0f}\n"
        )
    assert sum(done) > 0
