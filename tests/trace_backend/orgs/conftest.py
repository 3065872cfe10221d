"""A group with the organisation tree of the reference deck, another tenant, and an HTTP client."""

from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from trace_backend import orgs
from trace_backend.kit import problems
from trace_backend.orgs import OrganisationType

PASSWORD = "correct horse battery"


@dataclass
class Tree:
    """Ids of the organisations by name, and of another tenant's."""

    ids: dict[str, str]
    codes: dict[str, str]
    tenant_id: str
    stranger_id: str


@pytest.fixture
def tree(record):
    company, department, supplier = (
        OrganisationType.COMPANY,
        OrganisationType.DEPARTMENT,
        OrganisationType.SUPPLIER,
    )
    with record.database.transaction() as session:
        rows = {}

        def add(name, parent, kind, code=None):
            rows[name] = orgs.add_organisation(
                session,
                record.clock,
                parent=rows[parent],
                name=name,
                organisation_type=kind,
                code=code,
            )

        rows["集团"] = orgs.add_tenant(session, record.clock, name="黔山文产集团")
        add("农产品供应商", "集团", supplier)
        add("市场部", "集团", department)
        add("财务部", "集团", department)
        add("农副产品", "农产品供应商", company)
        add("特色农业", "农产品供应商", company, "A01A05")
        add("水果类", "特色农业", department)
        add("主粮类", "特色农业", department)
        add("二次加工", "特色农业", department)
        stranger = orgs.add_tenant(session, record.clock, name="别家集团")
        return Tree(
            ids={name: row.id for name, row in rows.items()},
            codes={name: row.code for name, row in rows.items()},
            tenant_id=rows["集团"].id,
            stranger_id=stranger.id,
        )


@pytest.fixture
def client(record, client_of):
    app = FastAPI()
    app.state.record = record
    problems.install(app)
    app.include_router(orgs.router)
    return client_of(app)


@pytest.fixture
def key_of(record):
    """Makes an API key of an organisation: `key_of(organisation_id, "users.read")` -> headers."""

    def make(organisation_id, *permissions, expires_at=None):
        with record.database.transaction() as session:
            organisation = session.get_one(orgs.Organisation, organisation_id)
            _, token = orgs.make_key(
                session,
                record.clock,
                organisation=organisation,
                name="test",
                permissions=frozenset(permissions or {"*"}),
                expires_at=expires_at,
            )
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def add_user(record):
    """Adds a user with the password `add_user.password`; returns the id."""

    def add(organisation_id, login, *permissions):
        with record.database.transaction() as session:
            return orgs.add_user(
                session,
                record.clock,
                organisation=session.get_one(orgs.Organisation, organisation_id),
                login=login,
                name="测试员",
                password=PASSWORD,
                permissions=frozenset(permissions),
            ).id

    add.password = PASSWORD
    return add
