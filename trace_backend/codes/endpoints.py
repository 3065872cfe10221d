"""HTTP doors of codes: `/v1/code-orders`, `/v1/codes`, `/v1/activations`, `/v1/code-keys`."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from trace_backend.codes.digital_link import digital_link
from trace_backend.codes.lifecycle import activate, code_of, void
from trace_backend.codes.lookup import CodeState, read_code
from trace_backend.codes.models import Activation, Code, CodeOrder
from trace_backend.codes.orders import order_of, place_order, rotate_key
from trace_backend.codes.schemas import (
    MAX_LABEL_NUMBER,
    ActivationIn,
    ActivationOut,
    ActivationPageOut,
    ActivationReportOut,
    CodeKeyOut,
    CodeOut,
    CodePageOut,
    OrderIn,
    OrderOut,
    OrderPageOut,
    VoidIn,
)
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Reading, Record, Tx, require
from trace_backend.kit.database import Database
from trace_backend.kit.errors import CONFLICT, RecordError
from trace_backend.kit.paging import PageParams, fetch_page
from trace_backend.kit.spreadsheet import csv_document
from trace_backend.products import RowId

router = APIRouter(prefix="/v1", tags=["codes"])

CSV_HEADER: Final = ("serial", "payload", "label_number")
_ROWS_PER_READ: Final = 2_000


def code_host(request: Request) -> str:
    """Return the host that is printed: the first of `app.state.code_hosts`, set by the service."""
    hosts: tuple[str, ...] = request.app.state.code_hosts
    return hosts[0]


CodeHost = Annotated[str, Depends(code_host)]
Reader = Annotated[Subject, Depends(require("codes.read"))]
Issuer = Annotated[Subject, Depends(require("codes.issue"))]
Activator = Annotated[Subject, Depends(require("codes.activate"))]
Voider = Annotated[Subject, Depends(require("codes.void"))]
KeyKeeper = Annotated[Subject, Depends(require("codes.keys"))]


@router.post("/code-orders", status_code=status.HTTP_201_CREATED)
def post_order(
    body: OrderIn, subject: Issuer, session: Tx, record: Record, response: Response
) -> OrderOut:
    """Order new codes: 201 when written, 202 while a job writes them, 200 when asked again."""
    placed = place_order(
        session,
        record,
        subject,
        number=body.number,
        product_id=body.product_id,
        quantity=body.quantity,
    )
    if not placed.is_new:
        response.status_code = status.HTTP_200_OK
    elif placed.order.completed_at is None:
        response.status_code = status.HTTP_202_ACCEPTED
    return OrderOut.of(placed.order)


@router.get("/code-orders")
def get_orders(subject: Reader, session: Reading, page: PageParams) -> OrderPageOut:
    """List orders, newest first."""
    query = select(CodeOrder).where(CodeOrder.tenant_id == subject.tenant_id)
    found = fetch_page(session, query, CodeOrder.id, page, descending=True)
    return OrderPageOut(
        items=[OrderOut.of(order) for order in found.items], next_cursor=found.next_cursor
    )


@router.get("/code-orders/{order_id}")
def get_order(order_id: RowId, subject: Reader, session: Reading) -> OrderOut:
    """Return an order."""
    return OrderOut.of(order_of(session, subject.tenant_id, order_id))


@router.get("/code-orders/{order_id}/codes.csv", response_class=StreamingResponse)
def get_order_csv(
    order_id: RowId, subject: Issuer, session: Reading, record: Record, host: CodeHost
) -> StreamingResponse:
    """Export the codes of a complete order for the printer, in the order of their labels."""
    order = order_of(session, subject.tenant_id, order_id)
    if order.completed_at is None:
        raise RecordError(
            CONFLICT, f"{order.issued_count} of {order.quantity} codes are written; ask again later"
        )
    rows = _printed_rows(record.database, order.id, host)
    return StreamingResponse(
        csv_document(CSV_HEADER, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="codes-{order.id}.csv"'},
    )


@router.get("/codes")
def get_codes(
    subject: Reader,
    session: Reading,
    page: PageParams,
    host: CodeHost,
    order_id: RowId | None = None,
    batch_id: RowId | None = None,
    state: CodeState | None = None,
    label_number: Annotated[int | None, Query(ge=1, le=MAX_LABEL_NUMBER)] = None,
) -> CodePageOut:
    """List codes, oldest first."""
    query = select(Code).where(Code.tenant_id == subject.tenant_id)
    if order_id is not None:
        query = query.where(Code.order_id == order_id)
    if batch_id is not None:
        query = query.where(Code.batch_id == batch_id)
    if state is not None:
        query = query.where(Code.state == state)
    if label_number is not None:
        query = query.where(Code.label_number == label_number)
    found = fetch_page(session, query, Code.id, page)
    return CodePageOut(
        items=[_shown(code, host) for code in found.items], next_cursor=found.next_cursor
    )


@router.get("/codes/{serial}")
def get_code(
    serial: Annotated[str, Path(max_length=64)], subject: Reader, session: Reading, host: CodeHost
) -> CodeOut:
    """Return a code."""
    return _shown(code_of(session, subject.tenant_id, read_code(serial)), host)


@router.post("/codes/activate")
def post_activation(
    body: ActivationIn, subject: Activator, session: Tx, record: Record
) -> ActivationReportOut:
    """Activate labels for a batch; all or none, and safe to repeat."""
    if body.labels is not None:
        labels: range | list[str] = range(body.labels.first, body.labels.last + 1)
    else:
        labels = [read_code(serial) for serial in body.serials or ()]
    report = activate(session, record.clock, subject, body.batch_id, labels)
    return ActivationReportOut.of(report)


@router.post("/codes/void")
def post_void(
    body: VoidIn, subject: Voider, session: Tx, record: Record, host: CodeHost
) -> CodeOut:
    """Take a code out of use; safe to repeat."""
    label = body.label_number if body.label_number is not None else read_code(body.serial or "")
    return _shown(void(session, record.clock, subject, label, body.reason), host)


@router.get("/activations")
def get_activations(subject: Reader, session: Reading, page: PageParams) -> ActivationPageOut:
    """List activation records of all factories, newest first."""
    query = select(Activation).where(Activation.tenant_id == subject.tenant_id)
    found = fetch_page(session, query, Activation.id, page, descending=True)
    return ActivationPageOut(
        items=[ActivationOut.of(activation) for activation in found.items],
        next_cursor=found.next_cursor,
    )


@router.post("/code-keys", status_code=status.HTTP_201_CREATED)
def post_code_key(subject: KeyKeeper, session: Tx, record: Record) -> CodeKeyOut:
    """Begin a new generation of the code key; codes issued before stay valid."""
    return CodeKeyOut(key_id=rotate_key(session, record.clock, subject.tenant_id))


def _shown(code: Code, host: str) -> CodeOut:
    return CodeOut.of(code, digital_link(host, code.gtin, code.serial))


def _printed_rows(database: Database, order_id: str, host: str) -> Iterator[tuple[str, str, int]]:
    """Read the codes of an order some thousand at a time: memory stays flat for a million."""
    after = 0
    while True:
        with database.reading() as session:
            rows = session.execute(
                select(Code.serial, Code.gtin, Code.label_number)
                .where(Code.order_id == order_id, Code.label_number > after)
                .order_by(Code.label_number)
                .limit(_ROWS_PER_READ)
            ).all()
        if not rows:
            return
        for serial, gtin, label_number in rows:
            yield serial, digital_link(host, gtin, serial), label_number
        after = rows[-1][2]
