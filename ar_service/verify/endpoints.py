"""HTTP doors of the verify flow: POST /v1/verify and POST /v1/verify/photo."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, File, Form, Header, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from ar_service.verify.door import Door
from ar_service.verify.flow import Asker, PhotoQuestion, Question, verify_payload, verify_photo
from ar_service.verify.schemas import (
    AccuracyM,
    Latitude,
    Longitude,
    PhotoVerifyOut,
    PlaceIn,
    VerifyIn,
    VerifyOut,
)
from ar_service.verify.visitor import INSTALL_ID_COOKIE, INSTALL_ID_HEADER, visitor_hash
from trace_backend.authenticity import Language, QueryMethod
from trace_backend.kit.context import Record
from trace_backend.kit.idempotency import StoredReply
from trace_backend.kit.problems import preferred_language

PAYLOAD_PATH = "/v1/verify"
PHOTO_PATH = "/v1/verify/photo"
REPLAYED_HEADER = "Idempotent-Replayed"

router = APIRouter(tags=["verify"])


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


OurDoor = Annotated[Door, Depends(_door)]


def _asker(
    request: Request,
    door: OurDoor,
    install_id: Annotated[
        str | None,
        Header(
            alias=INSTALL_ID_HEADER,
            description="Id of the consumer's installation, 8 to 64 of A-Z a-z 0-9 _ -; queries "
            "of one code by one installation within the window count once.",
        ),
    ] = None,
    cookie: Annotated[str | None, Cookie(alias=INSTALL_ID_COOKIE, include_in_schema=False)] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="1 to 255 printable ASCII characters; a repeated request with the same "
            "key and content gets the first answer, byte for byte, and records nothing.",
        ),
    ] = None,
    accept_language: Annotated[str | None, Header(description="zh-CN or en.")] = None,
    user_agent: Annotated[str, Header(include_in_schema=False)] = "",
) -> Asker:
    """Who asks: all that the flow needs to know of the request."""
    address = request.client.host if request.client else ""
    return Asker(
        visitor=visitor_hash(
            door.visitor_key,
            install_id=install_id,
            cookie=cookie,
            address=address,
            user_agent=user_agent,
        ),
        address=address,
        language=Language(preferred_language(accept_language)),
        idempotency_key=idempotency_key,
        request_id=request.scope.get("state", {}).get("request_id", ""),
    )


WhoAsks = Annotated[Asker, Depends(_asker)]


@router.post(PAYLOAD_PATH, response_model=VerifyOut, summary="Verify a code that was read or typed")
def post_verify(body: VerifyIn, door: OurDoor, record: Record, asker: WhoAsks) -> Response:
    """Answer 200 with a verdict for every code in the form of ours, unknown ones included."""
    question = Question(body.payload, body.place, body.method, body.language)
    return _response(verify_payload(door, record, asker, question))


@router.post(PHOTO_PATH, response_model=PhotoVerifyOut, summary="Verify the code in a photo")
def post_verify_photo(
    door: OurDoor,
    record: Record,
    asker: WhoAsks,
    photo: Annotated[UploadFile, File(description="JPEG, PNG, WebP or HEIC of one label.")],
    latitude: Annotated[Latitude | None, Form(description="Degrees north, WGS 84.")] = None,
    longitude: Annotated[Longitude | None, Form(description="Degrees east, WGS 84.")] = None,
    accuracy_m: Annotated[AccuracyM | None, Form(description="Radius in metres.")] = None,
    province: Annotated[str | None, Form(max_length=256, description="省")] = None,
    city: Annotated[str | None, Form(max_length=256, description="市")] = None,
    district: Annotated[str | None, Form(max_length=256, description="区 or 县")] = None,
    street: Annotated[str | None, Form(max_length=256, description="街道")] = None,
    method: Annotated[QueryMethod, Form()] = QueryMethod.MOBILE,
    language: Annotated[Language | None, Form()] = None,
) -> Response:
    """Read the photo and answer like /v1/verify, with the reading beside the verdict."""
    place = _place(
        {
            "latitude": latitude,
            "longitude": longitude,
            "accuracy_m": accuracy_m,
            "province": province,
            "city": city,
            "district": district,
            "street": street,
        }
    )
    question = PhotoQuestion(photo.file.read(), place, method, language)
    return _response(verify_photo(door, record, asker, question))


def _place(fields: dict[str, float | str | None]) -> PlaceIn | None:
    """The place of a form; the rules are those of the JSON body."""
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    if not given:
        return None
    try:
        return PlaceIn.model_validate(given)
    except ValidationError as error:
        found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(found) from error


def _response(reply: StoredReply) -> Response:
    """The stored bytes as they are, so that a replay is identical."""
    headers = {REPLAYED_HEADER: "true"} if reply.replayed else {}
    return Response(
        reply.body, status_code=reply.status, media_type=reply.media_type, headers=headers
    )
