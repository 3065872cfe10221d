"""A run of the record as an order of the bulk room: a pure function of what was ordered."""

import json
from dataclasses import dataclass
from typing import assert_never

from pydantic import Field

from ar_service.studio.schemas import RunFormat, RunOutputIn
from ar_service.studio.sources import Sources
from generative_codes.brief import ArtBrief
from generative_codes.bulk import BulkFormat, BulkOrder, LabelText, SolvedOrder, solve
from generative_codes.imposition import parse_layout
from generative_codes.steering import CROCKFORD, PayloadTemplate
from trace_backend.codes.digital_link import digital_link
from trace_backend.codes.identity import CODE_LENGTH
from trace_backend.designs.parts import MAX_PART_LABELS


class StoredOutput(RunOutputIn):
    """The output of a run as its row keeps it."""

    host: str = Field(description="Printed in the Digital Links; a later change leaves it alone.")


@dataclass(frozen=True, slots=True)
class OrderedRun:
    """What was ordered, free of the database.

    Attributes:
        brief: JSON text.
        output: JSON text of a `StoredOutput`.
        gtin: of all codes.
        quantity: how many codes.
    """

    brief: str
    output: str
    gtin: str
    quantity: int


def bulk_order(ordered: OrderedRun) -> BulkOrder:
    """The order as the bulk room takes it.

    Raises:
        GenerativeCodeError: If brief, layout and quantity do not go together.
    """
    output = StoredOutput.model_validate_json(ordered.output)
    layout = parse_layout(output.layout, output.title)
    return BulkOrder(
        brief=ArtBrief.from_json(ordered.brief),
        template=payload_template(output.host, ordered.gtin, has_capitals=output.has_capitals),
        layout=layout,
        quantity=ordered.quantity,
        part_labels=_whole_pages(output.part_labels, layout.labels_per_page),
        format=_format(output.format),
        inks=output.inks,
        text=LabelText(output.title, output.has_serial, output.has_number),
        seed=output.seed,
    )


def solved_from(order: BulkOrder, sources: Sources) -> SolvedOrder:
    """Solve an order on its pictures.

    Raises:
        GenerativeCodeError: If payload, pictures, design and label do not go together.
    """
    return solve(order, sources.artwork, painted=sources.painted, protected=sources.protected)


def stored_output(output: RunOutputIn, host: str) -> str:
    """JSON text of an output for the run's row; equal outputs have equal texts.

    Args:
        output: as ordered.
        host: printed in the Digital Links.
    """
    kept = StoredOutput(host=host, **output.model_dump())
    return json.dumps(kept.model_dump(mode="json"), sort_keys=True)


def payload_template(host: str, gtin: str, *, has_capitals: bool) -> PayloadTemplate:
    """The payloads of a run: Digital Links, with scheme and host in capitals where asked for.

    Scheme and host are the same in any case (RFC 3986, 6.2.2.1); in capitals the link takes less
    room, and the picture gets it.
    """
    some_code = CROCKFORD[10] * (CODE_LENGTH - 1) + CROCKFORD[0]
    prefix = digital_link(host, gtin, some_code).removesuffix(some_code)
    if has_capitals:
        prefix = prefix.upper()
    return PayloadTemplate(prefix, CODE_LENGTH)


def _whole_pages(labels: int, per_page: int) -> int:
    """As many labels as whole pages of a part hold, and as one step of the job may write."""
    return max(min(labels, MAX_PART_LABELS) // per_page, 1) * per_page


def _format(wanted: RunFormat) -> BulkFormat:
    match wanted:
        case RunFormat.PDF:
            return BulkFormat.PDF
        case RunFormat.SVG:
            return BulkFormat.SVG
        case RunFormat.ZIP:
            return BulkFormat.ZIP
        case RunFormat.CSV:
            return BulkFormat.CSV
        case _:
            assert_never(wanted)
