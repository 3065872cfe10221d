"""Reply templates: the deck's texts word for word, checks on saving, harmless values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.authenticity.replies import (
    MAX_TEMPLATE_CHARACTERS,
    Channel,
    DynamicField,
    ReplyFacts,
    ReplySettings,
    TemplateFault,
    check_limits,
    check_template,
    compose_reply,
    fill,
    reply_kind,
    unescape_template,
)
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, Language, ReplyKind
from trace_backend.authenticity.verdict import VerdictStatus

FACTS = ReplyFacts(
    code="7K3M9Q2XW5ZB8RT4VN10",
    product_name="有机韭菜",
    queries_before=2,
    ordinal=3,
    first_queried_at=datetime(2019, 12, 4, 0, 47, tzinfo=UTC),
    first_place="山西省长治市襄垣县和谐街",
)
SETTINGS = ReplySettings()

# FEATURES rows 54, 55, 57, 58 and the decisions E17, E19, as printed there.
VERBATIM = {
    ReplyKind.FIRST: (
        "尊敬的客户, 您好; 您所查询的防伪码为${防伪码}, "
        "是本公司生产的${产品名称}, 为正品。感谢您的购买。"
    ),
    ReplyKind.REPEAT: (
        "您所查询的防伪码为${防伪码}, 是本公司生产的${产品名称}, 为正品。感谢您的购买。"
        "该防伪码已被查询${(当前第几次)}次, 首次查询时间为${(首次查询时间)}。"
    ),
    ReplyKind.OVER_LIMIT: (
        "尊敬的客户, 您好; 您所查询的防伪码是${防伪码}, "
        "该防伪码已超过最大查询次数, 请仔细检查, 谨防假冒!"
    ),
    ReplyKind.UNACTIVATED: "您好, 您所查询的防伪码还未激活, 谨防假冒",
    ReplyKind.RISK: "风险提示: 该防伪码近期在不同地点被多次查询, 请核对购买渠道, 谨防假冒!",
    ReplyKind.UNKNOWN: "您好, 您所查询的防伪码不存在, 谨防假冒",
    ReplyKind.VOID: "您好, 您所查询的防伪码${防伪码}已注销, 为非正品, 谨防假冒",
    ReplyKind.EXPIRED: "您好, 您所查询的产品${产品名称}已过期, 请勿使用",
    ReplyKind.RECALLED: "您好, 您所查询的产品${产品名称}所在批次已召回, 请停止使用并联系商家",
}


@pytest.mark.parametrize("kind", VERBATIM)
def test_the_shipped_texts_are_those_of_the_features_word_for_word(kind):
    assert DEFAULT_TEXTS[Language.CHINESE][kind] == VERBATIM[kind]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ReplyKind)
def test_every_shipped_text_could_be_saved(language, kind):
    assert check_template(DEFAULT_TEXTS[language][kind], kind) is None


def test_the_first_and_the_repeat_reply_read_as_in_the_deck():
    first = compose_reply(VerdictStatus.GENUINE_FIRST, FACTS, SETTINGS, Language.CHINESE)
    repeat = compose_reply(VerdictStatus.GENUINE_REPEAT, FACTS, SETTINGS, Language.CHINESE)
    assert first.text == (
        "尊敬的客户, 您好; 您所查询的防伪码为7K3M9Q2XW5ZB8RT4VN10, 是本公司生产的有机韭菜, "
        "为正品。感谢您的购买。"
    )
    assert repeat.text == (
        "您所查询的防伪码为7K3M9Q2XW5ZB8RT4VN10, 是本公司生产的有机韭菜, 为正品。感谢您的购买。"
        "该防伪码已被查询3次, 首次查询时间为2019-12-04 08:47。"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("防伪码", "7K3M9Q2XW5ZB8RT4VN10"),
        ("产品名称", "有机韭菜"),
        ("已查询次数", "2"),
        ("当前第几次", "3"),
        ("首次查询时间", "2019-12-04 08:47"),
        ("首次查询地点", "山西省长治市襄垣县和谐街"),
    ],
)
@pytest.mark.parametrize("spelling", ["${{{}}}", "${{({})}}", "\\${{{}}}", "\\${{({})}}"])
def test_each_field_is_filled_in_every_spelling(field, value, spelling):
    template = f"<{spelling.format(field)}>"
    assert check_template(template, ReplyKind.REPEAT) is None
    assert fill(template, FACTS) == f"<{value}>"


def test_what_is_not_known_is_filled_with_nothing():
    template = "a${产品名称}b${首次查询时间}c${(首次查询地点)}d${已查询次数}"
    assert fill(template, ReplyFacts("X")) == "abcd0"


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("${品牌}", TemplateFault.UNKNOWN_FIELD),
        ("${}", TemplateFault.UNKNOWN_FIELD),
        ("${ 防伪码 }", TemplateFault.UNKNOWN_FIELD),
        ("${((防伪码))}", TemplateFault.UNKNOWN_FIELD),
        ("${(防伪码}", TemplateFault.UNKNOWN_FIELD),
        ("${防伪码)}", TemplateFault.UNKNOWN_FIELD),
        ("\\${品牌}", TemplateFault.UNKNOWN_FIELD),
        ("${${防伪码}}", TemplateFault.NESTED_FIELD),
        ("${产品${防伪码}名称}", TemplateFault.NESTED_FIELD),
        ("${防伪码", TemplateFault.NESTED_FIELD),
        ("a\x00b", TemplateFault.CONTROL_CHARACTER),
        ("a\u202eb", TemplateFault.CONTROL_CHARACTER),
        ("a\ud800b", TemplateFault.CONTROL_CHARACTER),
        ("字" * (MAX_TEMPLATE_CHARACTERS + 1), TemplateFault.TOO_LONG),
    ],
)
def test_a_template_that_can_not_be_filled_is_refused_on_saving(template, fault):
    for language in Language:
        problem = check_template(template, ReplyKind.VOID, language)
        assert problem is not None
        assert problem.fault is fault


@pytest.mark.parametrize("template", ["${品牌}", "${${防伪码}}"])
@pytest.mark.parametrize("language", Language)
def test_the_message_names_the_six_legal_fields(template, language):
    message = check_template(template, ReplyKind.VOID, language).message
    assert all(f"${{{field}}}" in message for field in DynamicField)


@pytest.mark.parametrize("template", ["", "  \n"])
def test_only_the_starred_text_is_required(template):
    assert check_template(template, ReplyKind.FIRST).fault is TemplateFault.REQUIRED
    assert check_template(template, ReplyKind.REPEAT) is None


@pytest.mark.parametrize(
    "template", ["$", "{}", "5$ {x}", "}{", "$$", "a\nb", "字" * MAX_TEMPLATE_CHARACTERS]
)
def test_plain_text_with_dollars_and_braces_is_allowed(template):
    assert check_template(template, ReplyKind.FIRST) is None
    assert fill(template, FACTS) == template


def test_the_decks_backslash_is_taken_away_once():
    assert unescape_template("\\${防伪码} \\$5") == "${防伪码} \\$5"


def test_a_value_is_never_looked_at_again():
    facts = ReplyFacts(code="${产品名称}", product_name="${防伪码}\\${(首次查询地点)}")
    assert fill("${防伪码}|${产品名称}", facts) == "${产品名称}|${防伪码}\\${(首次查询地点)}"


def test_control_characters_of_a_value_are_left_out():
    facts = ReplyFacts(code="A", product_name="a\r\nb\x00\x1b[2J\u202ec\u2028d\u200be")
    assert fill("${产品名称}", facts) == "ab[2Jcde"


def test_on_a_page_values_and_template_are_text():
    facts = ReplyFacts(code="A", product_name="<script>alert('x')</script>&\"")
    filled = fill("<b>${产品名称}</b>", facts, Channel.HTML)
    assert filled == (
        "&lt;b&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;&quot;&lt;/b&gt;"
    )


@given(st.text(), st.text())
def test_html_of_any_value_has_no_live_character(name, place):
    facts = ReplyFacts("A", name, first_place=place)
    filled = fill("${产品名称}${首次查询地点}", facts, Channel.HTML)
    assert not set(filled) & set("<>\"'")


@given(st.text())
def test_a_saved_template_leaves_no_field_unfilled(template):
    if check_template(template, ReplyKind.VOID) is None:
        assert "${" not in fill(template, FACTS)


@pytest.mark.parametrize("status", VerdictStatus)
@pytest.mark.parametrize("language", Language)
def test_every_verdict_has_words_in_both_languages(status, language):
    reply = compose_reply(status, FACTS, SETTINGS, language)
    assert reply.language is language
    assert reply.text
    assert "${" not in reply.text


def test_the_risk_clause_is_appended_to_a_doubtful_repeat_reply_only():
    clause = {language: DEFAULT_TEXTS[language][ReplyKind.RISK] for language in Language}
    for status in VerdictStatus:
        for language in Language:
            text = compose_reply(status, FACTS, SETTINGS, language, doubtful=True).text
            assert text.endswith(clause[language]) == (status is VerdictStatus.GENUINE_REPEAT)
            text = compose_reply(status, FACTS, SETTINGS, language).text
            assert clause[language] not in text


def test_a_tenants_own_text_is_used_and_an_empty_one_means_the_shipped():
    own = {Language.CHINESE: {ReplyKind.VOID: "${防伪码}作废", ReplyKind.UNKNOWN: ""}}
    settings = ReplySettings(texts=own)
    void = compose_reply(VerdictStatus.NOT_GENUINE_VOID, FACTS, settings, Language.CHINESE)
    assert void.text == "7K3M9Q2XW5ZB8RT4VN10作废"
    unknown = settings.text(Language.CHINESE, ReplyKind.UNKNOWN)
    assert unknown == VERBATIM[ReplyKind.UNKNOWN]
    english = settings.text(Language.ENGLISH, ReplyKind.VOID)
    assert english == DEFAULT_TEXTS[Language.ENGLISH][ReplyKind.VOID]


def test_every_text_but_the_clause_belongs_to_one_verdict():
    kinds = [reply_kind(status) for status in VerdictStatus]
    assert sorted(kinds) == sorted(set(ReplyKind) - {ReplyKind.RISK})


@pytest.mark.parametrize(
    ("most", "minutes", "fits"),
    [(5, 10, True), (1, 1, True), (0, 10, False), (5, 0, False), (10**7, 10, False),
     (5, 1441, False)],
)  # fmt: skip
def test_the_numbers_of_the_settings_are_bounded(most, minutes, fits):
    assert (check_limits(most, minutes) is None) == fits


def test_the_shipped_numbers_are_the_decks():
    assert (SETTINGS.max_queries, SETTINGS.session_window_minutes) == (5, 10)
