"""The demo's folder: made anew each time, and never somebody's own folder."""

import shutil
from pathlib import Path

MARKER = ".dianjin-demo"
_MARKER_TEXT = "Made by `dianjin demo`; the next demo in this folder deletes all of it.\n"


def make_folder(path: Path) -> Path:
    """Make an empty folder for a demo, in place of an earlier demo's.

    Args:
        path: where; a folder that is there already must be empty or hold the marker of a demo.

    Returns:
        The absolute path.

    Raises:
        FileExistsError: there is something else at `path`, which is left as it is.
    """
    folder = path.resolve()
    if folder.exists():
        _require_demo(folder)
        _empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(_MARKER_TEXT)
    return folder


def _require_demo(folder: Path) -> None:
    if not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; give --out a folder")
    marker = folder / MARKER
    is_demo = marker.is_file() and not marker.is_symlink() and marker.read_text() == _MARKER_TEXT
    if not is_demo and any(folder.iterdir()):
        raise FileExistsError(
            f"{folder} holds files that no demo has made; give --out a new folder"
        )


def _empty(folder: Path) -> None:
    """Delete all but the marker: a deletion that was cut short can be taken up again."""
    for entry in folder.iterdir():
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
