"""The OpenAPI document: every operation names its problems in the one form that they have."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ar_service.edge.problems import CODE_PROBLEMS, PHOTO_PROBLEMS, READ_PROBLEMS

PROBLEM_SCHEMA: Final = {
    "title": "Problem",
    "description": "A problem document (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "description": "/problems/<slug>; stable, made for programs.",
            "examples": ["/problems/no-code-found"],
        },
        "title": {"type": "string", "description": "In the caller's language (zh-CN or en)."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was expected, what came, what to do."},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "The fields that are not as expected (problem invalid).",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "retry_after_s": {"type": "integer"},
    },
    "additionalProperties": True,
}

_DESCRIPTIONS: Final = {
    400: "bad-request: the request can't be read.",
    401: "unauthenticated or key-expired.",
    403: "forbidden: the subject lacks the permission.",
    404: "not-found: absent, or of another tenant.",
    409: "conflict: it conflicts with what is recorded.",
    413: "too-large: the body is larger than the cap.",
    415: "unsupported-media: this kind of content is not supported.",
    422: "invalid: `errors` names the fields; or idempotency-mismatch.",
    429: "rate-limited: wait for Retry-After seconds.",
    500: "internal: an error of ours; report the request id.",
    503: "unavailable: try again after Retry-After seconds.",
}
_ALSO: Final = {422: ("invalid", "idempotency-mismatch")}
_OWN_PROBLEMS: Final = {
    "/v1/verify": CODE_PROBLEMS,
    "/v1/verify/photo": PHOTO_PROBLEMS,
    "/v1/read": READ_PROBLEMS,
}
_READS: Final = frozenset({"get", "head", "options"})


def problem_response_of(status: int, path: str) -> dict[str, Any]:
    """The documented response of one status: every problem that a path can answer with it."""
    named = [p.slug for p in _OWN_PROBLEMS.get(path, ()) if p.status == status]
    description = _DESCRIPTIONS[status]
    if named:
        general = _ALSO.get(status, ())
        description = f"One of: {', '.join((*named, *general))}."
    return {
        "description": description,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }


def install_openapi(app: FastAPI) -> None:
    """Make `app.openapi()` document the problems of every operation."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            for status in _statuses(path, method, operation):
                operation["responses"][str(status)] = problem_response_of(status, path)
    return found


def _statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """Problem statuses of an operation, from what it is: secured, with a body, with an id."""
    statuses = {500, 503}
    if path.startswith("/v1/"):
        statuses |= {422}
    if operation.get("security"):
        statuses |= {401, 403}
    if "{" in path:
        statuses |= {404}
    if method not in _READS:
        statuses |= {400, 413}
        statuses |= {404, 409} if operation.get("security") else set()
    if path in _OWN_PROBLEMS:
        statuses |= {429, *(problem.status for problem in _OWN_PROBLEMS[path])}
    declared = {int(code) for code in operation["responses"] if code.isdigit() and int(code) >= 400}
    return sorted(statuses | (declared & _DESCRIPTIONS.keys()))
