"""`dianjin read` over folders and videos."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from PIL import Image

from ar_service.commands.output import Output
from ar_service.commands.read import INTERRUPTED, ReadOptions, read_files
from ar_service.commands.read_report import COLUMNS, CodeRow, CsvReport, files_read_before


def picture(path: Path, payload: str) -> Path:
    segno.make_qr(payload, error="m").save(str(path), kind="png", scale=5, border=4)
    return path


def frame_of(payload: str | None, size: int = 320) -> np.ndarray:
    """A frame with segno's symbol in its middle, or bare paper."""
    frame = np.full((size, size, 3), 240, np.uint8)
    if payload is not None:
        modules = np.array(list(segno.make_qr(payload, error="m").matrix), np.uint8)
        symbol = np.where(np.kron(modules, np.ones((6, 6), np.uint8)), 20, 240).astype(np.uint8)
        first = (size - symbol.shape[0]) // 2
        frame[first : first + symbol.shape[0], first : first + symbol.shape[1]] = symbol[..., None]
    return frame


def video(path: Path, payloads: list[str | None], fps: float = 10.0) -> Path:
    """A clip with one symbol, or none, in each frame, by OpenCV's own writer."""
    codec = cv2.VideoWriter.fourcc(*("MJPG" if path.suffix == ".avi" else "mp4v"))
    writer = cv2.VideoWriter(str(path), codec, fps, (320, 320))
    assert writer.isOpened()
    for payload in payloads:
        writer.write(frame_of(payload))
    writer.release()
    return path


def run(options: ReadOptions) -> tuple[int, list[dict], str]:
    out, err = io.StringIO(), io.StringIO()
    status = read_files(options, Output(out, err, as_json=True))
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_an_empty_folder_is_a_failure_that_says_what_is_wanted(tmp_path: Path) -> None:
    status, lines, said = run(ReadOptions((tmp_path,)))
    assert (status, lines) == (1, [])
    assert "no picture found" in said
    assert ".mp4" in said


def test_a_folder_is_walked_in_sorted_order_and_every_code_says_its_rung(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    picture(tmp_path / "b" / "one.png", "ONE")
    picture(tmp_path / "a.PNG", "TWO")
    (tmp_path / "notes.txt").write_text("no picture")
    status, lines, _ = run(ReadOptions((tmp_path,)))
    assert status == 0
    assert [Path(line["file"]).name for line in lines] == ["a.PNG", "one.png"]
    assert [line["codes"][0]["text"] for line in lines] == ["TWO", "ONE"]
    assert {line["codes"][0]["rung"] for line in lines} == {"native"}
    assert all(0 < line["codes"][0]["confidence"] <= 1 for line in lines)
    assert set(lines[0]) == {"file", "codes", "ms"}


@pytest.mark.parametrize("suffix", [".mp4", ".avi"])
def test_a_video_tells_each_code_once_with_its_time(tmp_path: Path, suffix: str) -> None:
    payloads = [None, None, *["FIRST"] * 6, None, None, *["SECOND"] * 4]
    clip = video(tmp_path / f"clip{suffix}", payloads)
    status, (line,), _ = run(ReadOptions((clip,), frames_per_second=10))
    assert status == 0
    assert [code["text"] for code in line["codes"]] == ["FIRST", "SECOND"]
    first, second = line["codes"]
    # At ten frames a second, the first is there from 0.2 s on, the second from 1.0 s on.
    assert first["at_s"] == pytest.approx(0.2, abs=0.11)
    assert second["at_s"] == pytest.approx(1.0, abs=0.11)
    assert first["frames"] == 6
    assert line["frames"] == len(payloads)


def test_frames_of_a_video_are_sampled(tmp_path: Path) -> None:
    clip = video(tmp_path / "clip.avi", ["HELLO"] * 20)
    _, (line,), _ = run(ReadOptions((clip,), frames_per_second=2))
    assert line["frames"] == 4
    assert line["codes"][0]["frames"] == 4


def test_an_animated_gif_is_read_like_a_video(tmp_path: Path) -> None:
    frames = [Image.fromarray(frame_of(text)) for text in (None, "MOVING", "MOVING")]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    status, (line,), _ = run(ReadOptions((path,), frames_per_second=10))
    assert (status, [code["text"] for code in line["codes"]]) == (0, ["MOVING"])


def test_an_animated_webp_is_refused_by_name(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:])
    status, (line,), _ = run(ReadOptions((tmp_path,)))
    assert (status, line["error"]["reason"]) == (1, "animated")


def test_a_truncated_video_keeps_its_codes_and_fails_at_the_end(tmp_path: Path) -> None:
    whole = video(tmp_path / "whole.avi", ["KEPT"] * 40)
    data = whole.read_bytes()
    whole.unlink()
    (tmp_path / "cut.avi").write_bytes(data[: len(data) // 2])
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "head.avi").write_bytes(data[:200])
    (tmp_path / "text.mp4").write_text("no video at all")
    picture(tmp_path / "z.png", "AFTER")
    status, lines, _ = run(ReadOptions((tmp_path,)))
    assert status == 1
    cut, *broken, last = lines
    assert [code["text"] for code in cut["codes"]] == ["KEPT"]
    assert cut["error"]["reason"] == "truncated"
    assert {line["error"]["reason"] for line in broken} <= {"not_a_video", "truncated"}
    assert len(broken) == 3
    assert last["codes"][0]["text"] == "AFTER"


def test_hostile_pictures_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    Image.new("L", (12_000, 12_000), 255).save(tmp_path / "huge.png")
    Image.new("L", (1, 1)).save(tmp_path / "one.png")
    picture(tmp_path / "z.png", "AFTER")
    status, lines, _ = run(ReadOptions((tmp_path, tmp_path / "missing.mp4")))
    huge, one, after, missing = lines
    assert status == 1
    assert huge["error"]["reason"] == "too_many_pixels"
    assert one["codes"] == []
    assert after["codes"][0]["text"] == "AFTER"
    assert missing["error"]["reason"] == "unreadable"


def test_a_resumed_run_reads_what_is_missing_and_what_failed(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in "abc":
        picture(folder / f"{name}.png", name.upper())
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    _, lines, _ = run(ReadOptions((folder,)))
    before = tmp_path / "before.jsonl"
    # a was read, bad failed, b was cut off by Ctrl-C in the middle of its line.
    told = [json.dumps(line) for line in lines[:3]]
    before.write_text("\n".join([told[0], told[2], told[1][:25]]))
    status, again, _ = run(ReadOptions((folder,), resume=before))
    assert [Path(line["file"]).name for line in again] == ["b.png", "bad.png", "c.png"]
    assert status == 1


def test_lines_of_others_resume_nothing(tmp_path: Path) -> None:
    before = tmp_path / "before.jsonl"
    before.write_bytes(
        b'null\n[]\n"x"\n{"file": 3, "codes": []}\n{"codes": []}\n\xff\xfe\n' + b"[" * 100_000
    )
    assert files_read_before(before) == frozenset()
    assert files_read_before(tmp_path / "none.jsonl") == frozenset()


def test_the_table_has_a_row_for_each_code_and_for_each_file_without(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 'a "quoted", text')
    Image.new("RGB", (60, 60), "white").save(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(b"")
    table = tmp_path / "codes.csv"
    status, lines, _ = run(ReadOptions((tmp_path,), csv=table))
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert status == 1
    assert tuple(rows[0]) == COLUMNS
    assert [row["text"] for row in rows] == ['a "quoted", text', "", ""]
    corners = lines[0]["codes"][0]["corners_px"]
    assert [float(rows[0][f"{axis}3_px"]) for axis in "xy"] == corners[2]
    assert [row["error"] for row in rows] == ["", "", "empty"]


def test_a_resumed_table_goes_on_without_a_second_header(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    code = CodeRow("T", "qr_code", ((0.0, 0.0),) * 4, "native", 0.99)
    for is_resumed in (False, True):
        report = CsvReport.open(path, is_resumed)
        report.write("a.png", (code,), 1.0, "")
        report.close()
    lines = path.read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["file", "a.png", "a.png"]


def test_a_table_that_can_not_be_written_is_said_before_anything_is_read(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", "A")
    status, lines, said = run(ReadOptions((tmp_path,), csv=tmp_path / "no" / "codes.csv"))
    assert (status, lines) == (1, [])
    assert "codes.csv" in said


def test_ctrl_c_ends_with_whole_lines_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        picture(tmp_path / f"{name}.png", name)
    from ar_service.commands import read as module

    usual, seen = module._read_picture, []

    def stopped_at_the_second(file: Path):
        seen.append(file)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return usual(file)

    monkeypatch.setattr(module, "_read_picture", stopped_at_the_second)
    status, lines, said = run(ReadOptions((tmp_path,), csv=tmp_path / "codes.csv"))
    assert status == INTERRUPTED
    assert len(lines) == 1
    assert "stopped after 1 of 3" in said
    assert "--resume" in said
    assert len((tmp_path / "codes.csv").read_text().splitlines()) == 2


@pytest.mark.slow
def test_a_terminal_gets_a_bar_and_a_signal_leaves_whole_json_lines(tmp_path: Path) -> None:
    for number in range(300):
        picture(tmp_path / f"{number:03}.png", f"N{number}")
    main_fd, terminal_fd = pty.openpty()
    sink = tmp_path / "out.jsonl"
    with sink.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ar_service.cli", "read", "--json", str(tmp_path)],
            stdout=out,
            stderr=terminal_fd,
            env={**os.environ, "TERM": "xterm"},
        )
        deadline = time.monotonic() + 60
        while sink.stat().st_size < 500 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == INTERRUPTED
    os.close(terminal_fd)
    said = os.read(main_fd, 65_536)
    os.close(main_fd)
    assert b"reading" in said
    assert b"Traceback" not in said
    lines = sink.read_text().splitlines()
    assert 0 < len(lines) < 300
    assert all("codes" in json.loads(line) for line in lines)
