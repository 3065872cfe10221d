"""Asking the server about a photo as a phone would, and comparing its answer."""

import time
import uuid
from dataclasses import dataclass

import httpx
from pydantic import BaseModel

from ar_service.demo.cases import DemoCase, Expected
from ar_service.demo.studio import TakenPhoto
from ar_service.verify import PHOTO_PATH
from ar_service.verify.schemas import (
    HistoryOut,
    LayerOut,
    PhotoVerifyOut,
    ProductOut,
    QualityOut,
    ReadingOut,
)
from trace_backend.authenticity.verdict import Seal
from vision import RetakeHint

PAYLOAD_PATH = "/v1/verify"
MEGABYTE = 1_000_000


class RefusalIn(BaseModel):
    """What the demo looks at in a problem document (RFC 9457)."""

    type: str
    title: str
    detail: str
    hint: RetakeHint | None = None
    quality: QualityOut | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one photo: a verdict, or the problem for which it was refused.

    `outcome` is the verdict or the slug of the problem; `ms` the whole round trip.
    """

    status: int
    outcome: str
    seal: Seal | None
    reply: str
    detail: str
    code: str | None
    product: ProductOut | None
    history: HistoryOut | None
    layers: tuple[LayerOut, ...]
    reading: ReadingOut | None
    quality: QualityOut | None
    hint: RetakeHint | None
    ms: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with its photo and its answer; `mismatches` is empty when all is as expected."""

    case: DemoCase
    photo: TakenPhoto
    answer: Answer
    mismatches: tuple[str, ...]

    @property
    def is_expected(self) -> bool:
        """Whether the answer is the one that the case must get."""
        return not self.mismatches


def ask(client: httpx.Client, case: DemoCase, photo: TakenPhoto, run_id: str) -> CaseResult:
    """Let the visitors before it ask by text, then send the photo.

    Args:
        client: of the demo's server.
        case: the case.
        photo: its photo.
        run_id: makes the keys and visitors of this run its own.

    Raises:
        httpx.HTTPError: the server gave no usable answer.
    """
    for number in range(case.visits_before):
        visit = f"{case.slug}-before-{number}"
        body = {"payload": case.item.codes[0].payload}
        client.post(
            PAYLOAD_PATH, json=body, headers=_headers(case, visit, run_id)
        ).raise_for_status()
    started_s = time.perf_counter()
    response = client.post(
        PHOTO_PATH,
        files={"photo": (f"{case.slug}.jpg", photo.jpeg, "image/jpeg")},
        headers=_headers(case, case.visitor, run_id),
    )
    ms = (time.perf_counter() - started_s) * 1000
    answer = read_answer(response, ms)
    return CaseResult(case, photo, answer, compare(case.expected, answer))


def _headers(case: DemoCase, visitor: str, run_id: str) -> dict[str, str]:
    return {
        "Dianjin-Install-Id": f"demo-{run_id}-{visitor}",
        "Idempotency-Key": str(uuid.uuid4()),
        "Accept-Language": case.language,
    }


def read_answer(response: httpx.Response, ms: float) -> Answer:
    """Read a verdict or a problem document; both are checked against their form."""
    if response.status_code == httpx.codes.OK:
        verdict = PhotoVerifyOut.model_validate_json(response.content)
        return Answer(
            status=response.status_code,
            outcome=verdict.verdict.value,
            seal=verdict.seal,
            reply=verdict.reply.text,
            detail="",
            code=verdict.code,
            product=verdict.product,
            history=verdict.history,
            layers=tuple(verdict.layers),
            reading=verdict.reading,
            quality=verdict.reading.quality,
            hint=verdict.reading.hint,
            ms=ms,
        )
    refusal = RefusalIn.model_validate_json(response.content)
    return Answer(
        status=response.status_code,
        outcome=refusal.type.removeprefix("/problems/"),
        seal=None,
        reply=refusal.title,
        detail=refusal.detail,
        code=None,
        product=None,
        history=None,
        layers=(),
        reading=None,
        quality=refusal.quality,
        hint=refusal.hint,
        ms=ms,
    )


def compare(expected: Expected, answer: Answer) -> tuple[str, ...]:
    """Say what is other than expected, one sentence each."""
    ordinal = answer.history.ordinal if answer.history else None
    looked_at = (
        ("outcome", expected.outcome, answer.outcome),
        ("ordinal", expected.ordinal, ordinal),
        ("hint", expected.hint, answer.hint),
    )
    return tuple(
        f"{name}: expected {wanted}, got {got}"
        for name, wanted, got in looked_at
        if wanted is not None and wanted != got
    )
