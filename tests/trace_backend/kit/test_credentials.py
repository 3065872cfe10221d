from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from trace_backend.kit import auth
from trace_backend.kit.auth import Subject, SubjectKind
from trace_backend.kit.credentials import (
    ApiKey,
    LoginSession,
    add_api_key,
    authenticate,
    begin_login_session,
    end_login_session,
    end_sessions_of,
)
from trace_backend.kit.errors import KEY_EXPIRED, UNAUTHENTICATED, RecordError

USER = Subject(SubjectKind.USER, "u" * 32, "t" * 32, "o" * 32, frozenset({"codes.issue"}))


def add_key(record, **changes):
    wanted = {
        "name": "line 1",
        "tenant_id": "t" * 32,
        "organisation_id": "o" * 32,
        "permissions": frozenset({"codes.issue"}),
        "expires_at": None,
    }
    with record.database.transaction() as session:
        row, token = add_api_key(session, record.clock, **(wanted | changes))
        return row.id, token


def check(record, token):
    with record.database.reading() as session:
        return authenticate(session, record.clock, token)


def refusal(record, token):
    with pytest.raises(RecordError) as refused:
        check(record, token)
    return refused.value.problem


def test_api_key_leads_to_its_subject(record):
    key_id, token = add_key(record)
    assert check(record, token) == Subject(
        SubjectKind.API_KEY, key_id, "t" * 32, "o" * 32, frozenset({"codes.issue"})
    )


def test_api_key_has_the_documented_form():
    made = auth.make_api_key()
    prefix, key_id, secret = made.token.split("_", 2)
    assert (prefix, len(key_id), len(secret)) == ("dj", 8, 43)


def test_secret_is_nowhere_in_the_database(record):
    key_id, token = add_key(record)
    with record.database.reading() as session:
        row = session.get_one(ApiKey, key_id)
        stored = [str(getattr(row, column.key)) for column in ApiKey.__table__.columns]
    secret = token.split("_", 2)[2]
    assert not any(secret in value for value in stored)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "dj_",
        "dj_00000000_" + "A" * 43,
        "djs_" + "A" * 43,
        "x" * 10_000,
        "dj_0000000\x00_" + "A" * 43,
        "令牌",
    ],
)
def test_unknown_token_is_refused(record, token):
    assert refusal(record, token) is UNAUTHENTICATED


def test_wrong_secret_of_a_known_key_is_refused(record):
    _, token = add_key(record)
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert refusal(record, changed) is UNAUTHENTICATED


def test_key_works_until_the_instant_of_its_expiry(record):
    _, token = add_key(record, expires_at=record.clock.now() + timedelta(seconds=1))
    check(record, token)
    record.clock.advance(timedelta(seconds=1))
    assert refusal(record, token) is KEY_EXPIRED


def test_only_the_right_secret_learns_that_a_key_has_expired(record):
    _, token = add_key(record, expires_at=record.clock.now())
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert refusal(record, changed) is UNAUTHENTICATED


def test_revoked_key_is_like_an_unknown_one(record):
    key_id, token = add_key(record, expires_at=record.clock.now())
    with record.database.transaction() as session:
        session.get_one(ApiKey, key_id).revoked_at = record.clock.now()
    assert refusal(record, token) is UNAUTHENTICATED


def begin(record):
    with record.database.transaction() as session:
        return begin_login_session(session, record.clock, USER)[1]


def test_login_session_leads_to_its_user_for_twelve_hours(record):
    token = begin(record)
    record.clock.advance(timedelta(hours=12) - timedelta(microseconds=1))
    assert check(record, token) == USER
    record.clock.advance(timedelta(microseconds=1))
    assert refusal(record, token) is KEY_EXPIRED


def test_session_token_is_stored_hashed(record):
    token = begin(record)
    with record.database.reading() as session:
        (row,) = session.query(LoginSession).all()
    assert row.digest != token.encode()
    assert len(row.digest) == 32


def test_signing_out_ends_one_session(record):
    first, second = begin(record), begin(record)
    with record.database.transaction() as session:
        end_login_session(session, record.clock, first)
        end_login_session(session, record.clock, "no token of ours")
    assert refusal(record, first) is UNAUTHENTICATED
    assert check(record, second) == USER


def test_all_sessions_of_a_user_end_together(record):
    tokens = [begin(record), begin(record)]
    with record.database.transaction() as session:
        end_sessions_of(session, record.clock, USER.id)
    assert {refusal(record, token) for token in tokens} == {UNAUTHENTICATED}


def test_password_hash_is_argon2id_and_is_checked_by_the_library():
    stored = auth.hash_password("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(stored, "correct horse battery")


def test_password_matches_only_itself():
    stored = auth.hash_password("correct horse battery")
    assert auth.password_matches("correct horse battery", stored)
    assert not auth.password_matches("correct horse batterY", stored)
    assert not auth.password_matches("correct horse battery", None)
    assert not auth.password_matches("correct horse battery", "damaged")


def test_absent_user_costs_a_full_password_check(monkeypatch):
    seen = []
    verify = PasswordHasher.verify

    def watched(self, stored, password):
        seen.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert not auth.password_matches("whatever it was", None)
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_hash_of_older_parameters_is_outdated():
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x" * 12)
    assert auth.password_is_outdated(old)
    assert not auth.password_is_outdated(auth.hash_password("x" * 12))


@pytest.mark.parametrize(
    ("held", "asked", "may"),
    [
        (frozenset(), "codes.issue", False),
        (frozenset({"codes.issue"}), "codes.issue", True),
        (frozenset({"codes.issue"}), "codes.void", False),
        (frozenset({"*"}), "codes.void", True),
    ],
)
def test_subject_may_what_it_holds(held, asked, may):
    subject = Subject(SubjectKind.USER, "u", "t", "o", held)
    assert subject.may(asked) is may
    assert subject.may_grant(frozenset({asked})) is may


def test_nobody_grants_everything_but_who_holds_everything():
    assert not USER.may_grant(frozenset({"*"}))
    assert USER.may_grant(frozenset())
