"""Text that people type: trimmed, composed, without characters that no page can hold."""

import re
import unicodedata
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, StringConstraints

MAX_LINE_LENGTH: Final = 100
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Characters that turn the direction of the text around them: a name must not rewrite its page.
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Return `text` in Unicode form NFC, without blanks around it.

    Raises:
        ValueError: control characters, line breaks, surrogates or direction overrides in it.
    """
    composed = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(char) in _FORBIDDEN_CATEGORIES for char in composed):
        raise ValueError("control characters and line breaks are not allowed")
    if _DIRECTION.search(composed):
        raise ValueError("direction marks are not allowed")
    return composed


Line: TypeAlias = Annotated[
    str,
    AfterValidator(one_line),
    StringConstraints(min_length=1, max_length=MAX_LINE_LENGTH),
]
"""One line of 1 to 100 characters, checked after trimming."""
