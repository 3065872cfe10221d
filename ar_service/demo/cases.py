"""The parts of a case: an item, how it is photographed, and the answer that it must get."""

from dataclasses import dataclass
from enum import StrEnum

from ar_service.demo.artwork import LabelText
from vision import RetakeHint
from vision.printcam import Camera, Paper, Printer, Scene, View, presets


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in both languages."""

    zh: str
    en: str


class Group(StrEnum):
    """Sections of the report, in their order."""

    GENUINE = "genuine"
    HISTORY = "history"
    NOT_GENUINE = "not_genuine"
    REFUSED = "refused"


class Drawing(StrEnum):
    """What an item shows."""

    LABEL = "label"
    PAIR = "pair"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code as it stands on a label."""

    code: str
    payload: str


@dataclass(frozen=True, slots=True)
class Item:
    """One physical item: it is printed once and photographed as often as wanted."""

    name: str
    text: LabelText
    codes: tuple[PrintedCode, ...]
    drawing: Drawing = Drawing.LABEL
    printer: Printer = presets.OFFSET
    paper: Paper = presets.COATED_PAPER


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photo is taken."""

    camera: Camera
    view: View
    scene: Scene


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer that a photo must get; what is None is not looked at.

    `outcome` is a verdict, or the slug of the problem for which the photo is refused.
    """

    outcome: str
    ordinal: int | None = None
    hint: RetakeHint | None = None


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One photo. `visits_before` others have asked for the code by its text alone."""

    slug: str
    group: Group
    title: Bilingual
    photographed: Bilingual
    item: Item
    shot: Shot
    visitor: str
    expected: Expected
    language: str = "zh-CN"
    visits_before: int = 0
