"""The error table of the record: every refusal has one named problem (RFC 9457)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of refusal: its name in URLs, its HTTP status and its title in both languages."""

    slug: str
    status: int
    title_en: str
    title_zh: str

    def title(self, language: str) -> str:
        """Return the title in `language` ("zh-CN" or "en"; anything else is read as English)."""
        return self.title_zh if language.lower().startswith("zh") else self.title_en


BAD_REQUEST: Final = Problem("bad-request", 400, "The request can't be read", "请求无法解析")
UNAUTHENTICATED: Final = Problem("unauthenticated", 401, "Please sign in", "请先登录")
KEY_EXPIRED: Final = Problem("key-expired", 401, "The key has expired", "密钥已过期")
FORBIDDEN: Final = Problem("forbidden", 403, "You have no permission for this", "没有权限")
NOT_FOUND: Final = Problem("not-found", 404, "There is no such thing", "未找到")
METHOD_NOT_ALLOWED: Final = Problem(
    "method-not-allowed", 405, "This method is not allowed here", "不支持该请求方法"
)
CONFLICT: Final = Problem("conflict", 409, "This conflicts with what is recorded", "与现有记录冲突")
TOO_LARGE: Final = Problem("too-large", 413, "The request is too large", "请求过大")
UNSUPPORTED_MEDIA: Final = Problem(
    "unsupported-media", 415, "This kind of content is not supported", "不支持的内容类型"
)
INVALID: Final = Problem("invalid", 422, "The request is not valid", "请求内容不合要求")
MALFORMED_CODE: Final = Problem(
    "malformed-code", 422, "This is not a code of ours", "防伪码格式不正确"
)
IDEMPOTENCY_MISMATCH: Final = Problem(
    "idempotency-mismatch",
    422,
    "This Idempotency-Key was used for another request",
    "该幂等键已用于其他请求",
)
RATE_LIMITED: Final = Problem("rate-limited", 429, "Too many requests", "请求过于频繁")
INTERNAL: Final = Problem("internal", 500, "Something went wrong on our side", "服务器内部错误")
UNAVAILABLE: Final = Problem(
    "unavailable", 503, "The record can't be reached just now", "服务暂时不可用"
)

PROBLEMS: Final[tuple[Problem, ...]] = (
    BAD_REQUEST,
    UNAUTHENTICATED,
    KEY_EXPIRED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    TOO_LARGE,
    UNSUPPORTED_MEDIA,
    INVALID,
    MALFORMED_CODE,
    IDEMPOTENCY_MISMATCH,
    RATE_LIMITED,
    INTERNAL,
    UNAVAILABLE,
)


class RecordError(Exception):
    """Base error of the record: a problem, what happened in words, and machine-readable extras.

    `detail` and the extensions reach the caller: they say what was expected, what came and what to
    do, and never hold secrets, tokens or personal data. The extension `retry_after_s` (whole
    seconds) is also sent as the header Retry-After.
    """

    def __init__(self, problem: Problem, detail: str, **extensions: object) -> None:
        super().__init__(f"{problem.slug}: {detail}")
        self.problem = problem
        self.detail = detail
        self.extensions: Mapping[str, object] = extensions
