"""Reply templates: checking them when they are saved, filling them when a query is answered.

A template is plain text, fit for SMS and for being read out, with the six dynamic fields of row 59
as `${name}` or `${(name)}`. A value is put in once and never looked at again: a product whose name
holds `${...}` shows just that.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from trace_backend.authenticity.policy import (
    DEFAULT_MAX_QUERIES,
    DEFAULT_SESSION_WINDOW_MINUTES,
    MAX_QUERIES_CEILING,
    SESSION_WINDOW_CEILING_MINUTES,
)
from trace_backend.authenticity.reply_texts import DEFAULT_TEXTS, Language, ReplyKind
from trace_backend.authenticity.verdict import VerdictStatus
from trace_backend.kit.calendar import display_time

MAX_TEMPLATE_CHARACTERS: Final = 500
_FIELD: Final = re.compile(r"\$\{([^${}]*)\}")
_REQUIRED_KINDS: Final = frozenset({ReplyKind.FIRST})
"""Row 54 is starred in the form; an empty text of another kind means the shipped one."""


class DynamicField(StrEnum):
    """The six dynamic fields (row 59), by the name inside the braces."""

    CODE = "防伪码"
    PRODUCT_NAME = "产品名称"
    QUERIES_BEFORE = "已查询次数"
    ORDINAL = "当前第几次"
    FIRST_TIME = "首次查询时间"
    FIRST_PLACE = "首次查询地点"


class Channel(StrEnum):
    """Where a reply is shown; each has its own way of making values harmless."""

    PLAIN_TEXT = "plain_text"
    HTML = "html"


class TemplateFault(StrEnum):
    """Why a template or a setting is refused."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    UNKNOWN_FIELD = "unknown_field"
    NESTED_FIELD = "nested_field"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One reason to refuse a template, and the words for the person at the form."""

    fault: TemplateFault
    message: str


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """The values behind the dynamic fields.

    `queries_before` is the count before this query, `ordinal` this query's number, 0 for a query
    that isn't counted; `first_queried_at` and `first_place` are None when not known.
    """

    code: str
    product_name: str = ""
    queries_before: int = 0
    ordinal: int = 0
    first_queried_at: datetime | None = None
    first_place: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A filled reply in one language; plain text."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """The reply settings in force; empty texts are replaced by the shipped ones when used."""

    max_queries: int = DEFAULT_MAX_QUERIES
    session_window_minutes: int = DEFAULT_SESSION_WINDOW_MINUTES
    texts: Mapping[Language, Mapping[ReplyKind, str]] | None = None
    version: int = 0
    """0 = shipped defaults, nothing saved yet."""

    def text(self, language: Language, kind: ReplyKind) -> str:
        """Return the template of `kind`: the tenant's, else the shipped one."""
        own = (self.texts or {}).get(language, {}).get(kind, "")
        return own or DEFAULT_TEXTS[language][kind]


def unescape_template(template: str) -> str:
    r"""Return a template as it is stored: `\${` (printed so in the deck) becomes `${`."""
    return template.replace("\\${", "${")


def check_template(
    template: str, kind: ReplyKind, language: Language = Language.CHINESE
) -> TemplateProblem | None:
    """Return why a template can't be saved, or None; the message is in `language`."""
    chinese = language is Language.CHINESE
    text = unescape_template(template)
    if not text.strip():
        if kind not in _REQUIRED_KINDS:
            return None
        message = "首次查询答复为必填项" if chinese else "The first-query reply is required."
        return TemplateProblem(TemplateFault.REQUIRED, message)
    if len(text) > MAX_TEMPLATE_CHARACTERS:
        limit = MAX_TEMPLATE_CHARACTERS
        message = f"不能超过{limit}个字符" if chinese else f"At most {limit} characters."
        return TemplateProblem(TemplateFault.TOO_LONG, message)
    if any(_is_invisible(character) and character != "\n" for character in text):
        message = "含有不可见字符" if chinese else "There are invisible characters in it."
        return TemplateProblem(TemplateFault.CONTROL_CHARACTER, message)
    legal = " ".join(f"${{{field}}}" for field in DynamicField)
    for name in _FIELD.findall(text):
        if _field(name) is None:
            message = (
                f"未知的动态内容 ${{{name}}}, 可用: {legal}"
                if chinese
                else f"${{{name}}} is not a dynamic field. Use: {legal}"
            )
            return TemplateProblem(TemplateFault.UNKNOWN_FIELD, message)
    if "${" in _FIELD.sub("", text):
        message = (
            f"动态内容不能嵌套, 且须以 }} 结束, 可用: {legal}"
            if chinese
            else f"A dynamic field can't hold another one and must end with }}. Use: {legal}"
        )
        return TemplateProblem(TemplateFault.NESTED_FIELD, message)
    return None


def check_limits(max_queries: int, session_window_minutes: int) -> TemplateProblem | None:
    """Return why the two numbers of the settings can't be saved, or None."""
    if not 1 <= max_queries <= MAX_QUERIES_CEILING:
        message = f"最大查询次数 / max_queries: 1..{MAX_QUERIES_CEILING}"
        return TemplateProblem(TemplateFault.OUT_OF_RANGE, message)
    if not 1 <= session_window_minutes <= SESSION_WINDOW_CEILING_MINUTES:
        message = f"时间窗口 / session_window_minutes: 1..{SESSION_WINDOW_CEILING_MINUTES}"
        return TemplateProblem(TemplateFault.OUT_OF_RANGE, message)
    return None


def fill(template: str, facts: ReplyFacts, channel: Channel = Channel.PLAIN_TEXT) -> str:
    """Put the values into a template, each made harmless for `channel`.

    The template is the brand's plain text and is made harmless too: on a page its `<` is a `<`.
    """
    text = unescape_template(template)
    parts: list[str] = []
    place = 0
    for match in _FIELD.finditer(text):
        field = _field(match[1])
        if field is None:  # not saved by us: shown as it stands, never guessed at
            continue
        parts += [_escape(text[place : match.start()], channel), _value(field, facts, channel)]
        place = match.end()
    return "".join([*parts, _escape(text[place:], channel)])


def reply_kind(status: VerdictStatus) -> ReplyKind:
    """Return the text that belongs to a verdict."""
    match status:
        case VerdictStatus.NOT_GENUINE_UNKNOWN:
            return ReplyKind.UNKNOWN
        case VerdictStatus.NOT_GENUINE_VOID:
            return ReplyKind.VOID
        case VerdictStatus.NOT_GENUINE_UNACTIVATED:
            return ReplyKind.UNACTIVATED
        case VerdictStatus.RECALLED:
            return ReplyKind.RECALLED
        case VerdictStatus.EXPIRED:
            return ReplyKind.EXPIRED
        case VerdictStatus.SUSPECTED_COPY:
            return ReplyKind.SUSPECTED_COPY
        case VerdictStatus.GENUINE_FIRST:
            return ReplyKind.FIRST
        case VerdictStatus.GENUINE_REPEAT:
            return ReplyKind.REPEAT
        case VerdictStatus.OVER_LIMIT:
            return ReplyKind.OVER_LIMIT
        case _:
            assert_never(status)


def compose_reply(
    status: VerdictStatus,
    facts: ReplyFacts,
    settings: ReplySettings,
    language: Language,
    *,
    doubtful: bool = False,
    channel: Channel = Channel.PLAIN_TEXT,
) -> Reply:
    """Write the reply to a verdict; a doubtful repeat query gets the risk clause (E17)."""
    text = fill(settings.text(language, reply_kind(status)), facts, channel)
    if doubtful and status is VerdictStatus.GENUINE_REPEAT:
        clause = fill(settings.text(language, ReplyKind.RISK), facts, channel)
        text = text + clause if language is Language.CHINESE else f"{text} {clause}"
    return Reply(language, text)


def _field(name: str) -> DynamicField | None:
    """Read both spellings: the bare name and the name in one pair of parentheses."""
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    try:
        return DynamicField(name)
    except ValueError:
        return None


def _value(field: DynamicField, facts: ReplyFacts, channel: Channel) -> str:
    match field:
        case DynamicField.CODE:
            value = facts.code
        case DynamicField.PRODUCT_NAME:
            value = facts.product_name
        case DynamicField.QUERIES_BEFORE:
            value = str(facts.queries_before)
        case DynamicField.ORDINAL:
            value = str(facts.ordinal)
        case DynamicField.FIRST_TIME:
            value = display_time(facts.first_queried_at) if facts.first_queried_at else ""
        case DynamicField.FIRST_PLACE:
            value = facts.first_place or ""
        case _:
            assert_never(field)
    return _escape("".join(c for c in value if not _is_invisible(c)), channel)


def _is_invisible(character: str) -> bool:
    """Control, format (bidirectional, zero width), surrogate, line and paragraph separator."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escape(text: str, channel: Channel) -> str:
    match channel:
        case Channel.PLAIN_TEXT:
            return text
        case Channel.HTML:
            return html.escape(text, quote=True)
        case _:
            assert_never(channel)
