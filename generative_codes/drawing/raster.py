"""Scenes as pixels: the same outlines, exact in x and sampled sixteenfold in y."""

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from generative_codes.drawing.colours import Colour, Gradient, GradientKind
from generative_codes.drawing.contours import Contour
from generative_codes.drawing.dots import Dots
from generative_codes.drawing.scene import Layer, Picture, Scene
from generative_codes.fields import DesignError
from generative_codes.halftone.raster import dot_cover, enlarge
from generative_codes.pdf_file import MM_PER_INCH

MIN_PIXELS_PER_MODULE = 2
# A gradient over this many pixels needs about one gigabyte while it is painted.
MAX_PIXELS = 16_000_000
_ROWS_PER_PIXEL = 16


def paint(scene: Scene, pixels_per_module: int) -> npt.NDArray[np.uint8]:
    """Pixels of a scene, uint8 (H, W, 4): red, green, blue, alpha (not premultiplied).

    Raises:
        DesignError: With less than two pixels per module, or more than 16 million in all.
    """
    if pixels_per_module < MIN_PIXELS_PER_MODULE:
        raise DesignError(
            "",
            f"{pixels_per_module} pixels per module are too few; take {MIN_PIXELS_PER_MODULE}.",
            f"每模块 {pixels_per_module} 像素太少；至少 {MIN_PIXELS_PER_MODULE} 像素。",
        )
    shape = scene.box.height * pixels_per_module, scene.box.width * pixels_per_module
    if shape[0] * shape[1] > MAX_PIXELS:
        most = int((MAX_PIXELS / (scene.box.height * scene.box.width)) ** 0.5)
        raise DesignError(
            "",
            f"The picture would have {shape[1]} x {shape[0]} pixels; take at most {most} pixels "
            "per module, or a vector format.",
            f"图片会有 {shape[1]} x {shape[0]} 像素；每模块最多 {most} 像素，或改用矢量格式。",
        )
    colour = np.zeros((*shape, 3), dtype=np.float32)  # premultiplied
    alpha = np.zeros(shape, dtype=np.float32)
    for layer in scene.layers:
        _blend(colour, alpha, *_painted(layer, scene, pixels_per_module))
    seen = alpha > 0
    colour[seen] /= alpha[seen][:, None]
    painted = np.dstack((colour, alpha))
    return np.asarray(np.rint(painted * 255), dtype=np.uint8)


def _painted(
    layer: Layer | Picture | Dots, scene: Scene, pixels_per_module: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cover of a layer, float32 (H, W), and its colours, (3,) or (H, W, 3)."""
    match layer:
        case Picture():
            return _placed(layer, scene, pixels_per_module)
        case Dots():
            return _dotted(layer, scene, pixels_per_module)
        case Layer():
            cover = coverage(layer.contours, scene, pixels_per_module)
            return cover, _tones(layer, scene, pixels_per_module)


def png_bytes(rgba: npt.NDArray[np.uint8], pixels_per_module: int, module_mm: float) -> bytes:
    """A PNG, without alpha if nothing is transparent, with the resolution of the real size."""
    is_opaque = bool((rgba[:, :, 3] == 255).all())
    image = Image.fromarray(np.ascontiguousarray(rgba[:, :, :3]) if is_opaque else rgba)
    dpi = pixels_per_module * MM_PER_INCH / module_mm
    stream = io.BytesIO()
    image.save(stream, "PNG", dpi=(dpi, dpi), optimize=False)
    return stream.getvalue()


def coverage(
    contours: tuple[Contour, ...], scene: Scene, pixels_per_module: int
) -> npt.NDArray[np.float32]:
    """Share of each pixel inside the outlines (even-odd), float32 (H, W).

    Each pixel row is cut by sixteen lines. A line's crossings with the outlines, sorted, are by
    turns entries and exits; between them the covered length in every pixel is exact.
    """
    height = scene.box.height * pixels_per_module
    width = scene.box.width * pixels_per_module
    rows, xs = _crossings(contours, scene, pixels_per_module)
    order = np.lexsort((xs, rows))
    rows, xs = rows[order] // _ROWS_PER_PIXEL, np.clip(xs[order], 0, width)
    signs = np.where(np.arange(xs.size) % 2 == 0, 1.0, -1.0) / _ROWS_PER_PIXEL
    is_inside = (rows >= 0) & (rows < height)
    rows, xs, signs = rows[is_inside], xs[is_inside], signs[is_inside]
    whole = np.floor(xs).astype(np.int64)
    part = xs - whole
    stride = width + 2
    cells = rows * stride + whole
    steps = np.bincount(cells, signs * (1 - part), minlength=height * stride)
    steps += np.bincount(cells + 1, signs * part, minlength=height * stride)
    covered = steps.reshape(height, stride).cumsum(axis=1)[:, :width]
    return np.asarray(np.clip(covered, 0, 1), dtype=np.float32)


def _crossings(
    contours: tuple[Contour, ...], scene: Scene, pixels_per_module: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Where the edges cross the sampling lines: line numbers and x in pixels."""
    starts, ends = [], []
    for contour in contours:
        points = contour.flatten(pixels_per_module)
        starts.append(points)
        ends.append(np.roll(points, -1, axis=0))
    origin = np.array([scene.box.left, scene.box.top])
    first = (np.concatenate(starts) - origin) * pixels_per_module
    last = (np.concatenate(ends) - origin) * pixels_per_module
    # Line k lies at (k + 0.5) / 16 pixels; an edge crosses those in [low, high).
    low = np.ceil(np.minimum(first[:, 1], last[:, 1]) * _ROWS_PER_PIXEL - 0.5).astype(np.int64)
    high = np.ceil(np.maximum(first[:, 1], last[:, 1]) * _ROWS_PER_PIXEL - 0.5).astype(np.int64)
    counts = high - low
    edge = np.repeat(np.arange(counts.size), counts)
    before = np.cumsum(counts) - counts
    rows = low[edge] + np.arange(edge.size) - before[edge]
    ys = (rows + 0.5) / _ROWS_PER_PIXEL
    (x0, y0), (x1, y1) = first[edge].T, last[edge].T
    return rows, x0 + (x1 - x0) * (ys - y0) / (y1 - y0)


def _blend(
    colour: npt.NDArray[np.float32],
    alpha: npt.NDArray[np.float32],
    cover: npt.NDArray[np.float32],
    tones: npt.NDArray[np.float32],
) -> None:
    """Paint over, in place."""
    kept = 1 - cover
    colour *= kept[:, :, None]
    colour += tones * cover[:, :, None]
    alpha *= kept
    alpha += cover


def _tones(layer: Layer, scene: Scene, pixels_per_module: int) -> npt.NDArray[np.float32]:
    """Colour of the fill: float32 (3,), or (H, W, 3) for a gradient."""
    if isinstance(layer.fill, Colour):
        return np.array(layer.fill.channels, dtype=np.float32)
    places = _places(layer.fill, scene, pixels_per_module)
    stops = [stop.at for stop in layer.fill.stops]
    channels = np.array([stop.colour.channels for stop in layer.fill.stops])
    tones = np.empty((*places.shape, 3), dtype=np.float32)
    for channel in range(3):
        tones[:, :, channel] = np.interp(places, stops, channels[:, channel])
    return tones


def _places(gradient: Gradient, scene: Scene, pixels_per_module: int) -> npt.NDArray[np.float64]:
    """Place of every pixel centre along a gradient, 0 to 1 within the symbol."""
    xs = scene.box.left + (np.arange(scene.box.width * pixels_per_module) + 0.5) / pixels_per_module
    ys = scene.box.top + (np.arange(scene.box.height * pixels_per_module) + 0.5) / pixels_per_module
    if gradient.kind is GradientKind.RADIAL:
        middle = scene.side / 2
        distance = np.hypot(xs[None, :] - middle, ys[:, None] - middle)
        return np.asarray(distance / gradient.radius(scene.side))
    x0, y0, x1, y1 = gradient.axis(scene.side)
    dx, dy = x1 - x0, y1 - y0
    along = (xs[None, :] - x0) * dx + (ys[:, None] - y0) * dy
    return np.asarray(along / (dx * dx + dy * dy))


def _dotted(
    dots: Dots, scene: Scene, pixels_per_module: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """All dots at once, as each is alone in its module: their cover and their colours."""
    rows, columns = dots.cells_rc.T
    radii = np.zeros((dots.side, dots.side))
    radii[rows, columns] = dots.radii
    palette = np.array([colour.channels for colour in dots.colours], dtype=np.float32)
    paints = np.zeros((dots.side, dots.side, 3), dtype=np.float32)
    paints[rows, columns] = palette[dots.colour_of]
    box = scene.box
    around = [
        (pixels_per_module * -low, pixels_per_module * (high - dots.side))
        for low, high in ((box.top, box.bottom), (box.left, box.right))
    ]
    cover = np.pad(dot_cover(radii, dots.shape, pixels_per_module), around)
    return cover, np.pad(enlarge(paints, pixels_per_module), [*around, (0, 0)])


def _placed(
    picture: Picture, scene: Scene, pixels_per_module: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """A picture on the scene's pixels: its alpha and its colours."""
    height = scene.box.height * pixels_per_module
    width = scene.box.width * pixels_per_module
    left, top = (
        round((at - edge) * pixels_per_module)
        for at, edge in ((picture.left, scene.box.left), (picture.top, scene.box.top))
    )
    wide = max(1, round(picture.width * pixels_per_module))
    high = max(1, round(picture.height * pixels_per_module))
    source = picture.rgba.astype(np.float32) / 255
    source[:, :, :3] *= source[:, :, 3:]
    is_shrunk = wide < source.shape[1]
    scaled = cv2.resize(
        source, (wide, high), interpolation=cv2.INTER_AREA if is_shrunk else cv2.INTER_LINEAR
    )
    cover = np.zeros((height, width), dtype=np.float32)
    tones = np.zeros((height, width, 3), dtype=np.float32)
    cover[top : top + high, left : left + wide] = scaled[:, :, 3]
    safe = np.maximum(scaled[:, :, 3:], 1e-6)
    tones[top : top + high, left : left + wide] = np.clip(scaled[:, :, :3] / safe, 0, 1)
    return cover, tones


__all__ = ["MAX_PIXELS", "MIN_PIXELS_PER_MODULE", "coverage", "paint", "png_bytes"]
