"""HTTP door of the reader: POST /v1/read."""

import logging
import math
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile

from ar_service.edge.logs import log_event
from ar_service.read.reading import read_upload
from ar_service.read.schemas import ReadOut
from ar_service.verify.door import Door
from trace_backend.kit.errors import NOT_FOUND, RATE_LIMITED, RecordError

READ_PATH = "/v1/read"

router = APIRouter(tags=["read"])


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


def _budget_ms(request: Request) -> float:
    """Time for one photo; 0 where reading without verifying is switched off."""
    budget_ms: float = request.app.state.read_budget_ms
    return budget_ms


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.post(
    READ_PATH,
    summary="Read the codes in a photo",
    responses={404: {"description": "This service reads no photos without verifying them."}},
)
def post_read(
    request: Request,
    door: Annotated[Door, Depends(_door)],
    budget_ms: Annotated[float, Depends(_budget_ms)],
    address: Annotated[str, Depends(_address)],
    photo: Annotated[UploadFile, File(description="JPEG, PNG, WebP or HEIC.")],
) -> ReadOut:
    """Answer with what the codes in a photo say, ours or not; no record is written.

    A photo without a code is no error: the list is empty. It counts as one query of the caller's
    network, like a verify, and waits at the same gate.
    """
    if budget_ms <= 0:
        raise RecordError(NOT_FOUND, "this service reads no photos without verifying them")
    wait_s = door.limiter.admit(address)
    if wait_s > 0:
        raise RecordError(
            RATE_LIMITED,
            "too many queries from this network; wait for the seconds of Retry-After",
            retry_after_s=math.ceil(wait_s),
        )
    found = read_upload(door, photo.file.read(), budget_ms)
    log_event(
        logging.INFO,
        "read",
        request_id=request.scope.get("state", {}).get("request_id", ""),
        codes=len(found.codes),
        rung=found.codes[0].rung.value if found.codes else None,
        read_ms=round(found.ms, 1),
    )
    return ReadOut.of(found)
