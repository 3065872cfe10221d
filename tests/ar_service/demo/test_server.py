"""The demo's server is one of its own, and none is left behind."""

from pathlib import Path

import pytest

from ar_service.demo.server import ServerError, running_server, server_environment


def test_settings_of_a_real_service_do_not_reach_the_demo(tmp_path: Path) -> None:
    inherited = {
        "PATH": "/usr/bin",
        "DIANJIN_DATABASE_URL": "postgresql+psycopg://production",
        "DIANJIN_SECRET_KEY_FILE": "/etc/dianjin/secret.key",
    }
    assert server_environment(inherited, tmp_path, "https://dianjin.example") == {
        "PATH": "/usr/bin",
        "DIANJIN_DATA_DIR": str(tmp_path),
        "DIANJIN_PUBLIC_URL": "https://dianjin.example",
    }


def _processes_of(folder: Path) -> list[str]:
    """Ids of the processes whose environment names the folder (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if f"DIANJIN_DATA_DIR={folder}".encode() in content:
            found.append(path.parent.name)
    return found


@pytest.mark.slow
def test_server_that_cannot_start_says_why_and_leaves_no_process(tmp_path: Path) -> None:
    data_dir = tmp_path / "record"
    data_dir.write_text("not a folder")
    with (
        pytest.raises(ServerError, match=r"(?s)ended with status 1.*record"),
        running_server(data_dir, tmp_path / "server.log", "https://dianjin.example"),
    ):
        pytest.fail("a server without a folder was ready")
    assert _processes_of(data_dir) == []


@pytest.mark.slow
def test_server_is_stopped_when_the_demo_breaks_off(tmp_path: Path) -> None:
    data_dir = tmp_path / "record"

    def break_off() -> None:
        assert _processes_of(data_dir)
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        running_server(data_dir, tmp_path / "server.log", "https://dianjin.example"),
    ):
        break_off()
    assert _processes_of(data_dir) == []
