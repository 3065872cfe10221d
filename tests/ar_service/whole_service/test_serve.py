import json
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import segno

pytestmark = pytest.mark.e2e
MIB = 1024 * 1024


def resident_mib(pid: int) -> float:
    """Resident memory of a process (proc(5), status)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def test_serve_says_its_url_and_logs_no_code_and_ends_when_asked(new_service) -> None:
    service = new_service(workers=1)
    brand = service.seed(codes=1, active=1)
    service.start()
    code = brand.codes[0]
    headers = {"Dianjin-Install-Id": "install-secret-1", "User-Agent": "SecretPhone/9.9"}
    answer = httpx.post(
        f"{service.url}/v1/verify", json={"payload": code.payload}, headers=headers, timeout=30
    )
    assert answer.json()["verdict"] == "GENUINE_FIRST"
    httpx.get(f"{service.url}/01/{brand.gtin}/21/{code.code}", timeout=30)
    httpx.get(f"{service.url}/v1/codes/{code.code}?q={code.code}", timeout=30)
    process = service.process
    service.stop()
    # The server ends its work first and then, as POSIX programs do, of the signal itself.
    assert process.returncode in {0, -signal.SIGTERM}
    assert '"event":"stopped"' in service.log()
    lines = [json.loads(line) for line in service.log().splitlines() if line.startswith("{")]
    assert lines[0]["url"] == f"{service.url}/"
    routes = {line["route"] for line in lines if line.get("event") == "request"}
    assert {"/v1/verify", "/01/{link}", "/v1/codes/{serial}", "/readyz"} <= routes
    for secret in (code.code, "install-secret-1", "SecretPhone", "127.0.0.1:"):
        assert secret not in service.log().replace(service.url, ""), secret


def test_a_huge_upload_is_refused_while_it_streams_and_memory_stays(new_service) -> None:
    service = new_service(workers=1)
    service.start()
    before_mib = resident_mib(service.process.pid)

    def endless():
        yield b"--x\r\nContent-Disposition: form-data; name=photo; filename=a.jpg\r\n\r\n"
        for _ in range(70):
            yield b"\xff\xd8\xff" + b"\0" * MIB

    refused = httpx.post(
        f"{service.url}/v1/verify/photo",
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        timeout=60,
    )
    assert refused.status_code == 413
    assert refused.json()["type"] == "/problems/upload-too-large"
    assert resident_mib(service.process.pid) - before_mib < 60


def test_the_command_line_verifies_by_a_running_server(new_service, tmp_path: Path) -> None:
    service = new_service(workers=1)
    payload = service.seed(codes=1, active=1).codes[0].payload
    service.start()
    photo = tmp_path / "photo.png"
    segno.make_qr(payload, error="m").save(str(photo), kind="png", scale=5)
    command = [sys.executable, "-m", "ar_service.cli", "verify", str(photo), "--json"]
    done = subprocess.run(
        [*command, "--server", service.url, "--place", "36.195,113.117"],
        capture_output=True,
        text=True,
        env={**os.environ, "DIANJIN_DATA_DIR": str(tmp_path / "elsewhere")},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["verdict"] == "GENUINE_FIRST"


def test_tls_serves_the_phone_over_a_certificate_that_names_the_address(new_service) -> None:
    service = new_service(workers=1, arguments=("--tls",))
    service.start()
    trust = ssl.create_default_context(cafile=str(service.data_dir / "tls" / "tls.crt"))
    with httpx.Client(verify=trust, timeout=30) as client:
        assert client.get(f"https://127.0.0.1:{service.port}/readyz").status_code == 200
        assert client.get(f"https://localhost:{service.port}/healthz").status_code == 200
