"""What a logo in the middle costs, in codewords, and how much of that a symbol can carry."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generative_codes.drawing.design import Logo, LogoShape
from generative_codes.drawing.shapes import ALIGNMENT_MODULES, alignment_corners
from generative_codes.fields import DesignError
from generative_codes.symbol import layout_of
from vision.iso18004.layout import Layout
from vision.iso18004.placement import Role
from vision.iso18004.versions import MAX_VERSION, MIN_VERSION, ErrorLevel

# ISO/IEC 18004:2015, Table 9, note on error detection: codewords kept against misreading.
_MISDECODE_PROTECTION = {
    (1, ErrorLevel.L): 3,
    (1, ErrorLevel.M): 2,
    (1, ErrorLevel.Q): 1,
    (1, ErrorLevel.H): 1,
    (2, ErrorLevel.L): 2,
    (3, ErrorLevel.L): 1,
}
# Share of the correctable codewords that a logo may take: the rest is for print and camera. It is
# the limit of grade B of ISO/IEC 15415 (unused error correction of at least 0.50).
LOGO_BUDGET_SHARE = 0.5
_PROTECTED = (
    Role.FINDER,
    Role.SEPARATOR,
    Role.TIMING,
    Role.FORMAT,
    Role.VERSION,
    Role.DARK,
)


@dataclass(frozen=True, slots=True)
class LogoCost:
    """What a cleared area takes from one version and level, whatever the payload.

    A codeword counts as lost as soon as one of its modules is cleared.

    Attributes:
        cleared_modules: Modules in the area.
        lost_codewords: Codewords touched, data and error correction.
        total_codewords: Codewords of the symbol.
        lost_per_block: The same, by Reed-Solomon block.
        correctable_per_block: Errors a block can repair.
        allowed_per_block: Errors a logo may cause in a block.
        alignment_patterns: Alignment patterns whose centre is cleared (none in versions 1 to 6).
        protected_modules: Modules of finders, timing, format and version information touched.
    """

    cleared_modules: int
    lost_codewords: int
    total_codewords: int
    lost_per_block: tuple[int, ...]
    correctable_per_block: int
    allowed_per_block: int
    alignment_patterns: int
    protected_modules: int

    @property
    def worst_block(self) -> int:
        """Codewords lost in the block that loses most."""
        return max(self.lost_per_block)

    @property
    def unused_error_correction(self) -> float:
        """1 = untouched, 0 = nothing left, negative = unreadable (ISO/IEC 15415)."""
        return 1 - self.worst_block / self.correctable_per_block

    @property
    def is_affordable(self) -> bool:
        """True if a symbol of this version and level stays robust."""
        return self.worst_block <= self.allowed_per_block and self.protected_modules == 0


def cleared_area(logo: Logo, side_modules: int) -> npt.NDArray[np.bool_]:
    """Modules that the logo and its margin touch, bool (N, N)."""
    reach = logo.width_share * side_modules / 2 + logo.margin_modules
    # Distance from the symbol's centre to the nearest point of each cell, per axis.
    near = np.maximum(0.0, np.abs(np.arange(side_modules) + 0.5 - side_modules / 2) - 0.5)
    across, down = near[None, :], near[:, None]
    if logo.shape is LogoShape.CIRCLE:
        return np.asarray(np.hypot(across, down) < reach - 1e-9)
    return np.asarray(np.maximum(across, down) < reach - 1e-9)


def logo_cost(logo: Logo, version: int, level: ErrorLevel) -> LogoCost:
    """Count what a logo clears."""
    layout = layout_of(version, level)
    cleared = cleared_area(logo, layout.size_modules)
    codewords = layout.bit_of_module // 8
    hit = cleared & (layout.bit_of_module >= 0)
    lost, first = np.unique(codewords[hit], return_index=True)
    structure = layout.structure
    per_block = np.bincount(layout.block_of_module[hit][first], minlength=structure.blocks)
    correctable = _correctable(layout)
    roles = layout.roles[cleared]
    return LogoCost(
        cleared_modules=int(cleared.sum()),
        lost_codewords=int(lost.size),
        total_codewords=structure.total_codewords,
        lost_per_block=tuple(per_block.tolist()),
        correctable_per_block=correctable,
        allowed_per_block=int(correctable * LOGO_BUDGET_SHARE),
        alignment_patterns=_alignment_patterns(layout, cleared),
        protected_modules=int(np.isin(roles, _PROTECTED).sum()),
    )


def require_affordable(logo: Logo, version: int, level: ErrorLevel) -> LogoCost:
    """The cost of a logo that the symbol can carry.

    Raises:
        DesignError: If it cannot; with the numbers and the widest logo or the level that works.
    """
    cost = logo_cost(logo, version, level)
    if cost.is_affordable:
        return cost
    if cost.protected_modules:
        reason = (
            f"The logo covers {cost.protected_modules} modules of finders, timing, format or "
            "version information, without which no reader finds the code."
        )
        reason_zh = (
            f"标志盖住了 {cost.protected_modules} 个定位、定时、格式或版本信息模块，"
            "没有它们就找不到码。"
        )
    else:
        reason = (
            f"The logo clears {cost.cleared_modules} modules and with them "
            f"{cost.lost_codewords} of {cost.total_codewords} codewords; the worst block loses "
            f"{cost.worst_block}, can repair {cost.correctable_per_block} and may lose "
            f"{cost.allowed_per_block}, so that half is left for print and camera."
        )
        reason_zh = (
            f"标志清空 {cost.cleared_modules} 个模块，即 {cost.total_codewords} 个码字中的 "
            f"{cost.lost_codewords} 个；最差的块损失 {cost.worst_block} 个，能纠正 "
            f"{cost.correctable_per_block} 个，最多允许 {cost.allowed_per_block} 个，"
            "另一半要留给印刷和拍摄。"
        )
    nearest, nearest_zh = _nearest(logo, version, level)
    raise DesignError("logo.width_share", f"{reason} {nearest}", reason_zh + nearest_zh)


def _nearest(logo: Logo, version: int, level: ErrorLevel) -> tuple[str, str]:
    """What would work, in English and Chinese."""
    found, found_zh = [], []
    for percent in range(int(100 * logo.width_share), 7, -1):
        smaller = replace(logo, width_share=percent / 100)
        if logo_cost(smaller, version, level).is_affordable:
            found.append(f"The widest that works on {version}-{level} is {percent} %.")
            found_zh.append(f"在 {version}-{level} 上最宽可用 {percent} %。")
            break
    levels = list(ErrorLevel)
    for stronger in levels[levels.index(level) + 1 :]:
        if logo_cost(logo, version, stronger).is_affordable:
            found.append(f"At level {stronger} this one works.")
            found_zh.append(f"纠错等级 {stronger} 时此大小可用。")
            break
    if found:
        return " ".join(found), "".join(found_zh)
    return (
        "Choose a higher error correction level or leave the logo out.",
        "请提高纠错等级，或不放标志。",
    )


def _correctable(layout: Layout) -> int:
    kept = _MISDECODE_PROTECTION.get((layout.version, layout.level), 0)
    return (layout.structure.ec_codewords_per_block - kept) // 2


def require_clear_sight(logo: Logo, version: int, level: ErrorLevel) -> None:
    """Check a logo that shows something, not just an empty or plain area.

    Where a reader expects an alignment pattern it takes any box-like stroke for one and bends its
    grid to it: with lettering over the middle pattern of versions 8, 9 and 12 zxing-cpp read at
    most one of five sizes, with the same area left plain all of them.

    Raises:
        DesignError: If the logo lies over the centre of an alignment pattern; with the nearest
            versions where it does not.
    """
    if logo_cost(logo, version, level).alignment_patterns == 0:
        return
    clear = [
        candidate
        for candidate in range(MIN_VERSION, MAX_VERSION + 1)
        if logo_cost(logo, candidate, level).alignment_patterns == 0
        and logo_cost(logo, candidate, level).is_affordable
    ]
    below = max((candidate for candidate in clear if candidate < version), default=None)
    above = min((candidate for candidate in clear if candidate > version), default=None)
    names = " or ".join(f"{found}-{level}" for found in (below, above) if found is not None)
    raise DesignError(
        "logo",
        f"The logo lies over an alignment pattern of version {version}; readers take its strokes "
        f"for the pattern. Choose version {names}, or leave the area plain."
        if names
        else f"The logo lies over an alignment pattern of version {version}; leave the area plain.",
        f"标志压住了版本 {version} 的校正图案，扫码器会把笔画当成图案；"
        + (
            f"请改用版本 {names.replace(' or ', ' 或 ')}，或让此处留空。"
            if names
            else "请让此处留空。"
        ),
    )


def _alignment_patterns(layout: Layout, cleared: npt.NDArray[np.bool_]) -> int:
    middle = ALIGNMENT_MODULES // 2
    return sum(bool(cleared[y + middle, x + middle]) for x, y in alignment_corners(layout.version))
