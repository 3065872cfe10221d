"""Words, shapes and colours of the report, in both languages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from ar_service.demo.cases import Bilingual, Group
from trace_backend.authenticity import Layer, LayerOutcome, VerdictStatus
from vision import RetakeHint


class Shape(StrEnum):
    """Silhouette of a seal; each has one colour, so that neither speaks alone."""

    WHOLE = "whole"
    BROKEN = "broken"
    STOP = "stop"
    OPEN = "open"
    FRAME = "frame"


class Tone(StrEnum):
    """Colour of a seal, as a design token."""

    JADE = "jade"
    CINNABAR = "cinnabar"
    AMBER = "amber"
    INDIGO = "indigo"


@dataclass(frozen=True, slots=True)
class SealWords:
    """A seal: its shape, its colour, what is carved into it, and the heading beside it."""

    shape: Shape
    tone: Tone
    carved: tuple[str, ...]
    heading: Bilingual


GROUPS: Final = {
    Group.GENUINE: Bilingual("正品", "Genuine goods"),
    Group.HISTORY: Bilingual("查询历史", "The code's history"),
    Group.NOT_GENUINE: Bilingual("需要警惕", "To beware of"),
    Group.REFUSED: Bilingual("无法回答的照片", "Photos without an answer"),
}
GROUP_NOTES: Final = {
    Group.GENUINE: Bilingual(
        "六枚已激活的标签，各由第一位顾客拍摄。",
        "Six active labels, each photographed by its first visitor.",
    ),
    Group.HISTORY: Bilingual(
        "同一个码被多人查询：第几次、是否超限。",
        "One code, several people: which query it is, and when there are too many.",
    ),
    Group.NOT_GENUINE: Bilingual(
        "从未签发、未激活、已注销、已召回、已过期。",
        "Never issued, not activated, voided, recalled, expired.",
    ),
    Group.REFUSED: Bilingual(
        "不猜测，只说明原因和下一步；不计入查询。",
        "No guess is made: the reason and the next step are said, and no query is counted.",
    ),
}

_VERDICTS: Final[dict[str, SealWords]] = {
    VerdictStatus.GENUINE_FIRST: SealWords(
        Shape.WHOLE, Tone.JADE, ("正品",), Bilingual("正品 · 首次查询", "Genuine, first query")
    ),
    VerdictStatus.GENUINE_REPEAT: SealWords(
        Shape.WHOLE, Tone.JADE, ("正品",), Bilingual("正品 · 此前查询过", "Genuine, queried before")
    ),
    VerdictStatus.OVER_LIMIT: SealWords(
        Shape.OPEN,
        Tone.AMBER,
        ("无法", "判定"),
        Bilingual("超过查询次数", "Over the query limit"),
    ),
    VerdictStatus.EXPIRED: SealWords(
        Shape.OPEN, Tone.AMBER, ("已", "过期"), Bilingual("已过期", "Expired")
    ),
    VerdictStatus.RECALLED: SealWords(
        Shape.STOP, Tone.CINNABAR, ("已召回",), Bilingual("已召回", "Recalled")
    ),
    VerdictStatus.NOT_GENUINE_UNKNOWN: SealWords(
        Shape.BROKEN,
        Tone.CINNABAR,
        ("警惕", "假冒"),
        Bilingual("防伪码不存在", "This code does not exist"),
    ),
    VerdictStatus.NOT_GENUINE_UNACTIVATED: SealWords(
        Shape.BROKEN, Tone.CINNABAR, ("警惕", "假冒"), Bilingual("尚未激活", "Not activated")
    ),
    VerdictStatus.NOT_GENUINE_VOID: SealWords(
        Shape.BROKEN, Tone.CINNABAR, ("警惕", "假冒"), Bilingual("已注销", "Voided")
    ),
    VerdictStatus.SUSPECTED_COPY: SealWords(
        Shape.BROKEN, Tone.CINNABAR, ("警惕", "假冒"), Bilingual("疑似复制", "Suspected copy")
    ),
}
_REFUSALS: Final[dict[str, SealWords]] = {
    "no-code-found": SealWords(
        Shape.FRAME, Tone.AMBER, ("请", "重拍"), Bilingual("未找到防伪码", "No code was found")
    ),
    "several-codes": SealWords(
        Shape.FRAME,
        Tone.AMBER,
        ("只拍", "一枚"),
        Bilingual("照片中有多个防伪码", "More than one of our codes"),
    ),
    "foreign-code": SealWords(
        Shape.FRAME, Tone.INDIGO, ("非本", "系统"), Bilingual("不是本系统的码", "Not one of ours")
    ),
}


def seal_of(outcome: str) -> SealWords:
    """The seal of a verdict, or of the problem for which a photo was refused."""
    refused = Bilingual(f"已拒绝 · {outcome}", f"Refused: {outcome}")
    other = SealWords(Shape.FRAME, Tone.AMBER, ("已", "拒绝"), refused)
    return _VERDICTS.get(outcome) or _REFUSALS.get(outcome, other)


def hint_words(hint: RetakeHint) -> Bilingual:
    """What the person should do for a better picture."""
    match hint:
        case RetakeHint.NONE:
            return Bilingual("清晰", "Good as it is")
        case RetakeHint.SHOW_CODE:
            return Bilingual("请对准防伪码", "Show the code")
        case RetakeHint.CLOSER:
            return Bilingual("再靠近一些", "Move a little closer")
        case RetakeHint.FARTHER:
            return Bilingual("稍微拿远一些", "Move back a little")
        case RetakeHint.HOLD_STILL:
            return Bilingual("请拿稳手机", "Hold the phone still")
        case RetakeHint.MORE_LIGHT:
            return Bilingual("光线偏暗，请移到亮处", "Too dark, find more light")
        case RetakeHint.LESS_LIGHT:
            return Bilingual("光线太强，请避开直射", "Too bright, avoid direct light")
        case RetakeHint.TILT_AGAINST_GLARE:
            return Bilingual("有反光，请稍微倾斜", "Glare, tilt it slightly")
        case _:
            assert_never(hint)


def layer_words(layer: Layer) -> Bilingual:
    """Name of a layer."""
    match layer:
        case Layer.CODE:
            return Bilingual("防伪码", "Code")
        case Layer.HISTORY:
            return Bilingual("查询史", "History")
        case Layer.COPY_DETECTION:
            return Bilingual("防复制", "Copy")
        case Layer.PRINT:
            return Bilingual("印纹", "Print")
        case Layer.HIDDEN:
            return Bilingual("隐形码", "Hidden")
        case Layer.NFC:
            return Bilingual("芯片", "NFC")
        case _:
            assert_never(layer)


def outcome_words(outcome: LayerOutcome) -> Bilingual:
    """What a layer said."""
    match outcome:
        case LayerOutcome.SUPPORTS:
            return Bilingual("相符", "matches")
        case LayerOutcome.CONTRADICTS:
            return Bilingual("不符", "does not match")
        case LayerOutcome.UNSURE:
            return Bilingual("不确定", "unsure")
        case LayerOutcome.NOT_CHECKED:
            return Bilingual("未检查", "not checked")
        case _:
            assert_never(outcome)
