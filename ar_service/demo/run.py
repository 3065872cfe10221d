"""The story of the demo, from an empty folder to the report."""

import shlex
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx
import numpy as np

from ar_service.demo.asking import CaseResult, ask
from ar_service.demo.brand import PUBLIC_URL, Brand, SignIn, Staff, found_brand
from ar_service.demo.casebook import VOID, all_cases
from ar_service.demo.folder import make_folder
from ar_service.demo.labels import LabelFiles, write_labels
from ar_service.demo.server import running_server
from ar_service.demo.studio import take_photos
from ar_service.settings import Settings
from trace_backend.kit.clock import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
PHOTOS = "photos"
RECORD = "record"
_TIMEOUT_S = 120.0


class Stage(StrEnum):
    """The stages of a demo, in their order."""

    SERVER = "start the server"
    BRAND = "make the brand and its codes"
    LABELS = "draw the label sheet"
    PHOTOS = "print and photograph"
    VERIFY = "verify the photos"


class Watcher(Protocol):
    """Is told how far the demo is."""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """`done` of `total` parts of `stage` are done."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line says."""

    out: Path
    codes: int
    seed: int


@dataclass(frozen=True, slots=True)
class DemoRun:
    """What a demo has made; `seconds` is the time of everything but the report."""

    folder: Path
    began_at: datetime
    seed: int
    brand: Brand
    files: LabelFiles
    results: tuple[CaseResult, ...]
    seconds: float
    sign_in: SignIn

    @property
    def serve_command(self) -> str:
        """Runs the service on what the demo made."""
        data_dir = shlex.quote(str((self.folder / RECORD).resolve()))
        return f"DIANJIN_DATA_DIR={data_dir} DIANJIN_PUBLIC_URL={PUBLIC_URL} dianjin serve"

    @property
    def console_url(self) -> str:
        """Address of the console while that command runs with its usual port."""
        return f"http://127.0.0.1:{Settings.model_fields['port'].default}/console/"

    @property
    def unexpected(self) -> tuple[CaseResult, ...]:
        """Cases whose answer was another one than it must be."""
        return tuple(result for result in self.results if not result.is_expected)


def run_demo(options: DemoOptions, clock: Clock, watch: Watcher) -> DemoRun:
    """Run the demo in a fresh folder with a server of its own.

    Raises:
        OSError: the folder is not a demo's, the server did not start, or its staff API refused.
        httpx.HTTPError: the server stopped answering.
        ValueError: too few or too many codes.
    """
    began_s = time.perf_counter()
    folder = make_folder(options.out)
    (folder / PHOTOS).mkdir()
    began_at = clock.now()
    rng = np.random.default_rng(options.seed)
    data_dir = folder / RECORD
    watch(Stage.SERVER, 0, 1)
    founding = found_brand(data_dir, clock)
    with (
        running_server(data_dir, folder / "server.log", PUBLIC_URL) as url,
        httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False) as client,
    ):
        watch(Stage.SERVER, 1, 1)
        today = began_at.astimezone(SHANGHAI).date()
        brand = Staff(client, founding.token).make_brand(
            founding.root_id, options.codes, VOID, today
        )
        watch(Stage.BRAND, 1, 1)
        files = write_labels(brand.codes, folder)
        watch(Stage.LABELS, 1, 1)
        cases = all_cases(brand, rng)
        watch(Stage.PHOTOS, 0, len(cases))
        photos = take_photos(
            cases, options.seed, lambda done: watch(Stage.PHOTOS, done, len(cases))
        )
        run_id = uuid.uuid4().hex[:8]
        results: list[CaseResult] = []
        for case in cases:
            (folder / PHOTOS / f"{case.slug}.jpg").write_bytes(photos[case.slug].jpeg)
            results.append(ask(client, case, photos[case.slug], run_id))
            watch(Stage.VERIFY, len(results), len(cases))
    seconds = time.perf_counter() - began_s
    return DemoRun(
        folder,
        began_at,
        options.seed,
        brand,
        files,
        tuple(results),
        seconds,
        founding.sign_in,
    )
