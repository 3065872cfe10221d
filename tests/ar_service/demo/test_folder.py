"""The demo replaces its own folder and nobody else's."""

from pathlib import Path

import pytest

from ar_service.demo.folder import MARKER, make_folder


def test_missing_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "var" / "demo")
    assert [entry.name for entry in folder.iterdir()] == [MARKER]


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    assert (make_folder(tmp_path) / MARKER).is_file()


def test_earlier_demo_is_replaced_wholly(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "demo")
    (folder / "record").mkdir()
    (folder / "record" / "dianjin.sqlite3").write_text("old")
    (folder / "report.html").write_text("old")
    make_folder(folder)
    assert [entry.name for entry in folder.iterdir()] == [MARKER]


def test_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(FileExistsError, match="no demo has made"):
        make_folder(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_marker_with_another_text_is_no_marker(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("")
    with pytest.raises(FileExistsError):
        make_folder(tmp_path)


def test_linked_marker_is_no_marker(tmp_path: Path) -> None:
    demo = make_folder(tmp_path / "demo")
    other = tmp_path / "other"
    other.mkdir()
    (other / MARKER).symlink_to(demo / MARKER)
    with pytest.raises(FileExistsError):
        make_folder(other)


def test_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo"
    path.write_text("a file")
    with pytest.raises(FileExistsError, match="is a file"):
        make_folder(path)
    assert path.read_text() == "a file"


def test_what_a_link_in_an_earlier_demo_points_to_is_kept(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("ten years of work")
    folder = make_folder(tmp_path / "demo")
    (folder / "link").symlink_to(precious)
    make_folder(folder)
    assert (precious / "thesis.txt").read_text() == "ten years of work"
