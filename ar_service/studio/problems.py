"""What can be wrong with an artwork, a brief or a code that was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from generative_codes.artwork import ArtworkError
from generative_codes.errors import GenerativeCodeError, PayloadTooLongError
from generative_codes.fields import DesignError
from trace_backend.kit.errors import Problem, RecordError

MAX_DETAIL_LENGTH: Final = 600
"""Longer reasons are cut: they may quote what was sent."""

ARTWORK_REFUSED: Final = Problem(
    "artwork-refused", 422, "This artwork can't be used", "该图稿无法使用"
)
DESIGN_REFUSED: Final = Problem(
    "design-refused", 422, "This design can't be made as asked", "无法按此要求制作"
)
PAYLOAD_TOO_LONG: Final = Problem(
    "payload-too-long", 422, "The payload does not fit into the code", "内容过长，码中放不下"
)
CERTIFICATE_FAILED: Final = Problem(
    "certificate-failed", 409, "The code fails its scan certificate", "该码未通过扫码证书"
)
STUDIO_BUSY: Final = Problem("studio-busy", 429, "The studio is busy just now", "设计工坊正忙")


@contextmanager
def told_as_problems() -> Iterator[None]:
    """Turn every refusal of the code makers into a problem.

    Raises:
        RecordError: ARTWORK_REFUSED, PAYLOAD_TOO_LONG or DESIGN_REFUSED; `errors` names the field
            of the brief where there is one, `detail_zh` is the reason in Chinese where it is known.
    """
    try:
        yield
    except GenerativeCodeError as error:
        raise refusal(error) from error
    except RecursionError as error:
        raise RecordError(DESIGN_REFUSED, "the brief is nested too deeply") from error


def refusal(error: GenerativeCodeError) -> RecordError:
    """The problem that tells a designer why nothing was made."""
    more: dict[str, object] = {}
    if error.text_zh:
        more["detail_zh"] = _cut(error.text_zh)
    match error:
        case ArtworkError():
            return RecordError(ARTWORK_REFUSED, _cut(str(error)), **more)
        case PayloadTooLongError():
            more |= {"given": error.given, "fits": error.fits}
            return RecordError(PAYLOAD_TOO_LONG, _cut(str(error)), **more)
        case DesignError():
            field = ".".join(part for part in ("brief", error.path) if part)
            more["errors"] = [{"field": field[:100], "message": _cut(error.reason)}]
            return RecordError(DESIGN_REFUSED, _cut(str(error)), **more)
        case _:
            return RecordError(DESIGN_REFUSED, _cut(str(error)), **more)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_DETAIL_LENGTH else text[: MAX_DETAIL_LENGTH - 1] + "…"
