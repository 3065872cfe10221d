from datetime import timedelta

import pytest
from sqlalchemy import select

from trace_backend.orgs import User


def names(answer):
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_tree_is_listed_in_its_order(client, tree, key_of):
    assert names(client.get("/v1/organisations", headers=key_of(tree.tenant_id))) == [
        "黔山文产集团",
        "农产品供应商",
        "农副产品",
        "特色农业",
        "水果类",
        "主粮类",
        "二次加工",
        "市场部",
        "财务部",
    ]


def test_pages_together_are_the_list(client, tree, key_of):
    headers = key_of(tree.tenant_id)
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/v1/organisations", headers=headers, params=query)
        seen += names(answer)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == names(client.get("/v1/organisations", headers=headers))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("农", ["农产品供应商", "农副产品", "特色农业"]),
        ("%", []),
        ("_", []),
        ("部", ["市场部", "财务部"]),
    ],
)
def test_search_finds_the_text_in_names_and_nothing_else(client, tree, key_of, text, found):
    answer = client.get("/v1/organisations", headers=key_of(tree.tenant_id), params={"name": text})
    assert names(answer) == found


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=%00"])
def test_bad_page_is_refused(client, tree, key_of, query):
    answer = client.get(f"/v1/organisations?{query}", headers=key_of(tree.tenant_id))
    assert problem(answer) == (422, "invalid")


def test_created_organisation_is_shown_with_its_code(client, tree, key_of):
    headers = key_of(tree.tenant_id)
    body = {"parent_id": tree.ids["特色农业"], "name": " 茶叶 ", "type": "factory"}
    made = client.post("/v1/organisations", headers=headers, json=body)
    assert made.status_code == 201
    shown = client.get(f"/v1/organisations/{made.json()['id']}", headers=headers).json()
    assert shown == made.json()
    assert (shown["code"], shown["name"], shown["type"]) == ("A01A05A04", "茶叶", "factory")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x" * 101},
        {"type": "empire"},
        {"code": "a01"},
        {"tenant_id": "x"},
        {"parent_id": None},
    ],
)
def test_bad_organisation_is_refused(client, tree, key_of, change):
    body = {"parent_id": tree.tenant_id, "name": "x", "type": "company"} | change
    answer = client.post("/v1/organisations", headers=key_of(tree.tenant_id), json=body)
    assert problem(answer) == (422, "invalid")


def test_change_keeps_what_is_left_out(client, tree, key_of):
    path = f"/v1/organisations/{tree.ids['市场部']}"
    changed = client.patch(path, headers=key_of(tree.tenant_id), json={"name": "营销部"}).json()
    assert (changed["name"], changed["type"], changed["code"]) == ("营销部", "department", "A02")


def test_enterprise_is_certified_from_above_and_once(client, tree, key_of, record):
    path = f"/v1/organisations/{tree.ids['特色农业']}/certification"
    own = client.post(path, headers=key_of(tree.ids["特色农业"]))
    assert problem(own) == (403, "forbidden")
    first = client.post(path, headers=key_of(tree.tenant_id)).json()["certified_at"]
    record.clock.advance(timedelta(days=1))
    again = client.post(path, headers=key_of(tree.tenant_id)).json()["certified_at"]
    assert first == again == "2026-11-22T08:00:00Z"


PATHS = [
    ("GET", "/v1/organisations/{organisation}", None),
    ("PATCH", "/v1/organisations/{organisation}", {"name": "x"}),
    ("POST", "/v1/organisations/{organisation}/certification", None),
    ("POST", "/v1/organisations", {"parent_id": "{organisation}", "name": "x", "type": "company"}),
    ("GET", "/v1/users/{user}", None),
    ("PATCH", "/v1/users/{user}", {"disabled": True}),
    (
        "POST",
        "/v1/users",
        {
            "organisation_id": "{organisation}",
            "login": "new-login",
            "name": "x",
            "password": "x" * 12,
        },
    ),
    ("GET", "/v1/api-keys/{key}", None),
    ("DELETE", "/v1/api-keys/{key}", None),
    ("POST", "/v1/api-keys", {"organisation_id": "{organisation}", "name": "x", "permissions": []}),
]


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
@pytest.mark.parametrize("asker", ["another tenant", "a sister", "a child"])
def test_what_is_out_of_sight_does_not_exist(
    client, tree, key_of, add_user, method, path, body, asker
):
    target = tree.ids["特色农业"]
    user = add_user(target, "target-user")
    headers = key_of(tree.tenant_id)
    key = client.post(
        "/v1/api-keys",
        headers=headers,
        json={"organisation_id": target, "name": "x", "permissions": []},
    ).json()["id"]
    places = {"organisation": target, "user": user, "key": key}
    if body is not None:
        body = {
            name: value.format(**places) if isinstance(value, str) else value
            for name, value in body.items()
        }
    stranger = {
        "another tenant": tree.stranger_id,
        "a sister": tree.ids["农副产品"],
        "a child": tree.ids["水果类"],
    }[asker]
    answer = client.request(method, path.format(**places), headers=key_of(stranger), json=body)
    assert problem(answer) == (404, "not-found")
    allowed = client.request(method, path.format(**places), headers=headers, json=body)
    assert allowed.status_code in {200, 201, 204}, allowed.text


@pytest.mark.parametrize(("method", "path", "body"), [row for row in PATHS if "{" in row[1]])
def test_unknown_and_hostile_ids_do_not_exist(client, tree, key_of, method, path, body):
    headers = key_of(tree.tenant_id)
    for hostile in ("0" * 32, "x", "%00", "..%2F..", "' OR 1=1 --", "好", "x" * 5000):
        place = path.format(organisation=hostile, user=hostile, key=hostile)
        answer = client.request(method, place, headers=headers, json=body)
        assert answer.status_code in {404, 422}, (hostile, answer.text)


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
def test_every_endpoint_wants_its_permission(client, tree, key_of, method, path, body):
    place = path.format(organisation=tree.tenant_id, user="u", key="k")
    answer = client.request(method, place, headers=key_of(tree.tenant_id, "codes.issue"), json=body)
    assert problem(answer)[0] in ({403} if body is None else {403, 422})
    assert problem(client.request(method, place, json=body))[0] in {401, 422}


def test_lists_show_what_is_in_sight_only(client, tree, key_of, add_user):
    add_user(tree.ids["特色农业"], "in-sight")
    add_user(tree.ids["农副产品"], "sister")
    add_user(tree.stranger_id, "stranger")
    headers = key_of(tree.ids["特色农业"])
    users = client.get("/v1/users", headers=headers).json()["items"]
    keys = client.get("/v1/api-keys", headers=headers).json()["items"]
    assert [user["login"] for user in users] == ["in-sight"]
    assert {key["organisation_id"] for key in keys} == {tree.ids["特色农业"]}


def test_api_key_token_is_shown_once(client, tree, key_of):
    headers = key_of(tree.tenant_id)
    body = {
        "organisation_id": tree.ids["市场部"],
        "name": "产线一",
        "permissions": ["organisations.read"],
        "expires_at": "2026-11-22T17:00:00+08:00",
    }
    made = client.post("/v1/api-keys", headers=headers, json=body).json()
    shown = client.get(f"/v1/api-keys/{made['id']}", headers=headers).json()
    assert "token" not in shown
    assert made == shown | {"token": made["token"]}
    assert shown["expires_at"] == "2026-11-22T09:00:00Z"
    answer = client.get("/v1/organisations", headers={"Authorization": f"Bearer {made['token']}"})
    assert names(answer) == ["市场部"]


def test_expired_and_revoked_keys_are_refused(client, tree, key_of, record):
    headers = key_of(tree.tenant_id, expires_at=record.clock.now() + timedelta(minutes=1))
    whoami = client.get("/v1/session", headers=headers)
    revoked = client.delete(f"/v1/api-keys/{whoami.json()['id']}", headers=headers)
    assert revoked.status_code == 204
    assert problem(client.get("/v1/session", headers=headers)) == (401, "unauthenticated")
    other = key_of(tree.tenant_id, expires_at=record.clock.now() + timedelta(minutes=1))
    record.clock.advance(timedelta(minutes=1))
    assert problem(client.get("/v1/session", headers=other)) == (401, "key-expired")


@pytest.mark.parametrize("expires_at", ["2026-11-22T08:00:00Z", "2020-01-01T00:00:00Z"])
def test_key_that_would_have_expired_already_is_refused(client, tree, key_of, expires_at):
    body = {
        "organisation_id": tree.tenant_id,
        "name": "x",
        "permissions": [],
        "expires_at": expires_at,
    }
    answer = client.post("/v1/api-keys", headers=key_of(tree.tenant_id), json=body)
    assert problem(answer) == (422, "invalid")


def test_nobody_gives_away_more_than_he_holds(client, tree, key_of, add_user):
    clerk = key_of(tree.tenant_id, "users.write", "api-keys.write", "codes.issue")
    powerful = add_user(tree.ids["市场部"], "powerful", "*")
    key = {"organisation_id": tree.tenant_id, "name": "x", "permissions": ["codes.void"]}
    user = key | {"login": "new-login", "password": "x" * 12}
    assert problem(client.post("/v1/api-keys", headers=clerk, json=key)) == (403, "forbidden")
    assert problem(client.post("/v1/users", headers=clerk, json=user)) == (403, "forbidden")
    for change in ({"password": "x" * 12}, {"disabled": True}, {"permissions": []}):
        answer = client.patch(f"/v1/users/{powerful}", headers=clerk, json=change)
        assert problem(answer) == (403, "forbidden")
    allowed = user | {"permissions": ["codes.issue"]}
    assert client.post("/v1/users", headers=clerk, json=allowed).status_code == 201


@pytest.mark.parametrize("password", ["x" * 11, "x" * 257, ""])
def test_password_of_wrong_length_is_refused_and_not_repeated(client, tree, key_of, password):
    body = {
        "organisation_id": tree.tenant_id,
        "login": "login",
        "name": "x",
        "password": password,
    }
    answer = client.post("/v1/users", headers=key_of(tree.tenant_id), json=body)
    assert problem(answer) == (422, "invalid")
    assert len(password) == 0 or password not in answer.text


def test_login_is_taken_once_whatever_its_capitals(client, tree, key_of, record):
    headers = key_of(tree.tenant_id)
    body = {
        "organisation_id": tree.tenant_id,
        "login": "Li.Lei@example.com",
        "name": "李雷",
        "password": "x" * 12,
    }
    assert client.post("/v1/users", headers=headers, json=body).status_code == 201
    again = body | {"login": "li.lei@EXAMPLE.com"}
    assert problem(client.post("/v1/users", headers=headers, json=again)) == (409, "conflict")
    with record.database.reading() as session:
        assert session.scalars(select(User.login)).all() == ["li.lei@example.com"]


def test_no_answer_holds_a_password_hash(client, tree, key_of, add_user):
    user = add_user(tree.tenant_id, "someone")
    headers = key_of(tree.tenant_id)
    for path in (f"/v1/users/{user}", "/v1/users"):
        assert "argon2" not in client.get(path, headers=headers).text


def test_document_says_that_refusals_are_problem_documents(client):
    paths = client.get("/openapi.json").json()["paths"]
    refusals = [
        answer
        for operations in paths.values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    ]
    assert refusals
    assert all(set(answer["content"]) == {"application/problem+json"} for answer in refusals)
