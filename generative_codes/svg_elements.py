"""Elements of SVG: those that are drawn, and those that are refused. All others are left out."""

from generative_codes.svg_problems import SvgProblem

DRAWN = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "switch", "a", "style"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image"),
        *("linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker"),
        *("filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite"),
        *("feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight"),
        *("feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR"),
        *("feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset"),
        *("fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence"),
    )
)
REFUSED = {
    **dict.fromkeys(("script", "handler", "listener"), SvgProblem.SCRIPT),
    **dict.fromkeys(
        ("foreignObject", "iframe", "embed", "object", "video", "audio", "canvas"),
        SvgProblem.FOREIGN_OBJECT,
    ),
    **dict.fromkeys(
        ("animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"),
        SvgProblem.ANIMATION,
    ),
    **dict.fromkeys(
        ("text", "tspan", "textPath", "tref", "altGlyph", "flowRoot", "flowPara"), SvgProblem.TEXT
    ),
}
