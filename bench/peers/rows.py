"""The rows of the table: which program, which version and level, which look."""

import json
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import resvg_py

from bench.peers.pictures import REPORTED_SET, TUNING_SET, Picture, base_picture_of, logo_of
from generative_codes import ErrorLevel, make_symbol, to_raster
from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief, ArtStyle, make_art
from generative_codes.drawing.design import CornerShape, Finder, Finders
from generative_codes.drawing.presets import presets

PICTURES = 5
PIXELS_PER_MODULE = 10
QUIET_ZONE_MODULES = 4
# amazing-qr draws nine pixels per module, always.
_AMAZING_PIXELS_PER_MODULE = 9
AMAZING_QR = Path("var/peers/amazing-qr/bin/amzqr")
_HERE = Path(__file__).parent
# Looks without a centre logo: the modules draw the logo already.
_DOT_LOOKS = ("ink", "touch-of-gold", "jade", "porcelain", "label")


@dataclass(frozen=True, slots=True)
class Shot:
    """One code to be photographed.

    Attributes:
        payload: What it must say.
        picture: uint8 (H, W, 3) B, G, R, symbol and quiet zone.
        pixels_per_module: Its resolution.
    """

    payload: str
    picture: Picture
    pixels_per_module: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes:
        key: Name of its result file.
        title: What it shows.
        version: Symbol version of all its codes.
        level: Their error correction level.
        is_ours: Whether the bars hold for it.
        draw: (payloads, picture set) -> one shot for each payload.
    """

    key: str
    title: str
    version: int
    level: ErrorLevel
    is_ours: bool
    draw: Callable[[Sequence[str], int], list[Shot]]


def payloads_of(codes: int, which: int = REPORTED_SET) -> list[str]:
    """Short links with sixteen hexadecimal digits, 39 characters; others for the tuning set."""
    step = 0x9E3779B97F4A7C15 if which == REPORTED_SET else 0xD1B54A32D192ED03
    return [f"https://t.dianjin.cn/c/{code * step % 2**64:016X}" for code in range(1, codes + 1)]


def rows() -> tuple[Row, ...]:
    """Plain squares first, ours, then the others."""
    kinds = ((6, ErrorLevel.L), (5, ErrorLevel.Q), (5, ErrorLevel.H))
    base_kinds = ((5, ErrorLevel.Q), (5, ErrorLevel.H), (6, ErrorLevel.Q), (6, ErrorLevel.H))
    return (
        *(_plain(version, level) for version, level in (kinds[0], *base_kinds)),
        *(_dots(version, level) for version, level in kinds),
        _dots(5, ErrorLevel.H, has_round_rings=True),
        *(_base(version, level) for version, level in base_kinds),
        *(
            _styling(look, level)
            for look, level in (
                ("dots", ErrorLevel.H),
                ("classy-rounded", ErrorLevel.H),
                ("extra-rounded", ErrorLevel.H),
                ("extra-rounded", ErrorLevel.Q),
                ("rounded", ErrorLevel.H),
            )
        ),
        *(_amazing(level) for level in (ErrorLevel.Q, ErrorLevel.H)),
    )


def _name(tool: str, version: int, level: ErrorLevel) -> str:
    return f"{tool}-{version}{level.value.lower()}"


def _plain(version: int, level: ErrorLevel) -> Row:
    def draw(payloads: Sequence[str], _which: int) -> list[Shot]:
        return [
            Shot(
                payload,
                _coloured(to_raster(make_symbol(payload, level, version), PIXELS_PER_MODULE)),
                PIXELS_PER_MODULE,
            )
            for payload in payloads
        ]

    return Row(_name("plain", version, level), "plain black squares", version, level, False, draw)


def _dots(version: int, level: ErrorLevel, *, has_round_rings: bool = False) -> Row:
    """The modules draw the logo, in five looks of the gallery.

    Whether the finder rings keep their square corners decides whether OpenCV's detectors find a
    code at all: all looks of the gallery do. What rounding them costs is measured beside them.
    """
    looks = {preset.key: preset.design for preset in presets()}
    if has_round_rings:
        finders = Finders.all(Finder(CornerShape.CIRCLE, CornerShape.CIRCLE))
        looks = {key: replace(design, finders=finders) for key, design in looks.items()}

    def draw(payloads: Sequence[str], which: int) -> list[Shot]:
        shots = []
        for index, payload in enumerate(payloads):
            brief = ArtBrief(
                style=ArtStyle.DOTS,
                version=version,
                level=level,
                design=looks[_DOT_LOOKS[index % len(_DOT_LOOKS)]],
            )
            made = make_art(brief, _artwork(logo_of(index // 4 % PICTURES, which)), payload)
            shots.append(Shot(payload, made.bare_pixels(PIXELS_PER_MODULE), PIXELS_PER_MODULE))
        return shots

    if has_round_rings:
        title = "dianjin, the same with round finder rings (the certificate refuses them)"
        return Row(_name("dots-round", version, level), title, version, level, False, draw)
    title = "dianjin, the modules draw the logo, five looks of the gallery"
    return Row(_name("dots", version, level), title, version, level, True, draw)


def _base(version: int, level: ErrorLevel) -> Row:
    brief = ArtBrief(style=ArtStyle.BASE, version=version, level=level)

    def draw(payloads: Sequence[str], which: int) -> list[Shot]:
        shots = []
        for index, payload in enumerate(payloads):
            picture = base_picture_of(index // 4 % PICTURES, which)
            made = make_art(brief, _artwork(picture), payload)
            shots.append(Shot(payload, made.bare_pixels(PIXELS_PER_MODULE), PIXELS_PER_MODULE))
        return shots

    title = "dianjin, picture as base"
    return Row(_name("base", version, level), title, version, level, True, draw)


def _styling(look: str, level: ErrorLevel) -> Row:
    """qr-code-styling with its usual choices: styled dots and corners, logo of .4."""
    version = 5
    side = (17 + 4 * version + 2 * QUIET_ZONE_MODULES) * PIXELS_PER_MODULE
    corners = {
        "dots": {"cornersSquareOptions": {"type": "dot"}, "cornersDotOptions": {"type": "dot"}},
        "classy-rounded": {
            "cornersSquareOptions": {"type": "extra-rounded"},
            "cornersDotOptions": {"type": "dot"},
        },
        "extra-rounded": {
            "cornersSquareOptions": {"type": "extra-rounded"},
            "cornersDotOptions": {"type": "square"},
        },
        "rounded": {
            "cornersSquareOptions": {"type": "square"},
            "cornersDotOptions": {"type": "square"},
        },
    }
    told = {
        "dots": "round dots and corners",
        "classy-rounded": "classy dots, rounded corners",
        "extra-rounded": "round dots, rounded corners",
        "rounded": "rounded dots, square corners",
    }

    def draw(payloads: Sequence[str], which: int) -> list[Shot]:
        with tempfile.TemporaryDirectory() as folder:
            jobs: list[dict[str, object]] = []
            for index, payload in enumerate(payloads):
                logo = _png(logo_of(index // 4 % PICTURES, which))
                options = {
                    "width": side,
                    "height": side,
                    "margin": QUIET_ZONE_MODULES * PIXELS_PER_MODULE,
                    "data": payload,
                    "image": "data:image/png;base64," + b64encode(logo).decode(),
                    "qrOptions": {"typeNumber": version, "errorCorrectionLevel": level.value},
                    "imageOptions": {"imageSize": 0.4, "margin": 0, "hideBackgroundDots": True},
                    "dotsOptions": {"type": look, "color": "#4267b2"},
                    "backgroundOptions": {"color": "#ffffff"},
                    **corners[look],
                }
                jobs.append({"options": options, "file": f"{folder}/{index}.svg"})
            subprocess.run(  # noqa: S603 - our own script
                ["node", str(_HERE / "qr_code_styling.mjs")],  # noqa: S607 - the one of the tool chain
                input=json.dumps(jobs),
                text=True,
                check=True,
            )
            return [
                Shot(
                    payload,
                    _flat(resvg_py.svg_to_bytes(svg_string=Path(str(job["file"])).read_text())),
                    PIXELS_PER_MODULE,
                )
                for payload, job in zip(payloads, jobs, strict=True)
            ]

    title = f"qr-code-styling 1.9.2, {told[look]}, logo .4"
    return Row(_name(f"styling-{look}", version, level), title, version, level, False, draw)


def _amazing(level: ErrorLevel) -> Row:
    """amazing-qr is GPL: it only runs as a program of its own, in an environment of its own."""
    version = 5

    def draw(payloads: Sequence[str], which: int) -> list[Shot]:
        shots = []
        with tempfile.TemporaryDirectory() as folder:
            for index, payload in enumerate(payloads):
                picture = Path(folder) / "picture.png"
                picture.write_bytes(_png(base_picture_of(index // 4 % PICTURES, which)))
                command = [str(AMAZING_QR), payload, "-v", str(version), "-l", level.value, "-c"]
                subprocess.run(  # noqa: S603 - fixed arguments
                    [*command, "-p", str(picture), "-n", "code.png", "-d", folder],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                data = (Path(folder) / "code.png").read_bytes()
                shots.append(Shot(payload, _flat(data), _AMAZING_PIXELS_PER_MODULE))
        return shots

    title = "amazing-qr 0.1.0, picture in colour"
    return Row(_name("amazing", version, level), title, version, level, False, draw)


def _artwork(picture: Picture) -> Artwork:
    return Artwork(picture, np.full(picture.shape[:2], 255, np.uint8))


def _coloured(grey: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _png(picture: Picture) -> bytes:
    _, data = cv2.imencode(".png", picture)
    return data.tobytes()


def _flat(data: bytes) -> Picture:
    """A PNG on white."""
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    picture = np.asarray(read, np.uint8)
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.float32) / 255
    flat = picture[..., :3] * alpha + 255 * (1 - alpha)
    return np.rint(flat).astype(np.uint8)


__all__ = ["PICTURES", "TUNING_SET", "Row", "Shot", "payloads_of", "rows"]
