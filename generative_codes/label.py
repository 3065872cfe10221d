"""One label: the symbol and the text beside or below it, all measures in mm, y upwards."""

from dataclasses import dataclass

from generative_codes.errors import SheetError
from generative_codes.lettering import (
    Lettering,
    cells_mm,
    fit,
    is_code_line,
    require_printable,
    width_mm,
    wrap,
)
from generative_codes.render import MIN_MODULE_MM, QUIET_ZONE_MODULES, pdf_symbol
from generative_codes.symbol import Symbol

MAX_LINES = 4
MAX_LINE_CHARACTERS = 120
MAX_NAME_LINES = 2
# Inner margin of a label, and the air between the symbol's quiet zone and the text.
_PADDING_MM = 1.6
_TEXT_GAP_MM = 0.8
# Text sizes follow the label's height between these bounds; 1.4 mm (4 pt) is the smallest legible.
_MIN_TEXT_MM, _MAX_TEXT_MM = 1.4, 3.4
# A label at least this much wider than high has its text beside the symbol, else below.
_BESIDE_RATIO = 1.35
# The share of the text size that capitals stand above the base line.
_CAPITALS = 0.76
_LIGHT, _REGULAR = 300, 400


@dataclass(frozen=True, slots=True)
class LabelItem:
    """One label.

    Attributes:
        symbol: The code.
        lines: Text for people, at most four lines; usually the code in groups (`code_lines`).
        label_number: Number of the label within its order, as printed.
        product_name: Heading, Chinese or Latin, at most two lines; "" leaves it out.
    """

    symbol: Symbol
    lines: tuple[str, ...] = ()
    label_number: str = ""
    product_name: str = ""

    def __post_init__(self) -> None:
        texts = (*self.lines, self.label_number, self.product_name)
        if len(self.lines) > MAX_LINES or max(map(len, texts)) > MAX_LINE_CHARACTERS:
            raise SheetError(
                f"A label takes at most {MAX_LINES} lines of {MAX_LINE_CHARACTERS} characters."
            )
        for text in texts:
            require_printable(text)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Text sizes and line steps of one label."""

    name_mm: float
    code_mm: float
    small_mm: float

    @classmethod
    def of(cls, label_height_mm: float) -> "_Sizes":
        size = min(max(label_height_mm / 11, _MIN_TEXT_MM), _MAX_TEXT_MM)
        return cls(1.08 * size, 0.9 * size, max(0.7 * size, _MIN_TEXT_MM))

    def height_mm(self, name_lines: int, item: LabelItem) -> float:
        """Height of the text set line below line, with a little air above the code."""
        name = 1.25 * self.name_mm * name_lines + (0.45 * self.name_mm if name_lines else 0)
        small = 1.35 * self.small_mm if item.label_number else 0.0
        return name + 1.3 * self.code_mm * len(item.lines) + small


def code_lines(code: str, groups_per_line: int = 3) -> tuple[str, ...]:
    """A code as lines of groups of four, as the phone shows it: ("ABCD EFGH JKMN", "PQRS TVWX")."""
    line = 4 * groups_per_line
    return tuple(
        " ".join(code[at : at + 4] for at in range(start, min(start + line, len(code)), 4))
        for start in range(0, len(code), line)
    )


def draw_label(
    item: LabelItem,
    label_wh_mm: tuple[float, float],
    left_top_mm: tuple[float, float],
    lettering: Lettering,
) -> str:
    """Content operators of one label.

    Raises:
        SheetError: If the label cannot hold its symbol or text; the message says what would.
    """
    width, height = label_wh_mm
    left, top = left_top_mm
    if width >= _BESIDE_RATIO * height:
        return _draw_beside(item, width, height, left, top, lettering)
    return _draw_below(item, width, height, left, top, lettering)


def _draw_beside(
    item: LabelItem,
    width: float,
    height: float,
    left: float,
    top: float,
    lettering: Lettering,
) -> str:
    """Symbol at the left; name hangs from its top edge, code and number stand on its bottom."""
    sizes = _Sizes.of(height)
    module_mm, side, quiet = _symbol_size(item.symbol, height, (width, height))
    x, y = left + (height - side) / 2, top - (height - side) / 2
    pieces = [pdf_symbol(item.symbol, x + quiet, y - quiet, module_mm)]
    text_left = x + side + _TEXT_GAP_MM
    room = _require_room(item, left + width - _PADDING_MM - text_left)

    small_step = 1.9 * sizes.small_mm if item.label_number else 0.0
    code_mm = _code_size(item.lines, sizes.code_mm, room)
    block = small_step + 1.35 * code_mm * len(item.lines)
    free_lines = int((side - 2 * quiet - block) / (1.25 * sizes.name_mm))
    baseline = y - quiet - _CAPITALS * sizes.name_mm
    for line in _name_lines(item, sizes.name_mm, room, min(free_lines, MAX_NAME_LINES)):
        pieces.append(lettering.show(line, text_left, baseline, sizes.name_mm, _REGULAR))
        baseline -= 1.25 * sizes.name_mm

    bottom = y - side + quiet
    baseline = bottom + small_step + 1.35 * code_mm * (len(item.lines) - 1)
    for line in item.lines:
        pieces.append(lettering.show(line, text_left, baseline, code_mm, _REGULAR))
        baseline -= 1.35 * code_mm
    if item.label_number:
        text = fit(item.label_number, sizes.small_mm, room, _LIGHT)
        pieces.append(lettering.show(text, text_left, bottom, sizes.small_mm, _LIGHT))
    return "".join(pieces)


def _draw_below(
    item: LabelItem,
    width: float,
    height: float,
    left: float,
    top: float,
    lettering: Lettering,
) -> str:
    """Symbol on top, text below its quiet zone, flush with the symbol's left edge."""
    sizes = _Sizes.of(min(height, 0.8 * width))
    # The symbol will be about nine tenths of the label wide without its quiet zone at most.
    expected = len(_name_lines(item, sizes.name_mm, 0.7 * width, MAX_NAME_LINES))
    text_mm = sizes.height_mm(expected, item)
    module_mm, side, quiet = _symbol_size(
        item.symbol, min(width, height - text_mm), (width, height)
    )
    x = left + (width - side) / 2
    y = top - max(0.0, height - side - text_mm) / 2
    pieces = [pdf_symbol(item.symbol, x + quiet, y - quiet, module_mm)]
    text_left = x + quiet
    room = _require_room(item, side - 2 * quiet)

    # Chinese glyphs rise a tenth above capitals: keep them out of the quiet zone too.
    cursor = y - side - 0.1 * sizes.name_mm
    for line in _name_lines(item, sizes.name_mm, room, expected):
        cursor -= 1.25 * sizes.name_mm
        baseline = cursor + (1.25 - _CAPITALS) * sizes.name_mm
        pieces.append(lettering.show(line, text_left, baseline, sizes.name_mm, _REGULAR))
    cursor -= 0.35 * sizes.name_mm if expected else 0.0
    code_mm = _code_size(item.lines, sizes.code_mm, room)
    for line in item.lines:
        cursor -= 1.3 * code_mm
        baseline = cursor + (1.3 - _CAPITALS) * code_mm
        pieces.append(lettering.show(line, text_left, baseline, code_mm, _REGULAR))
    if item.label_number:
        text = fit(item.label_number, sizes.small_mm, room, _LIGHT)
        baseline = cursor - (0.35 + _CAPITALS) * sizes.small_mm
        pieces.append(lettering.show(text, text_left, baseline, sizes.small_mm, _LIGHT))
    return "".join(pieces)


def _symbol_size(
    symbol: Symbol, room_mm: float, label_wh_mm: tuple[float, float]
) -> tuple[float, float, float]:
    """Module, side with quiet zone, and quiet zone, in mm.

    The quiet zone may reach into the label's inner margin: both are blank.
    """
    modules = symbol.size_modules + 2 * QUIET_ZONE_MODULES
    module_mm = int((room_mm - _PADDING_MM) / modules * 1000) / 1000
    if module_mm < MIN_MODULE_MM:
        needed = MIN_MODULE_MM * modules + _PADDING_MM
        raise SheetError(
            f"A label of {label_wh_mm[0]:g} x {label_wh_mm[1]:g} mm leaves "
            f"{max(room_mm, 0):.1f} mm for a version {symbol.version} symbol, which needs "
            f"{needed:.1f} mm. Choose a larger label, less text, a shorter payload or a lower "
            "error correction level."
        )
    return module_mm, module_mm * modules, module_mm * QUIET_ZONE_MODULES


def _require_room(item: LabelItem, room_mm: float) -> float:
    has_text = bool(item.product_name or item.label_number or item.lines)
    if has_text and room_mm < 4 * _MIN_TEXT_MM:
        raise SheetError(
            f"The label leaves {max(room_mm, 0):.1f} mm for its text; make it wider or leave the "
            "text out."
        )
    return room_mm


def _name_lines(item: LabelItem, size_mm: float, room_mm: float, most: int) -> list[str]:
    if not item.product_name or most < 1:
        return []
    return wrap(require_printable(item.product_name), size_mm, room_mm, most, _REGULAR)


def _code_size(lines: tuple[str, ...], size_mm: float, room_mm: float) -> float:
    """One size at which all lines fit; codes are never shortened."""
    for line in lines:
        wide = width_mm(line, size_mm, _REGULAR)
        if is_code_line(line):
            wide = max(wide, cells_mm(line, size_mm))
        if wide > room_mm:
            size_mm *= room_mm / wide
        if size_mm < 0.7 * _MIN_TEXT_MM:
            raise SheetError(
                f"{line!r} would be only {size_mm:.2f} mm high; break it into shorter lines or "
                "choose a wider label."
            )
    return size_mm
