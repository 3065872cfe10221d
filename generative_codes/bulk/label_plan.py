"""Where code and text stand on a label; computed once, the same for every label of an order."""

from dataclasses import dataclass

from generative_codes.bulk.order import BulkOrder
from generative_codes.drawing.scene import Box
from generative_codes.errors import SheetError
from generative_codes.lettering import cells_mm, fit, require_printable, width_mm, wrap
from generative_codes.render import MIN_MODULE_MM

GROUP = 4
# Inner margin, and the air between code and text.
_PADDING_MM, _TEXT_GAP_MM = 1.2, 1.2
# Text sizes follow the label's height between these bounds; 1.4 mm (4 pt) is the smallest legible.
_MIN_TEXT_MM, _MAX_TEXT_MM = 1.4, 3.2
# A label at least this much wider than high has its text beside the code, else below.
_BESIDE_RATIO = 1.35
_CAPITALS = 0.76
_LINE, _NAME_LINE = 1.35, 1.3
_MAX_NAME_LINES = 2
_MOST_SERIAL_LINES = 4
# Text may shrink so far to take one line less.
_SHRINK = 0.78
LIGHT, REGULAR = 300, 400


@dataclass(frozen=True, slots=True)
class TextSlot:
    """One line of text: base line start from the label's left top corner, mm, y downwards.

    Attributes:
        x_mm: From the left edge.
        y_mm: Base line below the top edge.
        size_mm: Text size.
        weight: 300 or 400.
    """

    x_mm: float
    y_mm: float
    size_mm: float
    weight: int


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """One label.

    Attributes:
        module_mm: Side of a module.
        left_mm: Left edge of the code with its quiet zone and frame, from the label's left edge.
        top_mm: Upper edge, from the label's upper edge.
        serial_parts: Characters (start, stop) of the serial in each of its lines.
        serials: One slot per line.
        names: Lines of the heading with their slots.
        number: Slot of the label number.
        number_room_mm: Width that it may take.
    """

    module_mm: float
    left_mm: float
    top_mm: float
    serial_parts: tuple[tuple[int, int], ...] = ()
    serials: tuple[TextSlot, ...] = ()
    names: tuple[tuple[str, TextSlot], ...] = ()
    number: TextSlot | None = None
    number_room_mm: float = 0.0

    @classmethod
    def of(cls, order: BulkOrder, box: Box) -> "LabelPlan":
        """Lay out the labels of an order whose code takes `box` modules.

        Raises:
            SheetError: If the label cannot hold its code or text; the message says what would.
        """
        return _Setting(order, box).plan()


def grouped(serial: str) -> str:
    """A serial in groups of four."""
    return " ".join(serial[at : at + GROUP] for at in range(0, len(serial), GROUP))


class _Setting:
    """Works a plan out."""

    def __init__(self, order: BulkOrder, box: Box) -> None:
        self._order, self._box = order, box
        self._label = order.layout.label_wh_mm
        width, height = order.layout.safe_wh_mm
        self._left = (self._label[0] - width) / 2 + _PADDING_MM / 2
        self._top = (self._label[1] - height) / 2 + _PADDING_MM / 2
        self._width, self._height = width - _PADDING_MM, height - _PADDING_MM
        design = order.brief.design
        # Text lines up with the symbol's edge, or with the frame's where there is one.
        self._quiet = 0.0 if design.frame is not None else float(design.quiet_zone_modules)
        text = order.text
        self._characters = order.template.serial_characters if text.has_serial else 0
        self._name = require_printable(text.name)
        self._has_text = bool(self._characters or text.has_number or self._name)

    def plan(self) -> LabelPlan:
        if not self._has_text:
            module = self._module(self._width, self._height)
            return LabelPlan(
                module,
                self._left + (self._width - module * self._box.width) / 2,
                self._top + (self._height - module * self._box.height) / 2,
            )
        if self._width >= _BESIDE_RATIO * self._height:
            return self._beside()
        return self._below()

    def _beside(self) -> LabelPlan:
        module = self._module(0.62 * self._width, self._height)
        wide, high = module * self._box.width, module * self._box.height
        top = self._top + (self._height - high) / 2
        text_left = self._left + wide + max(0.0, _TEXT_GAP_MM - self._quiet * module / 2)
        room = self._left + self._width - text_left - _PADDING_MM / 2
        size = self._size(self._height)
        self._require_room(room)
        upper, lower = top + self._quiet * module, top + high - self._quiet * module
        parts, serial_mm = self._serial_lines(room, 0.92 * size)
        small = max(0.74 * size, _MIN_TEXT_MM)
        number, baseline = None, lower
        if self._order.text.has_number:
            number = TextSlot(text_left, baseline, small, LIGHT)
            baseline -= 1.9 * small
        first = baseline - _LINE * serial_mm * (len(parts) - 1)
        serials = tuple(
            TextSlot(text_left, first + _LINE * serial_mm * line, serial_mm, REGULAR)
            for line in range(len(parts))
        )
        ends = first - _CAPITALS * serial_mm if parts else baseline - 0.2 * size
        most = int((ends - upper) / (_NAME_LINE * 1.1 * size))
        names = self._names(text_left, upper, 1.1 * size, room, min(most, _MAX_NAME_LINES))
        return LabelPlan(module, self._left, top, parts, serials, names, number, room)

    def _below(self) -> LabelPlan:
        size = self._size(min(self._height, 0.8 * self._width))
        small = max(0.74 * size, _MIN_TEXT_MM)
        names_high = len(wrap(self._name, 1.1 * size, 0.7 * self._width, _MAX_NAME_LINES, REGULAR))
        # A quiet zone is air enough above the text, a frame's edge is none.
        fixed_mm = 1.1 * _NAME_LINE * size * names_high + (0.0 if self._quiet else _TEXT_GAP_MM)
        fixed_mm += 1.5 * small if self._order.text.has_number else 0.0
        parts: tuple[tuple[int, int], ...] = ()
        module, serial_mm, room, text_mm = 0.0, 0.9 * size, 0.0, fixed_mm
        # The lines depend on the code's width, which depends on the lines: it settles at once.
        for _ in range(3):
            module = self._module(self._width, self._height - text_mm)
            room = module * (self._box.width - 2 * self._quiet)
            self._require_room(room)
            parts, serial_mm = self._serial_lines(room, 0.9 * size)
            text_mm = max(text_mm, fixed_mm + _LINE * serial_mm * len(parts))
        wide, high = module * self._box.width, module * self._box.height
        left = self._left + (self._width - wide) / 2
        top = self._top + max(0.0, self._height - high - text_mm) / 2
        text_left = left + self._quiet * module
        cursor = top + high + (0.0 if self._quiet else _TEXT_GAP_MM)
        names = self._names(text_left, cursor, 1.1 * size, room, names_high)
        cursor += 1.1 * _NAME_LINE * size * len(names)
        serials = []
        for _ in parts:
            cursor += _LINE * serial_mm
            serials.append(TextSlot(text_left, cursor - 0.25 * serial_mm, serial_mm, REGULAR))
        number = None
        if self._order.text.has_number:
            number = TextSlot(text_left, cursor + 1.25 * small, small, LIGHT)
        return LabelPlan(module, left, top, parts, tuple(serials), names, number, room)

    def _module(self, width: float, height: float) -> float:
        """Largest module in whole micrometres.

        Raises:
            SheetError: If it could not be printed or read.
        """
        module = int(min(width / self._box.width, height / self._box.height) * 1000) / 1000
        if module < MIN_MODULE_MM:
            needed = MIN_MODULE_MM * max(self._box.width, self._box.height)
            raise SheetError(
                f"A label of {self._label[0]:g} x {self._label[1]:g} mm leaves "
                f"{max(min(width, height), 0):.1f} mm for a code of {self._box.width} x "
                f"{self._box.height} modules, which needs {needed:.1f} mm. Choose a larger label, "
                "less text, a shorter payload or a smaller version."
            )
        return module

    @staticmethod
    def _size(height_mm: float) -> float:
        return min(max(height_mm / 10.5, _MIN_TEXT_MM), _MAX_TEXT_MM)

    def _require_room(self, room_mm: float) -> None:
        if room_mm < 4 * _MIN_TEXT_MM:
            raise SheetError(
                f"The label leaves {max(room_mm, 0):.1f} mm for its text; make it wider or leave "
                "the text out."
            )

    def _serial_lines(
        self, room_mm: float, size_mm: float
    ) -> tuple[tuple[tuple[int, int], ...], float]:
        """Whole groups per line, as few lines as fit at about the size; else smaller text."""
        count = self._characters
        if not count:
            return (), size_mm
        groups = -(-count // GROUP)
        widest = max(self._order.template.alphabet, key=lambda c: width_mm(c, 1.0, REGULAR))
        for lines in range(1, min(groups, _MOST_SERIAL_LINES) + 1):
            per_line = GROUP * -(-groups // lines)
            line = grouped(widest * min(per_line, count))
            wide = max(width_mm(line, size_mm, REGULAR), cells_mm(line, size_mm))
            is_last = lines == min(groups, _MOST_SERIAL_LINES)
            if _SHRINK * wide <= room_mm or is_last:
                size_mm *= min(1.0, room_mm / wide)
                if size_mm < 0.7 * _MIN_TEXT_MM:
                    raise SheetError(
                        f"The serial would be only {size_mm:.2f} mm high; choose a wider label or "
                        "leave the text out."
                    )
                starts = range(0, count, per_line)
                return tuple((s, min(s + per_line, count)) for s in starts), size_mm
        raise SheetError("The serial finds no room; choose a wider label.")

    def _names(
        self, left: float, upper: float, size: float, room: float, most: int
    ) -> tuple[tuple[str, TextSlot], ...]:
        if not self._name or most < 1:
            return ()
        lines = wrap(self._name, size, room, most, REGULAR)
        return tuple(
            (fit(line, size, room, REGULAR), TextSlot(left, upper + y, size, REGULAR))
            for line, y in zip(
                lines,
                ((_CAPITALS + _NAME_LINE * index) * size for index in range(len(lines))),
                strict=True,
            )
        )
