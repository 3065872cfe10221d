"""Turn screenshots of the browser tests and pictures of the demo into the documents' pictures.

Usage: python docs/pictures.py SCREENSHOTS DEMO (folders; see `make pictures`).
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from generative_codes import ErrorLevel, make_symbol
from generative_codes.artwork import Artwork
from generative_codes.brief import ArtBrief, ArtStyle, make_art
from generative_codes.drawing import presets, to_pixels
from generative_codes.halftone import base_presets

DOCS = Path(__file__).parent
PHONE_WIDTH_PX = 468
CONSOLE_WIDTH_PX = 1_200
COLOURS = 160
GALLERY_COLUMNS = 4
SCREENSHOTS = {
    "search-zh-CN-390x844": "camera-zh",
    "read-zh": "read-zh",
    "first-zh-light": "genuine-zh",
    "first-switched-to-en": "genuine-en",
    "repeat-en-dark": "genuine-en-dark",
    "product-zh-light": "product-zh",
    "unknown-zh-light": "unknown-zh",
    "unactivated-en-light": "unactivated-en",
    "unactivated-zh-CN-dark": "unactivated-zh-dark",
    "over-limit-zh-light": "over-limit-zh",
    "foreign-zh-light": "foreign-zh",
    "no-permission-zh-light": "no-permission-zh",
    "offline-zh-light": "offline-zh",
    "photo-no-code-zh-light": "photo-no-code-zh",
    "rate-limited-zh-light": "rate-limited-zh",
    "in-app-zh-light": "in-app-zh",
}
CONSOLE_SCREENSHOTS = {
    "studio-certificate": "console-studio-zh",
    "studio-tab2-en-dark-1440": "console-studio-en-dark",
    "console-run-light-zh": "console-runs-zh",
}
PHOTOS = {"carton": "demo-carton", "kraft": "demo-kraft", "tin": "demo-tin"}


def main() -> None:
    """Write docs/screenshots and docs/images anew."""
    screenshots, demo = (Path(argument) for argument in sys.argv[1:])
    for source, name in SCREENSHOTS.items():
        picture = Image.open(screenshots / f"scan-{source}.png")
        save_png(picture, PHONE_WIDTH_PX, "screenshots", name)
    for source, name in CONSOLE_SCREENSHOTS.items():
        picture = Image.open(screenshots / f"{source}.png")
        save_png(picture, CONSOLE_WIDTH_PX, "screenshots", name)
    for source, name in PHOTOS.items():
        photo = Image.open(demo / "photos" / f"{source}.jpg").resize((800, 600))
        photo.save(DOCS / "images" / f"{name}.jpg", quality=86, optimize=True)
    page = screenshots / "sheet"
    subprocess.run(  # noqa: S603 - our own file, fixed arguments
        ["pdftoppm", "-r", "90", "-png", "-singlefile", str(demo / "labels.pdf"), str(page)],  # noqa: S607
        check=True,
    )
    save_png(Image.open(f"{page}.png"), 600, "images", "label-sheet")
    save_png(Image.open(screenshots / "report.png"), 1000, "images", "demo-report")
    draw_styled_codes()
    draw_gallery()


PAYLOAD = "HTTPS://DIANJIN.EXAMPLE/01/06901234567892/21/0123456789ABCDEFGHJK"


def draw_styled_codes() -> None:
    """Draw the examples of the page on styled codes from artwork drawn here."""
    star = np.full((600, 600, 3), 255, np.uint8)
    angle, reach = np.arange(10) * np.pi / 5, np.where(np.arange(10) % 2 == 0, 250, 105)
    points = np.stack((300 + reach * np.sin(angle), 310 - reach * np.cos(angle)), axis=1)
    cv2.fillPoly(star, [points.astype(np.int32)], (28, 23, 21))
    gallery = {preset.key: preset.design for preset in presets()}
    for key in ("ink", "touch-of-gold", "jade", "porcelain"):
        design = replace(gallery[key], frame=None, caption=None, logo=None)
        save_code(ArtBrief(design=design), artwork_of(star), f"art-{key}")
    hills = artwork_of(tea_hills())
    for preset in base_presets():
        brief = ArtBrief(ArtStyle.BASE, version=8, base=preset.style)
        save_code(brief, hills, f"art-base-{preset.key}")


def save_code(brief: ArtBrief, artwork: Artwork, name: str) -> None:
    """Make a code and save its picture."""
    pixels = make_art(brief, artwork, PAYLOAD).bare_pixels(12)
    save_png(Image.fromarray(pixels[..., ::-1]), 420, "images", name)


def draw_gallery() -> None:
    """Draw the presets on one sheet, on the same code."""
    symbol = make_symbol(PAYLOAD, ErrorLevel.Q, 6)
    tiles = [Image.fromarray(to_pixels(symbol, preset.design, 8)) for preset in presets()]
    cell = 24 + max(max(tile.size) for tile in tiles)
    rows = -(-len(tiles) // GALLERY_COLUMNS)
    sheet = Image.new("RGB", (GALLERY_COLUMNS * cell, rows * cell), (236, 234, 228))
    for place, tile in enumerate(tiles):
        row, column = divmod(place, GALLERY_COLUMNS)
        corner = (
            column * cell + (cell - tile.width) // 2,
            row * cell + (cell - tile.height) // 2,
        )
        sheet.paste(tile, corner, tile)
    save_png(sheet, 1000, "images", "art-gallery")


def artwork_of(bgr: np.ndarray) -> Artwork:
    """An opaque artwork."""
    return Artwork(bgr, np.full(bgr.shape[:2], 255, np.uint8))


def tea_hills() -> np.ndarray:
    """A sun over tea hills, uint8 (600, 600, 3) B, G, R."""
    rows, columns = np.mgrid[:600, :600]
    picture = np.empty((600, 600, 3), np.uint8)
    picture[:] = np.stack((235 - rows / 9, 228 - rows / 12, 244 + 0 * rows), axis=2)
    cv2.circle(picture, (400, 170), 95, (48, 92, 214), -1, cv2.LINE_AA)
    for layer, colour in enumerate(((150, 178, 140), (104, 140, 92), (66, 104, 48), (34, 62, 22))):
        ridge = 300 + 70 * layer + 34 * np.sin(columns / (88 - 11 * layer) + 1.9 * layer)
        picture[rows > ridge] = colour
    return picture


def save_png(picture: Image.Image, width_px: int, folder: str, name: str) -> None:
    """Save a picture at a width, with a palette."""
    height_px = round(picture.height * width_px / picture.width)
    small = picture.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
    target = DOCS / folder
    target.mkdir(exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
