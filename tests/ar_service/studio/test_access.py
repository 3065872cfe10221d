"""Who may do what, whose artworks are whose, and how much one may ask."""

from typing import Any

import pytest

from ar_service.sample_brand import make_sample_brand
from trace_backend.kit.auth import ANY_PERMISSION
from trace_backend.orgs import add_tenant, make_key

CALLS = [
    ("POST", "artworks", "studio.write"),
    ("POST", "preview", "studio.read"),
    ("POST", "certificates", "studio.write"),
    ("POST", "tryout", "studio.read"),
    ("POST", "files", "studio.write"),
    ("POST", "templates", "studio.write"),
    ("PUT", "templates/" + "0" * 32 + "/design", "studio.write"),
    ("POST", "runs", "studio.order"),
    ("GET", "presets", "studio.read"),
    ("GET", "schemas/brief", "studio.read"),
    ("GET", "limits", "studio.read"),
]


def key_of(
    house: Any, name: str, permissions: set[str], *, own_tenant: bool = False
) -> dict[str, str]:
    """The header of a new key, in the brand's tenant or in one of its own."""
    record = house.record
    with record.database.transaction() as session:
        from trace_backend.orgs import Organisation

        root = session.get_one(Organisation, house.brand.tenant_id)
        if own_tenant:
            root = add_tenant(session, record.clock, name=name)
        _, token = make_key(
            session,
            record.clock,
            organisation=root,
            name=name,
            permissions=frozenset(permissions),
        )
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("method", "path", "permission"), CALLS)
def test_every_door_asks_for_its_permission(
    shared_studio: Any, problem: Any, method: str, path: str, permission: str
) -> None:
    house = shared_studio.house
    anybody = house.client.request(method, f"/v1/studio/{path}")
    assert (anybody.status_code, problem(anybody)) == (401, "unauthenticated")
    others = {"studio.read", "studio.write", "studio.order", "codes.read"} - {permission}
    headers = key_of(house, f"without {permission}", others)
    refused = house.client.request(method, f"/v1/studio/{path}", headers=headers)
    assert (refused.status_code, problem(refused)) == (403, "forbidden")


def test_another_tenant_sees_no_artwork_even_with_the_same_picture(
    studio: Any, logo_png: Any, payload: str
) -> None:
    house = studio.house
    assert studio.design("preview", brief={"version": 6}).status_code == 200
    stranger = type(studio)(
        house, key_of(house, "stranger", {ANY_PERMISSION}, own_tenant=True), studio.artwork_id
    )
    assert stranger.design("preview", brief={"version": 6}).status_code == 404
    kept = stranger.upload(logo_png())
    assert kept.status_code == 201
    assert kept.json()["id"] != studio.artwork_id


def test_whoever_asks_too_much_is_told_when_to_come_back(
    open_house: Any, enter_studio: Any, problem: Any
) -> None:
    house = open_house(studio_burst=3, studio_per_second=0.01)
    studio = enter_studio(house)
    answers = [studio.design("preview", brief={"version": 6}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[-1]) == "rate-limited"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 100
    headers = key_of(house, "colleague", {"studio.read"})
    colleague = type(studio)(house, headers, studio.artwork_id)
    assert colleague.design("preview", brief={"version": 6}).status_code == 200


def test_uploads_and_certificates_have_a_bucket_of_their_own(
    open_house: Any, enter_studio: Any, logo_png: Any, problem: Any
) -> None:
    studio = enter_studio(open_house(studio_costly_burst=2, studio_costly_per_second=0.01))
    assert studio.upload(logo_png(210)).status_code == 201
    refused = studio.upload(logo_png(220))
    assert (refused.status_code, problem(refused)) == (429, "rate-limited")
    assert studio.design("preview", brief={"version": 6}).status_code == 200


def test_the_brands_designer_signs_in_and_may_design(studio: Any) -> None:
    house = studio.house
    begun = house.client.post(
        "/v1/session", json={"login": house.brand.login, "password": house.brand.password}
    )
    assert begun.status_code == 201, begun.text
    headers = {"Authorization": f"Bearer {begun.json()['token']}"}
    designer = type(studio)(house, headers, studio.artwork_id)
    assert designer.design("preview", brief={"version": 6}).status_code == 200
    assert designer.get("templates").status_code == 200
    assert house.client.get("/v1/code-orders", headers=headers).status_code == 200
    assert house.client.get("/v1/users", headers=headers).status_code == 403


def test_every_seed_makes_a_new_password_and_the_old_one_is_worth_nothing(house: Any) -> None:
    first = house.brand
    with house.record.database.transaction() as session:
        again = make_sample_brand(session, house.record, house.settings.public_host, 1, 0)
    assert again.login == first.login
    assert again.password != first.password
    assert len(again.password) >= 20

    def sign_in(password: str) -> int:
        body = {"login": first.login, "password": password}
        return int(house.client.post("/v1/session", json=body).status_code)

    assert (sign_in(first.password), sign_in(again.password)) == (401, 201)
