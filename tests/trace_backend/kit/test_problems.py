import logging
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from trace_backend.kit import problems
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import require
from trace_backend.kit.credentials import add_api_key
from trace_backend.kit.errors import PROBLEMS, RATE_LIMITED, RecordError
from trace_backend.kit.problems import MAX_FIELD_ERRORS, preferred_language


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=3)
    secret: str = Field(max_length=4)


class Many(BaseModel):
    items: list[int]


@pytest.fixture
def client(record, client_of):
    app = FastAPI()
    app.state.record = record
    problems.install(app)

    @app.post("/things")
    def make_thing(body: Body) -> None: ...

    @app.post("/many")
    def make_many(body: Many) -> None: ...

    @app.get("/limited")
    def limited() -> None:
        raise RecordError(RATE_LIMITED, "slow down", retry_after_s=7, limit=5)

    @app.get("/problem/{number}")
    def problem(number: int) -> None:
        raise RecordError(PROBLEMS[number], "why")

    @app.get("/broken")
    def broken() -> None:
        raise ValueError("password=hunter2")

    @app.get("/teapot")
    def teapot() -> None:
        raise HTTPException(418, "short and stout", headers={"X-Kept": "yes"})

    @app.get("/mine")
    def mine(subject: Annotated[Subject, Depends(require("things.read"))]) -> str:
        return subject.organisation_id

    return client_of(app)


def document(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"].startswith("/problems/")
    assert body["title"]
    return body


@pytest.mark.parametrize("number", range(len(PROBLEMS)))
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_problem_has_its_status_and_a_title_in_both_languages(client, number, language):
    answer = client.get(f"/problem/{number}", headers={"Accept-Language": language})
    body = document(answer)
    problem = PROBLEMS[number]
    assert answer.status_code == problem.status
    assert body["type"] == f"/problems/{problem.slug}"
    assert body["title"] == (problem.title_zh if language == "zh-CN" else problem.title_en)
    assert body["title"].isascii() == (language == "en")
    assert body["instance"] == f"/problem/{number}"
    assert answer.headers["content-language"] == language


def test_problem_slugs_are_unique():
    assert len({problem.slug for problem in PROBLEMS}) == len(PROBLEMS)


def test_extensions_and_retry_after_are_sent(client):
    answer = client.get("/limited")
    assert document(answer)["limit"] == 5
    assert answer.headers["retry-after"] == "7"


def test_extension_never_replaces_a_standard_member():
    made = problems.problem_document(
        RATE_LIMITED, "d", language="en", instance="/x", extensions={"status": 200, "type": "x"}
    )
    assert (made["status"], made["type"]) == (429, "/problems/rate-limited")


def test_unknown_route_is_a_404_problem(client):
    assert document(client.get("/nowhere"))["type"] == "/problems/not-found"


def test_wrong_method_is_a_405_problem_that_names_the_right_one(client):
    answer = client.delete("/things")
    assert document(answer)["type"] == "/problems/method-not-allowed"
    assert answer.headers["allow"] == "POST"


def test_other_http_error_keeps_status_and_headers(client):
    answer = client.get("/teapot")
    assert document(answer)["type"] == "/problems/status-418"
    assert answer.headers["x-kept"] == "yes"


def test_invalid_fields_are_named_and_their_values_are_not_repeated(client):
    answer = client.post(
        "/things",
        json={"name": "ab", "secret": "hunter2-hunter2", "extra": "hunter2"},
        headers={"Accept-Language": "en"},
    )
    body = document(answer)
    assert answer.status_code == 422
    assert {error["field"] for error in body["errors"]} == {"name", "secret", "extra"}
    assert "hunter2" not in answer.text


def test_invalid_fields_are_explained_in_chinese(client):
    answer = client.post("/things", json={"name": "ab"}, headers={"Accept-Language": "zh-CN"})
    assert document(answer)["errors"] == [
        {"field": "name", "message": "过短"},
        {"field": "secret", "message": "必填"},
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"\\ud800"'])
def test_body_that_is_no_json_object_is_a_422_problem(client, content):
    answer = client.post("/things", content=content, headers={"Content-Type": "application/json"})
    assert document(answer)["status"] in {400, 422}


def test_number_of_field_errors_has_a_limit(client):
    answer = client.post("/many", json={"items": ["x"] * 1000})
    assert len(document(answer)["errors"]) == MAX_FIELD_ERRORS


def test_unhandled_error_is_a_500_problem_without_its_message(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert document(answer)["type"] == "/problems/internal"
    assert "hunter2" not in answer.text
    assert "hunter2" not in caplog.text
    assert "ValueError" in caplog.text


def token_of(record, permissions):
    with record.database.transaction() as session:
        return add_api_key(
            session,
            record.clock,
            name="k",
            tenant_id="t" * 32,
            organisation_id="o" * 32,
            permissions=frozenset(permissions),
            expires_at=None,
        )[1]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer dj_00000000_x"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
def test_request_without_a_valid_token_is_asked_to_sign_in(client, headers):
    answer = client.get("/mine", headers=headers)
    assert document(answer)["type"] == "/problems/unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_permission_opens_the_endpoint(client, record):
    token = token_of(record, {"things.read"})
    assert client.get("/mine", headers={"Authorization": f"Bearer {token}"}).json() == "o" * 32


def test_missing_permission_is_named(client, record):
    token = token_of(record, {"things.write"})
    answer = client.get("/mine", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "things.read" in document(answer)["detail"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-Hans-CN,en;q=0.9", "zh-CN"),
        ("zh;q=0.1, en;q=0.2", "en"),
        ("fr, de;q=0.9", "zh-CN"),
        ("fr, en;q=0.5", "en"),
        ("en;q=0", "zh-CN"),
        ("en;q=nan, zh", "zh-CN"),
        ("en;q=99", "zh-CN"),
        ("," * 100_000, "zh-CN"),
        ("english", "zh-CN"),
    ],
)
def test_language_follows_accept_language(header, expected):
    assert preferred_language(header) == expected
