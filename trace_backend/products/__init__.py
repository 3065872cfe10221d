"""Products and batches: what a tenant makes, by GTIN, and what it takes back."""

from trace_backend.products.endpoints import router
from trace_backend.products.gtin import to_gtin14
from trace_backend.products.models import Batch, Product
from trace_backend.products.repository import batch_of, product_of
from trace_backend.products.schemas import PlainText, RowId
from trace_backend.products.service import (
    NewBatch,
    NewProduct,
    create_batch,
    create_product,
    recall_batch,
)

__all__ = [
    "Batch",
    "NewBatch",
    "NewProduct",
    "PlainText",
    "Product",
    "RowId",
    "batch_of",
    "create_batch",
    "create_product",
    "product_of",
    "recall_batch",
    "router",
    "to_gtin14",
]
