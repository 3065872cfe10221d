"""From a code in normal form to its locked row and whether its check value is right."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from trace_backend.codes.identity import CodeScope, MalformedCode, has_valid_check, normalise
from trace_backend.codes.models import Code
from trace_backend.kit.errors import MALFORMED_CODE, RecordError
from trace_backend.kit.ids import ID_LENGTH
from trace_backend.kit.secrets import Secrets

NO_ROW_ID: Final = "0" * ID_LENGTH
"""An id that no row has: statements run on it cost what they cost on a real one."""
_NO_GTIN: Final = "0" * 14
_PURPOSE: Final = "code check value"
_CODE_BY_SERIAL: Final = (
    select(Code)
    .where(Code.serial == bindparam("asked"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Made once: building a statement costs more than running it."""


class CodeState(StrEnum):
    """Where a code stands in its life: 赋码 issued, 激活 active, 注销 void."""

    ISSUED = "ISSUED"
    ACTIVE = "ACTIVE"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code that exists, and whether its check value is right for the asked GTIN."""

    row: Code
    check_value_right: bool


def code_key(secrets: Secrets, tenant_id: str, key_id: int) -> bytes:
    """Return the code key of one generation of a tenant; derived, never stored."""
    return secrets.derive(_PURPOSE, tenant_id, str(key_id))


def find_code(
    session: Session, secrets: Secrets, serial: str, gtin: str | None
) -> FoundCode | None:
    """Find a code and lock its row until the transaction ends.

    The work is the same whether the code exists or not: one indexed read, one key derivation, one
    check of the check value (on a made-up scope when there is no row).

    Args:
        session: the caller's transaction.
        secrets: for the tenant's code key.
        serial: the code in normal form.
        gtin: the 14 digits of the link in which it stood, None for a bare code. The check value is
            bound to the GTIN: a genuine code in a link of another product is not right.
    """
    row = session.execute(_CODE_BY_SERIAL, {"asked": serial}).scalar_one_or_none()
    if row is None:
        scope = CodeScope(NO_ROW_ID, 1, gtin or _NO_GTIN)
    else:
        scope = CodeScope(row.tenant_id, row.key_id, gtin or row.gtin)
    right = has_valid_check(serial, code_key(secrets, scope.tenant_id, scope.key_id), scope)
    return None if row is None else FoundCode(row, right)


def read_code(typed: str) -> str:
    """Return a code as typed in normal form.

    Raises:
        RecordError: MALFORMED_CODE, with what is wrong in words and as the extension `fault`.
    """
    code = normalise(typed)
    if isinstance(code, MalformedCode):
        raise RecordError(MALFORMED_CODE, code.fault.explain("en"), fault=code.fault.value)
    return code
