"""`dianjin user add`: who may sign in, and how he is told."""

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ar_service.commands.output import Output
from ar_service.commands.user import NewLogin, add_login
from ar_service.record import open_record
from ar_service.settings import Settings
from trace_backend.kit.clock import SystemClock
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError
from trace_backend.orgs import User, add_tenant

WANTED = NewLogin("wang@brand.example", None, None, frozenset())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def add_brand(settings: Settings, name: str) -> str:
    clock = SystemClock()
    with open_record(settings, clock) as record, record.database.transaction() as session:
        return add_tenant(session, clock, name=name).id


def add(settings: Settings, wanted: NewLogin = WANTED) -> dict[str, object]:
    out = io.StringIO()
    assert add_login(settings, wanted, Output(out, io.StringIO(), as_json=True)) == 0
    told: dict[str, object] = json.loads(out.getvalue())
    return told


def users(settings: Settings) -> int:
    with open_record(settings, SystemClock()) as record, record.database.reading() as session:
        return session.execute(select(func.count()).select_from(User)).scalar_one()


def test_without_a_brand_nobody_is_added(settings: Settings) -> None:
    with pytest.raises(RecordError, match="dianjin seed") as refused:
        add(settings)
    assert refused.value.problem is NOT_FOUND
    assert users(settings) == 0


def test_a_login_gets_a_password_of_its_own_that_is_kept_only_as_a_hash(
    settings: Settings,
) -> None:
    add_brand(settings, "甲")
    first = add(settings)
    second = add(settings, NewLogin("li@brand.example", "李", None, frozenset({"codes.read"})))
    assert first["password"] != second["password"]
    assert second["permissions"] == ["codes.read"]
    assert "studio.write" in str(first["permissions"])
    with open_record(settings, SystemClock()) as record, record.database.reading() as session:
        hashes = session.scalars(select(User.password_hash)).all()
    assert len(hashes) == 2
    assert all(str(told["password"]) not in kept for told in (first, second) for kept in hashes)


def test_a_login_in_use_or_a_brand_to_guess_is_refused_and_nothing_is_added(
    settings: Settings,
) -> None:
    one = add_brand(settings, "甲")
    add(settings)
    with pytest.raises(RecordError) as refused:
        add(settings)
    assert refused.value.problem is CONFLICT
    add_brand(settings, "乙")
    other = NewLogin("li@brand.example", None, None, frozenset())
    with pytest.raises(RecordError, match=one) as refused:
        add(settings, other)
    assert refused.value.problem is INVALID
    with pytest.raises(RecordError) as refused:
        add(settings, NewLogin("li@brand.example", None, "0" * 32, frozenset()))
    assert refused.value.problem is NOT_FOUND
    assert users(settings) == 1
    assert (
        add(settings, NewLogin("li@brand.example", None, one, frozenset()))["organisation"] == "甲"
    )
