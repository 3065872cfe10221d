"""Why a code fails and what to change, in Chinese and English."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from generative_codes.certify.grades import Parameter, SymbolGrades
from generative_codes.certify.policy import CertificatePolicy
from generative_codes.certify.rates import DecoderRate

# Below this grade a parameter is mentioned even where the policy lets it pass.
_ADVICE_GRADE = 2.5
_WEAK_MARGIN = 0.3
# Unused error correction of 62 % is grade A (ISO/IEC 15415): no scarcity to speak of.
_AMPLE_PERCENT = 62
# A logo: one patch with most of the wrong modules, its middle in the middle half of the symbol.
_LOGO_SHARE = 0.6
_MIN_LOGO_MODULES = 6
_INVERTED_SHARE = 0.6


class ReasonCode(StrEnum):
    """What is wrong."""

    LOW_CONTRAST = "low_contrast"
    INVERTED = "inverted"
    NO_QUIET_ZONE = "no_quiet_zone"
    LOGO_TOO_LARGE = "logo_too_large"
    WRONG_MODULES = "wrong_modules"
    WEAK_MODULES = "weak_modules"
    FIXED_PATTERN_DAMAGED = "fixed_pattern_damaged"
    FORMAT_DAMAGED = "format_damaged"
    UNEVEN_GRID = "uneven_grid"
    PRINT_GROWTH = "print_growth"
    READ_TOO_SELDOM = "read_too_seldom"
    WORSE_THAN_PLAIN = "worse_than_plain"


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding.

    Attributes:
        code: What is wrong.
        is_blocking: Whether it fails the certificate; otherwise it is advice.
        text_zh: Finding and remedy in Chinese.
        text_en: Finding and remedy in English.
    """

    code: ReasonCode
    is_blocking: bool
    text_zh: str
    text_en: str


_SEGMENTS_ZH = {
    "finder": "定位图案",
    "separator": "分隔带",
    "timing": "定时图案",
    "alignment": "校正图案",
}
_DECODERS = {
    "zxing": "ZXing",
    "wechat": "WeChat",
    "opencv": "OpenCV",
    "opencv_aruco": "OpenCV ArUco",
    "zbar": "ZBar",
}


def find_reasons(
    grades: SymbolGrades,
    rates: tuple[DecoderRate, ...],
    plain: tuple[DecoderRate, ...],
    policy: CertificatePolicy,
) -> tuple[Reason, ...]:
    """All findings, blocking ones first; causes before their consequences.

    Args:
        grades: Grades of the picture.
        rates: Decoders on the grid.
        plain: The same decoders on plain black squares; may be empty.
        policy: What must be reached.
    """
    if grades.wrong.mean() > _INVERTED_SHARE:
        # Every other finding would be a consequence.
        return (_inverted(), *_rates(rates, plain, policy))
    reasons = [
        *_contrast(grades, policy),
        *_quiet_zone(grades, policy),
        *_modules(grades, policy),
        *_fixed_patterns(grades, policy),
        *_geometry(grades, policy),
        *_rates(rates, plain, policy),
    ]
    return tuple(sorted(reasons, key=lambda reason: not reason.is_blocking))


def covered_patch(wrong: npt.NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """The box (left, top, right, bottom; modules, ends excluded) of a logo that hides too much.

    Half of the modules under an even patch happen to be right, so wrong ones count as one patch
    across gaps of two modules. None where the wrong modules are not one patch near the middle.
    """
    if wrong.sum() < _MIN_LOGO_MODULES:
        return None
    grown = cv2.dilate(wrong.astype(np.uint8), np.ones((3, 3), np.uint8))
    labels = np.asarray(cv2.connectedComponents(grown, connectivity=8)[1])
    counts = np.bincount(labels[wrong])
    label = int(counts.argmax())
    if counts[label] < _LOGO_SHARE * wrong.sum():
        return None
    rows, columns = np.nonzero(wrong & (labels == label))
    side = wrong.shape[0]
    middle = ((rows.min() + rows.max() + 1) / 2, (columns.min() + columns.max() + 1) / 2)
    if max(abs(place - side / 2) for place in middle) > side / 4:
        return None
    if max(np.ptp(rows), np.ptp(columns)) + 1 > 0.75 * side:
        return None
    return (
        int(columns.min()),
        int(rows.min()),
        int(columns.max()) + 1,
        int(rows.max()) + 1,
    )


def _judge(grades: SymbolGrades, policy: CertificatePolicy, *parameters: Parameter) -> bool | None:
    """True = blocking, False = advice, None = fine, over the parameters of one cause."""
    entries = [grades.of(parameter) for parameter in parameters]
    if any(entry.grade < policy.least_grade(entry.parameter) for entry in entries):
        return True
    return False if any(entry.grade < _ADVICE_GRADE for entry in entries) else None


def _contrast(grades: SymbolGrades, policy: CertificatePolicy) -> list[Reason]:
    blocking = _judge(grades, policy, Parameter.SYMBOL_CONTRAST)
    if blocking is None:
        return []
    percent = 100 * (grades.of(Parameter.SYMBOL_CONTRAST).value or 0.0)
    return [
        Reason(
            ReasonCode.LOW_CONTRAST,
            blocking,
            f"深色与浅色的反射率只差 {percent:.0f} %；请加深前景色或提亮背景，至少相差 55 %。",
            f"Dark and light reflect only {percent:.0f} % apart; darken the foreground or lighten "
            "the ground until they differ by at least 55 %.",
        )
    ]


def _quiet_zone(grades: SymbolGrades, policy: CertificatePolicy) -> list[Reason]:
    blocking = _judge(grades, policy, Parameter.QUIET_ZONE)
    if blocking is None:
        return []
    return [
        Reason(
            ReasonCode.NO_QUIET_ZONE,
            blocking,
            "码四周缺少 4 个模块宽的空白静区；请加宽留白，并移开静区内的图案和文字。",
            "The light margin of four modules around the symbol is missing or covered; widen it "
            "and keep art and text out of it.",
        )
    ]


def _modules(grades: SymbolGrades, policy: CertificatePolicy) -> list[Reason]:
    wrong = grades.wrong
    reasons = []
    if wrong.any():
        # A module that reads wrongly is worth a word even where error correction mends it easily.
        is_beyond = _judge(grades, policy, Parameter.DECODE, Parameter.UNUSED_ERROR_CORRECTION)
        unused = 100 * min(grades.unused_per_block)
        patch = covered_patch(wrong)
        if patch is not None:
            reasons = [_logo(patch, unused, bool(is_beyond))]
        else:
            reasons = [_wrong(int(wrong.sum()), unused, bool(is_beyond))]
        if is_beyond is not None:
            # Weak modules would be the same finding once more.
            return reasons
    blocking = _judge(grades, policy, Parameter.MODULATION, Parameter.REFLECTANCE_MARGIN)
    if blocking is not None:
        weak = int(((grades.margins < _WEAK_MARGIN) & ~wrong).sum())
        reasons.append(_weak(weak, blocking))
    return reasons


def _weak(count: int, blocking: bool) -> Reason:
    these = "1 module lies" if count == 1 else f"{count} modules lie"
    return Reason(
        ReasonCode.WEAK_MODULES,
        blocking,
        f"有 {count} 个模块离判读阈值太近（见余量图）；请加大这些点，或加深深色点、提亮浅色点。",
        f"{these} too near the threshold (see the margin map); make these dots "
        "larger, dark ones darker, light ones lighter.",
    )


def _inverted() -> Reason:
    return Reason(
        ReasonCode.INVERTED,
        True,
        "前景比背景更亮（反色码），很多扫码器读不出；请互换前景色与背景色。",
        "The foreground is lighter than its ground (inverted); many readers miss such codes. "
        "Swap the two colours.",
    )


def _logo(patch: tuple[int, int, int, int], unused_percent: float, blocking: bool) -> Reason:
    width, height = patch[2] - patch[0], patch[3] - patch[1]
    left_zh, left_en = _left("纠错能力已不够", unused_percent)
    return Reason(
        ReasonCode.LOGO_TOO_LARGE,
        blocking,
        f"中间约 {width} x {height} 个模块被标志遮住，{left_zh}；"
        "请缩小标志，或提高纠错等级、加大版本。",
        f"A patch of about {width} x {height} modules in the middle is hidden by a logo, "
        f"{left_en}; make the logo smaller, or raise the error correction level or the version.",
    )


def _wrong(count: int, unused_percent: float, blocking: bool) -> Reason:
    left_zh, left_en = _left("已超出纠错能力", unused_percent)
    these = "1 module is" if count == 1 else f"{count} modules are"
    return Reason(
        ReasonCode.WRONG_MODULES,
        blocking,
        f"有 {count} 个模块被读反（见余量图），{left_zh}；请修复破损处，或加强这些点。",
        f"{these} read wrongly (see the margin map), {left_en}; repair the damage or "
        "strengthen these dots.",
    )


def _left(gone_zh: str, unused_percent: float) -> tuple[str, str]:
    """What wrong modules leave of the error correction, in Chinese and English."""
    if unused_percent < 0:
        return gone_zh, "more than error correction can repair"
    left = f"{unused_percent:.0f} %"
    if unused_percent >= _AMPLE_PERCENT:
        return f"纠错余量还有 {left}", f"and {left} of the error correction is left"
    return f"纠错余量只剩 {left}", f"and only {left} of the error correction is left"


def _fixed_patterns(grades: SymbolGrades, policy: CertificatePolicy) -> list[Reason]:
    reasons = []
    blocking = _judge(grades, policy, Parameter.FIXED_PATTERN_DAMAGE)
    if blocking is not None:
        least = max(_ADVICE_GRADE, policy.least_grade(Parameter.FIXED_PATTERN_DAMAGE))
        kinds = list(
            dict.fromkeys(
                entry.name.split("_")[0]
                for entry in sorted(grades.segments, key=lambda entry: entry.grade)
                if entry.name != "quiet_zone" and entry.grade < least
            )
        )
        names_zh = "、".join(_SEGMENTS_ZH[kind] for kind in kinds)
        reasons.append(
            Reason(
                ReasonCode.FIXED_PATTERN_DAMAGED,
                blocking,
                f"{names_zh}不清晰；请让它们保持完整、实心、黑白分明，不要被图案遮挡。",
                f"Not clear enough: {', '.join(kinds)} pattern; keep them whole, solid and in full "
                "contrast, and keep art off them.",
            )
        )
    blocking = _judge(grades, policy, *_information(grades))
    if blocking is not None:
        reasons.append(
            Reason(
                ReasonCode.FORMAT_DAMAGED,
                blocking,
                "格式或版本信息模块不清晰，解码器可能无从下手；请让定位图案旁的模块保持实心。",
                "Format or version information is not clear, readers may not know how to begin; "
                "keep the modules beside the finder patterns solid.",
            )
        )
    return reasons


def _information(grades: SymbolGrades) -> list[Parameter]:
    wanted = (Parameter.FORMAT_INFORMATION, Parameter.VERSION_INFORMATION)
    return [entry.parameter for entry in grades.parameters if entry.parameter in wanted]


def _geometry(grades: SymbolGrades, policy: CertificatePolicy) -> list[Reason]:
    reasons = []
    blocking = _judge(grades, policy, Parameter.AXIAL_NON_UNIFORMITY, Parameter.GRID_NON_UNIFORMITY)
    if blocking is not None:
        reasons.append(
            Reason(
                ReasonCode.UNEVEN_GRID,
                blocking,
                "模块网格不均匀（被拉伸、弯曲或边缘不清）；请按正方形等比输出，并让模块边缘清晰。",
                "The grid of modules is uneven (stretched, bent or without clear edges); keep the "
                "symbol square and the edges of its modules clear.",
            )
        )
    blocking = _judge(grades, policy, Parameter.PRINT_GROWTH)
    if blocking is not None:
        growth = grades.of(Parameter.PRINT_GROWTH).value
        grows = growth is None or growth > 0
        reasons.append(
            Reason(
                ReasonCode.PRINT_GROWTH,
                blocking,
                "定时图案的深色模块"
                + ("太宽，请缩小深色部分。" if grows else "太窄，请画满整格。"),
                "The dark modules of the timing pattern are "
                + ("too wide; shrink the dark parts." if grows else "too narrow; draw them full."),
            )
        )
    return reasons


def _rates(
    rates: tuple[DecoderRate, ...], plain: tuple[DecoderRate, ...], policy: CertificatePolicy
) -> list[Reason]:
    reasons = []
    yardstick = {entry.decoder: entry.rate for entry in plain}
    for entry in rates:
        name, percent = _DECODERS[entry.decoder], 100 * entry.rate
        if entry.decoder is policy.primary and entry.rate < policy.min_primary_rate:
            least = 100 * policy.min_primary_rate
            reasons.append(
                Reason(
                    ReasonCode.READ_TOO_SELDOM,
                    True,
                    f"{name} 在模拟拍摄中只读出 {percent:.0f} %，要求 {least:.0f} %；"
                    "请先改正其他问题，再加大点或提高对比度。",
                    f"{name} reads {percent:.0f} % of the simulated photos, {least:.0f} % are "
                    "asked; mend the other findings, then enlarge the dots or raise the contrast.",
                )
            )
        loss = policy.max_loss_against_plain
        if loss is not None and entry.decoder in yardstick:
            plain_rate = yardstick[entry.decoder]
            # Rates are multiples of 1 / cases: compare without float dust.
            if entry.rate < plain_rate - loss - 1e-9:
                reasons.append(
                    Reason(
                        ReasonCode.WORSE_THAN_PLAIN,
                        True,
                        f"{name} 读出 {percent:.0f} %，普通黑白码为 {100 * plain_rate:.0f} %；"
                        "请让定位图案的外框保持直角，加大点或提高对比度。",
                        f"{name} reads {percent:.0f} %, plain black squares "
                        f"{100 * plain_rate:.0f} %; keep the corners of the finder rings square, "
                        "enlarge the dots or raise the contrast.",
                    )
                )
    return reasons
