"""Reads of products and batches; everything a tenant asks for is narrowed to the tenant."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from trace_backend.kit.errors import NOT_FOUND, RecordError
from trace_backend.products.models import Batch, BatchRecall, Product


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What to search products by (row 72); None = any. Texts match parts, in any case."""

    anything: str | None = None
    code: str | None = None
    name: str | None = None
    mnemonic: str | None = None
    brand: str | None = None
    gtin: str | None = None


def products_query(tenant_id: str, wanted: ProductFilter) -> Select[Product]:
    """Select a tenant's products that match; not ordered."""
    query = select(Product).where(Product.tenant_id == tenant_id)
    if wanted.anything:
        columns = (Product.name, Product.code, Product.mnemonic, Product.brand, Product.gtin)
        query = query.where(
            or_(*(column.icontains(wanted.anything, autoescape=True) for column in columns))
        )
    for column, text in (
        (Product.code, wanted.code),
        (Product.name, wanted.name),
        (Product.mnemonic, wanted.mnemonic),
        (Product.brand, wanted.brand),
        (Product.gtin, wanted.gtin),
    ):
        if text:
            query = query.where(column.icontains(text, autoescape=True))
    return query


def batches_query(
    tenant_id: str, product_id: str | None, *, recalled: bool | None
) -> Select[Batch]:
    """Select a tenant's batches, of one product and by recall state where asked; not ordered."""
    query = select(Batch).where(Batch.tenant_id == tenant_id)
    if product_id is not None:
        query = query.where(Batch.product_id == product_id)
    if recalled is not None:
        found = Batch.recalled_at.is_not(None) if recalled else Batch.recalled_at.is_(None)
        query = query.where(found)
    return query


def product_of(session: Session, tenant_id: str, product_id: str) -> Product:
    """Return a tenant's product.

    Raises:
        RecordError: NOT_FOUND, also when it is another tenant's.
    """
    query = select(Product).where(Product.id == product_id, Product.tenant_id == tenant_id)
    product = session.execute(query).scalar_one_or_none()
    if product is None:
        raise RecordError(NOT_FOUND, "there is no such product")
    return product


def batch_of(session: Session, tenant_id: str, batch_id: str, *, lock: bool = False) -> Batch:
    """Return a tenant's batch, with its row locked until the transaction ends when asked.

    Raises:
        RecordError: NOT_FOUND, also when it is another tenant's.
    """
    query = select(Batch).where(Batch.id == batch_id, Batch.tenant_id == tenant_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    batch = session.execute(query).scalar_one_or_none()
    if batch is None:
        raise RecordError(NOT_FOUND, "there is no such batch")
    return batch


def recalls_of(session: Session, batch_id: str) -> list[BatchRecall]:
    """Return the recall acts of a batch, oldest first."""
    query = select(BatchRecall).where(BatchRecall.batch_id == batch_id).order_by(BatchRecall.id)
    return list(session.execute(query).scalars())
