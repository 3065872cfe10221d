"""Scenes as SVG: one path per fill, gradients as definitions."""

import base64
import io
from xml.sax.saxutils import quoteattr

import numpy as np
import numpy.typing as npt
from PIL import Image

from generative_codes.drawing.colours import Colour, Fill, Gradient, GradientKind
from generative_codes.drawing.contours import Contour, Segment
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.scene import Layer, Picture, Scene
from generative_codes.halftone import DotShape

_JPEG_QUALITY = 88
# A PNG up to this many times as long as the JPEG is taken: it has no noise round its edges.
_PNG_PREFERENCE = 1.25
# Places are written in thousandths of a module.
_DECIMALS = 3


def svg_text(scene: Scene, module_mm: float, title: str) -> str:
    """An SVG document in mm."""
    box = scene.box
    ids = {gradient: f"g{index}" for index, gradient in enumerate(scene.gradients)}
    defs = "".join(_gradient(gradient, name, scene.side) for gradient, name in ids.items())
    seen: dict[int, str] = {}
    pieces = []
    for layer in scene.layers:
        match layer:
            case Picture():
                pieces.append(_image(layer))
            case Dots():
                pieces += [_dots(layer, index, seen) for index in range(len(layer.colours))]
            case Layer():
                pieces.append(_path(layer.contours, _paint(layer.fill, ids), seen))
    body = "".join(pieces)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_short(box.width * module_mm)}mm" '
        f'height="{_short(box.height * module_mm)}mm" '
        f'viewBox="{box.left} {box.top} {box.width} {box.height}" role="img" '
        f"aria-label={quoteattr(title)}>"
        f"{f'<defs>{defs}</defs>' if defs else ''}{body}</svg>\n"
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


def _path(contours: tuple[Contour, ...], paint: str, seen: dict[int, str]) -> str:
    loops = "".join(_loop(contour, seen) for contour in contours)
    return f'<path fill="{paint}" fill-rule="evenodd" d="{loops}"/>'


def _dots(dots: Dots, index: int, seen: dict[int, str]) -> str:
    """The dots of one ink: circles in a group, a third of the bytes of their curves."""
    paint = dots.colours[index].rgb
    if dots.shape is not DotShape.ROUND:
        return _path(dots.outlines(index), paint, seen)
    circles = "".join(
        f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{_short(radius)}"/>'
        for x, y, radius in dots.places(index)
    )
    return f'<g fill="{paint}">{circles}</g>'


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
    kind, data = _encoded(picture.rgba)
    text = base64.b64encode(data).decode("ascii")
    return (
        f'<image x="{_short(picture.left)}" y="{_short(picture.top)}" '
        f'width="{_short(picture.width)}" height="{_short(picture.height)}" '
        f'preserveAspectRatio="none" '
        f'href="data:image/{kind};base64,{text}"/>'
    )


def _encoded(rgba: npt.NDArray[np.uint8]) -> tuple[str, bytes]:
    """The picture without loss, or as JPEG where that is much smaller and nothing is transparent.

    Both are read by every drawing program; WebP is not.
    """
    is_opaque = bool((rgba[..., 3] == 255).all())
    image = Image.fromarray(np.ascontiguousarray(rgba[..., :3]) if is_opaque else rgba)
    exact, close = io.BytesIO(), io.BytesIO()
    image.save(exact, "PNG")
    if not is_opaque:
        return "png", exact.getvalue()
    image.save(close, "JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=True)
    if exact.tell() <= _PNG_PREFERENCE * close.tell():
        return "png", exact.getvalue()
    return "jpeg", close.getvalue()


def _short(value: float) -> str:
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
