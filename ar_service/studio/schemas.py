"""Wire types of the studio: what is asked, what is shown."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from generative_codes.artwork import Fit
from generative_codes.brief import ArtStyle
from generative_codes.certify.reasons import ReasonCode
from generative_codes.drawing import Inks
from generative_codes.render import MAX_MODULE_MM, MIN_MODULE_MM
from trace_backend.designs import CertificateVerdict
from trace_backend.designs.parts import MAX_PART_LABELS
from trace_backend.designs.schemas import DesignName, RunNumber
from trace_backend.products import PlainText, RowId
from vision.iso18004.versions import ErrorLevel

PAYLOAD_MAX_LENGTH = 2_953
"""Bytes of the largest QR code (version 40-L, ISO/IEC 18004 table 7)."""
MAX_BLEED_MM = 10.0
MAX_LAYOUT_LENGTH = 200
MIN_PART_LABELS = 1
MAX_TITLE_LENGTH = 60
MIN_DPI, MAX_DPI = 72, 1_200

Payload = Annotated[
    str,
    Field(
        min_length=1,
        max_length=PAYLOAD_MAX_LENGTH,
        description="What readers return, byte for byte.",
        examples=["https://dianjin.example/01/09521234543213/21/0123456789ABCDEFGHJK"],
    ),
]
BriefIn = Annotated[
    dict[str, JsonValue],
    Field(
        description="Every choice of the code but its payload and artwork; members left out stand "
        "for their defaults. Its JSON Schema is GET /v1/studio/schemas/brief."
    ),
]
ModuleMm = Annotated[
    float, Field(ge=MIN_MODULE_MM, le=MAX_MODULE_MM, description="Side of one module in print.")
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArtworksIn(_In):
    """What a code is drawn from: artworks of the caller's.

    The two maps are artworks too: grey pictures in the shape of the first one.
    """

    artwork_id: RowId
    painted_artwork_id: RowId | None = Field(
        default=None,
        description="Importance map: white counts in full, black may have any colour.",
    )
    protected_artwork_id: RowId | None = Field(
        default=None, description="Protected zone: white is served before everything else."
    )


class DesignIn(ArtworksIn):
    """One code: artworks, a payload, a brief."""

    payload: Payload
    brief: BriefIn = Field(default_factory=dict)


class PreviewQuality(StrEnum):
    """How finely a preview is drawn; the code itself is the same."""

    DRAFT = "draft"
    FULL = "full"


class CodePreviewIn(DesignIn):
    """What the preview is of."""

    module_mm: ModuleMm = 0.5
    quality: PreviewQuality = Field(
        default=PreviewQuality.FULL,
        description="draft: a picture base is drawn coarser, for a control that moves.",
    )


class TryoutCase(StrEnum):
    """A scene of the camera try-out."""

    SHOP = "shop"
    FAR = "far"
    TILT = "tilt"
    DARK = "dark"
    BOTTLE = "bottle"


class TryoutIn(DesignIn):
    """A simulated photo to take."""

    case: TryoutCase
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="The same seed, the same photo.")


class FileFormat(StrEnum):
    """Kind of a code's file."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    EPS = "eps"


class PrintIn(_In):
    """Size and inks of a print file."""

    module_mm: ModuleMm = 0.5
    bleed_mm: float = Field(default=0.0, ge=0, le=MAX_BLEED_MM, description="PDF and EPS.")
    has_crop_marks: bool = Field(default=False, description="PDF.")
    inks: Inks = Field(default=Inks.CMYK, description="PDF and EPS.")
    dpi: float = Field(default=300, ge=MIN_DPI, le=MAX_DPI, description="PNG.")


class FileIn(DesignIn):
    """A file of one code."""

    format: FileFormat
    print: PrintIn = PrintIn()


class TemplateIn(ArtworksIn):
    """A design to save under a name."""

    name: DesignName
    brief: BriefIn = Field(default_factory=dict)
    payload_example: Payload


class TemplateDesignIn(ArtworksIn):
    """A template's new design, and the revision on which the change is based."""

    brief: BriefIn = Field(default_factory=dict)
    payload_example: Payload
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class RunFormat(StrEnum):
    """Kind of the parts of a run."""

    PDF = "pdf"
    SVG = "svg"
    ZIP = "zip"
    CSV = "csv"


class RunOutputIn(_In):
    """What a run makes of its codes."""

    format: RunFormat = Field(
        default=RunFormat.PDF,
        description="pdf: label sheets; svg: the same as SVG pages in a ZIP; zip: one SVG a code; "
        "csv: the modules of every code, for presses that draw by themselves.",
    )
    layout: Annotated[PlainText, Field(min_length=1, max_length=MAX_LAYOUT_LENGTH)] = Field(
        default="a4",
        description="Sheets, as in `dianjin art bulk`: a4, roll or diecut with sizes in mm.",
        examples=["a4", "roll:label=50x30,across=2", "diecut:label=40x40,outline=circle,bleed=2"],
    )
    part_labels: int = Field(
        default=MAX_PART_LABELS,
        ge=MIN_PART_LABELS,
        le=MAX_PART_LABELS,
        description="Labels in one part, rounded down to whole pages.",
    )
    title: Annotated[PlainText, Field(max_length=MAX_TITLE_LENGTH)] = Field(
        default="", description="Heading on every label."
    )
    has_serial: bool = Field(default=True, description="Print the code's characters.")
    has_number: bool = Field(default=True, description="Print the label number.")
    has_capitals: bool = Field(
        default=True,
        description="Write scheme and host in capitals: the same link, and a clearer picture.",
    )
    inks: Inks = Inks.CMYK
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="Of the camera sample.")


class RunIn(_In):
    """A bulk order; `number` is the orderer's own and makes the call safe to repeat."""

    number: RunNumber
    template_id: RowId
    code_order_id: RowId
    output: RunOutputIn = RunOutputIn()


class BilingualOut(BaseModel):
    """A text for people, in both languages."""

    zh: str
    en: str


class WarningCode(StrEnum):
    """What a designer should know though nothing is refused."""

    RED_LASER = "red_laser"
    ROUNDED_FINDERS = "rounded_finders"
    TRANSPARENT_GROUND = "transparent_ground"
    LOGO_NEAR_LIMIT = "logo_near_limit"
    LOW_FIDELITY = "low_fidelity"
    SPENT_CODEWORDS = "spent_codewords"
    LOWER_CASE_LINK = "lower_case_link"
    SMALL_MODULES = "small_modules"
    OTHER = "other"


class WarningOut(BilingualOut):
    """A warning."""

    code: WarningCode


class CropOut(BaseModel):
    """Part of the artwork that is used, in shares from the top left."""

    left: float
    top: float
    right: float
    bottom: float


class PlacementOut(BaseModel):
    """Where the artwork lies; goes into a brief's `placement` as it is."""

    fit: Fit
    scale: float
    rotation_deg: float
    crop: CropOut
    right_modules: float
    down_modules: float


class LogoCostOut(BaseModel):
    """What the cleared area in the middle takes from the error correction."""

    cleared_modules: int
    lost_codewords: int
    total_codewords: int
    worst_block: int = Field(description="Codewords lost in the block that loses most.")
    allowed_per_block: int
    correctable_per_block: int
    unused_error_correction: float = Field(description="1 = untouched, 0 = nothing left.")


class PrintedOut(BaseModel):
    """Sizes in print."""

    module_mm: float
    symbol_mm: float = Field(description="Without its quiet zone.")
    width_mm: float = Field(description="Of everything: quiet zone, caption, frame.")
    height_mm: float


class CodePreviewOut(BaseModel):
    """The code as it would be made."""

    style: ArtStyle
    svg: str | None = Field(description="The drawing; null where the base is a picture.")
    picture: str | None = Field(description="data: URL of a WebP; null where there is an SVG.")
    version: int
    level: ErrorLevel
    mask: int
    size_modules: int
    zone_fidelity: float | None = Field(
        description="Share of matching modules in the logo zone (dots)."
    )
    spent_codewords: int
    placement: PlacementOut = Field(description="The one used, also where it was found.")
    strengthened_modules: int = Field(
        description="Modules that an earlier certificate of this very code had to raise (base)."
    )
    warnings: list[WarningOut]
    logo_cost: LogoCostOut | None
    print: PrintedOut
    ms: float = Field(description="Milliseconds that this took on the server.")


class TrafficLight(StrEnum):
    """A certificate at a glance."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class ReasonOut(BilingualOut):
    """Why a code fails, or what would make it better."""

    code: ReasonCode
    is_blocking: bool


class RateOut(BaseModel):
    """How many simulated photos one decoder read."""

    decoder: str
    read: int
    cases: int
    rate: float
    low: float = Field(description="95 % interval (Wilson).")
    high: float
    plain_rate: float | None = Field(description="The same on plain black squares.")


class GradeOut(BaseModel):
    """One parameter of ISO/IEC 15415."""

    parameter: str
    value: float | None
    grade: float
    letter: str


class GradesOut(BaseModel):
    """Grades of ISO/IEC 15415 on the drawn code."""

    overall: float
    letter: str
    parameters: list[GradeOut]


class LeastSizeOut(BaseModel):
    """Least size that prints and reads."""

    min_module_mm: float
    min_side_mm: float
    reading_distance_mm: float


class CertificateOut(BaseModel):
    """A scan certificate."""

    id: str
    verdict: CertificateVerdict
    traffic_light: TrafficLight
    reasons: list[ReasonOut] = Field(description="Blocking ones first.")
    rates: list[RateOut]
    grades: GradesOut
    print_size: LeastSizeOut | None
    margin_map: str | None = Field(
        description="data: URL of a PNG: every module's margin as a colour; null where the "
        "certificate was made earlier."
    )
    strengthened_modules: int = Field(
        description="Modules of a picture base that were raised until it passed; files have them."
    )
    simulated: bool = Field(description="Always true: the photos are simulated.")
    document: dict[str, JsonValue] = Field(description="The whole certificate, as it is stored.")


class PresetOut(BilingualOut):
    """A ready-made design."""

    name: str = Field(description="Stable key.")
    design: dict[str, JsonValue]
    svg: str = Field(description="A small example.")


class PresetsOut(BaseModel):
    """The gallery."""

    items: list[PresetOut]


class RangeOut(BaseModel):
    """A closed range."""

    least: float
    most: float


class SceneOut(BilingualOut):
    """A scene of the camera try-out."""

    case: TryoutCase


class LimitsOut(BaseModel):
    """What the studio takes."""

    artwork_media_types: list[str]
    artwork_bytes: int
    artwork_pixels: int
    artwork_side_px: int
    payload_bytes: int
    module_mm: RangeOut
    bleed_mm: RangeOut
    dpi: RangeOut
    version: RangeOut
    levels: list[ErrorLevel]
    formats: list[FileFormat]
    scenes: list[SceneOut]
