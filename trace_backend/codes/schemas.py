"""HTTP bodies of orders, codes and activations."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trace_backend.codes.lifecycle import MAX_LISTED_SERIALS, ActivationReport
from trace_backend.codes.lookup import CodeState
from trace_backend.codes.models import Activation, Code, CodeOrder
from trace_backend.codes.orders import MAX_ORDER_QUANTITY
from trace_backend.products import PlainText, RowId

MAX_LABEL_NUMBER = 2**62
"""Far inside a signed 64-bit column."""

LabelNumber = Annotated[int, Field(ge=1, le=MAX_LABEL_NUMBER)]
TypedCode = Annotated[str, Field(max_length=64, description="20 characters, as printed")]
Reason = Annotated[PlainText, Field(min_length=1, max_length=500)]


class OrderIn(BaseModel):
    """An order for new codes; `number` is the orderer's own and makes the call safe to repeat."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[PlainText, Field(min_length=1, max_length=64)]
    product_id: RowId
    quantity: Annotated[int, Field(ge=1, le=MAX_ORDER_QUANTITY)]


class OrderOut(BaseModel):
    """An order; complete when `issued_count` is `quantity`."""

    id: str
    number: str
    product_id: str
    gtin: str
    quantity: int
    issued_count: int
    first_label_number: int
    last_label_number: int
    job_id: str | None
    created_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, order: CodeOrder) -> "OrderOut":
        """Show a row."""
        return cls(
            id=order.id,
            number=order.number,
            product_id=order.product_id,
            gtin=order.gtin,
            quantity=order.quantity,
            issued_count=order.issued_count,
            first_label_number=order.first_label_number,
            last_label_number=order.last_label_number,
            job_id=order.job_id,
            created_at=order.created_at,
            completed_at=order.completed_at,
        )


class OrderPageOut(BaseModel):
    """A page of orders."""

    items: list[OrderOut]
    next_cursor: str | None


class CodeOut(BaseModel):
    """A code."""

    serial: str
    payload: str
    label_number: int
    state: CodeState
    gtin: str
    order_id: str
    product_id: str | None
    batch_id: str | None
    activated_at: datetime | None
    voided_at: datetime | None
    void_reason: str | None
    query_count: int
    scan_count: int
    first_queried_at: datetime | None

    @classmethod
    def of(cls, code: Code, payload: str) -> "CodeOut":
        """Show a row and the link that is printed."""
        return cls(
            serial=code.serial,
            payload=payload,
            label_number=code.label_number,
            state=CodeState(code.state),
            gtin=code.gtin,
            order_id=code.order_id,
            product_id=code.product_id,
            batch_id=code.batch_id,
            activated_at=code.activated_at,
            voided_at=code.voided_at,
            void_reason=code.void_reason,
            query_count=code.query_count,
            scan_count=code.scan_count,
            first_queried_at=code.first_queried_at,
        )


class CodePageOut(BaseModel):
    """A page of codes."""

    items: list[CodeOut]
    next_cursor: str | None


class LabelRangeIn(BaseModel):
    """Label numbers, both ends included."""

    model_config = ConfigDict(extra="forbid")

    first: LabelNumber
    last: LabelNumber


class ActivationIn(BaseModel):
    """Labels to activate for a batch: a range of label numbers, or a list of serials."""

    model_config = ConfigDict(extra="forbid")

    batch_id: RowId
    labels: LabelRangeIn | None = None
    serials: Annotated[
        list[TypedCode] | None, Field(min_length=1, max_length=MAX_LISTED_SERIALS)
    ] = None

    @model_validator(mode="after")
    def _one_selection(self) -> "ActivationIn":
        if (self.labels is None) == (self.serials is None):
            raise ValueError("want either labels or serials")
        return self


class ActivationReportOut(BaseModel):
    """What an activation did."""

    activation_id: str | None
    activated: int
    already_active: int
    skipped_void: int

    @classmethod
    def of(cls, report: ActivationReport) -> "ActivationReportOut":
        """Show a report."""
        return cls(
            activation_id=report.activation.id if report.activation else None,
            activated=report.activated,
            already_active=report.already_active,
            skipped_void=report.skipped_void,
        )


class ActivationOut(BaseModel):
    """One activation record (#105)."""

    id: str
    organisation_id: str
    product_id: str
    batch_id: str
    activated_count: int
    first_label_number: int
    last_label_number: int
    activated_at: datetime

    @classmethod
    def of(cls, activation: Activation) -> "ActivationOut":
        """Show a row."""
        return cls(
            id=activation.id,
            organisation_id=activation.organisation_id,
            product_id=activation.product_id,
            batch_id=activation.batch_id,
            activated_count=activation.activated_count,
            first_label_number=activation.first_label_number,
            last_label_number=activation.last_label_number,
            activated_at=activation.activated_at,
        )


class ActivationPageOut(BaseModel):
    """A page of activation records."""

    items: list[ActivationOut]
    next_cursor: str | None


class VoidIn(BaseModel):
    """A code to take out of use, by label number (#106) or serial, and why."""

    model_config = ConfigDict(extra="forbid")

    label_number: LabelNumber | None = None
    serial: TypedCode | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_label(self) -> "VoidIn":
        if (self.label_number is None) == (self.serial is None):
            raise ValueError("want either label_number or serial")
        return self


class CodeKeyOut(BaseModel):
    """A generation of the tenant's code key; the key itself is never shown."""

    key_id: int
