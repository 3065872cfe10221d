from pathlib import Path

import pytest
from pydantic import ValidationError

from ar_service.settings import Settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("DIANJIN_"):
            monkeypatch.delenv(name)


def test_every_setting_has_a_description() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_the_default_is_one_folder_and_nothing_else_to_start(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.resolved_database_url == f"sqlite:///{tmp_path}/dianjin.sqlite3"
    assert settings.resolved_secret_key_file == tmp_path / "secret.key"
    assert settings.resolved_blob_url == f"file://{tmp_path}/blobs"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIANJIN_DATABASE_URL", "postgresql+psycopg://u@h:5432/d")
    monkeypatch.setenv("DIANJIN_ACCEPTED_HOSTS", "old.example, ,older.example:8443")
    monkeypatch.setenv("DIANJIN_PUBLIC_URL", "https://ID.Brand.example/")
    settings = Settings()
    assert settings.resolved_database_url == "postgresql+psycopg://u@h:5432/d"
    assert settings.our_hosts == {"id.brand.example", "old.example", "older.example:8443"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://id.brand.example", "id.brand.example"),
        ("https://id.brand.example:443", "id.brand.example"),
        ("https://id.brand.example:8443", "id.brand.example:8443"),
        ("http://192.168.1.7:8000", "192.168.1.7:8000"),
    ],
)
def test_a_digital_link_host_keeps_an_unusual_port(url: str, host: str) -> None:
    assert Settings(public_url=url).public_host == host


@pytest.mark.parametrize(
    "values",
    [
        {"port": 0},
        {"port": 65_536},
        {"workers": 0},
        {"log_level": "LOUD"},
        {"language": "de"},
        {"max_upload_bytes": 0},
        {"max_codes_per_photo": 64},
        {"query_per_second": 0},
        {"public_url": "https://brand.example/shop"},
        {"public_url": "ftp://brand.example"},
        {"public_url": "not a url"},
    ],
)
def test_a_value_out_of_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**values)


def test_settings_can_not_be_changed_after_they_were_read() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1
