"""Rows of the code room: orders of labels, the codes themselves, and what was done to them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trace_backend.kit.database import Base, UtcDateTime
from trace_backend.kit.ids import ID_LENGTH


class CodeKey(Base):
    """One generation of a tenant's code key; the secret itself is derived, never stored."""

    __tablename__ = "code_key"

    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LabelCounter(Base):
    """The next free label number of a tenant; its row lock puts issuing orders in a line."""

    __tablename__ = "label_counter"

    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    next_number: Mapped[int] = mapped_column(BigInteger)


class CodeOrder(Base):
    """An order for new codes of one product (赋码); its label numbers are reserved at once."""

    __tablename__ = "code_order"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(64))
    """The orderer's own number: asking again under it gives the same order."""
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"), index=True)
    gtin: Mapped[str] = mapped_column(String(14))
    """The GTIN at the time of ordering: it is printed and is part of the check value."""
    key_id: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer)
    issued_count: Mapped[int] = mapped_column(Integer)
    """Codes written so far; equal to quantity when the order is complete."""
    first_label_number: Mapped[int] = mapped_column(BigInteger)
    last_label_number: Mapped[int] = mapped_column(BigInteger)
    job_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    """The durable job that writes the codes; None when they were written at once."""
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Activation(Base):
    """One act of a factory that put labels on goods (激活): the activation record (#105)."""

    __tablename__ = "activation"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    activated_count: Mapped[int] = mapped_column(Integer)
    first_label_number: Mapped[int] = mapped_column(BigInteger)
    last_label_number: Mapped[int] = mapped_column(BigInteger)
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Code(Base):
    """One code: the identity of one item. Its counters belong to the authenticity room."""

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("serial"),
        UniqueConstraint("tenant_id", "label_number"),
        Index("ix_code_order_label", "order_id", "label_number"),
        Index("ix_code_batch", "batch_id"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("code_order.id"))
    serial: Mapped[str] = mapped_column(String(20))
    """What is printed: 20 Crockford characters, GS1 AI 21."""
    key_id: Mapped[int] = mapped_column(Integer)
    gtin: Mapped[str] = mapped_column(String(14))
    label_number: Mapped[int] = mapped_column(BigInteger)
    """标签条码号: counts up within the tenant; staff and factories name labels by it."""
    state: Mapped[str] = mapped_column(String(8))
    product_id: Mapped[str | None] = mapped_column(ForeignKey("product.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    activation_id: Mapped[str | None] = mapped_column(ForeignKey("activation.id"))
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(String(500))
    voided_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    query_count: Mapped[int] = mapped_column(Integer)
    """Counted queries = visitor sessions while active (FEATURES E5, E6)."""
    scan_count: Mapped[int] = mapped_column(Integer)
    """Every raw scan, whatever the state."""
    first_queried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_place: Mapped[str | None] = mapped_column(String(300))
    """Place of the first counted query as text; None when it was not known."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
