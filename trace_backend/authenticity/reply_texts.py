"""The kinds of reply and their shipped texts in both languages."""

from enum import StrEnum
from typing import Final


class ReplyKind(StrEnum):
    """The texts of the reply settings (报读设置)."""

    FIRST = "first"
    REPEAT = "repeat"
    OVER_LIMIT = "over_limit"
    UNACTIVATED = "unactivated"
    UNKNOWN = "unknown"
    VOID = "void"
    EXPIRED = "expired"
    RECALLED = "recalled"
    SUSPECTED_COPY = "suspected_copy"
    RISK = "risk"
    """A clause that is appended to a repeat reply, not a reply by itself (E17)."""


class Language(StrEnum):
    """The languages in which we answer."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


DEFAULT_TEXTS: Final[dict[Language, dict[ReplyKind, str]]] = {
    Language.CHINESE: {
        ReplyKind.FIRST: (
            "尊敬的客户, 您好; 您所查询的防伪码为${防伪码}, 是本公司生产的${产品名称}, 为正品。"
            "感谢您的购买。"
        ),
        ReplyKind.REPEAT: (
            "您所查询的防伪码为${防伪码}, 是本公司生产的${产品名称}, 为正品。感谢您的购买。"
            "该防伪码已被查询${(当前第几次)}次, 首次查询时间为${(首次查询时间)}。"
        ),
        ReplyKind.OVER_LIMIT: (
            "尊敬的客户, 您好; 您所查询的防伪码是${防伪码}, 该防伪码已超过最大查询次数, "
            "请仔细检查, 谨防假冒!"
        ),
        ReplyKind.UNACTIVATED: "您好, 您所查询的防伪码还未激活, 谨防假冒",
        ReplyKind.UNKNOWN: "您好, 您所查询的防伪码不存在, 谨防假冒",
        ReplyKind.VOID: "您好, 您所查询的防伪码${防伪码}已注销, 为非正品, 谨防假冒",
        ReplyKind.EXPIRED: "您好, 您所查询的产品${产品名称}已过期, 请勿使用",
        ReplyKind.RECALLED: ("您好, 您所查询的产品${产品名称}所在批次已召回, 请停止使用并联系商家"),
        ReplyKind.SUSPECTED_COPY: (
            "您好, 您所查询的防伪码${防伪码}疑似被复制, 所贴标签与原标签不符, "
            "请核对购买渠道, 谨防假冒!"
        ),
        ReplyKind.RISK: "风险提示: 该防伪码近期在不同地点被多次查询, 请核对购买渠道, 谨防假冒!",
    },
    Language.ENGLISH: {
        ReplyKind.FIRST: (
            "Dear customer, the code ${防伪码} belongs to ${产品名称}, made by us. "
            "It is genuine. Thank you for buying it."
        ),
        ReplyKind.REPEAT: (
            "The code ${防伪码} belongs to ${产品名称}, made by us. It is genuine. Thank you for "
            "buying it. This is query number ${(当前第几次)} of this code; the first was made at "
            "${(首次查询时间)} (China time)."
        ),
        ReplyKind.OVER_LIMIT: (
            "Dear customer, the code ${防伪码} has been queried more often than allowed. "
            "Please examine the product carefully and beware of counterfeits!"
        ),
        ReplyKind.UNACTIVATED: (
            "The code that you queried has not been activated yet. Beware of counterfeits."
        ),
        ReplyKind.UNKNOWN: "The code that you queried does not exist. Beware of counterfeits.",
        ReplyKind.VOID: (
            "The code ${防伪码} has been voided. The product is not genuine. "
            "Beware of counterfeits."
        ),
        ReplyKind.EXPIRED: (
            "The product ${产品名称} that you queried has expired. Please do not use it."
        ),
        ReplyKind.RECALLED: (
            "The batch of the product ${产品名称} that you queried has been recalled. "
            "Please stop using it and contact the seller."
        ),
        ReplyKind.SUSPECTED_COPY: (
            "The code ${防伪码} has probably been copied: this label does not match the original "
            "one. Please check where you bought the product and beware of counterfeits!"
        ),
        ReplyKind.RISK: (
            "Risk notice: this code has recently been queried several times in different places. "
            "Please check where you bought the product and beware of counterfeits!"
        ),
    },
}
"""Rows 54, 55, 57, 58 and the decisions E17, E19 in Chinese, verbatim; SUSPECTED_COPY and all of
the English are this project's own."""
