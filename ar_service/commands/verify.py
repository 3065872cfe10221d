"""`dianjin verify`: the verdict about the code in a photo, from the local record or a server."""

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ar_service.commands.output import Output
from ar_service.settings import Settings

if TYPE_CHECKING:
    from ar_service.verify import PlaceIn
    from trace_backend.authenticity import Language
    from trace_backend.kit.errors import RecordError

SERVER_TIMEOUT_S = 60.0
INSTALL_ID_FILE = "install_id"
_PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*")


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What the command line says."""

    image: Path
    place: str | None
    server: str | None
    language: str | None


def verify_picture(settings: Settings, options: VerifyOptions, output: Output) -> int:
    """Write the verdict; 0 when there is one, whatever it says, and 1 when there is none."""
    try:
        position = _position(options.place)
        photo = options.image.read_bytes()
    except ValueError as error:
        return _refuse(options, {"reason": "place", "detail": str(error)}, output)
    except OSError as error:
        detail = error.strerror or "can't be opened"
        return _refuse(options, {"reason": "unreadable", "detail": detail}, output)
    if options.server is None:
        answer, refusal = _ask_record(settings, photo, position, options.language)
    else:
        install_id = _install_id(settings.data_dir)
        answer, refusal = _ask_server(options.server, photo, position, options.language, install_id)
    if answer is None:
        return _refuse(options, refusal, output)
    seal, verdict, text = answer["seal"], answer["verdict"], answer["reply"]["text"]
    output.result(
        {"file": str(options.image), **answer}, f"{options.image}: {verdict} ({seal})\n  {text}"
    )
    return 0


def _refuse(options: VerifyOptions, error: dict[str, Any], output: Output) -> int:
    title = error.get("title") or error.get("reason") or "error"
    output.result(
        {"file": str(options.image), "error": error},
        f"{options.image}: {title}: {error.get('detail', '')}",
    )
    return 1


def _position(place: str | None) -> tuple[float, float] | None:
    if place is None:
        return None
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError("want --place LAT,LON in degrees, for example 36.19,113.12")
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValueError("want a latitude of -90 to 90 and a longitude of -180 to 180")
    return latitude, longitude


def _ask_record(
    settings: Settings, photo: bytes, position: tuple[float, float] | None, language: str | None
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Run the flow of the service in this process, on the record of data_dir."""
    from ar_service.record import open_record
    from ar_service.verify import Asker, PhotoQuestion, make_door, verify_photo
    from ar_service.verify.visitor import visitor_hash
    from trace_backend.authenticity import QueryMethod
    from trace_backend.kit.clock import SystemClock
    from trace_backend.kit.errors import RecordError

    try:
        chosen = _language(language or settings.language)
        with open_record(settings, SystemClock()) as record:
            door = make_door(settings, record.secrets)
            visitor = visitor_hash(
                door.visitor_key,
                install_id=_install_id(settings.data_dir),
                cookie=None,
                address="",
                user_agent="",
            )
            asker = Asker(visitor, "127.0.0.1", chosen, None, "cli")
            question = PhotoQuestion(photo, _place_in(position), QueryMethod.WEB, None)
            reply = verify_photo(door, record, asker, question)
    except RecordError as error:
        return None, _problem(error, language or settings.language)
    return json.loads(reply.body), {}


def _language(language: str) -> "Language":
    from trace_backend.authenticity import Language
    from trace_backend.kit.errors import INVALID, RecordError

    try:
        return Language(language)
    except ValueError:
        raise RecordError(INVALID, "--language wants zh-CN or en") from None


def _place_in(position: tuple[float, float] | None) -> "PlaceIn | None":
    from ar_service.verify import PlaceIn

    if position is None:
        return None
    return PlaceIn(latitude=position[0], longitude=position[1])


def _problem(error: "RecordError", language: str) -> dict[str, Any]:
    from trace_backend.kit.problems import problem_document

    return problem_document(
        error.problem,
        error.detail,
        language=language,
        instance="",
        extensions=error.extensions,
    )


def _ask_server(
    server: str,
    photo: bytes,
    position: tuple[float, float] | None,
    language: str | None,
    install_id: str,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Post the photo to a running service."""
    import httpx

    fields = {} if position is None else {"latitude": position[0], "longitude": position[1]}
    form = {name: str(value) for name, value in fields.items()}
    if language is not None:
        form["language"] = language
    try:
        response = httpx.post(
            f"{server.rstrip('/')}/v1/verify/photo",
            files={"photo": ("photo", photo)},
            data=form,
            headers={"Dianjin-Install-Id": install_id},
            timeout=SERVER_TIMEOUT_S,
        )
        document = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return None, {"reason": "server", "detail": f"{server} gave no answer: {error}"}
    if not isinstance(document, dict):
        return None, {"reason": "server", "detail": f"{server} is no dianjin service"}
    return (document, {}) if response.status_code == 200 else (None, document)


def _install_id(data_dir: Path) -> str:
    """The id of this installation as a consumer, made once: its repeated queries count once."""
    path = data_dir / INSTALL_ID_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(24) + "\n")
    return path.read_text().strip()
