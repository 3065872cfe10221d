"""Wire types of the verify endpoints."""

import unicodedata
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from trace_backend.authenticity import (
    Language,
    Layer,
    LayerOutcome,
    QueryMethod,
    VerdictStatus,
)
from trace_backend.authenticity.verdict import Seal
from vision import RetakeHint
from vision.quality import Quality

PAYLOAD_MAX_LENGTH = 4_296
"""Characters of the largest alphanumeric QR code (version 40-L, ISO/IEC 18004 table 7)."""

INSTALL_ID_PATTERN = r"^[A-Za-z0-9_-]{8,64}$"


def _one_line(value: object) -> object:
    """Trim a place name, refuse control characters, and read an empty one as absent."""
    if not isinstance(value, str):
        return value
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in value):
        raise ValueError("must be one line of visible characters")
    return value.strip() or None


Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
AccuracyM = Annotated[float, Field(ge=0, le=40_100_000, allow_inf_nan=False)]
PlaceName = Annotated[str | None, BeforeValidator(_one_line), Field(max_length=64)]
StreetName = Annotated[str | None, BeforeValidator(_one_line), Field(max_length=100)]


class PlaceIn(BaseModel):
    """Where the consumer says it is; every field may be left out."""

    model_config = ConfigDict(extra="forbid")

    latitude: Latitude | None = Field(default=None, description="Degrees north, WGS 84.")
    longitude: Longitude | None = Field(default=None, description="Degrees east, WGS 84.")
    accuracy_m: AccuracyM | None = Field(
        default=None, description="Radius in metres within which the position is true."
    )
    province: PlaceName = Field(default=None, description="省, for example 山西省.")
    city: PlaceName = Field(default=None, description="市")
    district: PlaceName = Field(default=None, description="区 or 县")
    street: StreetName = Field(default=None, description="街道")

    @model_validator(mode="after")
    def _check_position(self) -> Self:
        """A position has both coordinates, an accuracy belongs to a position."""
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude come together")
        if self.accuracy_m is not None and self.latitude is None:
            raise ValueError("accuracy_m needs latitude and longitude")
        return self


class VerifyIn(BaseModel):
    """A code that the phone has read."""

    model_config = ConfigDict(extra="forbid")

    payload: str = Field(
        min_length=1,
        max_length=PAYLOAD_MAX_LENGTH,
        description="What the reader returned: a GS1 Digital Link, or the 20 characters typed in.",
        examples=["https://dianjin.example/01/06901234567892/21/0123456789ABCDEFGHJK"],
    )
    place: PlaceIn | None = None
    method: QueryMethod = QueryMethod.MOBILE
    language: Language | None = Field(
        default=None, description="Language of the reply; default: Accept-Language."
    )


class ReplyOut(BaseModel):
    """The reply text of the brand, ready to be shown as plain text."""

    language: Language
    text: str


class ProductOut(BaseModel):
    """The product that the code belongs to."""

    name: str
    brand: str | None
    gtin: str
    spec: str | None
    batch: str | None
    production_date: date | None
    expiry_date: date | None


class HistoryOut(BaseModel):
    """What was asked about this code so far."""

    ordinal: int | None = Field(description="Which counted query this one is: 1 is the first.")
    query_count: int = Field(description="Counted queries (distinct visitor sessions) so far.")
    max_queries: int = Field(description="Counted queries after which the code is over its limit.")
    scan_count: int = Field(description="Raw scans so far, reloads included.")
    first_queried_at: datetime | None
    first_place: str | None


class LayerOut(BaseModel):
    """What one layer said."""

    layer: Layer
    outcome: LayerOutcome


class VerifyOut(BaseModel):
    """The verdict about one code."""

    scan_id: str | None = Field(description="The recorded scan; null when the code is unknown.")
    verdict: VerdictStatus
    seal: Seal
    reply: ReplyOut
    code: str | None = Field(description="The 20 characters of the code, normalised.")
    product: ProductOut | None
    history: HistoryOut | None
    layers: list[LayerOut]
    queried_at: datetime


class CodeReadingOut(BaseModel):
    """One code that was read in the photo."""

    text: str
    symbology: str = Field(examples=["qr_code"])
    corners_px: list[tuple[float, float]] = Field(
        description="Four corners (x, y), clockwise from the symbol's own top-left.",
        min_length=4,
        max_length=4,
    )


class QualityOut(BaseModel):
    """How good the photo is: measured at the code, or over the whole photo where there is none."""

    edge_spread_px: float | None = Field(description="Blur of the edges, standard deviation.")
    sharpness: float = Field(ge=0, le=1, description="1 is as sharp as the pixels allow.")
    median_level: float = Field(ge=0, le=255)
    dark_share: float = Field(ge=0, le=1, description="Part that is clipped to black.")
    bright_share: float = Field(ge=0, le=1, description="Part that is clipped to white.")
    glare_share: float = Field(ge=0, le=1, description="Part that light has washed out.")
    contrast: float = Field(ge=0, le=1)
    pixels_per_module: float | None

    @classmethod
    def of(cls, quality: Quality) -> "QualityOut":
        """Show the measurements, rounded to what they are worth."""
        return cls(
            edge_spread_px=_rounded(quality.edge_spread_px),
            sharpness=round(quality.sharpness, 3),
            median_level=round(quality.median_level, 1),
            dark_share=round(quality.dark_share, 3),
            bright_share=round(quality.bright_share, 3),
            glare_share=round(quality.glare_share, 3),
            contrast=round(quality.contrast, 3),
            pixels_per_module=_rounded(quality.pixels_per_module),
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


class ReadingOut(BaseModel):
    """What was read in the photo."""

    codes: list[CodeReadingOut]
    quality: QualityOut
    hint: RetakeHint = Field(description="The one thing that would make the next photo better.")


class PhotoVerifyOut(VerifyOut):
    """The verdict about the code in a photo, and the reading that it rests on."""

    reading: ReadingOut
