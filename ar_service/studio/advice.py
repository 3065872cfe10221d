"""What a designer should know though nothing is refused, in both languages."""

from typing import Final

from ar_service.studio.schemas import LogoCostOut, WarningCode, WarningOut
from generative_codes.brief import ArtStyle, MadeArt

SMALL_MODULE_MM: Final = 0.25
"""Three dots of a 300 dpi printer: below it, dot gain closes the light modules."""
_NEAR_LIMIT: Final = 0.75


def find_warnings(
    made: MadeArt, cost: LogoCostOut | None, payload: str, module_mm: float
) -> list[WarningOut]:
    """All warnings about a made code, those about reading first."""
    found = [_of_design(text) for text in made.brief.design.warnings]
    if cost is not None and cost.worst_block >= _NEAR_LIMIT * cost.allowed_per_block:
        found.append(
            WarningOut(
                code=WarningCode.LOGO_NEAR_LIMIT,
                zh=f"中心留白已用去可用纠错的大部分（每块最多 {cost.allowed_per_block} 个码字，"
                f"已用 {cost.worst_block} 个）；请勿再加大。",
                en=f"The cleared area takes most of what error correction allows ("
                f"{cost.worst_block} of {cost.allowed_per_block} codewords per block); do not "
                "enlarge it further.",
            )
        )
    fidelity = made.zone_fidelity
    if fidelity is not None and fidelity < made.brief.fidelity:
        found.append(
            WarningOut(
                code=WarningCode.LOW_FIDELITY,
                zh=f"图案还原度 {fidelity:.1%}，低于期望的 {made.brief.fidelity:.0%}；"
                "请换更大的版本、更小的图案，或缩短内容。",
                en=f"The logo zone matches {fidelity:.1%}, less than the wished "
                f"{made.brief.fidelity:.0%}; take a larger version, a smaller logo or a shorter "
                "payload.",
            )
        )
    if made.spent_codewords:
        found.append(
            WarningOut(
                code=WarningCode.SPENT_CODEWORDS,
                zh=f"为了图案，有 {made.spent_codewords} 个码字被有意写错，由纠错能力补回；"
                "抗污损的余量相应减少。",
                en=f"{made.spent_codewords} codewords are knowingly wrong for the picture and are "
                "mended by error correction; there is that much less left for dirt and wear.",
            )
        )
    if _has_lower_case_origin(payload) and made.brief.style is ArtStyle.DOTS:
        found.append(
            WarningOut(
                code=WarningCode.LOWER_CASE_LINK,
                zh="把协议和域名写成大写（不区分大小写，仍是同一链接）可省出空间，图案会更清晰。",
                en="With scheme and host in upper case (they do not mind) the link takes less "
                "room, and the picture becomes clearer.",
            )
        )
    if module_mm < SMALL_MODULE_MM:
        found.append(
            WarningOut(
                code=WarningCode.SMALL_MODULES,
                zh=f"模块只有 {module_mm:g} 毫米；普通 300 dpi 打印机请至少用 {SMALL_MODULE_MM:g} "
                "毫米。",
                en=f"Modules of {module_mm:g} mm are small; printers of 300 dpi need at least "
                f"{SMALL_MODULE_MM:g} mm.",
            )
        )
    return found


def _of_design(text: str) -> WarningOut:
    """A warning of the design itself, which begins with the field that it is about."""
    field = text.partition(":")[0]
    if field == "finders":
        return WarningOut(
            code=WarningCode.ROUNDED_FINDERS,
            zh="定位图案的外环不是直角：OpenCV 自带的检测器会漏读，ZXing 与微信大多可以读出；"
            "方形外环三者都能读。",
            en=text,
        )
    if field == "is_transparent":
        return WarningOut(
            code=WarningCode.TRANSPARENT_GROUND,
            zh="背景透明：只保证印在所选底色或更浅的底色上可读。",
            en=text,
        )
    if "red light" in text:
        return WarningOut(
            code=WarningCode.RED_LASER,
            zh="所选颜色在红光下与底色接近：手机可以读，红光激光枪（650 nm）可能读不出；"
            "请减少红色成分。",
            en=text,
        )
    return WarningOut(code=WarningCode.OTHER, zh=text, en=text)


def _has_lower_case_origin(payload: str) -> bool:
    """Whether upper case would shorten it: all but scheme and host is upper case already."""
    scheme, mark, rest = payload.partition("://")
    host, slash, path = rest.partition("/")
    is_same = path == path.upper()
    return bool(mark and slash) and is_same and (scheme + host) != (scheme + host).upper()
