"""The HTTP doors of products and batches."""

from datetime import timedelta

import pytest

TEA = {
    "gtin": "6291041500213",
    "name": "有机韭菜",
    "brand": "玉泉洼",
    "code": "01TM-001",
    "spec": "250g/盒",
    "mnemonic": "YJJC",
}
WINE = {
    "gtin": "9520123456788",
    "name": "贵州酒",
    "brand": "信河",
    "code": "028",
    "mnemonic": "gzj",
}


@pytest.fixture
def writer(bearer):
    return bearer(0, "products.read", "products.write")


@pytest.fixture
def tea(http, writer):
    return http.post("/v1/products", json=TEA, headers=writer).json()


def test_a_product_is_registered_and_read_back(http, writer, tea):
    assert {**TEA, "gtin": "06291041500213"}.items() <= tea.items()
    assert http.get(f"/v1/products/{tea['id']}", headers=writer).json() == tea


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["01TM-001", "028"]),
        ("q=韭菜", ["01TM-001"]),
        ("q=yjjc", ["01TM-001"]),
        ("q=952012345", ["028"]),
        ("q=%25", []),  # a wildcard is a character
        ("q=_", []),
        ("name=酒", ["028"]),
        ("code=01tm", ["01TM-001"]),
        ("mnemonic=GZJ", ["028"]),
        ("brand=玉泉洼&q=茶", []),
        ("gtin=06291041500213", ["01TM-001"]),
    ],
)
def test_products_are_found_by_each_of_their_names(http, writer, tea, query, found, clock):
    clock.advance(timedelta(seconds=1))
    http.post("/v1/products", json=WINE, headers=writer)
    reply = http.get(f"/v1/products?{query}", headers=writer)
    assert [item["code"] for item in reply.json()["items"]] == found


def test_pages_give_every_product_once(http, writer, tea):
    http.post("/v1/products", json=WINE, headers=writer)
    first = http.get("/v1/products?limit=1", headers=writer).json()
    second = http.get(
        "/v1/products", params={"limit": 1, "cursor": first["next_cursor"]}, headers=writer
    ).json()
    codes = {item["code"] for item in first["items"] + second["items"]}
    assert (codes, second["next_cursor"]) == ({"01TM-001", "028"}, None)


@pytest.mark.parametrize(
    "change",
    [
        {"gtin": "123"},
        {"name": ""},
        {"name": "   "},
        {"name": "a\u0000b"},
        {"name": "\u202egpj.exe"},
        {"name": "x" * 201},
        {"price": 1},
    ],
)
def test_a_bad_product_is_refused(http, writer, change):
    reply = http.post("/v1/products", json={**TEA, **change}, headers=writer)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_a_control_character_in_a_search_is_refused(http, writer):
    assert http.get("/v1/products?q=%00", headers=writer).status_code == 422


def test_another_tenants_things_are_not_found(http, writer, tea, bearer):
    batch = {"product_id": tea["id"], "number": "1"}
    batch_id = http.post("/v1/batches", json=batch, headers=writer).json()["id"]
    stranger = bearer(1, "products.read", "products.write")
    reason = {"reason": "x"}
    replies = [
        http.get(f"/v1/products/{tea['id']}", headers=stranger),
        http.post("/v1/batches", json={**batch, "number": "2"}, headers=stranger),
        http.get(f"/v1/batches/{batch_id}", headers=stranger),
        http.get(f"/v1/batches/{batch_id}/recalls", headers=stranger),
        http.post(f"/v1/batches/{batch_id}/recall", json=reason, headers=stranger),
        http.post(f"/v1/batches/{batch_id}/recall-withdrawal", json=reason, headers=stranger),
    ]
    assert [reply.status_code for reply in replies] == [404] * len(replies)
    for path in ("products", "batches"):
        assert http.get(f"/v1/{path}", headers=stranger).json()["items"] == []


def test_a_recall_and_its_withdrawal_are_both_in_the_history(http, writer, tea, clock):
    batch = {"product_id": tea["id"], "number": "1", "expiry_date": "2027-01-01"}
    batch_id = http.post("/v1/batches", json=batch, headers=writer).json()["id"]
    recalled = http.post(
        f"/v1/batches/{batch_id}/recall", json={"reason": "农残超标"}, headers=writer
    )
    assert recalled.json()["recall_reason"] == "农残超标"
    listed = http.get("/v1/batches?recalled=true", headers=writer).json()["items"]
    assert [item["id"] for item in listed] == [batch_id]
    clock.advance(timedelta(seconds=1))
    http.post(
        f"/v1/batches/{batch_id}/recall-withdrawal", json={"reason": "复检合格"}, headers=writer
    )
    assert http.get(f"/v1/batches/{batch_id}", headers=writer).json()["recalled_at"] is None
    history = http.get(f"/v1/batches/{batch_id}/recalls", headers=writer).json()
    assert [act["act"] for act in history] == ["recall", "withdrawal"]


def test_a_reader_can_not_write(http, bearer, tea):
    reader = bearer(0, "products.read")
    assert http.get("/v1/products", headers=reader).status_code == 200
    assert http.post("/v1/products", json=WINE, headers=reader).status_code == 403
    assert http.post("/v1/products", json=WINE).status_code == 401
