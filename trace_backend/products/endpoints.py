"""HTTP doors of products and batches: `/v1/products`, `/v1/batches`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, status

from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Reading, Record, Tx, require
from trace_backend.kit.paging import PageParams, fetch_page
from trace_backend.products.models import Batch, Product
from trace_backend.products.repository import (
    ProductFilter,
    batch_of,
    batches_query,
    product_of,
    products_query,
    recalls_of,
)
from trace_backend.products.schemas import (
    BatchIn,
    BatchOut,
    BatchPageOut,
    PlainText,
    ProductIn,
    ProductOut,
    ProductPageOut,
    RecallIn,
    RecallOut,
    RowId,
)
from trace_backend.products.service import (
    NewBatch,
    NewProduct,
    create_batch,
    create_product,
    recall_batch,
    withdraw_recall,
)

router = APIRouter(prefix="/v1", tags=["products"])

Reader = Annotated[Subject, Depends(require("products.read"))]
Writer = Annotated[Subject, Depends(require("products.write"))]
SearchText = Annotated[PlainText | None, Query(max_length=100)]


@router.post("/products", status_code=status.HTTP_201_CREATED)
def post_product(body: ProductIn, subject: Writer, session: Tx, record: Record) -> ProductOut:
    """Register a product."""
    new = NewProduct(body.gtin, body.name, body.brand, body.code, body.spec, body.mnemonic)
    return ProductOut.of(create_product(session, record.clock, subject, new))


@router.get("/products")
def get_products(
    subject: Reader,
    session: Reading,
    page: PageParams,
    q: SearchText = None,
    code: SearchText = None,
    name: SearchText = None,
    mnemonic: SearchText = None,
    brand: SearchText = None,
    gtin: SearchText = None,
) -> ProductPageOut:
    """Search products: `q` in any of the fields, the others each in its own; oldest first."""
    wanted = ProductFilter(q, code, name, mnemonic, brand, gtin)
    found = fetch_page(session, products_query(subject.tenant_id, wanted), Product.id, page)
    return ProductPageOut(
        items=[ProductOut.of(product) for product in found.items], next_cursor=found.next_cursor
    )


@router.get("/products/{product_id}")
def get_product(product_id: RowId, subject: Reader, session: Reading) -> ProductOut:
    """Return a product."""
    return ProductOut.of(product_of(session, subject.tenant_id, product_id))


@router.post("/batches", status_code=status.HTTP_201_CREATED)
def post_batch(body: BatchIn, subject: Writer, session: Tx, record: Record) -> BatchOut:
    """Register a batch."""
    new = NewBatch(body.product_id, body.number, body.production_date, body.expiry_date)
    return BatchOut.of(create_batch(session, record.clock, subject, new))


@router.get("/batches")
def get_batches(
    subject: Reader,
    session: Reading,
    page: PageParams,
    product_id: RowId | None = None,
    recalled: bool | None = None,
) -> BatchPageOut:
    """List batches, oldest first."""
    query = batches_query(subject.tenant_id, product_id, recalled=recalled)
    found = fetch_page(session, query, Batch.id, page)
    return BatchPageOut(
        items=[BatchOut.of(batch) for batch in found.items], next_cursor=found.next_cursor
    )


@router.get("/batches/{batch_id}")
def get_batch(batch_id: RowId, subject: Reader, session: Reading) -> BatchOut:
    """Return a batch."""
    return BatchOut.of(batch_of(session, subject.tenant_id, batch_id))


@router.post("/batches/{batch_id}/recall")
def post_recall(
    batch_id: RowId, body: RecallIn, subject: Writer, session: Tx, record: Record
) -> BatchOut:
    """Recall a batch: from now on every query of its codes answers RECALLED."""
    return BatchOut.of(recall_batch(session, record.clock, subject, batch_id, body.reason))


@router.post("/batches/{batch_id}/recall-withdrawal")
def post_recall_withdrawal(
    batch_id: RowId, body: RecallIn, subject: Writer, session: Tx, record: Record
) -> BatchOut:
    """Take a recall back; both acts stay in the history."""
    return BatchOut.of(withdraw_recall(session, record.clock, subject, batch_id, body.reason))


@router.get("/batches/{batch_id}/recalls")
def get_recalls(batch_id: RowId, subject: Reader, session: Reading) -> list[RecallOut]:
    """Return the recall history of a batch, oldest first."""
    batch = batch_of(session, subject.tenant_id, batch_id)
    return [RecallOut.of(recall) for recall in recalls_of(session, batch.id)]
