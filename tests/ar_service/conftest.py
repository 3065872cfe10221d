"""The service in this process, on a fresh record, with a sample brand and a clock by hand."""

import io
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.from_thread
import httpx
import numpy as np
import pytest
import segno
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import create_engine, func, select, text

from ar_service.app import create_app
from ar_service.sample_brand import SampleBrand, make_sample_brand
from ar_service.settings import Settings
from trace_backend.authenticity.models import Scan
from trace_backend.kit.clock import FixedClock
from trace_backend.kit.context import RecordContext
from trace_backend.kit.database import Database
from trace_backend.kit.migrate import upgrade

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""2026-11-22 12:00 in Asia/Shanghai."""
INDEX_HTML = b"<!doctype html><title>dianjin</title>" + b"<p>scan page</p>" * 200


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("DIANJIN_") and not name.startswith("DIANJIN_TEST"):
            monkeypatch.delenv(name)


class Client:
    """HTTP calls into an application of this process, each answered before it returns."""

    def __init__(self, app: FastAPI, portal: anyio.from_thread.BlockingPortal) -> None:
        self.app = app
        self._portal = portal

    def request(
        self, method: str, path: str, *, address: str = "198.51.100.7", **more: Any
    ) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(
                app=self.app, raise_app_exceptions=False, client=(address, 40_000)
            )
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.request(method, path, **more)

        return self._portal.call(call)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def ask(self, payload: str, install_id: str = "install-0001", **more: Any) -> httpx.Response:
        headers = {"Dianjin-Install-Id": install_id, **more.pop("headers", {})}
        body = {"payload": payload, **more.pop("body", {})}
        return self.post("/v1/verify", json=body, headers=headers, **more)

    def show(self, photo: bytes, install_id: str = "install-0001", **more: Any) -> httpx.Response:
        headers = {"Dianjin-Install-Id": install_id, **more.pop("headers", {})}
        files = {"photo": ("photo.jpg", photo, "image/jpeg")}
        return self.post("/v1/verify/photo", files=files, headers=headers, **more)


@dataclass(slots=True)
class House:
    """A running application, its record, its sample brand and its clock."""

    client: Client
    record: RecordContext
    brand: SampleBrand
    clock: FixedClock
    settings: Settings
    payloads: list[str] = field(default_factory=list)

    def scan_count(self) -> int:
        with self.record.database.reading() as session:
            return session.execute(select(func.count()).select_from(Scan)).scalar_one()

    @property
    def staff(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.brand.api_key}"}


@pytest.fixture(scope="session")
def portal() -> Iterator[anyio.from_thread.BlockingPortal]:
    with anyio.from_thread.start_blocking_portal() as running:
        yield running


@pytest.fixture(scope="session")
def pages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "assets").mkdir()
    (folder / "index.html").write_bytes(INDEX_HTML)
    (folder / "favicon.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "app-0a1b2c.js").write_bytes(b"export const a = 1;\n" * 200)
    (folder / "assets" / "reader-9f8e7d.wasm").write_bytes(b"\0asm" + os.urandom(2_000))
    return folder


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the newest schema, made by the migrations once and copied by houses."""
    path = tmp_path_factory.mktemp("empty") / "dianjin.sqlite3"
    database = Database.open(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


HouseOpener = Callable[..., House]


@pytest.fixture(scope="session")
def new_house(
    pages_dir: Path, empty_record: Path, portal: anyio.from_thread.BlockingPortal
) -> Callable[..., AbstractContextManager[House]]:
    """Makes houses on a record of their own; jobs are carried out only where asked for."""

    def make(
        folder: Path, codes: int = 12, active: int = 10, **settings: Any
    ) -> AbstractContextManager[House]:
        if not folder.exists() and "database_url" not in settings:
            folder.mkdir(parents=True)
            shutil.copy(empty_record, folder / "dianjin.sqlite3")
        return _house(folder, pages_dir, portal, codes, active, {"run_jobs": False, **settings})

    return make


@pytest.fixture
def open_house(
    tmp_path: Path, new_house: Callable[..., AbstractContextManager[House]]
) -> Iterator[HouseOpener]:
    """Opens houses; all are closed after the test."""
    with ExitStack() as houses:

        def open_one(**more: Any) -> House:
            folder = tmp_path / f"house-{uuid.uuid4().hex[:8]}"
            return houses.enter_context(new_house(folder, **more))

        yield open_one


@pytest.fixture(scope="session")
def quiet_house(
    tmp_path_factory: pytest.TempPathFactory,
    new_house: Callable[..., AbstractContextManager[House]],
) -> Iterator[House]:
    """One house for all tests whose requests leave no trace; checked at the end."""
    folder = tmp_path_factory.mktemp("quiet") / "house"
    with new_house(folder, unknown_burst=0, query_burst=0) as house:
        yield house
        assert house.scan_count() == 0


@contextmanager
def _house(
    folder: Path,
    pages_dir: Path,
    portal: anyio.from_thread.BlockingPortal,
    codes: int,
    active: int,
    values: dict[str, Any],
) -> Iterator[House]:
    settings = Settings(data_dir=folder, **values)
    clock = FixedClock(NOON)
    app = create_app(settings, clock=clock, pages_dir=pages_dir)
    with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        record: RecordContext = app.state.record
        with record.database.transaction() as session:
            brand = make_sample_brand(session, record, settings.public_host, codes, active)
        house = House(Client(app, portal), record, brand, clock, settings)
        house.payloads = [code.payload for code in brand.codes]
        yield house


@pytest.fixture
def house(open_house: HouseOpener) -> House:
    return open_house()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A database of its own on the test server; dropped afterwards."""
    server = os.environ.get("DIANJIN_TEST_POSTGRES_URL")
    if not server:
        if os.environ.get("CI"):
            pytest.fail("CI must set DIANJIN_TEST_POSTGRES_URL")
        pytest.skip("DIANJIN_TEST_POSTGRES_URL is not set")
    name = f"dianjin_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def _picture_of(*payloads: str, size_px: int = 5) -> Image.Image:
    """QR codes of segno, an encoder that isn't ours, side by side on white."""
    tiles = []
    for payload in payloads:
        buffer = io.BytesIO()
        segno.make_qr(payload, error="m").save(buffer, kind="png", scale=size_px, border=4)
        tiles.append(Image.open(io.BytesIO(buffer.getvalue())).convert("RGB"))
    columns = max(1, int(np.ceil(np.sqrt(len(tiles)))))
    side = max(tile.width for tile in tiles)
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), "white")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % columns * side, number // columns * side))
    return sheet


@pytest.fixture(scope="session")
def photo_of() -> Callable[..., bytes]:
    """Makes a JPEG (or another format) with the QR codes of the given payloads."""

    def make(*payloads: str, kind: str = "JPEG", size_px: int = 5) -> bytes:
        buffer = io.BytesIO()
        _picture_of(*payloads, size_px=size_px).save(buffer, kind)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def problem() -> Callable[[httpx.Response], str]:
    """Checks that an answer is a whole problem document; returns its slug."""

    def check(response: httpx.Response) -> str:
        assert response.headers["content-type"] == "application/problem+json", response.text
        document = json.loads(response.content)
        assert document["status"] == response.status_code
        assert document["title"]
        assert document["detail"]
        assert document["instance"]
        assert document["type"].startswith("/problems/")
        return str(document["type"].removeprefix("/problems/"))

    return check
