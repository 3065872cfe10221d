"""Who asks, as far as the record needs it: a keyed hash that names nobody."""

import hashlib
import hmac
import re

from ar_service.verify.schemas import INSTALL_ID_PATTERN
from trace_backend.kit.errors import INVALID, RecordError

INSTALL_ID_HEADER = "Dianjin-Install-Id"
INSTALL_ID_COOKIE = "dianjin_install"


def visitor_hash(
    key: bytes, *, install_id: str | None, cookie: str | None, address: str, user_agent: str
) -> str:
    """Name a visitor by the best sign there is: install id, else cookie, else address and browser.

    Args:
        key: secret of this installation; without it the hash can't be turned back by trying.
        install_id: header Dianjin-Install-Id.
        cookie: cookie dianjin_install; one of another form is passed over.
        address: of the network, used only when there is nothing better.
        user_agent: likewise.

    Returns:
        64 hexadecimal characters.

    Raises:
        RecordError: INVALID for an install id of another form.
    """
    if install_id is not None:
        if not re.fullmatch(INSTALL_ID_PATTERN, install_id):
            raise RecordError(
                INVALID, f"{INSTALL_ID_HEADER} wants 8 to 64 characters of A-Z a-z 0-9 _ -"
            )
        return _hash(key, "install", install_id)
    if cookie is not None and re.fullmatch(INSTALL_ID_PATTERN, cookie):
        return _hash(key, "install", cookie)
    return _hash(key, "address", f"{address}\n{user_agent}")


def _hash(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
