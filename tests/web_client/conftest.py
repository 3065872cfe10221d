"""A real server, a real browser with a fake camera, and clips of simulated labels for it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

from generative_codes import ErrorLevel, make_symbol, to_raster
from vision.printcam import Label, View, film, hand_held_views, photograph, print_label, write_y4m
from vision.printcam.presets import KRAFT_BOX, MATT_PAPER, OFFSET, PHONE_GOOD

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE_SIZE = {"width": 390, "height": 844}
START_S = 60
SEED = 20261122
CLIP_FRAMES = 10
BENT_FRAMES = 4
LABEL_DPI = 300
WEB_CLIENT = Path(__file__).parents[2] / "web_client"


@dataclass(frozen=True, slots=True)
class SeededCode:
    """One code of the seeded brand."""

    code: str
    payload: str
    active: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with a seeded brand."""

    url: str
    active: Iterator[SeededCode]
    issued: Iterator[SeededCode]


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"the server was not ready after {START_S} s:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`dianjin seed` and `dianjin serve` in their own data folder, as an operator runs them."""
    folder = tmp_path_factory.mktemp("service")
    port = _free_port()
    env = os.environ | {
        "DIANJIN_DATA_DIR": str(folder / "data"),
        "DIANJIN_PORT": str(port),
        # A printed link opened on this server must be one of its own.
        "DIANJIN_ACCEPTED_HOSTS": f"127.0.0.1:{port}",
        # What can be read is tested, not how fast a machine is that also runs the browser.
        "DIANJIN_READ_BUDGET_MS": "7000",
    }
    env.pop("DIANJIN_DATABASE_URL", None)
    command = [sys.executable, "-m", "ar_service.cli"]
    seeded = subprocess.run(
        [*command, "seed", "--codes", "64", "--active", "48", "--json"],
        env=env,
        check=True,
        capture_output=True,
        timeout=START_S,
    )
    rows = [json.loads(line) for line in seeded.stdout.splitlines()]
    codes = [
        SeededCode(row["code"], row["payload"], row["active"])
        for row in rows
        if row["kind"] == "code"
    ]
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen([*command, "serve"], env=env, stdout=sink, stderr=sink)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process, log)
        active = (code for code in codes if code.active)
        issued = (code for code in codes if not code.active)
        yield Service(url, active, issued)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _label(payload: str) -> Label:
    """A 34 x 42 mm label with a code, where there is a payload, and two lines of print."""
    width, height = (round(mm * LABEL_DPI / 25.4) for mm in (34, 42))
    artwork: NDArray[np.uint8] = np.full((height, width), 255, np.uint8)
    if payload:
        symbol = make_symbol(payload, ErrorLevel.M)
        code = to_raster(symbol, pixels_per_module=10, quiet_zone_modules=4)
        side = width - 2 * 16
        artwork[16 : 16 + side, 16 : 16 + side] = cv2.resize(
            code, (side, side), interpolation=cv2.INTER_AREA
        )
    for text, top, scale in (("YUNLING BLACK TEA", 420, 0.95), ("357 g  20261101", 466, 0.8)):
        cv2.putText(artwork, text, (44, top), cv2.FONT_HERSHEY_SIMPLEX, scale, 40, 2, cv2.LINE_AA)
    return Label((artwork.astype(np.float32) / 255).clip(0, 1), LABEL_DPI)


def _views(count: int, rng: np.random.Generator) -> tuple[View, ...]:
    start = View(distance_mm=105, tilt_deg=9, turn_deg=-8, roll_deg=5, offset_mm=(0.5, -5))
    end = replace(start, distance_mm=100, roll_deg=3)
    return hand_held_views(start, end, count, rng, tremor_mm=0.25, tremor_deg=0.2)


@pytest.fixture(scope="session")
def clip_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make the clip of a hand holding a phone before a label with a payload (simulated)."""
    folder = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def make(payload: str) -> Path:
        if payload in made:
            return made[payload]
        rng = np.random.default_rng(SEED)
        printed = print_label(_label(payload), OFFSET, MATT_PAPER, rng)
        # Upright like a phone, and uncompressed: the browser's fake camera takes raw frames.
        camera = replace(PHONE_GOOD, width_px=720, height_px=1280, jpeg_quality=None)
        path = folder / f"{len(made)}.y4m"
        photos = film(printed, camera, _views(CLIP_FRAMES, rng), KRAFT_BOX, rng)
        assert write_y4m((photo.bgr for photo in photos), path, fps=10) == CLIP_FRAMES
        made[payload] = path
        return path

    return make


@pytest.fixture(scope="session")
def bent_clip_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Film a code on a bottle, bent so far that zxing-cpp reads it in no frame (simulated)."""
    folder = tmp_path_factory.mktemp("bent")

    def make(payload: str) -> Path:
        rng = np.random.default_rng(SEED)
        printed = print_label(_label(payload), OFFSET, MATT_PAPER, rng)
        camera = replace(PHONE_GOOD, width_px=720, height_px=1280, jpeg_quality=None)
        start = View(
            distance_mm=96,
            tilt_deg=9,
            turn_deg=-4,
            roll_deg=5,
            offset_mm=(0.5, -5),
            radius_mm=25,
        )
        end = replace(start, distance_mm=95, roll_deg=4)
        views = hand_held_views(start, end, BENT_FRAMES, rng, tremor_mm=0.15, tremor_deg=0.1)
        frames = [photo.bgr for photo in film(printed, camera, views, KRAFT_BOX, rng)]
        for frame in frames:
            gray = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))
            assert [found for found in zxingcpp.read_barcodes(gray) if found.valid] == []
        path = folder / f"{payload[-8:]}.y4m"
        assert write_y4m(frames, path, fps=10) == BENT_FRAMES
        return path

    return make


@pytest.fixture(scope="session")
def photo_of() -> Callable[[str], bytes]:
    """Take the photo of a label with a payload, as a JPEG file (simulated)."""

    def take(payload: str) -> bytes:
        rng = np.random.default_rng(SEED)
        printed = print_label(_label(payload), OFFSET, MATT_PAPER, rng)
        camera = replace(PHONE_GOOD, width_px=960, height_px=1280)
        jpeg = photograph(printed, camera, _views(1, rng)[0], KRAFT_BOX, rng).jpeg
        assert jpeg is not None
        return jpeg

    return take


OpenBrowser = Callable[..., Browser]


@pytest.fixture
def open_browser(needs_program: Callable[[str, str], None]) -> Iterator[OpenBrowser]:
    """Start Chromium with a clip as its camera, with no camera, or with one that is refused."""
    needs_program("chromium", "chromium")
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def start(clip: Path | None = None, *, allow: bool = True) -> Browser:
            flags = list(CHROMIUM_FLAGS)
            if clip is not None:
                flags.append("--use-fake-device-for-media-stream")
                flags.append(f"--use-file-for-fake-video-capture={clip}")
            if clip is not None and allow:
                flags.append("--use-fake-ui-for-media-stream")
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=flags
            )
            opened.append(browser)
            return browser

        yield start
        for browser in opened:
            browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    """Open a phone's page; a script error or a broken security policy fails the test."""
    complaints: list[str] = []

    def start(
        browser: Browser,
        *,
        language: str = "zh-CN",
        scheme: str = "light",
        size: dict[str, int] = PHONE_SIZE,
        user_agent: str | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            device_scale_factor=2,
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            user_agent=user_agent,
            has_touch=True,
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if "Content Security" in message.text else None
            ),
        )
        return page

    yield start
    assert complaints == []


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Keep a screenshot in the folder that DIANJIN_SCREENSHOTS names; without it, only take it."""
    folder = os.environ.get("DIANJIN_SCREENSHOTS")

    def save(page: Page, name: str) -> None:
        page.wait_for_timeout(300)
        picture = page.screenshot()
        assert len(picture) > 10_000, f"{name} is an empty picture"
        if folder:
            path = Path(folder) / f"scan-{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)

    return save


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The source of axe-core, from the web client's development packages."""
    script = WEB_CLIENT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("axe-core is missing: npm ci in web_client")
    return script.read_text(encoding="utf-8")
