"""Scenes as SVG: one path per fill, gradients as definitions."""

import base64
import io
from xml.sax.saxutils import quoteattr

from PIL import Image

from generative_codes.drawing.colours import Colour, Fill, Gradient, GradientKind
from generative_codes.drawing.contours import Contour, Segment
from generative_codes.drawing.scene import Picture, Scene

# Places are written in thousandths of a module.
_DECIMALS = 3


def svg_text(scene: Scene, module_mm: float, title: str) -> str:
    """An SVG document in mm."""
    box = scene.box
    gradients = list(dict.fromkeys(x.fill for x in scene.layers if isinstance(x.fill, Gradient)))
    ids = {gradient: f"g{index}" for index, gradient in enumerate(gradients)}
    defs = "".join(_gradient(gradient, name, scene.side) for gradient, name in ids.items())
    seen: dict[int, str] = {}
    paths = "".join(
        f'<path fill="{_paint(layer.fill, ids)}" fill-rule="evenodd" '
        f'd="{"".join(_loop(contour, seen) for contour in layer.contours)}"/>'
        for layer in scene.layers
    )
    picture = _image(scene.picture) if scene.picture is not None else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_short(box.width * module_mm)}mm" '
        f'height="{_short(box.height * module_mm)}mm" '
        f'viewBox="{box.left} {box.top} {box.width} {box.height}" role="img" '
        f"aria-label={quoteattr(title)}>"
        f"{f'<defs>{defs}</defs>' if defs else ''}{paths}{picture}</svg>\n"
    )


def _paint(fill: Fill, ids: dict[Gradient, str]) -> str:
    return fill.rgb if isinstance(fill, Colour) else f"url(#{ids[fill]})"


def _gradient(gradient: Gradient, name: str, side: int) -> str:
    stops = "".join(
        f'<stop offset="{_short(stop.at)}" stop-color="{stop.colour.rgb}"/>'
        for stop in gradient.stops
    )
    if gradient.kind is GradientKind.RADIAL:
        middle = _short(side / 2)
        return (
            f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="{middle}" '
            f'cy="{middle}" r="{_short(gradient.radius(side))}">{stops}</radialGradient>'
        )
    x0, y0, x1, y1 = map(_short, gradient.axis(side))
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{x0}" y1="{y0}" '
        f'x2="{x1}" y2="{y1}">{stops}</linearGradient>'
    )


def _loop(contour: Contour, seen: dict[int, str]) -> str:
    """One closed subpath; copies of a shape share the text behind its first point."""
    key = id(contour.segments)
    if key not in seen:
        seen[key] = _relative(contour.segments)
    return f"M{_short(contour.start[0])} {_short(contour.start[1])}{seen[key]}z"


def _relative(segments: tuple[Segment, ...]) -> str:
    """Relative commands; each is measured from the rounded end of the one before it."""
    pieces = []
    x = y = 0.0
    for segment in segments:
        shifted = [
            _short(value - (x if index % 2 == 0 else y)) for index, value in enumerate(segment)
        ]
        pieces.append(("l" if len(segment) == 2 else "c") + " ".join(shifted))
        x += float(shifted[-2])
        y += float(shifted[-1])
    return "".join(pieces)


def _image(picture: Picture) -> str:
    stream = io.BytesIO()
    Image.fromarray(picture.rgba).save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return (
        f'<image x="{_short(picture.left)}" y="{_short(picture.top)}" '
        f'width="{_short(picture.width)}" height="{_short(picture.height)}" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _short(value: float) -> str:
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
