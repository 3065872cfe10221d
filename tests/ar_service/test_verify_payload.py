from datetime import timedelta

import pytest
from sqlalchemy import select

from trace_backend.authenticity.models import Scan

NEVER_ISSUED = "ABCDEFGHJKMNPQRSTV23"
ANSWER_KEYS = {
    "scan_id",
    "verdict",
    "seal",
    "reply",
    "code",
    "product",
    "history",
    "layers",
    "queried_at",
}


def visitors(count: int) -> list[str]:
    return [f"visitor-{number:04d}" for number in range(count)]


def test_the_first_query_of_an_active_code_is_genuine_and_names_product_and_layers(house) -> None:
    response = house.client.ask(house.payloads[0], headers={"Accept-Language": "zh-CN"})
    answer = response.json()
    assert response.status_code == 200
    assert answer.keys() == ANSWER_KEYS
    assert answer["verdict"] == "GENUINE_FIRST"
    assert answer["seal"] == "genuine"
    assert answer["code"] == house.brand.codes[0].code
    assert house.brand.product_name in answer["reply"]["text"]
    assert answer["product"] == {
        "name": "云岭古树红茶 Yunling Old-Tree Black Tea",
        "brand": "云岭山房 Yunling Studio",
        "gtin": "09521234543213",
        "spec": "357 g",
        "batch": "20261101",
        "production_date": "2026-11-01",
        "expiry_date": "2029-10-31",
    }
    assert answer["history"]["ordinal"] == 1
    assert answer["history"]["max_queries"] == 5
    assert answer["layers"] == [
        {"layer": "code", "outcome": "supports"},
        {"layer": "history", "outcome": "supports"},
        {"layer": "copy_detection", "outcome": "not_checked"},
        {"layer": "print", "outcome": "not_checked"},
        {"layer": "hidden", "outcome": "not_checked"},
        {"layer": "nfc", "outcome": "not_checked"},
    ]
    assert answer["queried_at"].startswith("2026-11-22T04:00:00")
    assert house.scan_count() == 1


def test_five_visitors_hear_genuine_and_the_sixth_hears_over_limit(house) -> None:
    answers = [house.client.ask(house.payloads[0], visitor).json() for visitor in visitors(7)]
    assert [answer["verdict"] for answer in answers] == [
        "GENUINE_FIRST",
        *["GENUINE_REPEAT"] * 4,
        *["OVER_LIMIT"] * 2,
    ]
    assert [answer["history"]["ordinal"] for answer in answers] == [1, 2, 3, 4, 5, 6, 7]


def test_a_reload_by_the_same_visitor_is_a_scan_but_not_a_query(house) -> None:
    first = house.client.ask(house.payloads[0]).json()
    again = house.client.ask(house.payloads[0]).json()
    assert (first["verdict"], again["verdict"]) == ("GENUINE_FIRST", "GENUINE_FIRST")
    assert again["history"]["ordinal"] == 1
    assert house.scan_count() == 2
    house.clock.advance(timedelta(minutes=11))
    later = house.client.ask(house.payloads[0]).json()
    assert (later["verdict"], later["history"]["ordinal"]) == ("GENUINE_REPEAT", 2)


def test_the_cookie_is_the_visitor_where_there_is_no_header_and_is_never_set(house) -> None:
    def ask(cookie: str) -> dict[str, object]:
        headers = {"Cookie": f"dianjin_install={cookie}"}
        response = house.client.post(
            "/v1/verify", json={"payload": house.payloads[0]}, headers=headers
        )
        assert "set-cookie" not in response.headers
        return response.json()

    ordinals = [
        ask(cookie)["history"]["ordinal"] for cookie in ("abcdefgh", "abcdefgh", "other-id")
    ]
    assert ordinals == [1, 1, 2]


def test_without_any_id_address_and_browser_are_the_visitor(house) -> None:
    def ask(address: str, agent: str) -> int:
        response = house.client.post(
            "/v1/verify",
            json={"payload": house.payloads[0]},
            headers={"User-Agent": agent},
            address=address,
        )
        return response.json()["history"]["ordinal"]

    asked = [("198.51.100.1", "A"), ("198.51.100.1", "A"), ("198.51.100.2", "A")]
    assert [ask(*who) for who in (*asked, ("198.51.100.1", "B"))] == [1, 1, 2, 3]


def test_an_unknown_code_is_not_genuine_in_the_same_shape_and_is_not_recorded(house) -> None:
    known = house.client.ask(house.payloads[0])
    unknown = house.client.ask(f"https://dianjin.example/01/09521234543213/21/{NEVER_ISSUED}")
    answer = unknown.json()
    assert unknown.status_code == known.status_code == 200
    assert answer.keys() == known.json().keys()
    assert answer["verdict"] == "NOT_GENUINE_UNKNOWN"
    assert answer["seal"] == "not_genuine"
    assert (answer["scan_id"], answer["product"], answer["history"]) == (None, None, None)
    assert {name.lower() for name in unknown.headers} == {name.lower() for name in known.headers}
    assert house.scan_count() == 1


def test_a_code_that_was_not_activated_is_not_genuine(house) -> None:
    answer = house.client.ask(house.payloads[11]).json()
    assert (answer["verdict"], answer["seal"]) == ("NOT_GENUINE_UNACTIVATED", "not_genuine")
    assert house.scan_count() == 1


def test_a_void_code_is_not_genuine(house) -> None:
    code = house.brand.codes[3].code
    done = house.client.post(
        "/v1/codes/void", json={"serial": code, "reason": "damaged label"}, headers=house.staff
    )
    assert done.status_code == 200, done.text
    answer = house.client.ask(house.payloads[3]).json()
    assert (answer["verdict"], answer["seal"]) == ("NOT_GENUINE_VOID", "not_genuine")


def test_a_recalled_batch_is_said_on_every_query(house) -> None:
    done = house.client.post(
        f"/v1/batches/{house.brand.batch_id}/recall",
        json={"reason": "foreign matter"},
        headers=house.staff,
    )
    assert done.status_code == 200, done.text
    assert house.client.ask(house.payloads[0]).json()["verdict"] == "RECALLED"


def test_a_product_past_its_last_day_is_expired(house) -> None:
    house.clock.advance(timedelta(days=3 * 366))
    assert house.client.ask(house.payloads[0]).json()["verdict"] == "EXPIRED"


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda code: "-".join(code[i : i + 5] for i in range(0, 20, 5)),
        lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code),
        lambda code: f"  {code[:10]} {code[10:]} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
    ids=["lower case", "groups", "full width", "blanks", "look-alikes"],
)
def test_a_typed_code_is_understood_as_people_write_it(house, spell) -> None:
    answer = house.client.ask(spell(house.brand.codes[0].code)).json()
    assert answer["code"] == house.brand.codes[0].code
    assert answer["verdict"] == "GENUINE_FIRST"


@pytest.mark.parametrize(
    ("payload", "slug"),
    [
        ("https://other.example/01/09521234543213/21/ABC", "foreign-code"),
        ("HTTPS://OTHER.EXAMPLE/x", "foreign-code"),
        ("WIFI:T:WPA;S:cafe;P:secret;;", "foreign-code"),
        ("6901234567892", "foreign-code"),
        ("81234567890123456789", "foreign-code"),
        ("https://dianjin.example.evil.example/01/09521234543213/21/ABC", "foreign-code"),
        ("https://dianjin.example/01/09521234543213", "malformed-code"),
        ("https://dianjin.example/01/09521234543214/21/ABCDEFGHJKMNPQRSTV23", "malformed-code"),
        ("https://dianjin.example/01/09521234543213/21/SHORT", "malformed-code"),
        ("https://dianjin.example/01/09521234543213/21/ABCDEFGHJK%00MNPQRSTV2", "malformed-code"),
        ("HtTp://dianjin.example/01/09521234543213/21/ABCDEFGHJKMNPQRSTV23", "malformed-code"),
        ("https://dianjin.example/01/09521234543213/21/" + "A" * 3_000, "malformed-code"),
    ],
)
def test_a_payload_that_is_no_code_of_ours_is_a_problem_and_no_scan(
    quiet_house, problem, payload: str, slug: str
) -> None:
    response = quiet_house.client.ask(payload)
    assert response.status_code == 422
    assert problem(response) == slug
    assert quiet_house.scan_count() == 0


def test_a_foreign_link_is_answered_with_its_host(house, problem) -> None:
    response = house.client.ask("https://shop.other.example:8443/p/1?x=2")
    assert problem(response) == "foreign-code"
    assert response.json()["host"] == "shop.other.example:8443"


@pytest.mark.parametrize("intruder", ["\x00", "\x1b", "\u202e", "\u200b", "\u0410"])
def test_control_and_foreign_characters_in_a_code_are_refused(
    quiet_house, problem, intruder
) -> None:
    code = quiet_house.brand.codes[0].code
    response = quiet_house.client.ask(code[:10] + intruder + code[11:])
    assert response.status_code == 422
    assert problem(response) in {"malformed-code", "foreign-code"}
    assert quiet_house.scan_count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"payload": 5}',
        b'{"payload": ""}',
        b'{"payload": null}',
        b'{"payload": "\\ud800"}',
        b'{"payload": "\xff\xfe"}',
        b'{"payload": "x", "extra": 1}',
        b'{"payload": "x", "method": "fax"}',
        b'{"payload": "x", "language": "de"}',
        b'{"payload": "' + b"x" * 5_000 + b'"}',
        b"[" * 100_000,
        b'{"payload": "x", "place": {"latitude": 91, "longitude": 0}}',
        b'{"payload": "x", "place": {"latitude": NaN, "longitude": 0}}',
        b'{"payload": "x", "place": {"latitude": 1e999, "longitude": 0}}',
        b'{"payload": "x", "place": {"latitude": 10}}',
        b'{"payload": "x", "place": {"accuracy_m": 5}}',
        b'{"payload": "x", "place": {"latitude": 1, "longitude": 1, "accuracy_m": -1}}',
        b'{"payload": "x", "place": {"city": "a\\u0000b"}}',
        b'{"payload": "x", "place": {"city": "a\\nb"}}',
        b'{"payload": "x", "place": {"street": "' + b"y" * 101 + b'"}}',
        b'{"payload": "x", "place": {"planet": "Mars"}}',
    ],
)
def test_a_body_that_is_not_as_expected_is_a_problem_and_no_scan(
    quiet_house, problem, content: bytes
) -> None:
    response = quiet_house.client.post(
        "/v1/verify", content=content, headers={"Content-Type": "application/json"}
    )
    assert response.status_code in {400, 422}
    assert problem(response) in {"invalid", "bad-request"}
    assert quiet_house.scan_count() == 0


def test_a_body_over_the_cap_is_refused(open_house, problem) -> None:
    house = open_house(max_body_bytes=2_048)
    response = house.client.post("/v1/verify", json={"payload": "x" * 3_000})
    assert (response.status_code, problem(response)) == (413, "too-large")


def test_the_place_of_a_query_is_recorded_and_shown_as_first_place(house) -> None:
    place = {
        "latitude": 36.195,
        "longitude": 113.117,
        "accuracy_m": 25.0,
        "province": "山西省",
        "city": "长治市",
        "district": "襄垣县",
        "street": "  和谐街 ",
    }
    house.client.ask(house.payloads[0], body={"place": place})
    second = house.client.ask(house.payloads[0], "visitor-0002").json()
    assert second["history"]["first_place"] == "山西省长治市襄垣县和谐街"
    with house.record.database.reading() as session:
        scan = session.execute(select(Scan).where(Scan.city.is_not(None))).scalar_one()
    assert (scan.latitude_deg, scan.longitude_deg, scan.accuracy_m) == (36.195, 113.117, 25.0)
    assert (scan.province, scan.street) == ("山西省", "和谐街")


@pytest.mark.parametrize(
    ("header", "field", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", None, "zh-CN"),
        ("en-GB,en;q=0.9", None, "en"),
        ("zh-CN", "en", "en"),
        ("en", "zh-CN", "zh-CN"),
        ("de,fr;q=0.5", None, "zh-CN"),
        (None, None, "zh-CN"),
    ],
)
def test_the_reply_is_in_the_language_asked_for(house, header, field, language) -> None:
    headers = {"Accept-Language": header} if header else {}
    body = {"language": field} if field else {}
    answer = house.client.ask(house.payloads[0], headers=headers, body=body).json()
    assert answer["reply"]["language"] == language
    assert ("genuine" in answer["reply"]["text"]) == (language == "en")


def test_a_caller_who_names_no_language_gets_the_one_of_the_settings(open_house) -> None:
    house = open_house(language="en")
    answer = house.client.request("POST", "/v1/verify", json={"payload": house.payloads[0]}).json()
    assert answer["reply"]["language"] == "en"


@pytest.mark.parametrize("bad", ["short", "x" * 65, "has space here"])
def test_an_install_id_of_another_form_is_a_problem_and_no_scan(quiet_house, problem, bad) -> None:
    response = quiet_house.client.ask(quiet_house.payloads[0], bad)
    assert (response.status_code, problem(response)) == (422, "invalid")
    assert quiet_house.scan_count() == 0


def test_a_code_of_ours_in_the_link_of_another_product_is_unknown(house) -> None:
    moved = house.payloads[0].replace("09521234543213", "04012345123456")
    answer = house.client.ask(moved).json()
    assert (answer["verdict"], answer["scan_id"]) == ("NOT_GENUINE_UNKNOWN", None)
    assert house.scan_count() == 0


def test_a_host_of_earlier_prints_is_still_ours(open_house, problem) -> None:
    house = open_house(accepted_hosts=("old.example",))
    earlier = house.payloads[0].replace("dianjin.example", "old.example")
    assert house.client.ask(earlier).json()["verdict"] == "GENUINE_FIRST"
    other = house.payloads[0].replace("dianjin.example", "older.example")
    assert problem(house.client.ask(other)) == "foreign-code"
