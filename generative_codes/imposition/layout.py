"""How labels lie on a page: grid, cut shape, bleed, marks, order; all measures in mm."""

from dataclasses import dataclass
from enum import StrEnum

from generative_codes.errors import SheetError

A4_WH_MM = (210.0, 297.0)
SRA3_WH_MM = (320.0, 450.0)
# PDF viewers and the page tree's numbers are sure up to 200 inches.
MAX_PAGE_MM = 5_000.0
MIN_LABEL_MM = 5.0
MAX_LABELS_PER_PAGE = 2_000
CUT_MARK_MM, CUT_MARK_OFFSET_MM = 4.0, 1.0
_SLACK_MM = 1e-6


class Outline(StrEnum):
    """What the die cuts out."""

    RECTANGLE = "rectangle"
    ROUNDED = "rounded"
    CIRCLE = "circle"


class PlaceOrder(StrEnum):
    """In which order labels fill pages."""

    ROWS = "rows"
    """Left to right, then down."""
    COLUMNS = "columns"
    """Down, then right."""
    STACKS = "stacks"
    """Cut and stack: each place counts on from page to page, so cut piles lie in order."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Grid of labels on a page. `_wh` is (width, height), `_xy` is (left, top) or (across, down).

    Attributes:
        page_wh_mm: Paper.
        label_wh_mm: Trimmed label.
        columns: Labels across.
        rows: Labels down.
        margin_xy_mm: First label's distance from the left and top edges.
        gap_xy_mm: Between labels.
        title: In the footer.
        cut_marks: Hair lines in the margins on every cut.
        page_numbers: Footer with title, labels and page.
        order: How labels follow each other.
        outline: Cut shape.
        radius_mm: Of a rounded outline's corners.
        bleed_mm: The label's ground beyond its outline.
        die_line: Draw the outline in the spot ink `CutContour`.
        registration_marks: Crossed circles in all inks in the middle of the margins.

    Raises:
        SheetError: If a size is zero or the grid does not fit the page.
    """

    page_wh_mm: tuple[float, float]
    label_wh_mm: tuple[float, float]
    columns: int
    rows: int
    margin_xy_mm: tuple[float, float]
    gap_xy_mm: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    cut_marks: bool = True
    page_numbers: bool = True
    order: PlaceOrder = PlaceOrder.ROWS
    outline: Outline = Outline.RECTANGLE
    radius_mm: float = 0.0
    bleed_mm: float = 0.0
    die_line: bool = False
    registration_marks: bool = False

    def __post_init__(self) -> None:
        if min(*self.page_wh_mm, *self.label_wh_mm) <= 0 or min(self.columns, self.rows) < 1:
            raise SheetError(
                f"A label of {self.label_wh_mm[0]:g} x {self.label_wh_mm[1]:g} mm does not fit on "
                f"a page of {self.page_wh_mm[0]:g} x {self.page_wh_mm[1]:g} mm; "
                "choose a smaller label or a larger page."
            )
        if max(self.page_wh_mm) > MAX_PAGE_MM:
            raise SheetError(f"A page is at most {MAX_PAGE_MM:g} mm wide and high.")
        if self.labels_per_page > MAX_LABELS_PER_PAGE:
            raise SheetError(
                f"{self.labels_per_page} labels on a page are more than {MAX_LABELS_PER_PAGE}; "
                "choose a larger label or a smaller page."
            )
        if min(*self.margin_xy_mm, *self.gap_xy_mm, self.bleed_mm, self.radius_mm) < 0:
            raise SheetError("Margins, gaps, bleed and radius are zero or more.")
        right, bottom = self.label_corner_mm(self.columns * self.rows - 1)
        needed = (right + self.label_wh_mm[0], bottom + self.label_wh_mm[1])
        if any(need > page + _SLACK_MM for need, page in zip(needed, self.page_wh_mm, strict=True)):
            raise SheetError(
                f"The grid needs {needed[0]:g} x {needed[1]:g} mm, the page has "
                f"{self.page_wh_mm[0]:g} x {self.page_wh_mm[1]:g} mm; take fewer rows or columns. "
                f"{self._nearest_grid()}"
            )
        self._require_outline()
        self._require_bleed()

    def _nearest_grid(self) -> str:
        fits = [
            int((page - margin + gap + _SLACK_MM) // (label + gap))
            for page, margin, gap, label in zip(
                self.page_wh_mm, self.margin_xy_mm, self.gap_xy_mm, self.label_wh_mm, strict=True
            )
        ]
        if min(fits) < 1:
            return "No label of this size fits; choose a smaller one."
        return f"{fits[0]} x {fits[1]} labels fit."

    def _require_outline(self) -> None:
        width, height = self.label_wh_mm
        if self.outline is Outline.CIRCLE and abs(width - height) > _SLACK_MM:
            side = min(width, height)
            raise SheetError(
                f"A round label is as wide as high; {side:g} x {side:g} mm fits here, "
                f"{width:g} x {height:g} mm is no circle."
            )
        if self.outline is Outline.ROUNDED and not 0 < self.radius_mm <= min(width, height) / 2:
            raise SheetError(
                f"Corners of {self.radius_mm:g} mm do not fit a label of {width:g} x {height:g} "
                f"mm; choose a radius above 0 and up to {min(width, height) / 2:g} mm."
            )

    def _require_bleed(self) -> None:
        room = [
            gap / 2 if count > 1 else margin
            for gap, count, margin in zip(
                self.gap_xy_mm, (self.columns, self.rows), self.margin_xy_mm, strict=True
            )
        ]
        most = min(*room, *self.margin_xy_mm)
        if self.bleed_mm > most + _SLACK_MM:
            raise SheetError(
                f"A bleed of {self.bleed_mm:g} mm on every label needs gaps of "
                f"{2 * self.bleed_mm:g} mm and margins of {self.bleed_mm:g} mm; "
                f"with these {most:g} mm are possible."
            )

    @classmethod
    def grid(
        cls,
        page_wh_mm: tuple[float, float],
        label_wh_mm: tuple[float, float],
        gap_xy_mm: tuple[float, float] = (0.0, 0.0),
        min_margin_xy_mm: tuple[float, float] = (0.0, 0.0),
        gripper_mm: float = 0.0,
        title: str = "",
    ) -> "SheetLayout":
        """As many labels as a page holds, centred in what the gripper at the lower edge leaves.

        Raises:
            SheetError: If not one label fits; the message says which label would.
        """
        width, height = page_wh_mm[0], page_wh_mm[1] - gripper_mm
        if min(label_wh_mm) <= 0:
            raise SheetError(
                f"A label of {label_wh_mm[0]:g} x {label_wh_mm[1]:g} mm does not fit; choose a "
                f"smaller label or a larger page, and a label of at least {MIN_LABEL_MM:g} x "
                f"{MIN_LABEL_MM:g} mm."
            )
        columns, rows = (
            max(0, int((page - 2 * margin + gap + _SLACK_MM) // (label + gap)))
            for page, margin, label, gap in zip(
                (width, height), min_margin_xy_mm, label_wh_mm, gap_xy_mm, strict=True
            )
        )
        if min(columns, rows) < 1:
            largest = [
                max(page - 2 * margin, 0.0)
                for page, margin in zip((width, height), min_margin_xy_mm, strict=True)
            ]
            raise SheetError(
                f"A label of {label_wh_mm[0]:g} x {label_wh_mm[1]:g} mm does not fit; choose a "
                f"smaller label or a larger page: {largest[0]:g} x {largest[1]:g} mm are free on "
                f"{page_wh_mm[0]:g} x {page_wh_mm[1]:g} mm."
            )
        left, top = (
            (page - count * label - (count - 1) * gap) / 2
            for page, count, label, gap in zip(
                (width, height), (columns, rows), label_wh_mm, gap_xy_mm, strict=True
            )
        )
        return cls(page_wh_mm, label_wh_mm, columns, rows, (left, top), gap_xy_mm, title)

    @classmethod
    def a4(
        cls,
        label_wh_mm: tuple[float, float] = (56.0, 28.0),
        gap_xy_mm: tuple[float, float] = (4.0, 3.0),
        min_margin_xy_mm: tuple[float, float] = (12.0, 14.0),
        title: str = "",
    ) -> "SheetLayout":
        """As many labels as an A4 page holds, centred, with room for cut marks and footer."""
        return cls.grid(A4_WH_MM, label_wh_mm, gap_xy_mm, min_margin_xy_mm, title=title)

    @classmethod
    def roll(
        cls,
        label_wh_mm: tuple[float, float] = (50.0, 30.0),
        across: int = 1,
        gap_across_mm: float = 3.0,
    ) -> "SheetLayout":
        """One row of labels per page, edge to edge, as roll printers take them."""
        width = across * label_wh_mm[0] + (across - 1) * gap_across_mm
        return cls(
            page_wh_mm=(width, label_wh_mm[1]),
            label_wh_mm=label_wh_mm,
            columns=across,
            rows=1,
            margin_xy_mm=(0.0, 0.0),
            gap_xy_mm=(gap_across_mm, 0.0),
            cut_marks=False,
            page_numbers=False,
        )

    @property
    def labels_per_page(self) -> int:
        """Labels on a full page."""
        return self.columns * self.rows

    @property
    def lower_margin_mm(self) -> float:
        """Paper below the last row."""
        _, top = self.label_corner_mm(self.labels_per_page - 1)
        return self.page_wh_mm[1] - top - self.label_wh_mm[1]

    @property
    def safe_wh_mm(self) -> tuple[float, float]:
        """Largest centred box inside the outline."""
        width, height = self.label_wh_mm
        match self.outline:
            case Outline.CIRCLE:
                return width * 0.5**0.5, height * 0.5**0.5
            case Outline.ROUNDED:
                # Where a corner's arc crosses the diagonal.
                inset = 2 * self.radius_mm * (1 - 0.5**0.5)
                return width - inset, height - inset
            case Outline.RECTANGLE:
                return width, height

    def label_corner_mm(self, place: int) -> tuple[float, float]:
        """Distance of the label at `place` (row by row) from the page's left and top edges."""
        row, column = divmod(place, self.columns)
        return (
            self.margin_xy_mm[0] + column * (self.label_wh_mm[0] + self.gap_xy_mm[0]),
            self.margin_xy_mm[1] + row * (self.label_wh_mm[1] + self.gap_xy_mm[1]),
        )

    def pages_of(self, labels: int) -> int:
        """Pages that so many labels take."""
        return -(-labels // self.labels_per_page)

    def labels_of_page(self, page: int, labels: int) -> list[tuple[int, int]]:
        """(place, index of the label) on a page, both from 0, of a run of so many labels."""
        on_page, pages = self.labels_per_page, self.pages_of(labels)
        found = []
        for turn in range(on_page):
            place, index = turn, page * on_page + turn
            if self.order is PlaceOrder.COLUMNS:
                column, row = divmod(turn, self.rows)
                place = row * self.columns + column
            elif self.order is PlaceOrder.STACKS:
                index = turn * pages + page
            if index < labels:
                found.append((place, index))
        return found
