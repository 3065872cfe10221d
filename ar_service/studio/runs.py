"""Ordering bulk runs; the job that carries them out is `run_job`."""

from typing import Final

from ar_service.studio.door import StudioDoor
from ar_service.studio.limiter import Effort
from ar_service.studio.problems import told_as_problems
from ar_service.studio.run_order import OrderedRun, bulk_order, solved_from, stored_output
from ar_service.studio.schemas import ArtworksIn, RunIn
from ar_service.studio.sources import sources_for
from generative_codes.bulk import BulkError
from trace_backend.codes.orders import order_of
from trace_backend.designs import RunOut
from trace_backend.designs.parts import MAX_RUN_FILES
from trace_backend.designs.progress import view_runs
from trace_backend.designs.runs import NewRun, place_run
from trace_backend.designs.templates import template_of
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext

FILES_PER_PART: Final = 2


def order_run(
    door: StudioDoor, record: RecordContext, subject: Subject, host: str, wanted: RunIn
) -> tuple[RunOut, bool]:
    """Order a run; ask again with the same content and nothing changes.

    The order is solved once before it is placed: what can't be made is refused here, with the
    reason, and not in the job.

    Args:
        door: the studio's own things.
        record: of the installation.
        subject: who orders.
        host: printed in the Digital Links.
        wanted: the order.

    Returns:
        The run, and whether this call ordered it.

    Raises:
        RecordError: DESIGN_REFUSED or PAYLOAD_TOO_LONG for what can't be made; as `place_run`.
    """
    door.limiter.admit(subject, Effort.LIGHT)
    output = stored_output(wanted.output, host)
    with record.database.reading() as session:
        template = template_of(session, subject.tenant_id, wanted.template_id)
        order = order_of(session, subject.tenant_id, wanted.code_order_id)
        artworks = ArtworksIn(
            artwork_id=template.artwork_id,
            painted_artwork_id=template.painted_artwork_id,
            protected_artwork_id=template.protected_artwork_id,
        )
        ordered = OrderedRun(template.brief, output, order.gtin, order.quantity)
    with door.drawing.turn(), told_as_problems():
        asked = bulk_order(ordered)
        if FILES_PER_PART * asked.parts >= MAX_RUN_FILES:
            raise BulkError(
                f"{asked.parts} parts are more files than the {MAX_RUN_FILES} that a run may "
                "have; take more labels in a part."
            )
        solved_from(asked, sources_for(door, record, subject, artworks))
    new = NewRun(wanted.number, wanted.template_id, wanted.code_order_id, output)
    with record.database.transaction() as session:
        placed = place_run(session, record, subject, new)
        view = view_runs(session, record.clock, [placed.run])[0]
        return RunOut.of(view), placed.is_new
