"""Named printers, stocks, cameras and scenes with typical figures.

The figures were chosen by us from what such devices usually do; none is fitted to a device. What
is measured on them is measured on simulated prints and must be shown as such.
"""

from __future__ import annotations

from typing import Final

from vision.printcam.camera import Camera
from vision.printcam.paper import Paper
from vision.printcam.printer import Printer, Screen
from vision.printcam.scene import Light, Material, Scene

# Printers
OFFICE_LASER: Final = Printer(
    dpi=600,
    density=1.4,
    dot_gain_um=25,
    edge_jitter_um=7,
    edge_softness_um=12,
    mottle_std=0.04,
    mottle_mm=0.3,
    misregistration_um=30,
    screen=Screen(lpi=106, angle_deg=45),
)
THERMAL: Final = Printer(
    dpi=203,
    density=1.2,
    dot_gain_um=15,
    edge_jitter_um=8,
    edge_softness_um=30,
    mottle_std=0.06,
    mottle_mm=0.2,
)
OFFSET: Final = Printer(
    dpi=1200,
    density=1.6,
    dot_gain_um=12,
    edge_jitter_um=2,
    edge_softness_um=8,
    mottle_std=0.015,
    mottle_mm=0.5,
    misregistration_um=20,
    screen=Screen(lpi=150, angle_deg=45),
)
INKJET: Final = Printer(
    dpi=600,
    density=1.3,
    dot_gain_um=45,
    edge_jitter_um=14,
    edge_jitter_length_um=60,
    edge_softness_um=45,
    mottle_std=0.05,
    mottle_mm=0.4,
    misregistration_um=15,
    screen=Screen(lpi=120, angle_deg=37),
)

# Stocks
MATT_PAPER: Final = Paper()
COATED_PAPER: Final = Paper(
    tone_bgr=(0.86, 0.87, 0.87), texture_std=0.006, texture_mm=0.05, scatter_um=18, gloss=0.6
)
THERMAL_PAPER: Final = Paper(
    tone_bgr=(0.86, 0.86, 0.86), texture_std=0.01, texture_mm=0.06, scatter_um=20, gloss=0.3
)

# Cameras: a phone's main camera (about 65 degrees across) at 1280 x 960.
PHONE_GOOD: Final = Camera(
    focal_px=1000,
    k1=-0.012,
    lens_sigma_px=0.65,
    defocus_px=1.2,
    vignetting=0.35,
    exposure=0.78,
    white_electrons=4500,
    read_noise_electrons=5,
    chroma_denoise_px=1.5,
    sharpening=0.6,
    jpeg_quality=88,
)
PHONE_BLURRED: Final = Camera(
    focal_px=1000,
    k1=-0.012,
    lens_sigma_px=0.8,
    defocus_px=44,
    vignetting=0.35,
    exposure=0.78,
    white_electrons=4500,
    read_noise_electrons=5,
    chroma_denoise_px=1.5,
    sharpening=0.6,
    jpeg_quality=85,
)
PHONE_MOVED: Final = Camera(
    focal_px=1000,
    k1=-0.012,
    lens_sigma_px=0.7,
    defocus_px=2,
    motion_px=28,
    motion_deg=25,
    vignetting=0.35,
    exposure=0.74,
    white_electrons=1500,
    read_noise_electrons=5,
    chroma_denoise_px=1.5,
    sharpening=0.6,
    jpeg_quality=85,
)
PHONE_DARK: Final = Camera(
    focal_px=1000,
    k1=-0.012,
    lens_sigma_px=0.8,
    defocus_px=1.5,
    vignetting=0.5,
    exposure=0.06,
    white_electrons=1200,
    read_noise_electrons=5,
    chroma_denoise_px=2.5,
    sharpening=0.3,
    jpeg_quality=80,
)
WEBCAM: Final = Camera(
    width_px=640,
    height_px=480,
    focal_px=560,
    k1=-0.06,
    k2=0.01,
    lens_sigma_px=0.9,
    vignetting=0.6,
    exposure=0.75,
    white_electrons=1200,
    read_noise_electrons=8,
    sharpening=0.9,
    jpeg_quality=75,
)

# Materials and scenes
KRAFT: Final = Material(
    tone_bgr=(0.145, 0.27, 0.43),
    grain_std=0.055,
    grain_mm=(0.42, 0.18),
    blotch_std=0.035,
    blotch_mm=5,
    gloss=0.08,
)
WHITE_CARTON: Final = Material(
    tone_bgr=(0.66, 0.70, 0.71), grain_std=0.012, blotch_std=0.008, gloss=0.25
)
OAK: Final = Material(
    tone_bgr=(0.10, 0.19, 0.31),
    grain_std=0.10,
    grain_mm=(8.0, 0.35),
    blotch_std=0.06,
    blotch_mm=9,
    gloss=0.2,
)
# A wooden wall far behind the pack, out of focus.
SOFT_OAK: Final = Material(
    tone_bgr=(0.09, 0.17, 0.27),
    grain_std=0.06,
    grain_mm=(14.0, 4.0),
    blotch_std=0.05,
    blotch_mm=9,
    gloss=0.2,
)
SLATE: Final = Material(tone_bgr=(0.11, 0.10, 0.095), grain_std=0.05, blotch_std=0.06, gloss=0.1)
AMBER_GLASS: Final = Material(
    tone_bgr=(0.012, 0.05, 0.16), grain_std=0.004, blotch_std=0.02, blotch_mm=8, gloss=0.9
)

_HAND_SHADOW: Final = Light(
    gradient=0.22,
    shadow_mm=(42.0, 38.0),
    shadow_deg=52,
    shadow_softness_mm=9,
    shadow_depth=0.32,
)
KRAFT_BOX: Final = Scene(
    KRAFT, SLATE, _HAND_SHADOW, face_mm=(104, 82), label_at_mm=(8, 5), depth_mm=34
)
CARTON_BOX: Final = Scene(
    WHITE_CARTON, OAK, Light(gradient=0.18), face_mm=(120, 88), label_at_mm=(-10, 4), depth_mm=26
)
PLAIN_PACK: Final = Scene(WHITE_CARTON, SLATE, Light(gradient=0.1))
GLARE_PACK: Final = Scene(
    WHITE_CARTON,
    OAK,
    Light(gradient=0.15, glare_mm=(14.0, 14.0), glare_size_mm=(7.0, 5.0), glare_strength=4.0),
)
BOTTLE: Final = Scene(
    AMBER_GLASS,
    SOFT_OAK,
    Light(
        ambient=0.4,
        gradient=0.1,
        glare_mm=(-6.0, 16.0),
        glare_size_mm=(2.2, 60.0),
        glare_strength=0.75,
    ),
    depth_mm=160,
)
