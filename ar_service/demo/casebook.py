"""The cases of the demo: what is photographed, by whom, and which answer it must get."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from ar_service.demo.artwork import LabelText
from ar_service.demo.brand import LABEL_TEXT, Brand
from ar_service.demo.cases import (
    Bilingual,
    DemoCase,
    Drawing,
    Expected,
    Group,
    Item,
    PrintedCode,
    Shot,
)
from vision import RetakeHint
from vision.printcam import View, presets

OTHER_BRAND: Final = LabelText("北溪食品", "BEIXI FOODS", "北溪", "山楂糕", "200 g")
OTHER_CODE: Final = PrintedCode(
    "BX20261100", "https://id.beixi.example/01/09506000134352/21/BX20261100"
)
ALLOWED_VISITORS: Final = 5
"""FEATURES #56: the reply to the sixth visitor is the over-limit one."""

# Places of labels in the order; all of them lie in the current batch.
CARTON, KRAFT, TIN, DIM, STEEP, LASER, LIMIT, VOID, BLURRED, MOVED, PAIR = range(11)

Pick = Callable[[str, int], Item]

_TIN = replace(presets.AMBER_GLASS, tone_bgr=(0.045, 0.06, 0.032), gloss=0.5)
_TIN_SCENE = replace(presets.BOTTLE, pack=_TIN)
_GOOD, _KRAFT = presets.PHONE_GOOD, presets.KRAFT_BOX
_ON_CARTON = Shot(_GOOD, View(100, tilt_deg=7, turn_deg=5, roll_deg=3), presets.CARTON_BOX)
_ON_KRAFT = Shot(_GOOD, View(102, tilt_deg=18, turn_deg=-9, roll_deg=-7, offset_mm=(3, 2)), _KRAFT)
_OTHER_HAND = Shot(
    _GOOD, View(108, tilt_deg=12, turn_deg=10, roll_deg=6, offset_mm=(-3, 1)), _KRAFT
)
_ON_TABLE = Shot(
    _GOOD,
    View(100, tilt_deg=-6, turn_deg=8, roll_deg=-4, offset_mm=(-2, 1)),
    replace(presets.CARTON_BOX, table=presets.SLATE),
)


def all_cases(brand: Brand, rng: np.random.Generator) -> tuple[DemoCase, ...]:
    """Every photo of the demo, in the order in which they are verified."""
    codes = [PrintedCode(code.serial, code.payload) for code in brand.codes]

    def pick(name: str, place: int) -> Item:
        return Item(name, LABEL_TEXT, (codes[place],))

    carton = pick("carton", CARTON)
    return (
        *_genuine(pick, carton),
        *_history(pick, carton),
        *_not_genuine(pick, brand, _made_up(codes[-1], rng)),
        *_refused(pick, (codes[PAIR], codes[PAIR + 1])),
    )


def _made_up(real: PrintedCode, rng: np.random.Generator) -> PrintedCode:
    """A code of the right form that was never issued: a real one with its characters shuffled."""
    code = "".join(rng.permutation(list(real.code)))
    return PrintedCode(code, real.payload.replace(real.code, code))


def _first(
    slug: str,
    title: Bilingual,
    photographed: Bilingual,
    item: Item,
    shot: Shot,
    hint: RetakeHint | None = None,
    language: str = "zh-CN",
) -> DemoCase:
    """A genuine label that nobody has asked for before."""
    expected = Expected("GENUINE_FIRST", ordinal=1, hint=hint)
    visitor = f"{slug}-buyer"
    return DemoCase(
        slug, Group.GENUINE, title, photographed, item, shot, visitor, expected, language
    )


def _genuine(pick: Pick, carton: Item) -> tuple[DemoCase, ...]:
    laser = replace(pick("laser", LASER), printer=presets.OFFICE_LASER, paper=presets.MATT_PAPER)
    return (
        _first(
            "carton",
            Bilingual("平整纸盒", "Flat carton"),
            Bilingual("胶印标签，白卡纸盒", "Offset label on a white carton"),
            carton,
            _ON_CARTON,
            hint=RetakeHint.NONE,
        ),
        _first(
            "kraft",
            Bilingual("牛皮纸盒", "Kraft box"),
            Bilingual("手持倾斜，半边阴影", "Held at a slant, half in shadow"),
            pick("kraft", KRAFT),
            _ON_KRAFT,
        ),
        _first(
            "tin",
            Bilingual("圆筒茶罐", "Round tea tin"),
            Bilingual("标签绕在半径 34 mm 的罐身上", "Label wound on a tin of 34 mm radius"),
            pick("tin", TIN),
            Shot(
                _GOOD,
                View(92, tilt_deg=7, turn_deg=9, roll_deg=4, offset_mm=(0, 1), radius_mm=34),
                _TIN_SCENE,
            ),
            language="en",
        ),
        _first(
            "dim",
            Bilingual("昏暗光线", "Dim light"),
            Bilingual("几乎没有光的房间", "A room with hardly any light"),
            pick("dim", DIM),
            Shot(presets.PHONE_DARK, View(92, tilt_deg=6, turn_deg=-6, roll_deg=-3), _KRAFT),
            hint=RetakeHint.MORE_LIGHT,
        ),
        _first(
            "steep",
            Bilingual("大角度斜拍", "Steep angle"),
            Bilingual("俯仰 44°，侧转 20°", "Tilted by 44°, turned by 20°"),
            pick("steep", STEEP),
            Shot(_GOOD, View(96, tilt_deg=44, turn_deg=20, roll_deg=-12), presets.CARTON_BOX),
        ),
        _first(
            "laser",
            Bilingual("办公激光打印", "Office laser print"),
            Bilingual("哑面纸，600 dpi", "Matt paper at 600 dpi"),
            laser,
            _OTHER_HAND,
        ),
    )


def _history(pick: Pick, carton: Item) -> tuple[DemoCase, ...]:
    """The carton again, and a label that went through too many hands."""
    return (
        DemoCase(
            "repeat",
            Group.HISTORY,
            Bilingual("第二位顾客", "A second visitor"),
            Bilingual("同一纸盒，另一部手机", "The same carton, another phone"),
            carton,
            _ON_TABLE,
            "second-visitor",
            Expected("GENUINE_REPEAT", ordinal=2),
        ),
        DemoCase(
            "reload",
            Group.HISTORY,
            Bilingual("同一顾客再拍一次", "The same visitor again"),
            Bilingual("还是第 2 次，不重复计数", "Still the 2nd query, not counted twice"),
            carton,
            Shot(_GOOD, replace(_ON_TABLE.view, roll_deg=9, distance_mm=112), _ON_TABLE.scene),
            "second-visitor",
            Expected("GENUINE_REPEAT", ordinal=2),
            language="en",
        ),
        DemoCase(
            "over-limit",
            Group.HISTORY,
            Bilingual("第六位顾客", "The sixth visitor"),
            Bilingual("此前已有 5 人查询", "Five others have asked before"),
            pick("limit", LIMIT),
            _ON_KRAFT,
            "sixth-visitor",
            Expected("OVER_LIMIT", ordinal=ALLOWED_VISITORS + 1),
            visits_before=ALLOWED_VISITORS,
        ),
    )


def _not_genuine(pick: Pick, brand: Brand, made_up: PrintedCode) -> tuple[DemoCase, ...]:
    def case(
        slug: str, title: Bilingual, photographed: Bilingual, item: Item, shot: Shot, verdict: str
    ) -> DemoCase:
        expected = Expected(verdict)
        return DemoCase(
            slug,
            Group.NOT_GENUINE,
            title,
            photographed,
            item,
            shot,
            f"{slug}-buyer",
            expected,
        )

    plan = brand.plan
    return (
        case(
            "made-up",
            Bilingual("伪造的防伪码", "A made-up code"),
            Bilingual("格式正确，但从未签发", "Right in form, never issued"),
            Item("made-up", LABEL_TEXT, (made_up,), printer=presets.INKJET),
            _OTHER_HAND,
            "NOT_GENUINE_UNKNOWN",
        ),
        case(
            "unactivated",
            Bilingual("未激活", "Not activated"),
            Bilingual("标签还在工厂库房", "The label is still in the factory's drawer"),
            pick("unactivated", plan.inactive[0]),
            _ON_CARTON,
            "NOT_GENUINE_UNACTIVATED",
        ),
        case(
            "void",
            Bilingual("已注销", "Voided"),
            Bilingual("贴标时损坏，已作废", "Damaged at the labelling machine"),
            pick("void", VOID),
            _ON_TABLE,
            "NOT_GENUINE_VOID",
        ),
        case(
            "recalled",
            Bilingual("召回批次", "Recalled batch"),
            Bilingual("整批已由品牌召回", "The brand has recalled the whole batch"),
            pick("recalled", plan.recalled[0]),
            _ON_KRAFT,
            "RECALLED",
        ),
        case(
            "expired",
            Bilingual("过期批次", "Expired batch"),
            Bilingual("有效期在 30 天前结束", "Its expiry date was 30 days ago"),
            pick("expired", plan.expired[0]),
            _OTHER_HAND,
            "EXPIRED",
        ),
    )


def _refused(pick: Pick, pair: tuple[PrintedCode, PrintedCode]) -> tuple[DemoCase, ...]:
    """Photos about which nothing can be said, and why."""

    def case(
        slug: str,
        title: Bilingual,
        photographed: Bilingual,
        item: Item,
        shot: Shot,
        expected: Expected,
    ) -> DemoCase:
        visitor = f"{slug}-buyer"
        return DemoCase(slug, Group.REFUSED, title, photographed, item, shot, visitor, expected)

    hold_still = Expected("no-code-found", hint=RetakeHint.HOLD_STILL)
    return (
        case(
            "blurred",
            Bilingual("没有对上焦", "Out of focus"),
            Bilingual("相机对焦在远处", "The camera focused on the distance"),
            pick("blurred", BLURRED),
            replace(_ON_KRAFT, camera=presets.PHONE_BLURRED),
            hold_still,
        ),
        case(
            "moved",
            Bilingual("手抖了", "Camera shake"),
            Bilingual("曝光时手机在移动", "The phone moved during the exposure"),
            pick("moved", MOVED),
            replace(_ON_TABLE, camera=presets.PHONE_MOVED),
            hold_still,
        ),
        case(
            "no-code",
            Bilingual("没有码", "No code"),
            Bilingual("拍到的是包装正面", "The front of the pack"),
            Item("front", LABEL_TEXT, (), Drawing.FRONT),
            _ON_KRAFT,
            Expected("no-code-found", hint=RetakeHint.SHOW_CODE),
        ),
        case(
            "two-labels",
            Bilingual("一张照片两枚标签", "Two labels in one photo"),
            Bilingual("还连在底纸上的两枚标签", "Two labels still on their liner"),
            Item("pair", LABEL_TEXT, pair, Drawing.PAIR),
            Shot(_GOOD, View(118, tilt_deg=8, turn_deg=5, roll_deg=4), presets.PLAIN_PACK),
            Expected("several-codes"),
        ),
        case(
            "foreign",
            Bilingual("其他品牌的码", "Another brand's code"),
            Bilingual("指向别家域名的链接", "A link to somebody else's host"),
            Item("foreign", OTHER_BRAND, (OTHER_CODE,)),
            _OTHER_HAND,
            Expected("foreign-code"),
        ),
    )
