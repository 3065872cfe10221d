from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.printcam import PrintedLabel, View, film, hand_held_views, presets, write_y4m


def pictures(count: int, height: int = 48, width: int = 64) -> list[np.ndarray]:
    """Smooth frames whose tone tells their number."""
    ramp = np.tile(np.linspace(0, 60, width, dtype=np.float32), (height, 1))
    return [
        np.stack([ramp + 40 * index + 30 * channel for channel in range(3)], axis=-1).astype(
            np.uint8
        )
        for index in range(count)
    ]


def test_clip_is_read_back_by_ffmpeg(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    frames = pictures(4)
    assert write_y4m(iter(frames), path, fps=25) == 4
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FPS) == 25
    for frame in frames:
        good, read = capture.read()
        assert good
        assert np.abs(read.astype(int) - frame).max() <= 6
    assert not capture.read()[0]
    capture.release()


def test_clip_has_the_layout_of_yuv4mpeg2(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    write_y4m([np.full((2, 4, 3), 255, np.uint8)], path)
    # BT.601 studio range: white is luma 235 and chroma 128.
    assert path.read_bytes() == (
        b"YUV4MPEG2 W4 H2 F30:1 Ip A1:1 C420jpeg\nFRAME\n" + bytes([235] * 8) + bytes([128] * 4)
    )


@pytest.mark.parametrize(
    "frames",
    [
        [],
        pictures(1, height=47),
        pictures(1) + pictures(1, width=66),
        [np.zeros((4, 4), np.uint8)],
    ],
)
def test_unfit_frames_are_refused(frames: list[np.ndarray], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"frames"):
        write_y4m(frames, tmp_path / "clip.y4m")


def test_empty_clip_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no frames"):
        write_y4m([], tmp_path / "clip.y4m")
    assert not (tmp_path / "clip.y4m").exists()


def test_still_hand_moves_straight_from_start_to_end(rng: np.random.Generator) -> None:
    start, end = View(200, tilt_deg=20, offset_mm=(10, 0)), View(100, turn_deg=-8)
    views = hand_held_views(start, end, 31, rng, tremor_mm=0, tremor_deg=0)
    assert (views[0], views[-1]) == (start, end)
    distances = [view.distance_mm for view in views]
    assert distances == sorted(distances, reverse=True)
    assert views[15].distance_mm == pytest.approx(150)


def test_tremor_is_as_large_as_stated_and_smooth(rng: np.random.Generator) -> None:
    still = View(150)
    views = hand_held_views(still, still, 3000, rng, tremor_mm=0.8, tremor_deg=0.5)
    x = np.array([view.offset_mm[0] for view in views])
    assert x.std() == pytest.approx(0.8, rel=0.15)
    assert np.std([view.roll_deg for view in views]) == pytest.approx(0.5, rel=0.15)
    assert np.abs(np.diff(x)).mean() < 0.25 * x.std()


def test_views_of_two_cylinders_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=r"same cylinder"):
        hand_held_views(View(100), View(100, radius_mm=30), 3, rng)


def test_film_keeps_the_pack_and_blurs_by_motion(
    white_item: PrintedLabel, rng: np.random.Generator
) -> None:
    views = [View(100), View(100, offset_mm=(4, 0)), View(100, offset_mm=(4, 0))]
    shots = list(film(white_item, presets.WEBCAM, views, presets.PLAIN_PACK, rng, shutter=0.5))
    assert len(shots) == 3
    # 4 mm at 100 mm and 560 px focal length are 22.4 px; half of it while the shutter is open.
    assert shots[0].camera.motion_px == pytest.approx(11.2, abs=0.1)
    assert shots[0].camera.motion_deg == pytest.approx(0, abs=1e-6)
    assert shots[1].camera.motion_px == 0


def test_film_of_one_pose_stands_still(white_item: PrintedLabel, rng: np.random.Generator) -> None:
    (shot,) = film(white_item, presets.WEBCAM, [View(100)], presets.PLAIN_PACK, rng)
    assert shot.camera.motion_px == 0


def test_film_without_poses_is_empty(white_item: PrintedLabel, rng: np.random.Generator) -> None:
    assert list(film(white_item, presets.WEBCAM, [], presets.PLAIN_PACK, rng)) == []
