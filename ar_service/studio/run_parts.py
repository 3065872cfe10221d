"""What a finished part of a run becomes: rows, files, a line of the report."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from generative_codes.bulk import (
    BulkFormat,
    BulkItem,
    BulkOrder,
    PartReport,
    SampledBound,
    SolvedOrder,
    Way,
    sample_grid,
)
from generative_codes.vdp import VdpRow, write_vdp_csv
from trace_backend.designs.parts import FinishedItem, NewFile, RunCode
from trace_backend.kit.jobs import JsonValue

SAMPLED_CODES: Final = 24
"""Codes of a run that are photographed (simulated) once it is made."""
REPORT_NAME: Final = "report.json"
REPORT_FORMAT: Final = "dianjin-run-report/1"
MOST_FAILED_TOLD: Final = 100
"""Serials of failed labels in a part's line of the report; the run's items have them all."""
UNREAD: Final = "zxing-cpp did not read the code back"


@dataclass(frozen=True, slots=True)
class MadePart:
    """A part that is made and not yet recorded.

    Attributes:
        report: Of the bulk room.
        codes: Its labels' codes, in order.
        content: The part's file.
        table: Variable data of the labels that passed, as CSV.
    """

    report: PartReport
    codes: tuple[RunCode, ...]
    content: bytes
    table: bytes

    def items(self) -> list[FinishedItem]:
        """The labels as the record takes them."""
        return [
            FinishedItem(
                code_id=code.code_id,
                label_number=code.label_number,
                mask=outcome.mask,
                zone_mismatches=outcome.zone_mismatches,
                passed=outcome.way is not Way.FAILED,
                rerolled=int(outcome.way is not Way.STEERED),
                reason=UNREAD if outcome.way is Way.FAILED else None,
            )
            for code, outcome in zip(self.codes, self.report.outcomes, strict=True)
        ]

    def files(self, kind: BulkFormat, put: Callable[[bytes], str]) -> list[NewFile]:
        """The part's files, their bytes handed to `put`, which returns their keys."""
        first, last = self.codes[0].label_number, self.codes[-1].label_number
        return [
            NewFile(name, media_type, len(content), put(content), first, last)
            for name, media_type, content in (
                (part_name(self.report.index, kind), kind.media_type, self.content),
                (f"labels-{self.report.index + 1:04d}.csv", "text/csv", self.table),
            )
        ]

    def told(self, kind: BulkFormat) -> dict[str, JsonValue]:
        """The part's line of the report."""
        report = self.report
        return {
            "file": part_name(report.index, kind),
            "sha256": report.sha256,
            "byte_count": report.byte_count,
            "labels": report.labels,
            "decoded": report.decoded,
            "rerolled": report.rerolled,
            "failed": len(report.failed),
            "failed_serials": [item.serial for item in report.failed[:MOST_FAILED_TOLD]],
            "masks": list(report.masks),
            "fidelity_mean": round(report.fidelity_mean, 4),
            "fidelity_min": round(report.fidelity_min, 4),
        }


def part_name(index: int, kind: BulkFormat) -> str:
    """File name of a part, counted from 1."""
    return f"part-{index + 1:04d}{kind.suffix}"


def bulk_item(code: RunCode) -> BulkItem:
    """A code as the bulk room takes it."""
    return BulkItem(code.serial, str(code.label_number))


def printer_table(solved: SolvedOrder, report: PartReport) -> bytes:
    """Variable data of a part's labels that passed, for printers: CSV, UTF-8 with a mark."""
    stream = io.StringIO(newline="")
    payload = solved.order.template.payload
    write_vdp_csv(
        (
            VdpRow(outcome.item.serial, payload(outcome.item.serial), outcome.item.label_number)
            for outcome in report.outcomes
            if outcome.way is not Way.FAILED
        ),
        stream,
    )
    return stream.getvalue().encode("utf-8-sig")


def sampled_places(order: BulkOrder) -> list[int]:
    """Places (from 0) of the codes that are photographed, drawn by the order's seed."""
    rng = np.random.default_rng(order.seed)
    count = min(SAMPLED_CODES, order.quantity)
    return sorted(rng.choice(order.quantity, count, replace=False).tolist())


def sampled(solved: SolvedOrder, codes: Sequence[RunCode]) -> SampledBound | None:
    """Photograph codes (simulated); None where there is none.

    Args:
        solved: The order.
        codes: Drawn at random from those that passed.
    """
    if not codes:
        return None
    items = [bulk_item(code) for code in codes]
    return sample_grid(solved, items, len(items), solved.order.seed)


def run_report(
    number: str,
    solved: SolvedOrder,
    parts: Sequence[JsonValue],
    sample: SampledBound | None,
) -> bytes:
    """The report over all parts, JSON; says that the photos are simulated."""
    lines = [line for line in parts if isinstance(line, dict)]
    document = {
        "format": REPORT_FORMAT,
        "number": number,
        "simulated": True,
        "labels": solved.order.quantity,
        "passed": sum(int(line["decoded"]) for line in lines),
        "failed": sum(int(line["failed"]) for line in lines),
        "rerolled": sum(int(line["rerolled"]) for line in lines),
        "version": solved.art.steering.version,
        "level": solved.art.steering.level.value,
        "brief": json.loads(solved.art.brief.to_json()),
        "zone_fidelity": solved.art.zone_fidelity,
        "sample": None if sample is None else asdict(sample),
        "parts": lines,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
