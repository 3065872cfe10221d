"""The fictional brand: its first key made in the record, all the rest through the HTTP API."""

import csv
import io
import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from ar_service.demo.artwork import LabelText
from ar_service.record import open_record
from ar_service.sample_brand import LOGIN, LOGIN_NAME, LOGIN_PERMISSIONS
from ar_service.settings import Settings
from trace_backend.kit.auth import ANY_PERMISSION
from trace_backend.kit.clock import Clock
from trace_backend.orgs import OrganisationType, add_tenant, add_user, make_key

PUBLIC_URL = "https://dianjin.example"
MIN_CODES, MAX_CODES = 24, 5_000
BRAND = "云岭山房 Yunling Studio"
PRODUCT = "古树红茶"
SPEC = "357 g"
GTIN = "09521234543213"
"""In the range 952, which GS1 keeps for examples."""
LABEL_TEXT = LabelText("云岭山房", "YUNLING STUDIO", "云岭", PRODUCT, SPEC)
VOID_REASON = "标签破损 damaged at the labelling machine"
RECALL_REASON = "包装密封不良 leaking seal"

_ORGANISATIONS = (
    ("云岭茶业有限公司 Yunling Tea", OrganisationType.COMPANY),
    ("勐海工厂 Menghai Factory", OrganisationType.FACTORY),
    ("标签供应商 Label Supplier", OrganisationType.SUPPLIER),
)
_PASSWORD_BYTES = 15
_KEY_LIFE = timedelta(days=30)
_ORDER_WAIT_S = 120.0


class StaffError(OSError):
    """The staff API refused a step of the demo."""


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """Which labels belong to which batch; positions 0.. in the order, ends excluded."""

    current: range
    recalled: range
    expired: range
    inactive: range

    @classmethod
    def of(cls, codes: int) -> "LabelPlan":
        """Give a tenth each to the recalled batch, the expired batch and the drawer.

        Raises:
            ValueError: fewer than 24 or more than 5,000 codes.
        """
        if not MIN_CODES <= codes <= MAX_CODES:
            raise ValueError(f"want {MIN_CODES} to {MAX_CODES} codes, got {codes}")
        tenth = codes // 10
        ends = [codes - 3 * tenth, codes - 2 * tenth, codes - tenth, codes]
        return cls(*(range(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)))


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """One code as the printer gets it."""

    serial: str
    payload: str
    label_number: int


@dataclass(frozen=True, slots=True)
class Brand:
    """What was made for the demo."""

    organisations: tuple[str, ...]
    codes: tuple[IssuedCode, ...]
    plan: LabelPlan


@dataclass(frozen=True, slots=True)
class SignIn:
    """A login of the console; the password is random and shown once, on the terminal."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Founding:
    """What a fresh record begins with."""

    root_id: str
    token: str
    sign_in: SignIn


def found_brand(data_dir: Path, clock: Clock) -> Founding:
    """Make a fresh record with the brand's root organisation, an API key and a designer's login."""
    settings = Settings(
        data_dir=data_dir,
        database_url=None,
        secret_key_file=None,
        blob_url=None,
        migrate_on_start=True,
    )
    with open_record(settings, clock) as record, record.database.transaction() as session:
        root = add_tenant(session, clock, name=BRAND)
        _, token = make_key(
            session,
            clock,
            organisation=root,
            name="demo",
            permissions=frozenset({ANY_PERMISSION}),
            expires_at=clock.now() + _KEY_LIFE,
        )
        sign_in = SignIn(LOGIN, secrets.token_urlsafe(_PASSWORD_BYTES))
        add_user(
            session,
            clock,
            organisation=root,
            login=sign_in.login,
            name=LOGIN_NAME,
            password=sign_in.password,
            permissions=LOGIN_PERMISSIONS,
        )
        return Founding(root.id, token, sign_in)


@dataclass(frozen=True, slots=True)
class Staff:
    """The brand's people at the staff API."""

    client: httpx.Client
    token: str

    def make_brand(self, root_id: str, codes: int, void_place: int, today: date) -> Brand:
        """Register organisations, product and batches; order, activate, void, recall.

        Args:
            root_id: the root organisation.
            codes: how many to order.
            void_place: place in the order of the label that is voided after its activation.
            today: day in Asia/Shanghai, from which the batches' dates are counted.
        """
        plan = LabelPlan.of(codes)
        parent_id = root_id
        for name, kind in _ORGANISATIONS:
            made = self._post("organisations", parent_id=parent_id, name=name, type=kind.value)
            parent_id = made["id"] if kind is OrganisationType.COMPANY else parent_id
        tree = self._get("organisations")["items"]
        product = self._post(
            "products", gtin=GTIN, name=PRODUCT, brand=BRAND, code="YL-357", spec=SPEC
        )["id"]
        issued = self._issue(product, codes)
        for labels, age_days, life_days in (
            (plan.current, 21, 1_080),
            (plan.recalled, 60, 1_080),
            (plan.expired, 1_110, 1_080),
        ):
            batch = self._batch(product, today - timedelta(days=age_days), life_days)
            first, last = issued[labels[0]].label_number, issued[labels[-1]].label_number
            self._post("codes/activate", batch_id=batch, labels={"first": first, "last": last})
            if labels is plan.recalled:
                self._post(f"batches/{batch}/recall", reason=RECALL_REASON)
        void = issued[void_place]
        self._post("codes/void", label_number=void.label_number, reason=VOID_REASON)
        return Brand(tuple(f"{row['code']} {row['name']}" for row in tree), issued, plan)

    def _batch(self, product_id: str, made_on: date, life_days: int) -> str:
        """Register a batch under the number of its day; returns its id."""
        batch = self._post(
            "batches",
            product_id=product_id,
            number=f"{made_on:%Y%m%d}",
            production_date=made_on.isoformat(),
            expiry_date=(made_on + timedelta(days=life_days)).isoformat(),
        )
        return str(batch["id"])

    def _issue(self, product_id: str, codes: int) -> tuple[IssuedCode, ...]:
        """Order codes, wait for the job where there is one, and fetch them for the printer."""
        order = self._post("code-orders", number="DEMO-1", product_id=product_id, quantity=codes)
        deadline_s = time.monotonic() + _ORDER_WAIT_S
        while order["completed_at"] is None:
            if time.monotonic() > deadline_s:
                raise StaffError(f"the order of {codes} codes was not written in time")
            time.sleep(0.2)
            order = self._get(f"code-orders/{order['id']}")
        table = self._send("GET", f"code-orders/{order['id']}/codes.csv").content.decode(
            "utf-8-sig"
        )
        return tuple(
            IssuedCode(row["serial"], row["payload"], int(row["label_number"]))
            for row in csv.DictReader(io.StringIO(table))
        )

    def _post(self, path: str, **body: object) -> dict[str, Any]:
        return self._json(self._send("POST", path, body))

    def _get(self, path: str) -> dict[str, Any]:
        return self._json(self._send("GET", path))

    def _send(self, method: str, path: str, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = self.client.request(method, f"/v1/{path}", json=body, headers=headers)
        if response.is_error:
            raise StaffError(f"{method} /v1/{path}: {response.status_code} {response.text[:500]}")
        return response

    @staticmethod
    def _json(response: httpx.Response) -> dict[str, Any]:
        document: dict[str, Any] = response.json()
        return document
