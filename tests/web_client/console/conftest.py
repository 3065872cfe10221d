"""A real service with a seeded brand, a user who may do all, one who may only look, a template."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

START_S = 90
# A test that passes is never waiting: this only bounds how long a crowded machine may take.
SHOWN_MS = 45_000
PASSWORD = "yunling-2026-tea"
EVERYTHING, LOOKING, GUESSED = "lin.wen", "wu.ting", "zhao.yi"
TEMPLATE_NAME = "云岭古树红茶 · 山形"
DESKTOP = {"width": 1440, "height": 900}
SMALL_DESKTOP = {"width": 1024, "height": 768}


@dataclass(frozen=True, slots=True)
class ConsoleService:
    """A running service and what is in it."""

    url: str
    api_key: str
    payload: str
    product_name: str
    template_id: str
    code_order_id: str

    def call(self, method: str, path: str, **more: object) -> httpx.Response:
        """Call the API as the brand's own key."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=60, **more)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _mountain() -> bytes:
    picture = Image.new("RGB", (480, 480), "white")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(40, 420), (210, 110), (300, 290), (360, 210), (440, 420)], fill="#15171c")
    draw.ellipse((330, 60, 420, 150), fill="#15171c")
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def _ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            if httpx.get(url + "/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server was not ready after {START_S} s:\n{log.read_text()[-4000:]}")


def _furnish(url: str, rows: list[dict[str, object]]) -> ConsoleService:
    """Make the users and a template over HTTP, as an administrator does."""
    brand = rows[0]
    key, payload = str(brand["api_key"]), str(rows[1]["payload"])
    bare = ConsoleService(url, key, payload, str(brand["product_name"]), "", "")
    organisation = bare.call("GET", "/v1/session").json()["organisation_id"]
    for login, permissions in (
        (EVERYTHING, ["*"]),
        (LOOKING, ["codes.read"]),
        (GUESSED, ["studio.read"]),
    ):
        user = {
            "organisation_id": organisation,
            "login": login,
            "name": login,
            "password": PASSWORD,
            "permissions": permissions,
        }
        bare.call("POST", "/v1/users", json=user).raise_for_status()
    files = {"file": ("mountain.png", _mountain(), "image/png")}
    artwork = bare.call("POST", "/v1/studio/artworks", files=files, data={"name": "山形"})
    artwork.raise_for_status()
    template = bare.call(
        "POST",
        "/v1/studio/templates",
        json={
            "name": TEMPLATE_NAME,
            "artwork_id": artwork.json()["id"],
            "brief": {},
            "payload_example": payload,
        },
    )
    template.raise_for_status()
    order = bare.call("GET", "/v1/code-orders").json()["items"][0]
    return ConsoleService(url, key, payload, bare.product_name, template.json()["id"], order["id"])


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """What is expected on a page may take long where other processes use the cores."""
    expect.set_options(timeout=SHOWN_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleService]:
    """`dianjin seed` and `dianjin serve` in their own data folder, with the built console."""
    folder = tmp_path_factory.mktemp("console")
    port = _free_port()
    env = os.environ | {"DIANJIN_DATA_DIR": str(folder / "data"), "DIANJIN_PORT": str(port)}
    env.pop("DIANJIN_DATABASE_URL", None)
    command = [sys.executable, "-m", "ar_service.cli"]
    seeded = subprocess.run(
        [*command, "seed", "--codes", "24", "--active", "16", "--json"],
        env=env,
        check=True,
        capture_output=True,
        timeout=START_S,
    )
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen([*command, "serve"], env=env, stdout=sink, stderr=sink)
    url = f"http://127.0.0.1:{port}"
    try:
        _ready(url, process, log)
        yield _furnish(url, [json.loads(line) for line in seeded.stdout.splitlines()])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


OpenConsole = Callable[..., Page]


@pytest.fixture
def open_console(
    console: ConsoleService,
    open_browser: Callable[..., Browser],
    open_page: Callable[..., Page],
) -> OpenConsole:
    """Open the console at a path in its own browser; `login` None stays signed out."""

    def start(
        path: str = "/",
        *,
        login: str | None = EVERYTHING,
        language: str = "zh-CN",
        scheme: str = "light",
        size: dict[str, int] = DESKTOP,
    ) -> Page:
        page = open_page(open_browser(), language=language, scheme=scheme, size=size)
        page.set_default_timeout(SHOWN_MS)
        page.goto(f"{console.url}/console{path}")
        page.wait_for_selector(".login-sheet")
        if login is not None:
            sign_in(page, login)
            page.wait_for_selector(".frame-page")
        return page

    return start


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Fill in the login form and send it."""
    page.locator("input[autocomplete=username]").fill(login)
    page.locator("input[autocomplete=current-password]").fill(password)
    page.locator(".login-sheet button[type=submit]").click()


@pytest.fixture(scope="session")
def type_login() -> Callable[..., None]:
    """Give tests the way to fill in the login form."""
    return sign_in


@pytest.fixture(scope="session")
def picture_of() -> Callable[[Page, str], None]:
    """Keep a screenshot in the folder that DIANJIN_SCREENSHOTS names; without it, only take it."""
    folder = os.environ.get("DIANJIN_SCREENSHOTS")

    def save(page: Page, name: str) -> None:
        page.wait_for_timeout(400)
        picture = page.screenshot()
        assert len(picture) > 10_000, f"{name} is an empty picture"
        if folder:
            path = Path(folder) / f"console-{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)

    return save


@pytest.fixture(scope="session")
def serious_findings(axe_script: str) -> Callable[[Page], list[str]]:
    """Run axe-core on the page; its serious and critical findings, with the elements."""

    def run(page: Page) -> list[str]:
        page.evaluate(axe_script)
        found = page.evaluate(
            """async () => (await axe.run()).violations
                .filter((one) => ["serious", "critical"].includes(one.impact))
                .map((one) => one.id + ": "
                    + one.nodes.map((node) => node.html.slice(0, 160)
                        + " " + node.failureSummary.slice(0, 220)).join(" | "))"""
        )
        assert isinstance(found, list)
        return [str(one) for one in found]

    return run
