"""Ready-made designs in ink, gold, jade, cinnabar and indigo."""

from dataclasses import dataclass

from generative_codes.drawing.colours import BLACK, INK, WHITE, Gradient, GradientKind, Stop
from generative_codes.drawing.design import (
    AlignmentShape,
    Caption,
    Colour,
    CornerShape,
    Design,
    Finder,
    Finders,
    Frame,
    Logo,
    LogoShape,
    Modules,
    ModuleShape,
    Side,
)

# The house colours. Ink prints as K alone; the gold of dark modules is deeper than the gold of
# large shapes, so that it stays below the readers' threshold beside ink.
PAPER = Colour("#fbf9f4", cmyk=(0, 1, 4, 0))
GOLD = Colour("#a67213", cmyk=(22, 50, 100, 18))
OLD_GOLD = Colour("#6b470c", cmyk=(32, 60, 100, 45))
JADE = Colour("#12704a", cmyk=(87, 25, 80, 20))
DEEP_JADE = Colour("#0a4630", cmyk=(90, 40, 80, 50))
CINNABAR = Colour("#b3261e", cmyk=(15, 95, 95, 12))
INDIGO = Colour("#2b4b8c", cmyk=(92, 75, 8, 5))
DEEP_INDIGO = Colour("#16264f", cmyk=(100, 88, 30, 32))
# A begonia of window lattices: four round lobes, nicked between them.
_QUATREFOIL = (
    "M.5 .12Q.6 0 .75 0 1 0 1 .25 1 .4 .88 .5 1 .6 1 .75 1 1 .75 1 .6 1 .5 .88 .4 1 .25 1 "
    "0 1 0 .75 0 .6 .12 .5 0 .4 0 .25 0 0 .25 0 .4 0 .5 .12Z"
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A design of the gallery.

    Attributes:
        key: Name in commands and addresses.
        title_zh: Name for people.
        title_en: Name for people.
        design: The look.
    """

    key: str
    title_zh: str
    title_en: str
    design: Design


def presets() -> tuple[Preset, ...]:
    """The gallery, quiet ones first.

    All keep the square corners of the finders' rings and of the alignment patterns: modules and
    colours may be anything, but with rounded rings OpenCV's detectors find nothing and zxing-cpp
    loses up to a tenth of the simulated photos (docs/measurements.md).
    """
    return (
        _preset("ink", "水墨", "Ink", _ink()),
        _preset("touch-of-gold", "点金", "Touch of gold", _touch_of_gold()),
        _preset("jade", "青玉", "Jade", _jade()),
        _preset("seal", "朱印", "Cinnabar seal", _seal()),
        _preset("porcelain", "青花", "Porcelain", _porcelain()),
        _preset("gilt", "鎏金", "Gilt", _gilt()),
        _preset("stars", "星河", "River of stars", _stars()),
        _preset("begonia", "海棠", "Begonia", _begonia()),
        _preset("kraft", "牛皮纸", "Kraft", _kraft()),
        _preset("festive", "喜事", "Festive", _festive()),
        _preset("label", "验真标签", "Verification label", _label()),
    )


def _preset(key: str, title_zh: str, title_en: str, design: Design) -> Preset:
    return Preset(key, title_zh, title_en, design)


def _ink() -> Design:
    return Design(
        name="Ink",
        modules=Modules(ModuleShape.CONNECTED),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.LEAF)),
        alignment=AlignmentShape.SQUARE,
        dark=INK,
        light=PAPER,
    )


def _touch_of_gold() -> Design:
    gold = Finder(CornerShape.SQUARE, CornerShape.ROUNDED, ring_colour=GOLD, pupil_colour=GOLD)
    return Design(
        name="Touch of gold",
        modules=Modules(ModuleShape.DOT, 0.94),
        finders=Finders.all(gold),
        alignment=AlignmentShape.SQUARE,
        dark=INK,
        light=PAPER,
    )


def _jade() -> Design:
    return Design(
        name="Jade",
        modules=Modules(ModuleShape.CONNECTED),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.ROUNDED)),
        alignment=AlignmentShape.SQUARE,
        dark=Gradient(GradientKind.LINEAR, (Stop(0.0, DEEP_JADE), Stop(1.0, JADE)), angle_deg=60.0),
        light=PAPER,
    )


def _seal() -> Design:
    return Design(
        name="Cinnabar seal",
        modules=Modules(ModuleShape.ROUNDED, 0.94),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.ROUNDED)),
        alignment=AlignmentShape.SQUARE,
        dark=INK,
        light=PAPER,
        logo=Logo(0.2, LogoShape.ROUNDED, 0.4, CINNABAR, "点金正品", PAPER),
    )


def _porcelain() -> Design:
    return Design(
        name="Porcelain",
        modules=Modules(ModuleShape.DOT, 0.96),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.ROUNDED)),
        alignment=AlignmentShape.SQUARE,
        dark=Gradient(GradientKind.RADIAL, (Stop(0.0, INDIGO), Stop(1.0, DEEP_INDIGO))),
        light=WHITE,
    )


def _gilt() -> Design:
    return Design(
        name="Gilt",
        modules=Modules(ModuleShape.DIAMOND),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.LEAF)),
        alignment=AlignmentShape.SQUARE,
        dark=Gradient(
            GradientKind.LINEAR,
            (Stop(0.0, OLD_GOLD), Stop(0.5, GOLD), Stop(1.0, OLD_GOLD)),
            angle_deg=45.0,
        ),
        light=PAPER,
    )


def _stars() -> Design:
    gold = Finder(CornerShape.SQUARE, CornerShape.LEAF, ring_colour=GOLD)
    return Design(
        name="River of stars",
        modules=Modules(ModuleShape.STAR),
        finders=Finders.all(gold),
        alignment=AlignmentShape.SQUARE,
        dark=DEEP_INDIGO,
        light=WHITE,
    )


def _begonia() -> Design:
    return Design(
        name="Begonia",
        modules=Modules(ModuleShape.PATH, 0.96, _QUATREFOIL),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.LEAF, pupil_colour=OLD_GOLD)),
        alignment=AlignmentShape.SQUARE,
        dark=DEEP_JADE,
        light=PAPER,
    )


def _kraft() -> Design:
    return Design(
        name="Kraft",
        modules=Modules(ModuleShape.SQUARE, 0.86),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.ROUNDED)),
        alignment=AlignmentShape.SQUARE,
        dark=Colour("#2a1a0c", cmyk=(50, 65, 80, 75)),
        light=Colour("#ecdcbc", cmyk=(6, 12, 28, 0)),
        caption=Caption("手作 · 一物一码", 2.4),
    )


def _festive() -> Design:
    return Design(
        name="Festive",
        modules=Modules(ModuleShape.ROUNDED, 0.98),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.LEAF)),
        alignment=AlignmentShape.SQUARE,
        dark=INK,
        light=PAPER,
        frame=Frame(
            "扫一扫 有惊喜",
            Side.TOP,
            thickness_modules=2,
            bar_modules=8,
            radius_modules=5.0,
            colour=CINNABAR,
            text_colour=Colour("#fbe7b4", cmyk=(0, 8, 34, 0)),
        ),
    )


def _label() -> Design:
    return Design(
        name="Verification label",
        modules=Modules(ModuleShape.SQUARE),
        finders=Finders.all(Finder(CornerShape.SQUARE, CornerShape.SQUARE)),
        alignment=AlignmentShape.SQUARE,
        dark=BLACK,
        light=WHITE,
        caption=Caption("每码唯一 · 一扫便知", 2.2),
        frame=Frame("扫码验真", colour=BLACK, text_colour=WHITE),
    )
