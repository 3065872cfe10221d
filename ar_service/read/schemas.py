"""Wire types of the read endpoint."""

from typing import Self

from pydantic import BaseModel, Field

from ar_service.read.reading import PhotoCodes
from ar_service.verify.schemas import CodeReadingOut, QualityOut
from vision import CodeReading, RetakeHint


class ReadCodeOut(CodeReadingOut):
    """One code, and how it was read."""

    rung: str = Field(
        description="What read it first: native, a transform, or grid.", examples=["grid"]
    )
    confidence: float = Field(
        ge=0, le=1, description="To rank and to filter by, not a measured probability."
    )

    @classmethod
    def of(cls, code: CodeReading) -> Self:
        """Show a reading: corners to 1/100 px of the upright photo."""
        return cls(
            text=code.text,
            symbology=code.symbology.value,
            corners_px=[(round(float(x), 2), round(float(y), 2)) for x, y in code.quad.corners_px],
            rung=code.rung.value,
            confidence=round(code.confidence, 3),
        )


class ReadOut(BaseModel):
    """What a photo says; without a code the list is empty and the hint tells what to change."""

    codes: list[ReadCodeOut] = Field(description="The largest first.")
    quality: QualityOut
    hint: RetakeHint = Field(description="The one thing that would make the next photo better.")
    ms: float = Field(description="Time that reading took, decoding of the file left out.")

    @classmethod
    def of(cls, found: PhotoCodes) -> Self:
        """Show what was found."""
        return cls(
            codes=[ReadCodeOut.of(code) for code in found.codes],
            quality=QualityOut.of(found.quality),
            hint=found.quality.hint,
            ms=round(found.ms, 1),
        )
