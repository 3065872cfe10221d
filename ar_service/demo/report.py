"""The demo's report: one HTML file beside its pictures, and the same as JSON documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ar_service.demo.asking import Answer, CaseResult
from ar_service.demo.cases import Bilingual, DemoCase, Group
from ar_service.demo.run import PHOTOS, SHANGHAI, DemoRun
from ar_service.demo.words import (
    GROUP_NOTES,
    GROUPS,
    SealWords,
    Shape,
    hint_words,
    layer_words,
    outcome_words,
    seal_of,
)
from vision import RetakeHint

REPORT = "report.html"
TEMPLATE = "report.html.j2"
_AIR = 1.11
"""Two of four quiet modules round a symbol of 37."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """A code's outline on its photo: SVG points and path in pixels, read or only known."""

    points: str
    top_left: tuple[float, float]
    was_read: bool


@dataclass(frozen=True, slots=True)
class LayerMark:
    """One layer and what it said."""

    name: Bilingual
    outcome: str
    said: Bilingual


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of the photo."""

    name: Bilingual
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """One photo of the report."""

    number: int
    case: DemoCase
    photo: str
    size_px: tuple[int, int]
    outlines: tuple[Outline, ...]
    seal: SealWords
    answer: Answer
    code_groups: tuple[str, ...]
    ordinal: str
    hint: Bilingual | None
    layers: tuple[LayerMark, ...]
    figures: tuple[Figure, ...]
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The cards of one group."""

    title: Bilingual
    note: Bilingual
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many photos ended with one kind of seal."""

    seal: SealWords
    photos: int


def write_report(run: DemoRun) -> Path:
    """Write the report into the demo's folder; returns its path."""
    page = render_report(run)
    path = run.folder / REPORT
    path.write_text(page, encoding="utf-8")
    return path


def render_report(run: DemoRun) -> str:
    """The report as HTML; whatever comes from the server is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cards = [_card(number, result) for number, result in enumerate(run.results, 1)]
    return environment.get_template(TEMPLATE).render(
        run=run,
        sections=_sections(cards),
        counts=_counts(cards),
        example=next((card for card in cards if card.outlines), None),
        made_at=f"{run.began_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        seconds=f"{run.seconds:.0f}",
        median_ms=f"{_median([result.answer.ms for result in run.results]):.0f}",
        as_expected=len(run.results) - len(run.unexpected),
        Shape=Shape,
    )


def case_document(number: int, result: CaseResult) -> dict[str, object]:
    """One case as JSON."""
    case, answer = result.case, result.answer
    is_verdict = answer.seal is not None
    return {
        "kind": "case",
        "number": number,
        "case": case.slug,
        "title": {"zh-CN": case.title.zh, "en": case.title.en},
        "photographed": {"zh-CN": case.photographed.zh, "en": case.photographed.en},
        "photo": f"{PHOTOS}/{case.slug}.jpg",
        "simulated": True,
        "read": [code.text for code in answer.reading.codes] if answer.reading else [],
        "verdict": answer.outcome if is_verdict else None,
        "problem": None if is_verdict else answer.outcome,
        "seal": answer.seal.value if answer.seal else None,
        "ordinal": answer.history.ordinal if answer.history else None,
        "reply": answer.reply,
        "hint": answer.hint.value if answer.hint else None,
        "ms": round(answer.ms, 1),
        "expected": case.expected.outcome,
        "ok": result.is_expected,
        "mismatches": list(result.mismatches),
    }


def summary_document(run: DemoRun) -> dict[str, object]:
    """The whole demo as JSON."""
    return {
        "kind": "summary",
        "photos": len(run.results),
        "as_expected": len(run.results) - len(run.unexpected),
        "codes": len(run.brand.codes),
        "seconds": round(run.seconds, 1),
        "seed": run.seed,
        "report": str(run.folder / REPORT),
        "sheet": str(run.folder / run.files.sheet),
        "table": str(run.folder / run.files.table),
        "serve": run.serve_command,
        "console": run.console_url,
        "login": run.sign_in.login,
        "password": run.sign_in.password,
    }


def _card(number: int, result: CaseResult) -> Card:
    case, answer = result.case, result.answer
    code = answer.code or ""
    ordinal = answer.history.ordinal if answer.history else None
    return Card(
        number=number,
        case=case,
        photo=f"{PHOTOS}/{case.slug}.jpg",
        size_px=result.photo.size_px,
        outlines=_outlines(result),
        seal=seal_of(answer.outcome),
        answer=answer,
        code_groups=tuple(code[at : at + 4] for at in range(0, len(code), 4)),
        ordinal="" if ordinal is None else str(ordinal),
        hint=None if answer.hint in (None, RetakeHint.NONE) else hint_words(answer.hint),
        layers=tuple(
            LayerMark(layer_words(mark.layer), mark.outcome.value, outcome_words(mark.outcome))
            for mark in answer.layers
        ),
        figures=_figures(answer),
        mismatches=result.mismatches,
    )


def _outlines(result: CaseResult) -> tuple[Outline, ...]:
    """What the server read; where it read nothing, where the simulator knows a code to be."""
    reading = result.answer.reading
    if reading is not None:
        return tuple(_outline(code.corners_px, was_read=True) for code in reading.codes)
    known = result.photo.code_corners_px
    return tuple(_outline(_widened(corners), was_read=False) for corners in known)


def _widened(corners: Points) -> Points:
    """A little more than the code, so that the dashes stand in its quiet zone."""
    centre_x, centre_y = (sum(axis) / len(corners) for axis in zip(*corners, strict=True))
    return [
        (centre_x + _AIR * (x - centre_x), centre_y + _AIR * (y - centre_y)) for x, y in corners
    ]


def _outline(corners: Points, *, was_read: bool) -> Outline:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return Outline(points, corners[0], was_read)


def _figures(answer: Answer) -> tuple[Figure, ...]:
    quality = answer.quality
    if quality is None:
        return ()
    figures = [
        Figure(Bilingual("清晰度", "sharpness"), f"{quality.sharpness:.2f}"),
        Figure(Bilingual("对比度", "contrast"), f"{quality.contrast:.2f}"),
    ]
    if quality.pixels_per_module is not None:
        value = f"{quality.pixels_per_module:.1f}"
        figures.append(Figure(Bilingual("像素/模块", "px/module"), value))
    elif quality.edge_spread_px is not None:
        value = f"{quality.edge_spread_px:.1f} px"
        figures.append(Figure(Bilingual("边缘模糊", "edge blur"), value))
    return tuple(figures)


def _sections(cards: Sequence[Card]) -> list[Section]:
    sections = []
    for group in Group:
        found = tuple(card for card in cards if card.case.group is group)
        if found:
            sections.append(Section(GROUPS[group], GROUP_NOTES[group], found))
    return sections


def _counts(cards: Sequence[Card]) -> list[Count]:
    """Photos by the heading of their seal, in the order in which they first occur."""
    counts: dict[str, Count] = {}
    for card in cards:
        before = counts.get(card.seal.heading.zh, Count(card.seal, 0))
        counts[card.seal.heading.zh] = Count(card.seal, before.photos + 1)
    return list(counts.values())


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
