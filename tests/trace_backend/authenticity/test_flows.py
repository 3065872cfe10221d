"""The story of a query, on SQLite and PostgreSQL."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update

from trace_backend.authenticity import (
    CodeQuery,
    Language,
    Layer,
    LayerFinding,
    LayerOutcome,
    Place,
    QueryMethod,
    VerdictStatus,
    query,
)
from trace_backend.authenticity.models import Scan, UnknownTally, VisitorSession
from trace_backend.authenticity.replies import ReplySettings
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, ReplyKind
from trace_backend.authenticity.settings import save_settings
from trace_backend.codes import Code, activate, void
from trace_backend.products import recall_batch
from trace_backend.products.service import withdraw_recall

GTIN = "06291041500213"
OTHER_GTIN = "09520123456788"
NEVER_ISSUED = "0123456789ABCDEFGHJK"
FIRST, REPEAT, OVER = (
    VerdictStatus.GENUINE_FIRST,
    VerdictStatus.GENUINE_REPEAT,
    VerdictStatus.OVER_LIMIT,
)
HEXIE = Place(province="山西省", city="长治市", district="襄垣县", street="和谐街")


def _count(record, model):
    with record.database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar()


def _row(record, serial):
    with record.database.reading() as session:
        return session.execute(select(Code).where(Code.serial == serial)).scalar_one()


def _void(record, subject, serial):
    with record.database.transaction() as session:
        void(session, record.clock, subject, serial, "破损")


def test_the_first_query_is_genuine_and_answers_with_the_decks_words(record, ask, code):
    answer = ask(code, gtin=GTIN, place=HEXIE)
    assert answer.verdict.status is FIRST
    assert answer.reply.text == (
        f"尊敬的客户, 您好; 您所查询的防伪码为{code}, 是本公司生产的有机韭菜, 为正品。"
        "感谢您的购买。"
    )
    assert (answer.code, answer.queried_at) == (code, record.clock.now())
    assert (answer.product.name, answer.product.batch) == ("有机韭菜", "B1")
    history = answer.history
    assert (history.ordinal, history.query_count, history.max_queries, history.scan_count) == (
        *(1, 1, 5, 1),
    )
    assert (history.first_queried_at, history.first_place) == (
        record.clock.now(),
        "山西省长治市襄垣县和谐街",
    )


def test_over_limit_begins_exactly_at_the_sixth_visitor(ask, code):
    verdicts = [ask(code, f"visitor-{place}").verdict.status for place in range(7)]
    assert verdicts == [FIRST, REPEAT, REPEAT, REPEAT, REPEAT, OVER, OVER]


def test_the_repeat_reply_tells_ordinal_and_first_time(ask, code, clock):
    ask(code, "visitor-1")
    clock.advance(timedelta(days=2))
    answer = ask(code, "visitor-2")
    assert "已被查询2次, 首次查询时间为2026-11-22 16:00。" in answer.reply.text


def test_counting_goes_on_beyond_the_limit(record, ask, code):
    ordinals = [ask(code, f"visitor-{place}").history.ordinal for place in range(9)]
    assert ordinals == list(range(1, 10))
    assert _row(record, code).query_count == 9


def test_a_reload_keeps_verdict_ordinal_and_reply_but_is_a_scan_of_its_own(
    record, ask, code, clock
):
    first = ask(code)
    clock.advance(timedelta(minutes=1))
    again = ask(code)
    assert (again.verdict, again.reply, again.history.ordinal) == (
        first.verdict,
        first.reply,
        1,
    )
    assert again.scan_id != first.scan_id
    # E7: 08:47 and 08:48 from one visitor are two log rows and one counted query.
    assert (_count(record, Scan), _count(record, VisitorSession)) == (2, 1)
    assert (again.history.query_count, again.history.scan_count) == (1, 2)


@pytest.mark.parametrize(("pause_s", "ordinal"), [(0, 1), (600, 1), (600.000001, 2), (3600, 2)])
def test_a_session_ends_when_the_last_query_is_older_than_the_window(
    ask, code, clock, pause_s, ordinal
):
    ask(code)
    clock.advance(timedelta(seconds=pause_s))
    assert ask(code).history.ordinal == ordinal


def test_each_query_of_a_session_moves_its_window(ask, code, clock):
    for _ in range(5):
        assert ask(code).history.ordinal == 1
        clock.advance(timedelta(minutes=9))
    clock.advance(timedelta(minutes=2))
    assert ask(code).history.ordinal == 2


def test_a_clock_set_back_opens_no_session(ask, code, clock):
    ask(code)
    clock.advance(timedelta(hours=-1))
    assert ask(code).history.ordinal == 1
    clock.advance(timedelta(hours=1, minutes=9))
    assert ask(code).history.ordinal == 1


def test_a_session_keeps_its_ordinal_while_others_query(ask, code, clock):
    ask(code, "a")
    ask(code, "b")
    clock.advance(timedelta(minutes=5))
    assert ask(code, "a").verdict.status is FIRST
    assert ask(code, "a").history.query_count == 2
    assert ask(code, "b").verdict.status is REPEAT


def test_one_visitor_can_not_push_a_code_over_the_limit(ask, code, clock):
    for _ in range(50):
        answer = ask(code, "angry neighbour")
        clock.advance(timedelta(seconds=10))
    assert (answer.verdict.status, answer.history.scan_count) == (FIRST, 50)


def test_an_unknown_code_leaves_no_row_but_the_tally(record, ask, code, clock):
    for _ in range(3):
        answer = ask(NEVER_ISSUED)
    assert answer.verdict.status is VerdictStatus.NOT_GENUINE_UNKNOWN
    assert answer.reply.text == "您好, 您所查询的防伪码不存在, 谨防假冒"
    assert (answer.scan_id, answer.product, answer.history) == (None, None, None)
    assert (_count(record, Scan), _count(record, VisitorSession)) == (0, 0)
    clock.advance(timedelta(hours=1))
    ask(NEVER_ISSUED)
    with record.database.reading() as session:
        tally = session.execute(select(UnknownTally).order_by(UnknownTally.hour)).scalars().all()
    assert [(row.hour, row.query_count) for row in tally] == [
        (datetime(2026, 11, 22, 8, tzinfo=UTC), 3),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), 1),
    ]


def test_a_code_in_the_link_of_another_product_is_unknown(record, ask, code):
    answer = ask(code, gtin=OTHER_GTIN)
    assert answer.verdict.status is VerdictStatus.NOT_GENUINE_UNKNOWN
    assert answer.scan_id is None
    assert (_count(record, Scan), _row(record, code).scan_count) == (0, 0)
    assert ask(code, gtin=GTIN).verdict.status is FIRST


def test_a_row_with_a_forged_serial_is_unknown(record, ask, code):
    with record.database.transaction() as session:
        session.execute(update(Code).values(serial=NEVER_ISSUED))
    assert ask(NEVER_ISSUED).verdict.status is VerdictStatus.NOT_GENUINE_UNKNOWN
    assert _count(record, Scan) == 0


def test_an_unactivated_code_is_not_genuine_and_its_scan_is_kept_raw(record, ask, make_codes):
    serial = make_codes(1, active=False)[0]
    answer = ask(serial)
    assert answer.verdict.status is VerdictStatus.NOT_GENUINE_UNACTIVATED
    assert answer.reply.text == "您好, 您所查询的防伪码还未激活, 谨防假冒"
    assert answer.scan_id
    assert (answer.product, answer.history) == (None, None)
    row = _row(record, serial)
    assert (row.query_count, row.scan_count, row.first_queried_at) == (0, 1, None)
    assert (_count(record, Scan), _count(record, VisitorSession)) == (1, 0)


def test_an_item_scanned_before_its_activation_still_has_its_first_query(
    record, ask, make_codes, subjects, batch, clock
):
    serial = make_codes(1, active=False)[0]
    for worker in ("packer", "checker", "visitor-1"):
        ask(serial, worker)
    with record.database.transaction() as session:
        activate(session, record.clock, subjects[0], batch.id, [serial])
    clock.advance(timedelta(minutes=1))
    answer = ask(serial)
    assert (answer.verdict.status, answer.history.ordinal) == (FIRST, 1)
    assert (answer.history.scan_count, answer.history.first_queried_at) == (4, clock.now())


def test_a_void_code_is_not_genuine_whatever_it_was_before(record, ask, code, subjects):
    ask(code, "visitor-1")
    _void(record, subjects[0], code)
    for visitor in ("visitor-1", "visitor-2"):
        answer = ask(code, visitor)
        assert answer.verdict.status is VerdictStatus.NOT_GENUINE_VOID
        assert answer.reply.text == f"您好, 您所查询的防伪码{code}已注销, 为非正品, 谨防假冒"
        assert (answer.product, answer.history) == (None, None)
    row = _row(record, code)
    assert (row.query_count, row.scan_count) == (1, 3)


def test_a_recalled_batch_answers_recalled_until_the_recall_is_taken_back(
    record, ask, code, subjects, batch
):
    ask(code, "visitor-1")
    with record.database.transaction() as session:
        recall_batch(session, record.clock, subjects[0], batch.id, "农残超标")
    answer = ask(code, "visitor-2")
    assert answer.verdict.status is VerdictStatus.RECALLED
    assert answer.reply.text == ("您好, 您所查询的产品有机韭菜所在批次已召回, 请停止使用并联系商家")
    assert answer.history.ordinal == 2  # counting never stops
    with record.database.transaction() as session:
        withdraw_recall(session, record.clock, subjects[0], batch.id, "复检合格")
    assert ask(code, "visitor-3").verdict.status is REPEAT


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), FIRST),  # 23:59:59 in Shanghai
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), VerdictStatus.EXPIRED),  # midnight there
    ],
)
def test_the_expiry_date_is_the_last_day_of_use_in_shanghai(ask, code, clock, moment, status):
    clock.instant = moment
    answer = ask(code)
    assert answer.verdict.status is status
    if status is VerdictStatus.EXPIRED:
        assert answer.reply.text == "您好, 您所查询的产品有机韭菜已过期, 请勿使用"


def test_a_contradicting_layer_makes_a_suspected_copy_and_is_kept(record, ask, code):
    findings = (
        LayerFinding(Layer.COPY_DETECTION, LayerOutcome.CONTRADICTS),
        LayerFinding(Layer.PRINT, LayerOutcome.NOT_CHECKED),
        LayerFinding(Layer.HIDDEN, LayerOutcome.SUPPORTS),
    )
    answer = ask(code, findings=findings)
    assert answer.verdict.status is VerdictStatus.SUSPECTED_COPY
    assert f"{code}疑似被复制" in answer.reply.text
    with record.database.reading() as session:
        scan = session.execute(select(Scan)).scalar_one()
    assert (scan.verdict, scan.layers) == (
        "SUSPECTED_COPY",
        {
            "code": "supports",
            "history": "supports",
            "copy_detection": "contradicts",
            "print": "not_checked",
            "hidden": "supports",
            "nfc": "not_checked",
        },
    )


def test_a_layer_that_was_not_checked_does_not_matter(ask, code):
    findings = (LayerFinding(Layer.NFC, LayerOutcome.NOT_CHECKED),)
    assert ask(code, findings=findings).verdict.status is FIRST


def test_the_risk_clause_comes_with_a_repeat_reply_and_stays_in_its_session(ask, code, clock):
    clause = DEFAULT_TEXTS[Language.CHINESE][ReplyKind.RISK]
    beijing, shanghai = Place(39.9042, 116.4074, 30), Place(31.2304, 121.4737, 30)
    assert clause not in ask(code, "a", place=beijing).reply.text
    clock.advance(timedelta(minutes=5))
    doubted = ask(code, "b", place=shanghai)
    assert doubted.verdict.status is REPEAT
    assert doubted.reply.text.endswith(clause)
    assert doubted.verdict.outcome(Layer.HISTORY) is LayerOutcome.UNSURE
    assert ask(code, "b").reply == doubted.reply
    assert clause not in ask(code, "a", place=beijing).reply.text


def test_queries_near_each_other_give_no_risk_clause(ask, code, clock):
    ask(code, "a", place=HEXIE)
    clock.advance(timedelta(minutes=5))
    answer = ask(code, "b", place=HEXIE)
    assert answer.reply.text.endswith("首次查询时间为2026-11-22 16:00。")


def test_scans_in_the_factory_give_no_risk_clause(record, ask, make_codes, subjects, batch, clock):
    # Raw scans of an unactivated code are not queries: where it was made doesn't matter.
    serial = make_codes(1, active=False)[0]
    ask(serial, "packer", place=Place(39.9042, 116.4074, 30))
    with record.database.transaction() as session:
        activate(session, record.clock, subjects[0], batch.id, [serial])
    ask(serial, "a", place=Place(31.2304, 121.4737, 30))
    clock.advance(timedelta(minutes=5))
    answer = ask(serial, "b", place=Place(31.2304, 121.4737, 30))
    assert answer.verdict.outcome(Layer.HISTORY) is LayerOutcome.SUPPORTS


def test_english_is_answered_in_english(ask, code):
    answer = ask(code, language=Language.ENGLISH)
    assert answer.reply.text == (
        f"Dear customer, the code {code} belongs to 有机韭菜, made by us. "
        "It is genuine. Thank you for buying it."
    )


def test_limit_window_and_texts_of_the_tenant_are_used(record, ask, code, subjects, clock):
    texts = {Language.CHINESE: {ReplyKind.FIRST: "${产品名称}: ${已查询次数}/${当前第几次}"}}
    with record.database.transaction() as session:
        save_settings(session, record.clock, subjects[0], ReplySettings(2, 60, texts))
    assert ask(code, "a").reply.text == "有机韭菜: 0/1"
    clock.advance(timedelta(minutes=59))
    assert ask(code, "a").history.ordinal == 1
    ask(code, "b")
    answer = ask(code, "c")
    assert (answer.verdict.status, answer.history.max_queries) == (OVER, 2)


def test_an_unknown_code_is_answered_in_the_words_of_the_gtins_owner(record, ask, subjects, code):
    texts = {Language.CHINESE: {ReplyKind.UNKNOWN: "查无此码"}}
    with record.database.transaction() as session:
        save_settings(session, record.clock, subjects[0], ReplySettings(texts=texts))
    assert ask(NEVER_ISSUED, gtin=GTIN).reply.text == "查无此码"
    assert ask(NEVER_ISSUED, gtin=OTHER_GTIN).reply.text == (
        "您好, 您所查询的防伪码不存在, 谨防假冒"
    )


def test_a_scan_keeps_place_and_method_and_no_name_of_the_visitor(record, ask, code):
    place = Place(36.1, 113.1, 12.5, "山西省", "长治市", "襄垣县", "和谐街")
    ask(code, "203.0.113.7 Mozilla/5.0", place=place, method=QueryMethod.AR)
    with record.database.reading() as session:
        scan = session.execute(select(Scan)).scalar_one()
    assert (scan.latitude_deg, scan.longitude_deg, scan.accuracy_m) == (36.1, 113.1, 12.5)
    assert (scan.province, scan.city, scan.district, scan.street) == (
        *("山西省", "长治市", "襄垣县", "和谐街"),
    )
    assert (scan.method, scan.scanned_at) == ("ar", record.clock.now())
    assert len(bytes.fromhex(scan.visitor)) == 32
    kept = [str(getattr(scan, column.key)) for column in Scan.__table__.columns]
    assert not any("203.0.113" in value or "Mozilla" in value for value in kept)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude_deg": 1.0},
        {"longitude_deg": 1.0},
        {"latitude_deg": 90.1, "longitude_deg": 0.0},
        {"latitude_deg": 0.0, "longitude_deg": -180.1},
        {"latitude_deg": float("nan"), "longitude_deg": 0.0},
        {"latitude_deg": 0.0, "longitude_deg": float("inf")},
        {"accuracy_m": -1.0},
        {"accuracy_m": float("nan")},
        {"province": "a\x00b"},
        {"city": "a\nb"},
        {"district": "县" * 65},
        {"street": "街" * 101},
    ],
)
def test_a_place_that_is_none_on_this_earth_is_refused(wrong):
    with pytest.raises(ValueError, match=r"want|not allowed"):
        Place(**wrong)


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (Place(), None),
        (HEXIE, "山西省长治市襄垣县和谐街"),
        (Place(province="北京市", city="北京市", district="海淀区"), "北京市海淀区"),
        (Place(city="长治市"), "长治市"),
    ],
)
def test_an_address_is_its_known_levels_in_order(place, address):
    assert place.address == address


def test_nothing_is_kept_when_the_callers_transaction_fails(record, ask, code):
    def fail_after_the_query():
        with record.database.transaction() as session:
            query(session, record, CodeQuery(code, None, "visitor-1"))
            raise RuntimeError("the caller fails")

    with pytest.raises(RuntimeError, match="the caller fails"):
        fail_after_the_query()
    assert (_count(record, Scan), _row(record, code).query_count) == (0, 0)
    assert ask(code).verdict.status is FIRST


def test_ordinals_follow_a_plain_count_of_sessions_over_a_long_random_run(ask, code, clock):
    # The model: a visitor's query counts when his last one is more than ten minutes old.
    rng = random.Random(20261122)
    last_minute, ordinal_of, count, minute = {}, {}, 0, 0
    for _ in range(120):
        pause = rng.choice((0, 1, 4, 10, 11))
        clock.advance(timedelta(minutes=pause))
        minute += pause
        visitor = rng.choice("abcd")
        if minute - last_minute.get(visitor, -99) > 10:
            count += 1
            ordinal_of[visitor] = count
        last_minute[visitor] = minute
        history = ask(code, visitor).history
        assert (history.ordinal, history.query_count) == (ordinal_of[visitor], count)
    assert count > 20


def test_64_visitors_at_once_get_one_first_and_ordinals_1_to_64(record, code):
    def visit(place):
        with record.database.transaction() as session:
            asked = CodeQuery(code, GTIN, f"visitor-{place}")
            return query(session, record, asked)

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(visit, range(64)))
    by_ordinal = {answer.history.ordinal: answer.verdict.status for answer in answers}
    assert sorted(by_ordinal) == list(range(1, 65))
    assert [by_ordinal[ordinal] for ordinal in range(1, 65)] == [FIRST, *[REPEAT] * 4, *[OVER] * 59]
    assert Counter(answer.verdict.status for answer in answers)[FIRST] == 1
    row = _row(record, code)
    assert (row.query_count, row.scan_count) == (64, 64)
    assert (_count(record, Scan), _count(record, VisitorSession)) == (64, 64)


def test_one_visitor_32_times_at_once_is_one_session(record, code):
    def visit(_):
        with record.database.transaction() as session:
            return query(session, record, CodeQuery(code, GTIN, "double click"))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(visit, range(32)))
    assert {answer.verdict.status for answer in answers} == {FIRST}
    assert len({answer.scan_id for answer in answers}) == 32
    assert (_count(record, Scan), _count(record, VisitorSession)) == (32, 1)


def test_every_kind_of_query_runs_the_same_reads(record, ask, make_codes, subjects):
    active, voided = make_codes(2)
    unactivated = make_codes(1, active=False)[0]
    _void(record, subjects[0], voided)
    statements = []

    def note(connection, cursor, statement, parameters, context, executemany):
        statements.append(statement)

    event.listen(record.database.writer, "before_cursor_execute", note)
    reads, writes = {}, {}
    for name, serial in (
        ("unknown", NEVER_ISSUED),
        ("void", voided),
        ("unactivated", unactivated),
        ("first", active),
        ("session", active),
    ):
        statements.clear()
        ask(serial)
        selects = [text for text in statements if text.startswith("SELECT")]
        reads[name] = selects
        writes[name] = len(statements) - len(selects)
    event.remove(record.database.writer, "before_cursor_execute", note)
    assert len(reads["first"]) == 6
    assert all(selects == reads["first"] for selects in reads.values())
    assert all(count >= 1 for count in writes.values())
