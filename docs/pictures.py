"""Turn screenshots of the browser tests and pictures of the demo into the documents' pictures.

Usage: python docs/pictures.py SCREENSHOTS DEMO (folders; see `make pictures`).
"""

import subprocess
import sys
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parent
PHONE_WIDTH_PX = 468
COLOURS = 160
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
PHOTOS = {"carton": "demo-carton", "kraft": "demo-kraft", "tin": "demo-tin"}


def main() -> None:
    """Write docs/screenshots and docs/images anew."""
    screenshots, demo = (Path(argument) for argument in sys.argv[1:])
    for source, name in SCREENSHOTS.items():
        picture = Image.open(screenshots / f"scan-{source}.png")
        save_png(picture, PHONE_WIDTH_PX, "screenshots", name)
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


def save_png(picture: Image.Image, width_px: int, folder: str, name: str) -> None:
    """Save a picture at a width, with a palette."""
    height_px = round(picture.height * width_px / picture.width)
    small = picture.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
    target = DOCS / folder
    target.mkdir(exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
