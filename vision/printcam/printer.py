"""The printer: artwork in, a simulated printed label out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vision.printcam.field import smooth_field
from vision.printcam.label import MM_PER_INCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.printcam.label import Label
    from vision.printcam.paper import Paper

# The print is computed on a multiple of the printer's own grid, at least this fine, so that edges
# move by less than a dot.
_RASTER_DPI = 1200.0
MAX_PRINT_PIXELS = 64_000_000
_TONE_STEPS = 1024

# Solid densities of process inks in B, G, R relative to the density of black: block dyes with
# typical unwanted absorptions of an ISO 12647-2 set, chosen by us, not measured on a press.
_INK_DENSITY_BGR = {
    "cyan": (0.08, 0.25, 0.85),
    "magenta": (0.35, 0.85, 0.08),
    "yellow": (0.70, 0.05, 0.02),
    "black": (1.0, 1.0, 1.0),
}
# Screen angles relative to black: the usual 15 / 75 / 0 / 45 degrees.
_SCREEN_TURN_DEG = {"cyan": -30.0, "magenta": 30.0, "yellow": -45.0, "black": 0.0}


@dataclass(frozen=True, slots=True)
class Screen:
    """An amplitude-modulated (clustered-dot) halftone screen on a square lattice.

    Attributes:
        lpi: Dots per inch along the screen's own axes.
        angle_deg: Turn of those axes for black ink; the other inks stand at the usual distances.
    """

    lpi: float
    angle_deg: float = 45.0

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When lpi is out of 20..300.
        """
        if not 20 <= self.lpi <= 300:
            raise ValueError(f"lpi must lie in 20..300, got {self.lpi}")


@dataclass(frozen=True, slots=True)
class Printer:
    """A one-bit printer: every ink is on or off at every dot of its grid.

    Model, in this order: resampling to the grid; threshold (line art: coverage >= 1/2, or the
    screen); edges moved outwards by half the dot gain plus a correlated random displacement;
    density varied by a correlated mottle. No tone curve compensates the gain, as a naive driver
    would print. Not modelled: banding, satellites, missing nozzles, direction-dependent gain.

    Attributes:
        dpi: Dots per inch of the printer's grid.
        density: Optical density of solid black over the paper.
        dot_gain_um: Growth in width of an isolated line (two edges), in micrometres; negative
            shrinks.
        edge_jitter_um: Standard deviation of an edge's displacement in micrometres.
        edge_jitter_length_um: Filter width of that displacement along the edge in micrometres.
        edge_softness_um: Width of the linear ramp from ink to no ink in micrometres.
        mottle_std: Standard deviation of the density relative to itself.
        mottle_mm: Filter width of the mottle in millimetres.
        misregistration_um: Standard deviation, per axis, of each colour ink's shift against black.
        screen: Halftone screen, or None for line art.
        compensates_gain: Whether the screen's tones are lowered by the dot gain to come, as a
            calibrated driver or press does (to first order; light spread in the paper remains).
    """

    dpi: float = 600.0
    density: float = 1.4
    dot_gain_um: float = 20.0
    edge_jitter_um: float = 5.0
    edge_jitter_length_um: float = 40.0
    edge_softness_um: float = 15.0
    mottle_std: float = 0.03
    mottle_mm: float = 0.25
    misregistration_um: float = 0.0
    screen: Screen | None = None
    compensates_gain: bool = True

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if not 72 <= self.dpi <= 2400:
            raise ValueError(f"dpi must lie in 72..2400, got {self.dpi}")
        if not 0.1 <= self.density <= 3:
            raise ValueError("density must lie in 0.1..3")
        if not -100 <= self.dot_gain_um <= 300:
            raise ValueError("dot_gain_um must lie in -100..300")
        if not (0 <= self.edge_jitter_um <= 100 and 0 <= self.edge_softness_um <= 300):
            raise ValueError("edge_jitter_um must lie in 0..100, edge_softness_um in 0..300")
        if not 1 <= self.edge_jitter_length_um <= 2000:
            raise ValueError("edge_jitter_length_um must lie in 1..2000")
        if not (0 <= self.mottle_std <= 0.5 and 0 < self.mottle_mm <= 20):
            raise ValueError("mottle_std must lie in 0..0.5, mottle_mm in 0..20, above 0")
        if not 0 <= self.misregistration_um <= 500:
            raise ValueError("misregistration_um must lie in 0..500")
        if self.screen is not None and self.screen.lpi > self.dpi / 2:
            raise ValueError("a screen needs at least two printer dots per halftone dot")


@dataclass(frozen=True, slots=True, eq=False)
class PrintedLabel:
    """A simulated print: one physical item, to be photographed as often as wanted.

    Attributes:
        reflectance: float32 (H, W, 3) in B, G, R; linear, 0..1, the paper's tone included. The
            raster may reach past size_mm by less than one printer dot.
        dpi: Pixels per inch of the raster.
        size_mm: Width and height of the artwork in millimetres.
        gloss: Gloss of the stock, 0..1.
    """

    reflectance: NDArray[np.float32]
    dpi: float
    size_mm: tuple[float, float]
    gloss: float


@dataclass(frozen=True, slots=True)
class _Raster:
    """The fine grid that a print is computed on."""

    repeat: int
    pixel_um: float
    shape: tuple[int, int]


def print_label(
    label: Label, printer: Printer, paper: Paper, rng: np.random.Generator
) -> PrintedLabel:
    """Print a label (simulated).

    Grey artwork is printed in black only; colour artwork in cyan, magenta, yellow and black with
    full grey replacement. Each ink darkens what lies below it (densities add).

    Args:
        label: Artwork.
        printer: Printer.
        paper: Stock.
        rng: Source of randomness; the same state gives the same item, bit for bit.

    Returns:
        The item.

    Raises:
        ValueError: When the fine raster would pass MAX_PRINT_PIXELS.
    """
    repeat = max(1, round(_RASTER_DPI / printer.dpi))
    per_mm = printer.dpi * repeat / MM_PER_INCH
    if label.size_mm[0] * label.size_mm[1] * per_mm**2 > MAX_PRINT_PIXELS:
        raise ValueError(f"the print would pass {MAX_PRINT_PIXELS} pixels; print it smaller")
    artwork = label.sampled(printer.dpi)
    shape = (artwork.shape[0] * repeat, artwork.shape[1] * repeat)
    raster = _Raster(repeat, MM_PER_INCH * 1000 / (printer.dpi * repeat), shape)

    density: NDArray[np.float32] | None = None
    for ink, tone in _separations(artwork).items():
        bits = _one_bit(tone, ink, printer)
        if not bits.any():
            continue
        layer = _ink_density(bits, ink, printer, raster, rng)
        if artwork.ndim == 2:
            density = layer
            continue
        if density is None:
            density = np.zeros((*shape, 3), np.float32)
        for channel, strength in enumerate(_INK_DENSITY_BGR[ink]):
            density[..., channel] += np.float32(strength) * layer

    paper_field = np.ones(shape, np.float32)
    if paper.texture_std > 0:
        sigma_px = paper.texture_mm * 1000 / raster.pixel_um
        paper_field += np.float32(paper.texture_std) * smooth_field(rng, shape, sigma_px)
    if density is not None:
        scatter_px = paper.scatter_um / raster.pixel_um
        ink_field = _two_passes(density, scatter_px)
        paper_field = (
            paper_field * ink_field if ink_field.ndim == 2 else (paper_field[..., None] * ink_field)
        )
    if paper_field.ndim == 2:
        paper_field = paper_field[..., None]
    reflectance = paper_field * np.array(paper.tone_bgr, np.float32)
    np.clip(reflectance, 0, 1, out=reflectance)
    return PrintedLabel(reflectance, printer.dpi * repeat, label.size_mm, paper.gloss)


def _separations(artwork: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Split linear reflectance into ink coverages (Murray-Davies, ideal inks)."""
    coverage = 1 - artwork
    if coverage.ndim == 2:
        return {"black": coverage}
    channels = [np.ascontiguousarray(coverage[..., channel]) for channel in range(3)]
    black = np.minimum(np.minimum(channels[0], channels[1]), channels[2])
    rest = np.maximum(1 - black, np.float32(1e-6))
    blue, green, red = ((channel - black) / rest for channel in channels)
    return {"cyan": red, "magenta": green, "yellow": blue, "black": black}


def _one_bit(tone: NDArray[np.float32], ink: str, printer: Printer) -> NDArray[np.bool_]:
    """Turn coverage into on and off on the printer's grid."""
    if printer.screen is None:
        return tone >= 0.5
    angle = math.radians(printer.screen.angle_deg + _SCREEN_TURN_DEG[ink])
    turn = 2 * math.pi * printer.screen.lpi / printer.dpi
    rows = np.arange(tone.shape[0], dtype=np.float32)[:, None] + np.float32(0.5)
    columns = np.arange(tone.shape[1], dtype=np.float32)[None, :] + np.float32(0.5)
    first = np.float32(turn * math.cos(angle)) * columns + np.float32(turn * math.sin(angle)) * rows
    second = (
        np.float32(turn * math.cos(angle)) * rows - np.float32(turn * math.sin(angle)) * columns
    )
    spot = (np.cos(first) + np.cos(second)) / 2
    level = np.rint(tone * np.float32(_TONE_STEPS)).astype(np.int32)
    on: NDArray[np.bool_] = spot < _spot_limits(printer, printer.screen)[level]
    return on


def _spot_limits(printer: Printer, screen: Screen) -> NDArray[np.float32]:
    """Highest value of the spot function that is still inked, per tone step.

    The spot function is equalised, so that a flat tone covers exactly its share of the area. With
    compensation the share is first lowered by what the dot gain will add: half the gain times the
    length of the dot's edge, 2 sqrt(pi a) per cell for a round dot (or hole) of share a.
    """
    share = np.linspace(0, 1, _TONE_STEPS + 1)
    if printer.compensates_gain:
        pitch_um = MM_PER_INCH * 1000 / screen.lpi
        edge = 2 * np.sqrt(np.pi * np.minimum(share, 1 - share))
        share = np.clip(share - printer.dot_gain_um / 2 / pitch_um * edge, 0, 1)
    steps = (np.arange(256) + 0.5) / 256 * 2 * np.pi
    cell = np.sort((np.cos(steps)[:, None] + np.cos(steps)[None, :]).ravel() / 2)
    limits = np.interp(share, np.linspace(0, 1, cell.size), cell)
    limits[share <= 0] = -2
    limits[share >= 1] = 2
    return limits.astype(np.float32)


def _ink_density(
    bits: NDArray[np.bool_],
    ink: str,
    printer: Printer,
    raster: _Raster,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Lay one ink down: edges moved and softened, density mottled. float32 in density units."""
    mask = np.repeat(np.repeat(bits, raster.repeat, axis=0), raster.repeat, axis=1)
    if printer.misregistration_um > 0 and ink != "black":
        shift = rng.normal(0, printer.misregistration_um / raster.pixel_um, 2).round().astype(int)
        mask = _shifted(mask, int(shift[0]), int(shift[1]))
    outside_px = _signed_distance_px(mask)
    reach_px: NDArray[np.float32] | np.float32 = np.float32(
        printer.dot_gain_um / 2 / raster.pixel_um
    )
    if printer.edge_jitter_um > 0:
        sigma_px = printer.edge_jitter_length_um / raster.pixel_um
        jitter = smooth_field(rng, raster.shape, sigma_px)
        reach_px = reach_px + np.float32(printer.edge_jitter_um / raster.pixel_um) * jitter
    ramp_px = np.float32(max(1.0, printer.edge_softness_um / raster.pixel_um))
    layer = np.clip(np.float32(0.5) + (reach_px - outside_px) / ramp_px, 0, 1)
    layer *= np.float32(printer.density)
    if printer.mottle_std > 0:
        sigma_px = printer.mottle_mm * 1000 / raster.pixel_um
        mottle = smooth_field(rng, raster.shape, sigma_px)
        layer *= np.maximum(1 + np.float32(printer.mottle_std) * mottle, 0)
    return np.asarray(layer, np.float32)


def _shifted(mask: NDArray[np.bool_], right: int, down: int) -> NDArray[np.bool_]:
    """Move a mask by whole pixels; what enters is without ink."""
    matrix = np.array([[1.0, 0, right], [0, 1.0, down]])
    moved = cv2.warpAffine(mask.astype(np.uint8), matrix, mask.shape[::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(moved) > 0


def _signed_distance_px(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Distance of pixel centres from the nearest ink edge: positive outside ink (exact L2)."""
    ink = mask.astype(np.uint8)
    outside = np.asarray(
        cv2.distanceTransform(1 - ink, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32
    )
    if mask.all():
        return np.full(mask.shape, -1e6, np.float32)
    inside = np.asarray(cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    return np.where(mask, np.float32(0.5) - inside, outside - np.float32(0.5))


def _two_passes(density: NDArray[np.float32], scatter_px: float) -> NDArray[np.float32]:
    """Reflectance of ink over a scattering sheet of reflectance 1 (Arney's form)."""
    transmittance = np.asarray(cv2.exp(density * np.float32(-math.log(10) / 2)), np.float32)
    if scatter_px < 0.2:
        return np.square(transmittance)
    spread = cv2.GaussianBlur(transmittance, (0, 0), scatter_px, borderType=cv2.BORDER_REPLICATE)
    return transmittance * np.asarray(spread, np.float32)
