"""Rows of the product room: products, their batches, and the history of recalls."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH


class Product(Base):
    """A thing that a tenant sells; one GTIN stands for one product."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "gtin"),
        Index("ix_product_gtin", "gtin"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    """The organisation that registered it; the tenant is the root above that."""
    gtin: Mapped[str] = mapped_column(String(14))
    """GS1 GTIN, padded to 14 digits, check digit valid."""
    name: Mapped[str] = mapped_column(String(200))
    brand: Mapped[str] = mapped_column(String(100))
    spec: Mapped[str] = mapped_column(String(100))
    """规格: what one item is, for example 250g/盒."""
    code: Mapped[str] = mapped_column(String(64))
    """产品编码: free text of the tenant, unique within it (FEATURES E18)."""
    mnemonic: Mapped[str] = mapped_column(String(64))
    """助记码: a short code for searching; may be empty."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Batch(Base):
    """One production run of a product; the recall state is that of the newest recall record."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("product_id", "number"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"))
    number: Mapped[str] = mapped_column(String(64))
    production_date: Mapped[date | None]
    """Calendar day in Asia/Shanghai."""
    expiry_date: Mapped[date | None]
    """Last calendar day in Asia/Shanghai on which the product may be used."""
    recalled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recall_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BatchRecall(Base):
    """One act of recalling a batch or of taking it back; never changed, never deleted (E15)."""

    __tablename__ = "batch_recall"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    act: Mapped[str] = mapped_column(String(16))
    """RecallAct: recall, or withdrawal of the recall."""
    reason: Mapped[str] = mapped_column(String(500))
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    """Who did it: the user or the API key."""
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)
