"""`dianjin doctor`: what is here, what is missing, and what to do about it."""

import importlib.util
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from ar_service.commands.output import Output
from ar_service.settings import Settings

OLDEST_PYTHON = (3, 11)
CHINESE_FONT_NAMES = ("notosanscjk", "notoserifcjk", "sourcehansans", "wqy", "simhei", "simsun")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_MOST_FONT_FILES = 20_000
_PACKAGES = ("dianjin", "fastapi", "sqlalchemy", "dbos", "uvicorn", "numpy", "pillow")
_MARK = {"ok": "ok  ", "warning": "warn", "failed": "FAIL"}


class Standing(StrEnum):
    """How a check came out; only a failed one makes the exit status 1."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do when it isn't as it should be."""

    check: str
    standing: Standing
    found: str
    advice: str = ""


def examine(settings: Settings, output: Output) -> int:
    """Run every check and write one result each; 1 when one failed."""
    failed = False
    for finding in _findings(settings):
        failed |= finding.standing is Standing.FAILED
        advice = f"\n       -> {finding.advice}" if finding.advice else ""
        output.result(
            {
                "check": finding.check,
                "standing": finding.standing.value,
                "found": finding.found,
                "advice": finding.advice,
            },
            f"{_MARK[finding.standing.value]}  {finding.check}: {finding.found}{advice}",
        )
    return int(failed)


def _findings(settings: Settings) -> Iterator[Finding]:
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _packages,
        _one_opencv,
        _zxing,
        _heic,
        _chinese_font,
        _pages,
        lambda: _data_dir(settings),
        lambda: _secret(settings),
        lambda: _database(settings),
        lambda: _port(settings),
    )
    for check in checks:
        yield check()


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", Standing.FAILED, found, "use Python 3.11 or newer")
    return Finding("python", Standing.OK, found)


def _version_of(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _packages() -> Finding:
    versions = {name: _version_of(name) for name in _PACKAGES}
    missing = [name for name, version in versions.items() if version is None]
    found = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    if missing:
        advice = f"not installed as distributions: {', '.join(missing)}; pip install -e ."
        return Finding("packages", Standing.WARNING, found, advice)
    return Finding("packages", Standing.OK, found)


def _one_opencv() -> Finding:
    """Two cv2 wheels overwrite each other's files: exactly one may be installed."""
    wheels = sorted(
        {
            name.lower()
            for name in metadata.packages_distributions().get("cv2", [])
            if name.lower().startswith("opencv")
        }
    )
    if wheels == ["opencv-contrib-python-headless"]:
        return Finding("opencv", Standing.OK, f"{wheels[0]} {_version_of(wheels[0])}")
    advice = "pip uninstall every opencv wheel, then install opencv-contrib-python-headless only"
    return Finding("opencv", Standing.FAILED, ", ".join(wheels) or "none", advice)


def _zxing() -> Finding:
    version = _version_of("zxing-cpp")
    if version is None or importlib.util.find_spec("zxingcpp") is None:
        return Finding("zxing-cpp", Standing.FAILED, "missing", "pip install zxing-cpp")
    return Finding("zxing-cpp", Standing.OK, version)


def _heic() -> Finding:
    version = _version_of("pillow-heif")
    if version is None:
        advice = "photos of iPhones may be HEIC: pip install 'dianjin[heic]'"
        return Finding("heic", Standing.WARNING, "not supported", advice)
    return Finding("heic", Standing.OK, f"pillow-heif {version}")


def _chinese_font() -> Finding:
    for folder in FONT_FOLDERS:
        root = Path(folder).expanduser()
        if not root.is_dir():
            continue
        for number, path in enumerate(root.rglob("*")):
            if number > _MOST_FONT_FILES:
                break
            name = path.name.lower().replace("-", "").replace("_", "")
            if path.suffix.lower() in {".ttf", ".ttc", ".otf"} and name.startswith(
                CHINESE_FONT_NAMES
            ):
                return Finding("chinese font", Standing.OK, str(path))
    advice = "label sheets with Chinese text look best with one: apt-get install fonts-noto-cjk"
    return Finding("chinese font", Standing.WARNING, "none found", advice)


def _pages() -> Finding:
    from ar_service.edge.pages import default_pages_dir, load_pages

    pages = load_pages(default_pages_dir())
    if not pages.present:
        advice = "the scan page answers 503: install the wheel, or run `make web` in the source"
        return Finding("pages", Standing.WARNING, "not built", advice)
    kib = sum(len(file.body) for file in pages.files.values()) // 1024
    return Finding("pages", Standing.OK, f"{len(pages.files)} files, {kib} KiB")


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        free = shutil.disk_usage(existing).free
    except OSError as error:
        return Finding("data folder", Standing.FAILED, str(folder), str(error.strerror))
    found = f"{folder}, {free // 1024**2} MiB free"
    if free < settings.min_free_disk_bytes:
        return Finding("data folder", Standing.FAILED, found, "make room on this disk")
    return Finding("data folder", Standing.OK, found)


def _secret(settings: Settings) -> Finding:
    from trace_backend.kit.secrets import load_or_create

    path = settings.resolved_secret_key_file
    if not path.exists():
        return Finding("secret key", Standing.OK, "not made yet; the first start makes it")
    try:
        load_or_create(path)
    except (OSError, ValueError) as error:
        return Finding("secret key", Standing.FAILED, str(path), str(error))
    return Finding("secret key", Standing.OK, f"{path}, keep a backup in a safe place")


def _database(settings: Settings) -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from trace_backend.kit.database import Database
    from trace_backend.kit.errors import RecordError
    from trace_backend.kit.migrate import current, head

    if settings.database_url is None and not (settings.data_dir / "dianjin.sqlite3").exists():
        return Finding("database", Standing.OK, "not made yet; `dianjin migrate` makes it")
    try:
        database = Database.open(settings.resolved_database_url)
    except ValueError as error:
        return Finding("database", Standing.FAILED, "wrong DIANJIN_DATABASE_URL", str(error))
    try:
        revision = current(database)
    except (RecordError, SQLAlchemyError) as error:
        advice = "check DIANJIN_DATABASE_URL and that the server runs"
        return Finding("database", Standing.FAILED, type(error).__name__, advice)
    finally:
        database.dispose()
    if revision != head():
        found = f"{database.dialect} at {revision or 'nothing'}, newest is {head()}"
        return Finding("database", Standing.WARNING, found, "run `dianjin migrate`")
    return Finding("database", Standing.OK, f"{database.dialect} at {revision}")


def _port(settings: Settings) -> Finding:
    found = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            advice = f"{error.strerror}: something listens there (this service?), or use --port"
            return Finding("port", Standing.WARNING, found, advice)
    return Finding("port", Standing.OK, f"{found} is free")
