"""The document that the wire types are made from is the one that the server gives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

WEB_CLIENT = Path(__file__).parents[2] / "web_client"


@pytest.mark.slow
def test_snapshot_is_what_the_server_says() -> None:
    command = [sys.executable, "scripts/openapi_snapshot.py"]
    printed = subprocess.run(command, cwd=WEB_CLIENT, check=True, capture_output=True, timeout=60)
    snapshot = json.loads((WEB_CLIENT / "openapi.json").read_text(encoding="utf-8"))
    assert snapshot == json.loads(printed.stdout), (
        "the API changed: write the new snapshot (web_client/scripts/openapi_snapshot.py), then "
        "run `npm run wire` and `npm run build` in web_client"
    )
