from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.printcam import Label, Paper, Printer, Screen, print_label


def line_label(width_px: int = 10) -> Label:
    """A vertical line on a 200 x 400 px label at 600 dpi."""
    raster = np.ones((400, 200), np.float32)
    raster[:, 95 : 95 + width_px] = 0
    return Label(raster, 600)


def flat_label(tone: float, side_px: int = 480) -> Label:
    return Label(np.full((side_px, side_px), tone, np.float32), 600)


def ink_share(reflectance: np.ndarray, density: float, paper_tone: float = 0.8) -> np.ndarray:
    """Coverage from measured density, per pixel of one channel."""
    return -np.log10(reflectance[..., 1] / paper_tone) / density


@pytest.mark.parametrize("gain_um", [-20.0, 0.0, 7.0, 30.0, 80.0])
def test_line_widens_by_the_dot_gain(
    gain_um: float, ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printed = print_label(
        line_label(), replace(ideal_printer, dot_gain_um=gain_um), ideal_paper, rng
    )
    pixel_um = 25400 / printed.dpi
    widths_um = ink_share(printed.reflectance, 2.0).sum(axis=1) * pixel_um
    # Ten dots of 1/600 inch.
    assert widths_um.mean() == pytest.approx(10 * 25400 / 600 + gain_um, abs=0.5)


def test_soft_edge_keeps_the_line_width(
    ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printer = replace(ideal_printer, edge_softness_um=80)
    share = ink_share(print_label(line_label(), printer, ideal_paper, rng).reflectance, 2.0)
    assert share.sum(axis=1).mean() * 25400 / 1200 == pytest.approx(423.33, abs=0.5)


def test_edge_jitter_has_the_stated_deviation(
    ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    raster = np.ones((6000, 60), np.float32)
    raster[:, :30] = 0
    printer = replace(ideal_printer, edge_jitter_um=6, edge_jitter_length_um=60)
    printed = print_label(Label(raster, 600), printer, ideal_paper, rng)
    edge_um = ink_share(printed.reflectance, 2.0).sum(axis=1) * 25400 / printed.dpi
    assert edge_um.std() == pytest.approx(6, rel=0.1)
    assert edge_um.mean() == pytest.approx(30 * 25400 / 600, abs=1)


@pytest.mark.parametrize("mottle_mm", [0.05, 0.3])
def test_mottle_has_the_stated_deviation(
    mottle_mm: float, ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printer = replace(ideal_printer, density=1.2, mottle_std=0.05, mottle_mm=mottle_mm)
    printed = print_label(flat_label(0.0), printer, ideal_paper, rng)
    density = -np.log10(printed.reflectance[..., 1] / 0.8)
    assert density.mean() == pytest.approx(1.2, rel=0.01)
    assert density.std() == pytest.approx(1.2 * 0.05, rel=0.06)


def test_mottle_has_the_stated_extent(
    ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printer = replace(ideal_printer, mottle_std=0.05, mottle_mm=0.2)
    printed = print_label(flat_label(0.0), printer, ideal_paper, rng)
    field = ink_share(printed.reflectance, 2.0) - 1
    # Noise filtered by a Gaussian of width s correlates as exp(-r^2 / 4 s^2): exp(-1) at r = 2 s.
    lag = round(2 * 0.2 / 25.4 * printed.dpi)
    correlation = (field[:, lag:] * field[:, :-lag]).mean() / field.var()
    assert correlation == pytest.approx(np.exp(-1), abs=0.05)


def test_paper_has_the_stated_tone_and_texture(
    ideal_printer: Printer, rng: np.random.Generator
) -> None:
    paper = Paper(tone_bgr=(0.5, 0.6, 0.7), texture_std=0.02, texture_mm=0.1)
    printed = print_label(flat_label(1.0), ideal_printer, paper, rng)
    np.testing.assert_allclose(printed.reflectance.mean((0, 1)), [0.5, 0.6, 0.7], rtol=2e-3)
    assert (printed.reflectance[..., 0] / 0.5).std() == pytest.approx(0.02, rel=0.05)


def test_scattered_light_darkens_the_paper_round_ink_and_not_the_solid(
    ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    label = line_label(20)
    sharp = print_label(label, ideal_printer, ideal_paper, rng).reflectance[..., 1]
    soft = print_label(label, ideal_printer, replace(ideal_paper, scatter_um=40), rng).reflectance[
        ..., 1
    ]
    bare = 188  # two raster pixels (42 um) left of the line that starts at 190
    assert soft[400, bare] < 0.95 * sharp[400, bare]
    assert soft[400, 10] == pytest.approx(0.8, abs=1e-3)
    # Deep inside the solid both passes go through ink: 0.8 * 10^-2.
    assert soft[400, 210] == pytest.approx(0.008, rel=0.02)


@pytest.mark.parametrize(("lpi", "angle_deg"), [(60.0, 45.0), (106.0, 45.0), (85.0, 15.0)])
def test_halftone_peaks_at_its_ruling_and_angle(
    lpi: float,
    angle_deg: float,
    ideal_printer: Printer,
    ideal_paper: Paper,
    rng: np.random.Generator,
) -> None:
    printer = replace(ideal_printer, screen=Screen(lpi, angle_deg))
    printed = print_label(flat_label(0.7), printer, ideal_paper, rng)
    plane = printed.reflectance[..., 1] - printed.reflectance[..., 1].mean()
    window = np.hanning(plane.shape[0])
    spectrum = np.abs(np.fft.fft2(plane * window[:, None] * window[None, :]))
    spectrum[:, spectrum.shape[1] // 2 :] = 0
    row, column = np.unravel_index(int(spectrum.argmax()), spectrum.shape)
    per_inch = np.fft.fftfreq(plane.shape[0]) * printed.dpi
    found = np.array([per_inch[column], per_inch[row]])
    assert np.hypot(*found) == pytest.approx(lpi, abs=1.5)
    # The lattice repeats every quarter turn.
    turn = (np.degrees(np.arctan2(found[1], found[0])) - angle_deg + 45) % 90 - 45
    assert abs(turn) < 1.5


@pytest.mark.parametrize("tone", [0.9, 0.7, 0.5, 0.2])
def test_flat_tone_covers_its_share_of_the_area(
    tone: float, ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printer = replace(ideal_printer, dpi=1200, screen=Screen(75, 37))
    printed = print_label(flat_label(tone), printer, ideal_paper, rng)
    assert ink_share(printed.reflectance, 2.0).mean() == pytest.approx(1 - tone, abs=0.01)


@pytest.mark.parametrize("tone", [0.8, 0.5, 0.2])
def test_compensation_brings_the_tone_back(
    tone: float, ideal_printer: Printer, ideal_paper: Paper, rng: np.random.Generator
) -> None:
    printer = replace(ideal_printer, dpi=1200, dot_gain_um=25, screen=Screen(106))
    naive = replace(printer, compensates_gain=False)
    label = flat_label(tone)
    grown = ink_share(print_label(label, naive, ideal_paper, rng).reflectance, 2.0).mean()
    kept = ink_share(print_label(label, printer, ideal_paper, rng).reflectance, 2.0).mean()
    assert grown > 1 - tone + 0.05
    assert kept == pytest.approx(1 - tone, abs=0.03)


@pytest.mark.parametrize(
    ("bgr", "dark_channels"),
    [((0, 0, 1), (0, 1)), ((0, 1, 0), (0, 2)), ((1, 0, 0), (1, 2)), ((0, 1, 1), (0,))],
)
def test_colours_print_in_their_own_inks(
    bgr: tuple[float, float, float],
    dark_channels: tuple[int, ...],
    ideal_printer: Printer,
    ideal_paper: Paper,
    rng: np.random.Generator,
) -> None:
    raster = np.tile(np.array(bgr, np.float32), (60, 60, 1))
    mean = print_label(Label(raster, 600), ideal_printer, ideal_paper, rng).reflectance.mean((0, 1))
    light_channels = [channel for channel in range(3) if channel not in dark_channels]
    assert max(mean[list(dark_channels)]) < 0.5 * min(mean[light_channels])


def test_misregistration_moves_colour_and_not_black(
    ideal_printer: Printer, ideal_paper: Paper
) -> None:
    raster = np.ones((200, 200, 3), np.float32)
    raster[40:80, 40:80] = (1, 1, 0)  # cyan square
    raster[120:160, 120:160] = 0  # black square
    label = Label(raster, 600)
    printer = replace(ideal_printer, misregistration_um=100)
    moves = []
    for seed in range(40):
        red = print_label(label, printer, ideal_paper, np.random.default_rng(seed)).reflectance[
            ..., 2
        ]
        dark = red < 0.4
        rows = np.flatnonzero(dark[:220].any(axis=1))
        moves.append((rows.mean() + 0.5 - 120) * 25400 / 1200)
        black = np.argwhere(dark[230:, 230:])
        np.testing.assert_allclose(black.mean(axis=0) + 230.5, [280, 280], atol=0.01)
    assert np.std(moves) == pytest.approx(100, rel=0.35)


@settings(max_examples=25, deadline=None)
@given(target_dpi=st.floats(150, 1300), at_mm=st.floats(4, 6))
def test_resampling_keeps_places_in_millimetres(target_dpi: float, at_mm: float) -> None:
    dpi = 600.0
    centres_mm = (np.arange(236) + 0.5) * 25.4 / dpi
    blob = np.exp(-0.5 * ((centres_mm - at_mm) / 0.4) ** 2)
    raster = (1 - np.outer(blob, blob)).astype(np.float32)
    dark = 1 - Label(raster, dpi).sampled(target_dpi)
    places = (np.arange(dark.shape[1]) + 0.5) * 25.4 / target_dpi
    assert (dark.sum(axis=0) * places).sum() / dark.sum() == pytest.approx(at_mm, abs=0.01)


def test_same_seed_prints_the_same_item(ideal_paper: Paper) -> None:
    printer = Printer(screen=Screen(106))
    one, two, other = (
        print_label(line_label(), printer, ideal_paper, np.random.default_rng(seed)).reflectance
        for seed in (5, 5, 6)
    )
    assert one.tobytes() == two.tobytes()
    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("raster", "dpi"),
    [
        (np.zeros((0, 5), np.float32), 300.0),
        (np.zeros((5, 5), np.float64), 300.0),
        (np.zeros((5, 5, 4), np.float32), 300.0),
        (np.full((5, 5), 1.5, np.float32), 300.0),
        (np.full((5, 5), np.nan, np.float32), 300.0),
        (np.zeros((5, 5), np.float32), 0.0),
    ],
)
def test_impossible_label_is_refused(raster: np.ndarray, dpi: float) -> None:
    with pytest.raises(ValueError, match=r"must"):
        Label(raster, dpi)


def test_print_beyond_the_pixel_limit_is_refused(
    ideal_paper: Paper, rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError, match=r"print it smaller"):
        print_label(Label(np.ones((200, 200), np.float32), 20), Printer(dpi=1200), ideal_paper, rng)
