"""The gate for SVG artwork: what may be drawn is read, checked and written anew.

The drawing library never sees the customer's bytes, only what this gate has written: elements and
attributes of a fixed list, with references to the file's own parts. So it does not matter whether
another parser would have read the bytes differently.
"""

import math
import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from generative_codes.svg_elements import DRAWN, REFUSED
from generative_codes.svg_problems import SvgError, SvgProblem
from vision import FrameError, FrameLimits, decode_frame

MOST_BYTES = 4 * 1024 * 1024
MOST_ELEMENTS = 20_000
MOST_DEPTH = 64
# Elements after every reference is followed; a logo of a hundred stars that are one symbol has some
# thousands.
MOST_EXPANDED = 100_000
DRAWN_SIDE_PX = 1_500
_LONGEST_PER_SHORTEST = 16
_LONGEST_NUMBER = 64
# All pictures inside one drawing together; a bomb of a kilobyte can hold millions of pixels.
MOST_INNER_PIXELS = 16_000_000
_MOST_INNER_SIDE_PX = 4_096

_SVG, _XLINK, _XHTML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
)
_W3C_DOCTYPE = "-//W3C//DTD SVG 1."
_URL = re.compile(r"url\s*\(([^)]*)\)?", re.IGNORECASE)
_OWN_PART = re.compile(r"#[^\s'\"()]+")
_AT_RULE = re.compile(r"@\s*(import|font-face|namespace|document)", re.IGNORECASE)
_KEYFRAMES = re.compile(r"@\s*(-\w+-)?keyframes", re.IGNORECASE)
_INNER = re.compile(r"\s*data:image/(png|jpe?g|webp)\s*(;[^,]*)?,(.*)", re.IGNORECASE | re.DOTALL)
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in)?\s*")
_PX_OF_UNIT = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    children: list["_Element"] = field(default_factory=list)
    text: str = ""
    references: list[str] = field(default_factory=list)


def safe_svg(data: bytes) -> str:
    """The drawing written anew, `DRAWN_SIDE_PX` wide or high, whichever is longer.

    Raises:
        SvgError: If anything in it is not allowed, or it has no size.
    """
    if len(data) > MOST_BYTES:
        raise SvgError(SvgProblem.TOO_MANY_BYTES, f"{len(data):,} > {MOST_BYTES:,} bytes")
    root = _Reader().read(data)
    _require_bounded(root)
    _resize(root)
    return _written(root)


class _Reader:
    """One pass of expat; it refuses while it reads, before anything is built up."""

    def __init__(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._parser = parser
        self._root: _Element | None = None
        self._open: list[_Element] = []
        # Depth inside an element that draws nothing and is left out.
        self._skipping = 0
        self._elements = 0
        self._inner_pixels_left = MOST_INNER_PIXELS

    def read(self, data: bytes) -> _Element:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise SvgError(SvgProblem.NOT_WELL_FORMED, str(error)) from error
        except (LookupError, ValueError) as error:
            if isinstance(error, SvgError):
                raise
            raise SvgError(SvgProblem.NOT_WELL_FORMED, str(error)) from error
        if self._root is None:
            raise SvgError(SvgProblem.NOT_WELL_FORMED, "no element")
        return self._root

    def _doctype(self, name: str, system: str | None, public: str | None, inside: int) -> None:
        # Drawing programs write the W3C's own; it is left out and never fetched.
        is_usual = name == "svg" and (public or "").startswith(_W3C_DOCTYPE)
        if inside or not (is_usual or (system is None and public is None)):
            raise SvgError(SvgProblem.DOCTYPE, f"<!DOCTYPE {name} {system or ''}")

    def _entity(self, name: str, *_: object) -> None:
        raise SvgError(SvgProblem.DOCTYPE, f"<!ENTITY {name}")

    def _skipped(self, name: str, *_: object) -> None:
        raise SvgError(SvgProblem.DOCTYPE, f"&{name};")

    def _instruction(self, target: str, _: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise SvgError(SvgProblem.EXTERNAL_REFERENCE, "<?xml-stylesheet")

    def _start(self, qualified: str, given: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise SvgError(SvgProblem.TOO_MANY_ELEMENTS, f"> {MOST_ELEMENTS:,}")
        if len(self._open) + self._skipping >= MOST_DEPTH:
            raise SvgError(SvgProblem.TOO_DEEP, f"> {MOST_DEPTH}")
        space, name = _split(qualified)
        if self._root is None and (name != "svg" or space not in {_SVG, ""}):
            raise SvgError(SvgProblem.NOT_SVG, f"<{name}>")
        if name in REFUSED and space in {_SVG, _XHTML, ""}:
            raise SvgError(REFUSED[name], f"<{name}>")
        _require_no_handlers(given)
        if self._skipping or space not in {_SVG, ""} or name not in DRAWN:
            self._skipping += 1
            return
        element = _Element(name, {})
        for attribute, value in given.items():
            self._keep(element, attribute, value)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _keep(self, element: _Element, attribute: str, value: str) -> None:
        space, name = _split(attribute)
        if name == "href" and space in {"", _XLINK}:
            link = value.strip()
            if not _is_own_part(element, link):
                used = _pixels_inside(element, link, self._inner_pixels_left)
                self._inner_pixels_left -= used
            element.attributes["href"] = link
            return
        # xml:base, editors' own attributes: nothing that is drawn.
        if space:
            return
        element.references += _checked_css(value) if name == "style" else _own_parts(value)
        element.attributes[name] = value

    def _end(self, _: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        element = self._open.pop()
        if element.name == "style":
            element.references += _checked_css(element.text)

    def _characters(self, text: str) -> None:
        # Without text elements, only style sheets have characters that matter.
        if not self._skipping and self._open and self._open[-1].name == "style":
            self._open[-1].text += text


def _split(qualified: str) -> tuple[str, str]:
    space, _, name = qualified.rpartition(" ")
    return space, name


def _require_no_handlers(given: dict[str, str]) -> None:
    for attribute in given:
        name = _split(attribute)[1]
        if name.lower().startswith("on"):
            raise SvgError(SvgProblem.HANDLER, f"{name}=")


def _is_own_part(element: _Element, value: str) -> bool:
    """Tell whether a link leads to the file's own part; it is then counted as a reference."""
    if not _OWN_PART.fullmatch(value):
        return False
    if element.name != "a":
        element.references.append(value[1:])
    return True


def _pixels_inside(element: _Element, value: str, most: int) -> int:
    """Pixels of the picture that a data: link holds, at most `most`.

    Raises:
        SvgError: If it is any other link, or no such picture.
    """
    plain = re.sub(r"\s", "", value).lower()
    if plain.startswith(("javascript:", "vbscript:", "data:text/html")):
        raise SvgError(SvgProblem.SCRIPT, value)
    inner = _INNER.fullmatch(value)
    if inner is None or element.name not in {"image", "feImage"}:
        if plain.startswith("data:"):
            raise SvgError(SvgProblem.INNER_PICTURE, plain.partition(",")[0])
        raise SvgError(SvgProblem.EXTERNAL_REFERENCE, value)
    parameters, body = (inner[2] or "").lower(), inner[3]
    limits = FrameLimits(MOST_BYTES, max(most, 1), _MOST_INNER_SIDE_PX)
    try:
        if parameters.endswith(";base64"):
            picture = b64decode(re.sub(r"\s", "", body), validate=True)
        else:
            picture = unquote_to_bytes(body)
        frame = decode_frame(picture, limits)
    except (Base64Error, ValueError, FrameError) as error:
        raise SvgError(SvgProblem.INNER_PICTURE, str(error)) from error
    return frame.width_px * frame.height_px


def _checked_css(sheet: str) -> list[str]:
    # Comments are read, too: what one parser takes for a comment may be live for another.
    if "\\" in sheet:
        raise SvgError(SvgProblem.CSS_ESCAPE, sheet[max(sheet.index("\\") - 10, 0) :].strip())
    if _KEYFRAMES.search(sheet):
        raise SvgError(SvgProblem.ANIMATION, "@keyframes")
    rule = _AT_RULE.search(sheet)
    if rule is not None:
        raise SvgError(SvgProblem.EXTERNAL_REFERENCE, sheet[rule.start() :])
    return _own_parts(sheet)


def _own_parts(value: str) -> list[str]:
    """Names of the file's own parts that a value refers to."""
    parts = []
    for found in _URL.finditer(value):
        target = found[1].strip().strip("'\"").strip()
        if not _OWN_PART.fullmatch(target):
            raise SvgError(SvgProblem.EXTERNAL_REFERENCE, f"url({target})")
        parts.append(target[1:])
    return parts


def _require_bounded(root: _Element) -> None:
    """Follow every reference, as drawing does, and count without unfolding.

    References of style sheets are not counted for the elements that they style; time and memory
    of the drawing process bound those.
    """
    elements = [root]
    for element in elements:
        elements += element.children
    named = {
        element.attributes["id"]: element
        for element in reversed(elements)
        if "id" in element.attributes
    }
    counted: dict[int, tuple[int, int]] = {}
    on_the_way: set[int] = set()
    stack = [(root, False)]
    while stack:
        element, is_done = stack.pop()
        own = id(element)
        parts = [named[name] for name in element.references if name in named]
        following = [*element.children, *(parts if element.name != "style" else [])]
        if is_done:
            on_the_way.discard(own)
            sums = [counted[id(part)] for part in following]
            size = 1 + sum(entry[0] for entry in sums)
            depth = 1 + max((entry[1] for entry in sums), default=0)
            if size > MOST_EXPANDED:
                raise SvgError(SvgProblem.EXPANSION, f"> {MOST_EXPANDED:,}")
            if depth > 2 * MOST_DEPTH:
                raise SvgError(SvgProblem.TOO_DEEP, f"> {2 * MOST_DEPTH}")
            counted[own] = (size, depth)
            continue
        if own in counted:
            continue
        if own in on_the_way:
            raise SvgError(SvgProblem.SELF_REFERENCE, f"<{element.name}>")
        on_the_way.add(own)
        stack.append((element, True))
        for part in following:
            if id(part) in on_the_way:
                raise SvgError(SvgProblem.SELF_REFERENCE, f"<{part.name}>")
            stack.append((part, False))


def _resize(root: _Element) -> None:
    """Set the root's size so that its longer side has `DRAWN_SIDE_PX` pixels."""
    attributes = root.attributes
    width, height = _length(attributes.get("width")), _length(attributes.get("height"))
    box = _view_box(attributes.get("viewBox"))
    if box is not None and min(box[2:]) <= 0:
        raise SvgError(SvgProblem.ZERO_SIZE, f"viewBox {attributes['viewBox']}")
    if (width is not None and width <= 0) or (height is not None and height <= 0):
        found = f"{attributes.get('width')} x {attributes.get('height')}"
        raise SvgError(SvgProblem.ZERO_SIZE, found)
    if box is not None:
        # A missing side follows from the box, as browsers have it.
        if width is None:
            width = box[2] if height is None else height * box[2] / box[3]
        if height is None:
            height = width * box[3] / box[2]
    if width is None or height is None:
        raise SvgError(SvgProblem.NO_SIZE, "width, height, viewBox")
    if max(width, height) > _LONGEST_PER_SHORTEST * min(width, height):
        raise SvgError(SvgProblem.TOO_LONG, f"{width:g} x {height:g}")
    if box is None:
        attributes["viewBox"] = f"0 0 {width!r} {height!r}"
    zoom = DRAWN_SIDE_PX / max(width, height)
    attributes["width"] = str(max(round(width * zoom), 1))
    attributes["height"] = str(max(round(height * zoom), 1))


def _length(given: str | None) -> float | None:
    """CSS pixels; None where it is missing or relative."""
    # A number of kilobytes would keep the pattern busy.
    found = _LENGTH.fullmatch((given or "")[:_LONGEST_NUMBER])
    if found is None:
        return None
    value = float(found[1]) * _PX_OF_UNIT[found[2] or ""]
    return value if math.isfinite(value) else None


def _view_box(given: str | None) -> tuple[float, float, float, float] | None:
    if given is None or len(given) > 4 * _LONGEST_NUMBER:
        return None
    try:
        numbers = [float(part) for part in re.split(r"[\s,]+", given.strip())]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _written(root: _Element) -> str:
    parts: list[str] = []
    stack: list[_Element | str] = [root]
    while stack:
        entry = stack.pop()
        if isinstance(entry, str):
            parts.append(entry)
            continue
        attributes = "".join(
            f" {name}={quoteattr(value)}" for name, value in entry.attributes.items()
        )
        space = f' xmlns="{_SVG}"' if entry is root else ""
        parts.append(f"<{entry.name}{space}{attributes}>{escape(entry.text)}")
        stack.append(f"</{entry.name}>")
        stack += reversed(entry.children)
    return "".join(parts)
