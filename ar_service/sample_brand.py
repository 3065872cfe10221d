"""A fictional brand to try things with: organisations, a product, a batch, a key and codes."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace_backend.codes import Code, activate, place_order
from trace_backend.codes.digital_link import digital_link
from trace_backend.codes.models import CodeOrder
from trace_backend.kit.auth import ANY_PERMISSION, Subject, SubjectKind
from trace_backend.kit.context import RecordContext
from trace_backend.orgs import (
    Organisation,
    OrganisationType,
    User,
    add_organisation,
    add_tenant,
    add_user,
    make_key,
)
from trace_backend.orgs.service import change_user
from trace_backend.products import (
    Batch,
    NewBatch,
    NewProduct,
    Product,
    create_batch,
    create_product,
)

BRAND = "云岭山房 Yunling Studio"
PRODUCT_NAME = "云岭古树红茶 Yunling Old-Tree Black Tea"
PRODUCT_CODE = "YL-357"
GTIN = "09521234543213"
"""In the range 952, which GS1 keeps for examples."""
BATCH_NUMBER = "20261101"
PRODUCTION_DATE = dt.date(2026, 11, 1)
EXPIRY_DATE = dt.date(2029, 10, 31)
KEY_LIFE = dt.timedelta(days=90)
KEY_PERMISSIONS = frozenset({ANY_PERMISSION})
LOGIN = "designer@yunling.example"
LOGIN_NAME = "云岭设计 Yunling Design"
LOGIN_PERMISSIONS = frozenset(
    {
        "studio.read",
        "studio.write",
        "studio.order",
        "codes.read",
        "codes.issue",
        "products.read",
    }
)
_PASSWORD_BYTES = 15


@dataclass(frozen=True, slots=True)
class SampleCode:
    """One issued code; `payload` is what its QR code holds."""

    label_number: int
    code: str
    payload: str
    active: bool


@dataclass(frozen=True, slots=True)
class SampleBrand:
    """What was made; `api_key` and `password` can't be shown again."""

    tenant_id: str
    brand: str
    organisations: tuple[str, ...]
    product_id: str
    product_name: str
    gtin: str
    batch_id: str
    api_key: str
    key_expires_at: dt.datetime
    login: str
    password: str
    codes: tuple[SampleCode, ...]


def make_sample_brand(
    session: Session, record: RecordContext, host: str, codes: int, active: int
) -> SampleBrand:
    """Make the brand, or more codes, a new key and a new password when it is there already.

    Args:
        session: the caller's transaction.
        record: clock and secrets.
        host: of the Digital Links.
        codes: how many to issue, 1 to 1,000.
        active: how many of them to activate, from the first label on.
    """
    root = _root(session, record)
    key, token = make_key(
        session,
        record.clock,
        organisation=root,
        name="sample brand",
        permissions=KEY_PERMISSIONS,
        expires_at=record.clock.now() + KEY_LIFE,
    )
    subject = Subject(SubjectKind.API_KEY, key.id, root.tenant_id, root.id, KEY_PERMISSIONS)
    product = _product(session, record, subject)
    batch = _batch(session, record, subject, product)
    number = _next_order_number(session, root.tenant_id)
    order = place_order(
        session, record, subject, number=number, product_id=product.id, quantity=codes
    ).order
    if active:
        first = order.first_label_number
        labels = range(first, first + active)
        activate(session, record.clock, subject, batch.id, labels)
    return SampleBrand(
        tenant_id=root.tenant_id,
        brand=root.name,
        organisations=_names(session, root.tenant_id),
        product_id=product.id,
        product_name=product.name,
        gtin=product.gtin,
        batch_id=batch.id,
        api_key=token,
        key_expires_at=record.clock.now() + KEY_LIFE,
        login=LOGIN,
        password=_designer(session, record, root),
        codes=_codes(session, host, order, active),
    )


def _root(session: Session, record: RecordContext) -> Organisation:
    query = select(Organisation).where(Organisation.name == BRAND, Organisation.parent_id.is_(None))
    found = session.execute(query.order_by(Organisation.id).limit(1)).scalar_one_or_none()
    if found is not None:
        return found
    root = add_tenant(session, record.clock, name=BRAND)
    company = add_organisation(
        session,
        record.clock,
        parent=root,
        name="云岭茶业有限公司 Yunling Tea",
        organisation_type=OrganisationType.COMPANY,
    )
    for name, kind in (
        ("勐海工厂 Menghai Factory", OrganisationType.FACTORY),
        ("标签供应商 Label Supplier", OrganisationType.SUPPLIER),
        ("质量部 Quality", OrganisationType.DEPARTMENT),
    ):
        add_organisation(session, record.clock, parent=company, name=name, organisation_type=kind)
    return root


def _designer(session: Session, record: RecordContext, root: Organisation) -> str:
    """Give the brand's designer a random password, the user being made where it is missing."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    query = select(User).where(User.login == LOGIN, User.tenant_id == root.tenant_id)
    user = session.execute(query).scalar_one_or_none()
    if user is None:
        add_user(
            session,
            record.clock,
            organisation=root,
            login=LOGIN,
            name=LOGIN_NAME,
            password=password,
            permissions=LOGIN_PERMISSIONS,
        )
    else:
        change_user(session, record.clock, user, password=password, permissions=LOGIN_PERMISSIONS)
    return password


def _product(session: Session, record: RecordContext, subject: Subject) -> Product:
    query = select(Product).where(
        Product.tenant_id == subject.tenant_id, Product.code == PRODUCT_CODE
    )
    found = session.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    new = NewProduct(
        gtin=GTIN,
        name=PRODUCT_NAME,
        brand=BRAND,
        code=PRODUCT_CODE,
        spec="357 g",
        mnemonic="YLGS",
    )
    return create_product(session, record.clock, subject, new)


def _batch(session: Session, record: RecordContext, subject: Subject, product: Product) -> Batch:
    query = select(Batch).where(Batch.product_id == product.id, Batch.number == BATCH_NUMBER)
    found = session.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    new = NewBatch(product.id, BATCH_NUMBER, PRODUCTION_DATE, EXPIRY_DATE)
    return create_batch(session, record.clock, subject, new)


def _next_order_number(session: Session, tenant_id: str) -> str:
    query = select(func.count()).select_from(CodeOrder).where(CodeOrder.tenant_id == tenant_id)
    return f"SAMPLE-{session.execute(query).scalar_one() + 1:04d}"


def _names(session: Session, tenant_id: str) -> tuple[str, ...]:
    query = select(Organisation.code, Organisation.name).where(Organisation.tenant_id == tenant_id)
    rows = session.execute(query.order_by(Organisation.code)).all()
    return tuple(f"{code} {name}".strip() for code, name in rows)


def _codes(session: Session, host: str, order: CodeOrder, active: int) -> tuple[SampleCode, ...]:
    query = select(Code).where(Code.order_id == order.id).order_by(Code.label_number)
    return tuple(
        SampleCode(
            label_number=row.label_number,
            code=row.serial,
            payload=digital_link(host, order.gtin, row.serial),
            active=place < active,
        )
        for place, row in enumerate(session.execute(query).scalars())
    )
