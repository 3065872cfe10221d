"""What became of one photo, which cases are hard, and the table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from generative_codes.certify.rates import wilson_interval


@dataclass(frozen=True, slots=True)
class Outcome:
    """One photo.

    Attributes:
        row: Key of the kind of code.
        case: Number of the camera case in the grid.
        is_read_plain: Whether zxing-cpp alone read the payload.
        is_read: Whether our reader did; None where it was not asked.
        is_wrong: Whether one of them read another text.
        plain_ms: Processor time of zxing-cpp.
        ours_ms: Processor time of our reader.
    """

    row: str
    case: int
    is_read_plain: bool
    is_read: bool | None
    is_wrong: bool
    plain_ms: float
    ours_ms: float

    def as_json(self) -> dict[str, Any]:
        """Fields for a JSON line."""
        return asdict(self)

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Self:
        """The outcome of such fields."""
        return cls(**fields)


def hard_half(outcomes: Sequence[Outcome]) -> frozenset[int]:
    """The half of the cases in which zxing-cpp alone read least; of equal ones the later ones.

    Raises:
        ValueError: If there are no outcomes.
    """
    if not outcomes:
        raise ValueError("expected outcomes of the tuning set, got none")
    read: dict[int, list[bool]] = {}
    for outcome in outcomes:
        read.setdefault(outcome.case, []).append(outcome.is_read_plain)
    hardest = sorted(read, key=lambda case: (sum(read[case]) / len(read[case]), -case))
    return frozenset(hardest[: len(read) // 2])


def table_of(outcomes: Sequence[Outcome], hard: frozenset[int]) -> str:
    """The table in Markdown: rates with 95 % intervals, of all cases and of the hard ones."""
    lines = [
        "| codes (simulated photos) | cases | zxing-cpp alone | ours | points |",
        "|---|---|---|---|---|",
    ]
    rows = sorted({outcome.row for outcome in outcomes})
    for name in [*rows, "all"]:
        mine = [outcome for outcome in outcomes if name in (outcome.row, "all")]
        lines.append(_line(name, "all", mine))
        lines.append(_line(name, "hard half", [part for part in mine if part.case in hard]))
    lost = [
        f"{outcome.row} case {outcome.case}"
        for outcome in outcomes
        if outcome.is_read_plain and outcome.is_read is False
    ]
    lines += [
        "",
        f"read by zxing-cpp alone and not by ours: {', '.join(lost) or 'none'}; "
        f"wrong texts: {sum(outcome.is_wrong for outcome in outcomes)}",
    ]
    for title, values in (
        ("zxing-cpp alone", [outcome.plain_ms for outcome in outcomes]),
        ("ours", [outcome.ours_ms for outcome in outcomes]),
    ):
        if values:
            median, late = np.percentile(values, [50, 95])
            lines.append(f"processor time, {title}: median {median:.1f} ms, p95 {late:.1f} ms")
    return "\n".join(lines) + "\n"


def _line(name: str, cases: str, outcomes: Sequence[Outcome]) -> str:
    asked = [outcome for outcome in outcomes if outcome.is_read is not None]
    if not asked:
        return f"| {name} | {cases} | - | - | - |"
    plain = sum(outcome.is_read_plain for outcome in asked)
    ours = sum(bool(outcome.is_read) for outcome in asked)
    points = 100 * (ours - plain) / len(asked)
    return f"| {name} | {cases} | {_rate(plain, asked)} | {_rate(ours, asked)} | {points:+.1f} |"


def _rate(read: int, asked: Sequence[Outcome]) -> str:
    interval = wilson_interval(read, len(asked))
    share = 100 * read / len(asked)
    return f"{share:.1f} % of {len(asked)} [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"
