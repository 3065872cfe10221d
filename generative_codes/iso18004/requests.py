"""What may be asked of a symbol at all."""

from generative_codes.errors import SymbolRequestError
from vision.iso18004.versions import MAX_VERSION, MIN_VERSION


def require_version(version: int) -> int:
    """Return `version` unchanged.

    Raises:
        SymbolRequestError: If it is not an integer from 1 to 40.
    """
    if isinstance(version, bool) or not isinstance(version, int):
        raise SymbolRequestError(f"A version is an integer from 1 to 40, not {version!r}.")
    if not MIN_VERSION <= version <= MAX_VERSION:
        nearest = min(max(version, MIN_VERSION), MAX_VERSION)
        raise SymbolRequestError(f"Version {version} does not exist; the nearest is {nearest}.")
    return version
