from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from trace_backend import orgs
from trace_backend.kit.errors import RATE_LIMITED, UNAUTHENTICATED, RecordError
from trace_backend.orgs.models import SignInAttempt, User


def sign_in(client, login, password):
    return client.post("/v1/session", json={"login": login, "password": password})


def bearer(answer):
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def try_wrong(record, login):
    with pytest.raises(RecordError) as refused:
        orgs.sign_in(record.database, record.clock, login, "wrong")
    return refused.value


def test_session_is_the_users_until_he_signs_out(client, tree, add_user):
    user = add_user(tree.ids["市场部"], "han.meimei", "organisations.read")
    headers = bearer(sign_in(client, "Han.Meimei", add_user.password))
    assert client.get("/v1/session", headers=headers).json() == {
        "kind": "user",
        "id": user,
        "tenant_id": tree.tenant_id,
        "organisation_id": tree.ids["市场部"],
        "permissions": ["organisations.read"],
    }
    assert client.delete("/v1/session", headers=headers).status_code == 204
    assert client.get("/v1/session", headers=headers).status_code == 401


def test_session_ends_after_twelve_hours(client, tree, add_user, record):
    add_user(tree.tenant_id, "someone")
    answer = sign_in(client, "someone", add_user.password)
    assert answer.json()["expires_at"] == "2026-11-22T20:00:00Z"
    record.clock.advance(timedelta(hours=12))
    ended = client.get("/v1/session", headers=bearer(answer))
    assert ended.json()["type"] == "/problems/key-expired"


def test_signing_out_with_an_api_key_leaves_the_key(client, tree, key_of):
    headers = key_of(tree.tenant_id)
    assert client.delete("/v1/session", headers=headers).status_code == 204
    assert client.get("/v1/session", headers=headers).status_code == 200


def test_wrong_password_unknown_login_and_disabled_user_look_alike(client, tree, add_user, key_of):
    add_user(tree.tenant_id, "known")
    disabled = add_user(tree.tenant_id, "disabled")
    client.patch(f"/v1/users/{disabled}", headers=key_of(tree.tenant_id), json={"disabled": True})
    answers = [
        sign_in(client, "known", "wrong password"),
        sign_in(client, "unknown", add_user.password),
        sign_in(client, "disabled", add_user.password),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("login", ["someone", "nobody"])
def test_fifth_failure_locks_known_and_unknown_logins_alike(record, tree, add_user, login):
    add_user(tree.tenant_id, "someone")
    problems = [try_wrong(record, login).problem for _ in range(6)]
    assert problems == [UNAUTHENTICATED] * 5 + [RATE_LIMITED]


def test_lock_holds_against_the_right_password_and_then_opens(record, tree, add_user):
    add_user(tree.tenant_id, "someone")
    for _ in range(5):
        try_wrong(record, "someone")
    with pytest.raises(RecordError) as locked:
        orgs.sign_in(record.database, record.clock, "someone", add_user.password)
    assert locked.value.problem is RATE_LIMITED
    assert locked.value.extensions["retry_after_s"] == 30
    record.clock.advance(timedelta(seconds=30))
    assert orgs.sign_in(record.database, record.clock, "someone", add_user.password).token


def test_locks_double_to_a_quarter_of_an_hour(record, tree):
    waits = []
    for _ in range(5):
        try_wrong(record, "nobody")
    for _ in range(7):
        wait_s = try_wrong(record, "nobody").extensions["retry_after_s"]
        waits.append(wait_s)
        record.clock.advance(timedelta(seconds=wait_s))
        assert try_wrong(record, "nobody").problem is UNAUTHENTICATED
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_success_and_a_day_forget_failures(record, tree, add_user):
    add_user(tree.tenant_id, "someone")
    for _ in range(4):
        try_wrong(record, "someone")
    orgs.sign_in(record.database, record.clock, "someone", add_user.password)
    with record.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0
    for _ in range(4):
        try_wrong(record, "someone")
    record.clock.advance(timedelta(hours=24, seconds=1))
    assert [try_wrong(record, "someone").problem for _ in range(4)] == [UNAUTHENTICATED] * 4


def test_guesses_in_parallel_are_counted_too(record, tree):
    with ThreadPoolExecutor(20) as pool:
        problems = list(pool.map(lambda _: try_wrong(record, "nobody").problem, range(20)))
    assert problems.count(UNAUTHENTICATED) == 5
    assert problems.count(RATE_LIMITED) == 15


def test_locked_answer_says_when_to_come_back(client, tree):
    for _ in range(5):
        sign_in(client, "nobody", "wrong")
    answer = sign_in(client, "nobody", "wrong")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")


def test_login_typed_into_the_record_is_not_kept_in_clear(record, tree):
    try_wrong(record, "my-password-by-mistake")
    with record.database.reading() as session:
        (row,) = session.scalars(select(SignInAttempt)).all()
    assert b"my-password" not in row.login_digest


@pytest.mark.parametrize(
    "change", [{"password": "another password"}, {"permissions": []}, {"disabled": True}]
)
def test_change_of_a_user_ends_his_sessions(client, tree, add_user, key_of, change):
    user = add_user(tree.tenant_id, "someone", "users.read")
    headers = bearer(sign_in(client, "someone", add_user.password))
    client.patch(f"/v1/users/{user}", headers=key_of(tree.tenant_id), json=change)
    assert client.get("/v1/session", headers=headers).status_code == 401


def test_new_name_ends_no_session(client, tree, add_user, key_of):
    user = add_user(tree.tenant_id, "someone")
    headers = bearer(sign_in(client, "someone", add_user.password))
    client.patch(f"/v1/users/{user}", headers=key_of(tree.tenant_id), json={"name": "新名"})
    assert client.get("/v1/session", headers=headers).status_code == 200


def test_outdated_hash_is_renewed_at_sign_in(record, tree, add_user):
    user = add_user(tree.tenant_id, "someone")
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(add_user.password)
    with record.database.transaction() as session:
        session.get_one(User, user).password_hash = old
    orgs.sign_in(record.database, record.clock, "someone", add_user.password)
    with record.database.reading() as session:
        renewed = session.get_one(User, user).password_hash
    assert "m=19456,t=2,p=1" in renewed
    assert PasswordHasher().verify(renewed, add_user.password)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": "x" * 101, "password": "p"},
        {"login": "a\x00b", "password": "p"},
        {"login": "abc", "password": "x" * 257},
        {"login": "abc", "password": ""},
        {"login": ["abc"], "password": "p"},
    ],
)
def test_malformed_sign_in_is_refused_without_being_counted(client, record, body):
    assert client.post("/v1/session", json=body).status_code == 422
    with record.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def change_password(client, headers, password, new_password):
    body = {"password": password, "new_password": new_password}
    return client.put("/v1/session/password", headers=headers, json=body)


def test_own_new_password_is_the_only_one_from_then_on(client, tree, add_user):
    add_user(tree.tenant_id, "someone")
    headers = bearer(sign_in(client, "someone", add_user.password))
    changed = change_password(client, headers, add_user.password, "another password")
    assert changed.status_code == 204
    assert client.get("/v1/session", headers=headers).status_code == 401
    assert sign_in(client, "someone", add_user.password).status_code == 401
    assert sign_in(client, "someone", "another password").status_code == 201


def test_own_password_is_changed_only_by_who_knows_the_present_one(client, tree, add_user):
    add_user(tree.tenant_id, "someone")
    headers = bearer(sign_in(client, "someone", add_user.password))
    answers = [
        change_password(client, headers, "wrong", "another password").status_code for _ in range(6)
    ]
    assert answers == [401] * 5 + [429]


def test_api_key_has_no_password(client, tree, key_of):
    answer = change_password(client, key_of(tree.tenant_id), "x", "another password")
    assert answer.status_code == 403
