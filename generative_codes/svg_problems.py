"""Why an SVG is refused, with what to do about it, in Chinese and English."""

from enum import StrEnum

from generative_codes.errors import ArtworkError


class SvgProblem(StrEnum):
    """What is wrong with an SVG."""

    TOO_MANY_BYTES = "too_many_bytes"
    NOT_WELL_FORMED = "not_well_formed"
    NOT_SVG = "not_svg"
    DOCTYPE = "doctype"
    SCRIPT = "script"
    HANDLER = "handler"
    EXTERNAL_REFERENCE = "external_reference"
    FOREIGN_OBJECT = "foreign_object"
    ANIMATION = "animation"
    TEXT = "text"
    INNER_PICTURE = "inner_picture"
    CSS_ESCAPE = "css_escape"
    TOO_MANY_ELEMENTS = "too_many_elements"
    TOO_DEEP = "too_deep"
    SELF_REFERENCE = "self_reference"
    EXPANSION = "expansion"
    NO_SIZE = "no_size"
    ZERO_SIZE = "zero_size"
    TOO_LONG = "too_long"
    NOT_DRAWN = "not_drawn"
    TOO_SLOW = "too_slow"


_TEXTS: dict[SvgProblem, tuple[str, str]] = {
    SvgProblem.TOO_MANY_BYTES: (
        "SVG 文件太大（{}）。请简化路径、移除内嵌图片后重新导出，或导出为 PNG。",
        "The SVG is too large ({}); simplify its paths, take out embedded pictures, or export PNG.",
    ),
    SvgProblem.NOT_WELL_FORMED: (
        "SVG 文件已损坏或不完整（{}）。请用绘图软件打开后重新导出。",
        "The SVG is damaged or cut short ({}); open it in a drawing program and export it again.",
    ),
    SvgProblem.NOT_SVG: (
        "文件是 XML，但不是 SVG 图形（{}）。请导出为 SVG 或 PNG。",
        "The file is XML but no SVG drawing ({}); export the drawing as SVG or PNG.",
    ),
    SvgProblem.DOCTYPE: (
        "SVG 含有自定义文档类型或实体（{}），可能被用来攻击。"
        "请另存为“纯 SVG”，或删去 DOCTYPE 段落。",
        "The SVG declares a document type or entities of its own ({}), a known way of attack; save "
        "it as plain SVG, or delete the DOCTYPE.",
    ),
    SvgProblem.SCRIPT: (
        "SVG 含有脚本（{}）。请删去脚本，或导出为纯图形 SVG 或 PNG。",
        "The SVG contains a script ({}); remove it, or export the drawing as plain SVG or PNG.",
    ),
    SvgProblem.HANDLER: (
        "SVG 含有事件代码（{}）。请删去所有 on… 属性，或导出为 PNG。",
        "The SVG contains event code ({}); remove all on… attributes, or export PNG.",
    ),
    SvgProblem.EXTERNAL_REFERENCE: (
        "SVG 引用了文件以外的内容（{}）。请把图片嵌入文件、去掉链接，或导出为 PNG。",
        "The SVG refers to something outside the file ({}); embed it, remove the link, or export "
        "PNG.",
    ),
    SvgProblem.FOREIGN_OBJECT: (
        "SVG 内嵌了网页内容（{}），无法印刷。请改画成图形，或导出为 PNG。",
        "The SVG embeds web content ({}), which can't be printed; draw it as shapes, or export "
        "PNG.",
    ),
    SvgProblem.ANIMATION: (
        "SVG 是动画（{}），印刷品是静止的。请导出一帧静止画面。",
        "The SVG is animated ({}), print stands still; export one still frame.",
    ),
    SvgProblem.TEXT: (
        "SVG 含有文字（{}），换一台电脑字体就会不同。请先把文字转为路径（创建轮廓），再导出。",
        "The SVG contains text ({}), which looks different wherever the font is missing; convert "
        "text to paths (create outlines) and export it again.",
    ),
    SvgProblem.INNER_PICTURE: (
        "SVG 内嵌的图片不能用（{}）。请嵌入 PNG、JPEG 或 WebP，每边最多 4,096 像素。",
        "A picture inside the SVG can't be used ({}); embed PNG, JPEG or WebP of at most 4,096 "
        "pixels on a side.",
    ),
    SvgProblem.CSS_ESCAPE: (
        "SVG 的样式里有反斜杠转义（{}），无法核对其内容。请导出时改用“呈现属性”样式。",
        "The SVG's styles contain backslash escapes ({}), which hide what they say; export it with "
        "presentation attributes instead.",
    ),
    SvgProblem.TOO_MANY_ELEMENTS: (
        "SVG 的图形太多（{}）。请合并或简化路径，或导出为 PNG。",
        "The SVG has too many elements ({}); merge or simplify its paths, or export PNG.",
    ),
    SvgProblem.TOO_DEEP: (
        "SVG 的图层嵌套太深（{}）。请取消编组后重新导出，或导出为 PNG。",
        "The SVG's groups are nested too deeply ({}); ungroup them, or export PNG.",
    ),
    SvgProblem.SELF_REFERENCE: (
        "SVG 的元素引用了自己（{}）。请用绘图软件重新导出，或导出为 PNG。",
        "An element of the SVG refers to itself ({}); export it again from a drawing program, or "
        "as PNG.",
    ),
    SvgProblem.EXPANSION: (
        "SVG 的重复引用展开后图形太多（{}）。请减少符号、图案的嵌套，或导出为 PNG。",
        "The SVG's repeated references unfold into too many elements ({}); nest fewer symbols and "
        "patterns, or export PNG.",
    ),
    SvgProblem.NO_SIZE: (
        "SVG 没有尺寸（{}）。请设置画板大小（width、height 或 viewBox）后重新导出。",
        "The SVG has no size ({}); set its page size (width and height, or viewBox).",
    ),
    SvgProblem.ZERO_SIZE: (
        "SVG 的尺寸为零或为负（{}）。请设置大于零的画板尺寸。",
        "The SVG's size is zero or negative ({}); set a page size above zero.",
    ),
    SvgProblem.TOO_LONG: (
        "SVG 的长边超过短边的 16 倍（{}）。请裁切画板。",
        "The SVG is more than sixteen times as long as wide ({}); crop its page.",
    ),
    SvgProblem.NOT_DRAWN: (
        "SVG 无法绘制（{}）。请用绘图软件重新导出，或导出为 PNG。",
        "The SVG can't be drawn ({}); export it again from a drawing program, or as PNG.",
    ),
    SvgProblem.TOO_SLOW: (
        "SVG 过于复杂，绘制超出限额（{}）。请减少滤镜、蒙版和图案，或导出为 PNG。",
        "The SVG takes more time or memory than a drawing may ({}); use fewer filters, masks and "
        "patterns, or export PNG.",
    ),
}


class SvgError(ArtworkError):
    """An SVG that is not accepted.

    Attributes:
        problem: Why.
    """

    def __init__(self, problem: SvgProblem, found: str) -> None:
        text_zh, text_en = _TEXTS[problem]
        shown = "".join(character if character.isprintable() else " " for character in found)[:80]
        super().__init__(text_en.format(shown), text_zh=text_zh.format(shown))
        self.problem = problem
