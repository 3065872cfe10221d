"""HTTP bodies of products and batches, and the text types that the rooms above share."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from trace_backend.kit.text import one_line
from trace_backend.products.models import Batch, BatchRecall, Product

PlainText = Annotated[str, AfterValidator(one_line)]
"""One line of text, trimmed and without control characters; add the length with Field."""

RowId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""The id of a row."""


class ProductIn(BaseModel):
    """A product to register."""

    model_config = ConfigDict(extra="forbid")

    gtin: Annotated[PlainText, Field(max_length=14, description="8, 12, 13 or 14 digits")]
    name: Annotated[PlainText, Field(min_length=1, max_length=200)]
    brand: Annotated[PlainText, Field(min_length=1, max_length=100)]
    code: Annotated[PlainText, Field(min_length=1, max_length=64)]
    spec: Annotated[PlainText, Field(max_length=100)] = ""
    mnemonic: Annotated[PlainText, Field(max_length=64)] = ""


class ProductOut(BaseModel):
    """A product."""

    id: str
    gtin: str
    name: str
    brand: str
    code: str
    spec: str
    mnemonic: str
    created_at: datetime

    @classmethod
    def of(cls, product: Product) -> "ProductOut":
        """Show a row."""
        return cls(
            id=product.id,
            gtin=product.gtin,
            name=product.name,
            brand=product.brand,
            code=product.code,
            spec=product.spec,
            mnemonic=product.mnemonic,
            created_at=product.created_at,
        )


class ProductPageOut(BaseModel):
    """A page of products."""

    items: list[ProductOut]
    next_cursor: str | None


class BatchIn(BaseModel):
    """A batch to register."""

    model_config = ConfigDict(extra="forbid")

    product_id: RowId
    number: Annotated[PlainText, Field(min_length=1, max_length=64)]
    production_date: date | None = None
    expiry_date: Annotated[date | None, Field(description="last day of use, Asia/Shanghai")] = None


class RecallIn(BaseModel):
    """Why a batch is recalled, or why the recall is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[PlainText, Field(min_length=1, max_length=500)]


class BatchOut(BaseModel):
    """A batch."""

    id: str
    product_id: str
    number: str
    production_date: date | None
    expiry_date: date | None
    recalled_at: datetime | None
    recall_reason: str | None
    created_at: datetime

    @classmethod
    def of(cls, batch: Batch) -> "BatchOut":
        """Show a row."""
        return cls(
            id=batch.id,
            product_id=batch.product_id,
            number=batch.number,
            production_date=batch.production_date,
            expiry_date=batch.expiry_date,
            recalled_at=batch.recalled_at,
            recall_reason=batch.recall_reason,
            created_at=batch.created_at,
        )


class BatchPageOut(BaseModel):
    """A page of batches."""

    items: list[BatchOut]
    next_cursor: str | None


class RecallOut(BaseModel):
    """One act in the recall history of a batch."""

    act: str
    reason: str
    acted_at: datetime

    @classmethod
    def of(cls, recall: BatchRecall) -> "RecallOut":
        """Show a row."""
        return cls(act=recall.act, reason=recall.reason, acted_at=recall.acted_at)
