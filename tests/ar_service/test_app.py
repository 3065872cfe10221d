import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from ar_service.app import create_app
from ar_service.edge.logs import FIELDS_ATTRIBUTE
from ar_service.sample_brand import KEY_PERMISSIONS, make_sample_brand
from ar_service.settings import Settings
from trace_backend.kit.database import Database
from trace_backend.kit.errors import RecordError
from trace_backend.kit.migrate import head
from trace_backend.orgs import add_tenant, make_key

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


def test_every_answer_carries_the_security_headers(quiet_house) -> None:
    client = quiet_house.client
    answers = [
        client.get("/"),
        client.get("/healthz"),
        client.get("/nothing"),
        client.get("/v1/products"),
        client.post("/v1/verify", json={"payload": "https://other.example/"}),
        client.post("/v1/verify", content=b"x" * 2_000_000),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self' 'wasm-unsafe-eval'" in policy
        assert "unsafe-inline" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["permissions-policy"].startswith("camera=(self)")
        assert len(answer.headers["x-request-id"]) == 16
        assert "cache-control" in answer.headers
        assert "server" not in answer.headers


def test_an_unexpected_error_is_a_problem_without_its_message(house, problem, caplog) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret of the house")

    house.client.app.add_api_route("/broken", broken)
    response = house.client.get("/broken")
    assert (response.status_code, problem(response)) == (500, "internal")
    assert "secret" not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_ready_names_its_checks(quiet_house) -> None:
    response = quiet_house.client.get("/readyz")
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "disk": "ok"},
    }


def test_not_ready_when_the_schema_is_behind_or_the_disk_is_full(open_house, problem) -> None:
    house = open_house(min_free_disk_bytes=2**62)
    with house.record.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'r0000'"))
    response = house.client.get("/readyz")
    assert (response.status_code, problem(response)) == (503, "unavailable")
    assert response.json()["checks"] == {"database": "ok", "migrations": "failed", "disk": "failed"}
    assert response.headers["retry-after"] == "5"
    assert house.client.get("/healthz").json() == {"status": "ok"}


def test_a_database_that_is_behind_is_refused_where_it_may_not_be_migrated(
    tmp_path, portal
) -> None:
    app = create_app(Settings(data_dir=tmp_path, migrate_on_start=False, run_jobs=False))
    with (
        pytest.raises(RecordError, match="dianjin migrate"),
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        pytest.fail("the service must not start")


def test_the_first_start_brings_the_database_to_the_newest_schema(tmp_path, portal) -> None:
    app = create_app(Settings(data_dir=tmp_path, run_jobs=False))
    with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        pass
    database = Database.open(f"sqlite:///{tmp_path}/dianjin.sqlite3")
    with database.reading() as session:
        revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    database.dispose()
    assert revision == head()


def test_no_personal_data_reaches_the_log(house, photo_of, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    payload, code = house.payloads[0], house.brand.codes[0].code
    agent, address, install_id = "SecretPhone/9.9", "203.0.113.77", "install-secret-1"
    place = {"latitude": 36.123456, "longitude": 113.654321, "street": "和谐街"}
    headers = {"User-Agent": agent, "Idempotency-Key": "key-secret-1"}
    ask = {"address": address, "headers": headers}
    house.client.ask(payload, install_id, body={"place": place}, **ask)
    house.client.ask(payload, install_id, body={"place": place}, **ask)
    house.client.ask(payload + "X", install_id, **ask)
    house.client.show(photo_of(payload), install_id, address=address)
    house.client.get(payload.removeprefix("https://dianjin.example"), **ask)
    house.client.get(f"/v1/codes/{code}", address=address, headers=house.staff)
    lines = [
        json.dumps([record.getMessage(), getattr(record, FIELDS_ATTRIBUTE, {})], ensure_ascii=False)
        for record in caplog.records
        if record.name.split(".")[0] in {"dianjin", "ar_service", "trace_backend", "vision"}
    ]
    logged = "\n".join(lines)
    assert logged.count('"verify"') == 3
    assert '"route": "/v1/codes/{serial}"' in logged
    assert '"route": "/01/{link}"' in logged
    secrets = (
        code,
        payload,
        agent,
        address,
        install_id,
        "36.123",
        "113.654",
        "和谐街",
        "key-secret",
    )
    assert [secret for secret in (*secrets, house.brand.api_key) if secret in logged] == []


def test_another_tenant_sees_404_and_not_403(house, problem) -> None:
    with house.record.database.transaction() as session:
        other = add_tenant(session, house.clock, name="Other Brand")
        _, token = make_key(
            session,
            house.clock,
            organisation=other,
            name="key",
            permissions=KEY_PERMISSIONS,
            expires_at=None,
        )
    stranger = {"Authorization": f"Bearer {token}"}
    for path in (
        f"/v1/products/{house.brand.product_id}",
        f"/v1/batches/{house.brand.batch_id}",
        f"/v1/codes/{house.brand.codes[0].code}",
        f"/v1/organisations/{house.brand.tenant_id}",
    ):
        assert house.client.get(path, headers=house.staff).status_code == 200, path
        refused = house.client.get(path, headers=stranger)
        assert (refused.status_code, problem(refused)) == (404, "not-found"), path


def test_an_expired_key_is_said_to_be_expired(house, problem) -> None:
    assert house.client.get("/v1/products", headers=house.staff).status_code == 200
    house.clock.advance(timedelta(days=91))
    refused = house.client.get("/v1/products", headers=house.staff)
    assert (refused.status_code, problem(refused)) == (401, "key-expired")
    assert refused.headers["www-authenticate"] == "Bearer"


def test_without_a_key_nothing_of_the_staff_side_answers(quiet_house, problem) -> None:
    document = quiet_house.client.get("/openapi.json").json()
    secured = [
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation.get("security")
    ]
    assert len(secured) >= 15
    for method, path in secured:
        url = path.replace("{serial}", "A" * 20)
        for name in ("organisation_id", "user_id", "api_key_id", "product_id", "batch_id"):
            url = url.replace(f"{{{name}}}", "0" * 32)
        refused = quiet_house.client.request(method.upper(), url.replace("{order_id}", "0" * 32))
        assert (refused.status_code, problem(refused)) == (401, "unauthenticated"), path


def test_an_address_that_guesses_is_told_to_wait_and_others_are_not(open_house, problem) -> None:
    house = open_house(unknown_burst=3, unknown_per_second=0.5)
    guesses = [f"ABCDEFGHJKMNPQRST{number:03d}" for number in range(4)]
    codes = [house.client.ask(guess, address="203.0.113.9").status_code for guess in guesses]
    assert codes == [200, 200, 200, 429]
    refused = house.client.ask(house.payloads[0], address="203.0.113.9")
    assert problem(refused) == "rate-limited"
    assert refused.headers["retry-after"] == "2"
    assert house.client.ask(house.payloads[0], address="198.51.100.7").status_code == 200


def test_sixty_four_verifies_from_one_address_are_not_hindered(house) -> None:
    answers = [
        house.client.ask(house.payloads[0], f"visitor-{number:04d}").status_code
        for number in range(64)
    ]
    assert answers == [200] * 64


def test_the_openapi_document_names_a_problem_for_every_operation(quiet_house) -> None:
    document = quiet_house.client.get("/openapi.json").json()
    assert {"/v1/verify", "/v1/verify/photo", "/healthz", "/readyz"} <= document["paths"].keys()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert method in HTTP_METHODS
            refusals = {code: r for code, r in operation["responses"].items() if code >= "400"}
            assert "500" in refusals, path
            for code, response in refusals.items():
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, code)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    verify = document["paths"]["/v1/verify/photo"]["post"]["responses"]
    assert verify.keys() == {"200", "400", "413", "415", "422", "429", "500", "503"}


def test_the_sample_brand_can_be_made_again(house) -> None:
    with house.record.database.transaction() as session:
        again = make_sample_brand(session, house.record, "dianjin.example", 3, 1)
    assert again.tenant_id == house.brand.tenant_id
    assert [code.label_number for code in again.codes] == [13, 14, 15]
    assert again.api_key != house.brand.api_key


@pytest.mark.parametrize("name", ["Accept-Language", "User-Agent", "Cookie", "Authorization"])
@pytest.mark.parametrize(
    "value", [b"", b"\xff\xfe", b"x" * 20_000, b"en;q=" + b"9" * 400, b";;;,,,===", b"Bearer \xe9"]
)
def test_hostile_headers_are_never_an_error_of_ours(quiet_house, name: str, value: bytes) -> None:
    for method, path in (("POST", "/v1/verify"), ("GET", "/v1/products"), ("GET", "/")):
        response = quiet_house.client.request(
            method, path, headers=[(name.encode(), value)], content=b"{}"
        )
        assert response.status_code < 500, (path, response.text)
