"""The HTTP doors of codes."""

import csv
import io
from datetime import timedelta

import pytest

from trace_backend.codes import OurLink, parse_payload

ALL = ("codes.read", "codes.issue", "codes.activate", "codes.void", "codes.keys")


@pytest.fixture
def brand(bearer):
    return bearer(0, *ALL)


@pytest.fixture
def ordered(http, brand, batch):
    """An order of three codes."""
    body = {"number": "PO-1", "product_id": batch.product_id, "quantity": 3}
    return http.post("/v1/code-orders", json=body, headers=brand)


def _printed(http, brand, order_id):
    reply = http.get(f"/v1/code-orders/{order_id}/codes.csv", headers=brand)
    return reply, list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_an_order_is_placed_once(http, brand, batch, ordered):
    again = http.post(
        "/v1/code-orders",
        json={"number": "PO-1", "product_id": batch.product_id, "quantity": 3},
        headers=brand,
    )
    assert (ordered.status_code, again.status_code) == (201, 200)
    assert ordered.json() == again.json()
    listed = http.get("/v1/code-orders", headers=brand).json()["items"]
    assert listed == [ordered.json()]
    shown = http.get(f"/v1/code-orders/{ordered.json()['id']}", headers=brand)
    assert shown.json() == ordered.json()


def test_the_printers_table_holds_links_that_lead_back_to_the_codes(http, brand, ordered):
    reply, rows = _printed(http, brand, ordered.json()["id"])
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row["label_number"] for row in rows] == ["1", "2", "3"]
    for row in rows:
        link = parse_payload(row["payload"], {"id.dianjin.example"})
        assert link == OurLink("id.dianjin.example", "06291041500213", row["serial"])


def test_a_code_is_activated_voided_and_shown(http, brand, batch, ordered, clock):
    _, rows = _printed(http, brand, ordered.json()["id"])
    serials = [row["serial"] for row in rows]
    clock.advance(timedelta(minutes=1))
    done = http.post(
        "/v1/codes/activate",
        json={"batch_id": batch.id, "labels": {"first": 1, "last": 2}},
        headers=brand,
    ).json()
    assert (done["activated"], done["already_active"], done["skipped_void"]) == (2, 0, 0)
    typed = "-".join(serials[2][start : start + 5].lower() for start in range(0, 20, 5))
    listed = http.post(
        "/v1/codes/activate", json={"batch_id": batch.id, "serials": [typed]}, headers=brand
    )
    assert listed.json()["activated"] == 1
    voided = http.post(
        "/v1/codes/void", json={"label_number": 2, "reason": "破损"}, headers=brand
    ).json()
    assert (voided["serial"], voided["state"]) == (serials[1], "VOID")
    shown = http.get(f"/v1/codes/{serials[0]}", headers=brand).json()
    assert (shown["state"], shown["batch_id"], shown["payload"]) == (
        "ACTIVE",
        batch.id,
        rows[0]["payload"],
    )
    found = http.get("/v1/codes?state=VOID", headers=brand).json()["items"]
    assert [code["label_number"] for code in found] == [2]
    assert (
        http.get("/v1/codes?label_number=3", headers=brand).json()["items"][0]["serial"]
        == serials[2]
    )
    activations = http.get("/v1/activations", headers=brand).json()["items"]
    assert sorted(item["activated_count"] for item in activations) == [1, 2]


def test_an_order_above_the_direct_quantity_is_accepted_and_not_yet_printable(
    http, brand, batch, record
):
    record.jobs.register("codes.issue", lambda run, payload: None)
    body = {"number": "PO-9", "product_id": batch.product_id, "quantity": 1001}
    reply = http.post("/v1/code-orders", json=body, headers=brand)
    assert (reply.status_code, reply.json()["issued_count"]) == (202, 0)
    assert _printed(http, brand, reply.json()["id"])[0].status_code == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/code-orders", {"number": "", "product_id": "0" * 32, "quantity": 1}),
        ("/v1/code-orders", {"number": "1", "product_id": "x", "quantity": 1}),
        ("/v1/code-orders", {"number": "1", "product_id": "0" * 32, "quantity": 0}),
        ("/v1/codes/activate", {"batch_id": "0" * 32}),
        (
            "/v1/codes/activate",
            {"batch_id": "0" * 32, "serials": ["1"], "labels": {"first": 1, "last": 1}},
        ),
        ("/v1/codes/activate", {"batch_id": "0" * 32, "serials": []}),
        ("/v1/codes/activate", {"batch_id": "0" * 32, "serials": ["not a code"]}),
        ("/v1/codes/activate", {"batch_id": "0" * 32, "labels": {"first": 0, "last": 2**63}}),
        ("/v1/codes/void", {"reason": "x"}),
        ("/v1/codes/void", {"label_number": 1, "reason": ""}),
        ("/v1/codes/void", {"label_number": 1, "serial": "1", "reason": "x"}),
    ],
)
def test_a_bad_request_is_a_problem_document(http, brand, path, body):
    reply = http.post(path, json=body, headers=brand)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_a_malformed_code_says_what_is_wrong(http, brand):
    reply = http.get("/v1/codes/7K3M9Q2XW5ZB8RT4VN1U", headers=brand)
    assert (reply.status_code, reply.json()["fault"]) == (422, "not_in_alphabet")


def test_another_tenants_codes_are_not_found(http, brand, batch, ordered, bearer):
    _, rows = _printed(http, brand, ordered.json()["id"])
    stranger = bearer(1, *ALL)
    order_id = ordered.json()["id"]
    selection = {"batch_id": batch.id, "labels": {"first": 1, "last": 3}}
    replies = [
        http.get(f"/v1/code-orders/{order_id}", headers=stranger),
        http.get(f"/v1/code-orders/{order_id}/codes.csv", headers=stranger),
        http.get(f"/v1/codes/{rows[0]['serial']}", headers=stranger),
        http.post("/v1/codes/activate", json=selection, headers=stranger),
        http.post("/v1/codes/void", json={"label_number": 1, "reason": "x"}, headers=stranger),
        http.post(
            "/v1/codes/void", json={"serial": rows[0]["serial"], "reason": "x"}, headers=stranger
        ),
        http.post(
            "/v1/code-orders",
            json={"number": "PO-1", "product_id": batch.product_id, "quantity": 3},
            headers=stranger,
        ),
    ]
    assert [reply.status_code for reply in replies] == [404] * len(replies)
    for path in ("code-orders", "codes", "activations"):
        assert http.get(f"/v1/{path}", headers=stranger).json()["items"] == []


@pytest.mark.parametrize("missing", ALL)
def test_each_act_needs_its_permission(http, batch, ordered, bearer, missing):
    holder = bearer(0, *(permission for permission in ALL if permission != missing))
    selection = {"batch_id": batch.id, "labels": {"first": 1, "last": 1}}
    new_order = {"number": "PO-2", "product_id": batch.product_id, "quantity": 1}
    statuses = {
        "codes.read": http.get("/v1/codes", headers=holder),
        "codes.issue": http.post("/v1/code-orders", json=new_order, headers=holder),
        "codes.activate": http.post("/v1/codes/activate", json=selection, headers=holder),
        "codes.void": http.post(
            "/v1/codes/void", json={"label_number": 2, "reason": "x"}, headers=holder
        ),
        "codes.keys": http.post("/v1/code-keys", headers=holder),
    }
    refused = {name for name, reply in statuses.items() if reply.status_code == 403}
    assert refused == {missing}
