"""Problem documents (RFC 9457): every error of the HTTP side leaves as application/problem+json."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from trace_backend.kit.errors import (
    BAD_REQUEST,
    CONFLICT,
    FORBIDDEN,
    INTERNAL,
    INVALID,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    RATE_LIMITED,
    TOO_LARGE,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA,
    Problem,
    RecordError,
)

MEDIA_TYPE: Final = "application/problem+json"
LANGUAGES: Final = ("zh-CN", "en")
MAX_FIELD_ERRORS: Final = 20
_MAX_LANGUAGE_RANGES: Final = 16
_MAX_FIELD_LENGTH: Final = 100
_BY_STATUS: Final = {
    problem.status: problem
    for problem in (
        BAD_REQUEST,
        UNAUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        CONFLICT,
        TOO_LARGE,
        UNSUPPORTED_MEDIA,
        INVALID,
        RATE_LIMITED,
        INTERNAL,
        UNAVAILABLE,
    )
}
_SCHEMA: Final = {
    "title": "ProblemDocument",
    "description": "A problem document of RFC 9457; more members may follow.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
    "additionalProperties": True,
}
_ZH_MESSAGES: Final = {
    "missing": "必填",
    "string_too_short": "过短",
    "string_too_long": "过长",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文本",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为是或否",
    "enum": "不在允许的取值之内",
    "literal_error": "不在允许的取值之内",
    "extra_forbidden": "不允许的字段",
    "json_invalid": "不是有效的 JSON",
    "greater_than": "过小",
    "greater_than_equal": "过小",
    "less_than": "过大",
    "less_than_equal": "过大",
    "too_long": "项目过多",
    "too_short": "项目过少",
}
_ZH_OTHER: Final = "取值不合要求"
_log = logging.getLogger(__name__)


def preferred_language(accept_language: str | None) -> str:
    """Choose "zh-CN" or "en" by an Accept-Language header (RFC 9110 12.5.4); zh-CN by default."""
    best, best_quality = LANGUAGES[0], 0.0
    for item in (accept_language or "").split(",")[:_MAX_LANGUAGE_RANGES]:
        tag, _, parameters = item.strip().partition(";")
        language = {"zh": "zh-CN", "en": "en"}.get(tag.strip().lower().partition("-")[0])
        quality = _quality(parameters)
        if language is not None and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0


def problem_document(
    problem: Problem,
    detail: str,
    *,
    language: str,
    instance: str,
    extensions: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Build the members of a problem document; extensions never replace standard members."""
    standard: dict[str, object] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title(language),
        "status": problem.status,
        "detail": detail,
        "instance": instance,
    }
    # Named twice, so that the standard members stand first and still win.
    return {**standard, **(extensions or {}), **standard}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document problem answers of these statuses (the `responses` of a FastAPI route)."""
    return {
        status: {
            "description": _BY_STATUS[status].title_en,
            "content": {MEDIA_TYPE: {"schema": _SCHEMA}},
        }
        for status in statuses
    }


def problem_response(request: Request, error: RecordError) -> Response:
    """Write `error` as the answer to `request`, in the language that it asks for."""
    language = preferred_language(request.headers.get("accept-language"))
    document = problem_document(
        error.problem,
        error.detail,
        language=language,
        instance=request.url.path,
        extensions=error.extensions,
    )
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if error.problem.status == UNAUTHENTICATED.status:
        headers["WWW-Authenticate"] = "Bearer"
    retry_after_s = error.extensions.get("retry_after_s")
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return Response(
        json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"),
        status_code=error.problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Give `app` the handlers that turn every error into a problem document."""
    app.add_exception_handler(RecordError, _on_record_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unhandled)


def _on_record_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RecordError):
        raise TypeError("want a RecordError") from error
    return problem_response(request, error)


def _on_invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError("want a RequestValidationError") from error
    language = preferred_language(request.headers.get("accept-language"))
    found = [_field_error(item, language) for item in error.errors()[:MAX_FIELD_ERRORS]]
    detail = "这些字段不合要求" if language == "zh-CN" else "these fields are not as expected"
    return problem_response(request, RecordError(INVALID, detail, errors=found))


def _field_error(item: Mapping[str, Any], language: str) -> dict[str, str]:
    """Name the field and what was expected; the value that came is never repeated."""
    place = [str(part) for part in item["loc"]]
    field = ".".join(place[1:]) or place[0]
    kind = str(item["type"])
    message = _ZH_MESSAGES.get(kind, _ZH_OTHER) if language == "zh-CN" else str(item["msg"])
    return {"field": field[:_MAX_FIELD_LENGTH], "message": message}


def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError("want an HTTPException") from error
    problem = _BY_STATUS.get(error.status_code)
    if problem is None:
        problem = Problem(
            f"status-{error.status_code}", error.status_code, "The request failed", "请求失败"
        )
    response = problem_response(request, RecordError(problem, str(error.detail)))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _on_unhandled(request: Request, error: Exception) -> Response:
    # Only the class: messages of foreign errors may hold what the caller sent.
    _log.error("unhandled %s in %s", type(error).__name__, request.scope.get("path", ""))
    return problem_response(
        request, RecordError(INTERNAL, "the request was not carried out; please report this")
    )
