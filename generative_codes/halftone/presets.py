"""Ready-made ways to lay a picture under a code."""

from dataclasses import dataclass

from generative_codes.halftone.style import BaseStyle, DotShape


@dataclass(frozen=True, slots=True)
class BasePreset:
    """A style of the gallery.

    Attributes:
        key: Name in commands and addresses.
        title_zh: Name for people.
        title_en: Name for people.
        style: The style.
    """

    key: str
    title_zh: str
    title_en: str
    style: BaseStyle


def base_presets() -> tuple[BasePreset, ...]:
    """The gallery, the one that reads best first."""
    return (
        BasePreset("balanced", "均衡", "Balanced", BaseStyle()),
        BasePreset(
            "bold",
            "饱满",
            "Bold",
            BaseStyle(radius_modules=0.38, margin=0.26),
        ),
        BasePreset(
            "quiet",
            "静点",
            "Quiet dots",
            BaseStyle(
                radius_modules=0.28,
                margin=0.15,
                dark_max=0.36,
                saturation=1.1,
                dot_saturation=1.6,
                spread=0.7,
            ),
        ),
        BasePreset(
            "lattice",
            "细网",
            "Fine lattice",
            BaseStyle(dot_shape=DotShape.DIAMOND, radius_modules=0.34, margin=0.2, spread=0.7),
        ),
        BasePreset(
            "mosaic",
            "马赛克",
            "Mosaic",
            BaseStyle(dot_shape=DotShape.SQUARE, radius_modules=0.3, margin=0.22),
        ),
    )
