"""What is ordered, what a part reports: values of a bulk run."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from generative_codes.brief import ArtBrief
from generative_codes.drawing import Inks
from generative_codes.errors import GenerativeCodeError
from generative_codes.imposition import SheetLayout
from generative_codes.steering import PayloadTemplate

MAX_QUANTITY = 10_000_000
MAX_PART_LABELS = 50_000
MAX_NAME_CHARACTERS = 60
# Readers of the label must tell these apart from the serial; longer ones are no label numbers.
MAX_NUMBER_CHARACTERS = 24


class BulkError(GenerativeCodeError):
    """The bulk order cannot be carried out; the message names the nearest thing that works."""


class BulkFormat(StrEnum):
    """What a part is."""

    PDF = "pdf"
    """One PDF of sheets."""
    SVG = "svg"
    """A ZIP with one SVG per sheet."""
    ZIP = "zip"
    """A ZIP with one SVG per code."""
    CSV = "csv"
    """The modules of every code as hexadecimal rows, for presses that draw by themselves."""

    @property
    def suffix(self) -> str:
        """File name ending of a part."""
        return {"pdf": ".pdf", "svg": ".zip", "zip": ".zip", "csv": ".csv"}[self.value]

    @property
    def media_type(self) -> str:
        """Of a part."""
        types = {".pdf": "application/pdf", ".zip": "application/zip", ".csv": "text/csv"}
        return types[self.suffix]


@dataclass(frozen=True, slots=True)
class LabelText:
    """What stands on a label beside the code.

    Attributes:
        name: Heading, Chinese or Latin; "" for none.
        has_serial: The serial in groups of four.
        has_number: The label number.
    """

    name: str = ""
    has_serial: bool = True
    has_number: bool = True

    def __post_init__(self) -> None:
        if len(self.name) > MAX_NAME_CHARACTERS:
            raise BulkError(
                f"A name on a label has at most {MAX_NAME_CHARACTERS} characters, "
                f"not {len(self.name)}."
            )


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """How every single code is tested.

    Attributes:
        pixels_per_module: Of the picture that is read; 3 to 16.
        rerolls: How many other masks a code that is not read may try, 0 to 7; after them it is
            tried once without the picture in its padding.
    """

    pixels_per_module: int = 4
    rerolls: int = 7

    def __post_init__(self) -> None:
        if not 3 <= self.pixels_per_module <= 16 or not 0 <= self.rerolls <= 7:
            raise BulkError("A gate reads at 3 to 16 pixels per module and re-rolls 0 to 7 times.")


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One code of an order.

    Attributes:
        serial: As the order's template says.
        label_number: As printed; ASCII.
    """

    serial: str
    label_number: str = ""


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """Everything that decides what comes out, but artwork and serials.

    Attributes:
        brief: How codes look.
        template: Payloads.
        layout: Sheets.
        quantity: Codes in all.
        part_labels: Labels per part; a part is rounded up to whole pages (see `labels_per_part`).
        format: Of the parts.
        inks: Of PDF parts.
        text: On the labels.
        gate: Test of every code.
        seed: Of the camera sample.

    Raises:
        BulkError: If a number is out of range.
    """

    brief: ArtBrief
    template: PayloadTemplate
    layout: SheetLayout
    quantity: int
    part_labels: int = 5_000
    format: BulkFormat = BulkFormat.PDF
    inks: Inks = Inks.CMYK
    text: LabelText = LabelText()
    gate: GatePolicy = GatePolicy()
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MAX_QUANTITY:
            raise BulkError(
                f"An order has 1 to {MAX_QUANTITY:,} codes, not {self.quantity:,}; split it."
            )
        if not 1 <= self.part_labels <= MAX_PART_LABELS:
            raise BulkError(
                f"A part has 1 to {MAX_PART_LABELS:,} labels, not {self.part_labels:,}."
            )
        if self.template.serial_characters == 0 and self.quantity > 1:
            raise BulkError("The payload has no serial, so all codes would be one; give serials.")

    @property
    def labels_per_part(self) -> int:
        """Labels of a full part: whole pages."""
        pages = self.layout.pages_of(self.part_labels)
        return min(pages * self.layout.labels_per_page, self.quantity)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-self.quantity // self.labels_per_part)

    def labels_of_part(self, index: int) -> range:
        """Places of a part's labels in the order, from 0.

        Raises:
            BulkError: If there is no such part.
        """
        if not 0 <= index < self.parts:
            raise BulkError(f"The order has parts 0 to {self.parts - 1}, not {index}.")
        first = index * self.labels_per_part
        return range(first, min(first + self.labels_per_part, self.quantity))

    def digest(self, artwork: bytes, serials: bytes) -> str:
        """SHA-256 over all that decides the outcome; equal orders have equal files."""
        document = {
            "brief": json.loads(self.brief.to_json()),
            "template": asdict(self.template),
            "layout": asdict(self.layout),
            "quantity": self.quantity,
            "part_labels": self.labels_per_part,
            "format": self.format,
            "inks": self.inks,
            "text": asdict(self.text),
            "gate": asdict(self.gate),
            "seed": self.seed,
            "artwork": hashlib.sha256(artwork).hexdigest(),
            "serials": hashlib.sha256(serials).hexdigest(),
        }
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Way(StrEnum):
    """How a code came about."""

    STEERED = "steered"
    REROLLED = "rerolled"
    UNSTEERED = "unsteered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """One code of a finished part.

    Attributes:
        item: Which.
        version: Of its symbol.
        mask: Of its symbol.
        zone_mismatches: Modules of the logo zone that differ from the artwork.
        way: Steered at once, under another mask, without the picture, or not at all.
        file: Its own file inside the part, if it has one.
        page: Page of the order, from 1; 0 if it has none.
        place: Place on the page, row by row, from 1; 0 if it has none.
    """

    item: BulkItem
    version: int
    mask: int
    zone_mismatches: int
    way: Way
    file: str = ""
    page: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class PartReport:
    """One finished part.

    Attributes:
        index: From 0.
        labels: Codes asked for.
        decoded: Codes that were read back, byte for byte.
        rerolled: Of them, under another mask than the first or without the picture.
        failed: Those that were not; their places stay blank.
        masks: How many codes have each mask.
        fidelity_mean: Mean share of matching modules in the logo zone; 1 without a zone.
        fidelity_min: Smallest.
        byte_count: Size of the part.
        sha256: Of its bytes.
        outcomes: Every code, in order.
    """

    index: int
    labels: int
    decoded: int
    rerolled: int
    failed: tuple[BulkItem, ...]
    masks: tuple[int, ...]
    fidelity_mean: float
    fidelity_min: float
    byte_count: int
    sha256: str
    outcomes: tuple[ItemOutcome, ...] = field(repr=False)
