"""The staff doors: query log and reply settings."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from trace_backend.authenticity import Language, Place, QueryMethod
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, ReplyKind

HEXIE = Place(province="山西省", city="长治市", district="襄垣县", street="和谐街")
LOG_HEADERS = ["查询时间", "查询方式", "所在省", "所在城市", "所在区", "所在街道"]


@pytest.fixture
def staff(bearer):
    return bearer(0, "authenticity.read", "authenticity.settings")


@pytest.fixture
def deck_log(make_codes, ask, clock):
    """The four rows of the deck's query log (row 60), on two codes; returns the serials."""
    clock.instant = datetime(2019, 12, 1, tzinfo=UTC)
    codes = make_codes(2)
    rows = [
        (codes[0], datetime(2019, 12, 4, 0, 47, 10, tzinfo=UTC), HEXIE),
        (codes[0], datetime(2019, 12, 4, 0, 48, 50, tzinfo=UTC), HEXIE),
        (codes[1], datetime(2020, 2, 19, 1, 47, tzinfo=UTC), Place()),
        (codes[0], datetime(2020, 3, 1, 6, 5, tzinfo=UTC), HEXIE),
    ]
    for code, moment, place in rows:
        clock.instant = moment
        ask(code, "one person", place=place)
    clock.instant = datetime(2020, 3, 1, 7, 0, tzinfo=UTC)
    ask(codes[1], "another", method=QueryMethod.NFC)
    return codes


def _log(http, staff, query=""):
    return http.get(f"/v1/query-log?{query}", headers=staff).json()["items"]


def test_the_log_shows_the_decks_rows_to_the_minute(http, bearer, deck_log, clock):
    staff = bearer(0, "authenticity.read")
    shown = [
        (item["time"], item["method"], item["province"], item["city"], item["district"],
         item["street"])
        for item in reversed(_log(http, staff))
    ]  # fmt: skip
    assert shown == [
        ("2019-12-04 08:47", "mobile", "山西省", "长治市", "襄垣县", "和谐街"),
        ("2019-12-04 08:48", "mobile", "山西省", "长治市", "襄垣县", "和谐街"),
        ("2020-02-19 09:47", "mobile", None, None, None, None),
        ("2020-03-01 14:05", "mobile", "山西省", "长治市", "襄垣县", "和谐街"),
        ("2020-03-01 15:00", "nfc", None, None, None, None),
    ]


def test_a_line_names_code_product_verdict_and_layers(http, bearer, deck_log):
    line = _log(http, bearer(0, "authenticity.read"))[-1]
    assert (line["code"], line["label_number"], line["product_name"]) == (
        *(deck_log[0], 1, "有机韭菜"),
    )
    assert (line["verdict"], line["ordinal"], line["layers"]["code"]) == (
        *("GENUINE_FIRST", 1, "supports"),
    )
    assert line["scanned_at"] == "2019-12-04T00:47:10Z"
    assert "visitor" not in line


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("method=nfc", ["15:00"]),
        ("verdict=GENUINE_FIRST", ["09:47", "08:48", "08:47"]),
        ("province=山西省&city=长治市&district=襄垣县", ["14:05", "08:48", "08:47"]),
        ("city=济南市", []),
        ("since=2020-03-01T06:05:00Z", ["15:00", "14:05"]),
        ("until=2020-03-01T06:05:00Z", ["09:47", "08:48", "08:47"]),
        ("since=2020-03-01T14:05:00%2B08:00&until=2020-03-01T15:00:00%2B08:00", ["14:05"]),
        ("limit=2", ["15:00", "14:05"]),
    ],
)
def test_the_log_is_filtered(http, bearer, deck_log, query, times):
    found = _log(http, bearer(0, "authenticity.read"), query)
    assert [item["time"][-5:] for item in found] == times


def test_the_log_is_filtered_by_code_as_typed_and_by_product(http, bearer, deck_log):
    staff = bearer(0, "authenticity.read")
    typed = f"{deck_log[1][:10].lower()}-{deck_log[1][10:]}"
    found = _log(http, staff, f"code={typed}")
    assert {item["code"] for item in found} == {deck_log[1]}
    assert len(_log(http, staff, f"product_id={found[0]['product_id']}")) == 5
    assert _log(http, staff, f"product_id={'0' * 32}") == []


def test_pages_of_the_log_give_every_scan_once(http, bearer, deck_log):
    staff = bearer(0, "authenticity.read")
    seen, cursor = [], None
    while True:
        page = http.get(
            "/v1/query-log",
            params={"limit": 2, **({"cursor": cursor} if cursor else {})},
            headers=staff,
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "query",
    [
        "method=pigeon",
        "verdict=GENUINE",
        "since=2020-03-01T06:05:00",
        "since=yesterday",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00",
        "product_id=1",
        "code=not-a-code",
        "province=%00",
        "limit=0",
        "cursor=%F0%9F%98%80",
    ],
)
def test_a_bad_filter_is_a_problem_document(http, staff, query):
    for path in ("query-log", "query-log.csv"):
        if path == "query-log.csv" and query.startswith(("limit", "cursor")):
            continue
        reply = http.get(f"/v1/{path}?{query}", headers=staff)
        assert (reply.status_code, reply.headers["content-type"]) == (
            *(422, "application/problem+json"),
        )


def test_the_export_opens_in_a_spreadsheet_and_runs_nothing(http, bearer, make_codes, ask, clock):
    code = make_codes(1)[0]
    ask(code, "a", place=Place(province="=cmd|' /C calc'!A0", city="长治市"))
    reply = http.get("/v1/query-log.csv", headers=bearer(0, "authenticity.read"))
    assert reply.content.startswith(b"\xef\xbb\xbf")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    header, row = csv.reader(io.StringIO(reply.content.decode("utf-8-sig")))
    assert header[:6] == LOG_HEADERS
    assert row == [
        *("2026-11-22 16:00", "手机查询", "'=cmd|' /C calc'!A0", "长治市", "", ""),
        *(code, "1", "有机韭菜", "正品 (首次查询)", "1"),
    ]


def test_the_export_has_every_row_beyond_one_read(
    http, bearer, make_codes, ask, clock, monkeypatch
):
    monkeypatch.setattr("trace_backend.authenticity.querylog._ROWS_PER_READ", 3)
    code = make_codes(1)[0]
    for place in range(7):
        clock.advance(timedelta(seconds=1))
        ask(code, f"visitor-{place}")
    reply = http.get(
        "/v1/query-log.csv?language=en&method=mobile", headers=bearer(0, "authenticity.read")
    )
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [row["ordinal"] for row in rows] == ["7", "6", "5", "4", "3", "2", "1"]
    assert rows[0]["verdict"] == "OVER_LIMIT"


def test_another_tenant_sees_nothing_of_the_log(http, bearer, deck_log):
    stranger = bearer(1, "authenticity.read")
    assert _log(http, stranger) == []
    assert _log(http, stranger, f"code={deck_log[0]}") == []
    exported = http.get("/v1/query-log.csv", headers=stranger)
    assert exported.content.decode("utf-8-sig").count("\r\n") == 1


def test_log_and_settings_need_their_permissions(http, bearer):
    reader, keeper = bearer(0, "authenticity.read"), bearer(0, "authenticity.settings")
    preview = {"kind": "void", "text": "x"}
    assert http.get("/v1/query-log", headers=keeper).status_code == 403
    assert http.get("/v1/query-log.csv", headers=keeper).status_code == 403
    assert http.get("/v1/reply-settings", headers=reader).status_code == 403
    assert http.put("/v1/reply-settings", json={}, headers=reader).status_code == 403
    assert http.post("/v1/reply-settings/preview", json=preview, headers=reader).status_code == 403
    assert http.get("/v1/query-log").status_code == 401


def _form(**change):
    texts = {"zh-CN": {"first": "\\${防伪码}是正品"}}
    return {
        "version": 0,
        "max_queries": 3,
        "session_window_minutes": 20,
        "texts": texts,
        **change,
    }


def test_the_shipped_settings_are_shown_before_anything_is_saved(http, staff):
    shown = http.get("/v1/reply-settings", headers=staff).json()
    assert (shown["version"], shown["max_queries"], shown["session_window_minutes"]) == (0, 5, 10)
    assert shown["texts"] == shown["shipped_texts"]
    assert shown["texts"]["zh-CN"]["first"] == DEFAULT_TEXTS[Language.CHINESE][ReplyKind.FIRST]
    assert shown["fields"] == [
        *("${防伪码}", "${产品名称}", "${已查询次数}"),
        *("${当前第几次}", "${首次查询时间}", "${首次查询地点}"),
    ]


def test_saved_settings_are_a_new_version_and_are_used(http, staff, code, ask):
    saved = http.put("/v1/reply-settings", json=_form(), headers=staff)
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert saved.json()["texts"]["zh-CN"]["first"] == "${防伪码}是正品"
    assert http.get("/v1/reply-settings", headers=staff).json() == saved.json()
    assert ask(code).reply.text == f"{code}是正品"
    second = http.put("/v1/reply-settings", json=_form(version=1, max_queries=9), headers=staff)
    assert (second.json()["version"], second.json()["max_queries"]) == (2, 9)


def test_a_form_filled_from_an_old_version_is_refused(http, staff):
    http.put("/v1/reply-settings", json=_form(), headers=staff)
    reply = http.put("/v1/reply-settings", json=_form(max_queries=9), headers=staff)
    assert reply.status_code == 409
    assert http.get("/v1/reply-settings", headers=staff).json()["max_queries"] == 3


def test_of_forms_saved_at_once_one_wins(http, staff):
    with ThreadPoolExecutor(6) as pool:
        statuses = list(
            pool.map(
                lambda most: (
                    http.put(
                        "/v1/reply-settings", json=_form(max_queries=most), headers=staff
                    ).status_code
                ),
                range(1, 7),
            )
        )
    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]


def test_settings_belong_to_one_tenant(http, staff, bearer):
    http.put("/v1/reply-settings", json=_form(), headers=staff)
    other = bearer(1, "authenticity.settings")
    assert http.get("/v1/reply-settings", headers=other).json()["version"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"max_queries": 0},
        {"session_window_minutes": 0},
        {"session_window_minutes": 1441},
        {"texts": {"zh-CN": {"first": ""}}},
        {"texts": {"zh-CN": {"void": "${品牌}"}}},
        {"texts": {"en": {"void": "${${防伪码}}"}}},
        {"texts": {"zh-CN": {"void": "a\u0000"}}},
        {"texts": {"fr": {"void": "x"}}},
        {"texts": {"zh-CN": {"hello": "x"}}},
        {"colour": "red"},
    ],
)
def test_settings_that_can_not_be_used_are_not_saved(http, staff, change):
    reply = http.put("/v1/reply-settings", json=_form(**change), headers=staff)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    assert http.get("/v1/reply-settings", headers=staff).json()["version"] == 0


def test_half_a_character_in_a_text_is_a_problem_document(http, staff):
    body = b'{"kind": "void", "text": "a\\ud800"}'
    headers = {**staff, "content-type": "application/json"}
    reply = http.post("/v1/reply-settings/preview", content=body, headers=headers)
    assert reply.status_code in (200, 400, 422)
    if reply.status_code == 200:
        assert reply.json()["fault"] == "control_character"


def test_every_bad_text_is_named_with_its_reason(http, staff):
    texts = {"zh-CN": {"void": "${品牌}", "unknown": "好"}, "en": {"risk": "${${防伪码}}"}}
    reply = http.put("/v1/reply-settings?language=en", json=_form(texts=texts), headers=staff)
    errors = reply.json()["errors"]
    assert [error["field"] for error in errors] == [
        f"texts.{error['language']}.{error['kind']}" for error in errors
    ]
    assert [(error["language"], error["kind"], error["fault"]) for error in errors] == [
        ("zh-CN", "void", "unknown_field"),
        ("en", "risk", "nested_field"),
    ]
    assert "${防伪码}" in errors[0]["message"]
    assert "is not a dynamic field" in errors[0]["message"]


def test_a_text_is_previewed_with_the_decks_example(http, staff):
    body = {"kind": "repeat", "text": "第\\${(当前第几次)}次, ${首次查询时间} ${(首次查询地点)}"}
    shown = http.post("/v1/reply-settings/preview", json=body, headers=staff).json()
    assert shown == {
        "text": "第3次, 2019-12-04 08:47 山西省长治市襄垣县和谐街",
        "fault": None,
        "message": None,
    }


def test_a_preview_says_why_a_text_can_not_be_saved(http, staff):
    body = {"kind": "repeat", "text": "${品牌}"}
    shown = http.post("/v1/reply-settings/preview", json=body, headers=staff).json()
    assert (shown["text"], shown["fault"]) == (None, "unknown_field")
    assert "可用" in shown["message"]


def test_an_empty_text_is_previewed_as_the_shipped_one(http, staff):
    body = {"kind": "unknown", "text": " "}
    shown = http.post("/v1/reply-settings/preview", json=body, headers=staff).json()
    assert shown["text"] == DEFAULT_TEXTS[Language.CHINESE][ReplyKind.UNKNOWN]
