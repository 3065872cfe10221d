"""A row by its id, for the tenant that owns it."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace_backend.designs.models import ArtRun, ArtTemplate, Artwork, ScanCertificate
from trace_backend.kit.errors import NOT_FOUND, RecordError

Row = TypeVar("Row", Artwork, ArtRun, ArtTemplate, ScanCertificate)


def own_row(
    session: Session, table: type[Row], tenant_id: str, row_id: str, noun: str, *, lock: bool
) -> Row:
    """Return a tenant's row, locked until the transaction ends when asked.

    Args:
        session: of the request.
        table: where it is.
        tenant_id: who asks.
        row_id: which.
        noun: what it is called in the refusal.
        lock: another's change waits; the row is read anew.

    Raises:
        RecordError: NOT_FOUND, also when it is another tenant's.
    """
    query = select(table).where(table.id == row_id, table.tenant_id == tenant_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise RecordError(NOT_FOUND, f"there is no such {noun}")
    return row
