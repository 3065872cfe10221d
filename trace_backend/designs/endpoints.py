"""HTTP doors of designs that need no pixels: `/v1/studio/...`.

What needs pixels (handing in artworks, saving designs, ordering runs) has its doors beside these,
in the room that draws; both share one tag and one set of permissions.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from trace_backend.codes import read_code
from trace_backend.codes.lifecycle import code_of
from trace_backend.designs.artworks import (
    archive_artwork,
    artwork_of,
    artworks_query,
    restore_artwork,
)
from trace_backend.designs.certificates import certificate_of, certificate_of_code
from trace_backend.designs.delivery import deliver
from trace_backend.designs.models import MAX_NAME_LENGTH, ArtFile, ArtRun, ArtTemplate, Artwork
from trace_backend.designs.progress import RunState, view_runs
from trace_backend.designs.reads import art_of_code, file_of, files_query, items_page
from trace_backend.designs.runs import cancel_run, run_of, runs_query
from trace_backend.designs.schemas import (
    ArtworkOut,
    ArtworkPageOut,
    CancelIn,
    CodeArtOut,
    RunFileOut,
    RunFilePageOut,
    RunItemOut,
    RunItemPageOut,
    RunOut,
    RunPageOut,
    StoredCertificateOut,
    TemplateNameIn,
    TemplateOut,
    TemplatePageOut,
)
from trace_backend.designs.templates import (
    archive_template,
    restore_template,
    revise_template,
    template_of,
    templates_query,
)
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Reading, Record, Tx, require
from trace_backend.kit.paging import PageParams, fetch_page
from trace_backend.kit.problems import problem_responses
from trace_backend.products import PlainText, RowId

READ: Final = "studio.read"
"""See artworks, templates, certificates and runs, and fetch what runs made."""
WRITE: Final = "studio.write"
"""Hand in artworks, make certificates, save and change templates."""
ORDER: Final = "studio.order"
"""Order runs and cancel them."""

router = APIRouter(
    prefix="/v1/studio", tags=["studio"], responses=problem_responses(401, 403, 404, 409, 422, 503)
)

Reader = Annotated[Subject, Depends(require(READ))]
Writer = Annotated[Subject, Depends(require(WRITE))]
Orderer = Annotated[Subject, Depends(require(ORDER))]
SearchText = Annotated[PlainText | None, Query(max_length=100)]
Archived = Annotated[bool, Query(description="the archived ones instead of those in use")]
FileName = Annotated[str, Path(max_length=MAX_NAME_LENGTH)]


@router.get("/artworks")
def get_artworks(
    subject: Reader,
    session: Reading,
    page: PageParams,
    q: SearchText = None,
    archived: Archived = False,
) -> ArtworkPageOut:
    """List artworks by part of the name, newest first."""
    query = artworks_query(subject.tenant_id, q, archived=archived)
    found = fetch_page(session, query, Artwork.id, page, descending=True)
    return ArtworkPageOut(
        items=[ArtworkOut.of(artwork) for artwork in found.items], next_cursor=found.next_cursor
    )


@router.get("/artworks/{artwork_id}")
def get_artwork(artwork_id: RowId, subject: Reader, session: Reading) -> ArtworkOut:
    """Return an artwork, archived or not."""
    return ArtworkOut.of(artwork_of(session, subject.tenant_id, artwork_id))


@router.get("/artworks/{artwork_id}/picture", response_class=StreamingResponse)
def get_artwork_picture(
    artwork_id: RowId, subject: Reader, session: Reading, record: Record, request: Request
) -> Response:
    """Return the bytes of an artwork as they were handed in."""
    artwork = artwork_of(session, subject.tenant_id, artwork_id)
    return deliver(request, record.blobs, artwork.blob_key, artwork.media_type, artwork.byte_count)


@router.post("/artworks/{artwork_id}/archive")
def post_artwork_archive(
    artwork_id: RowId, subject: Writer, session: Tx, record: Record
) -> ArtworkOut:
    """Take an artwork out of the lists; templates made of it stay. Safe to repeat."""
    return ArtworkOut.of(archive_artwork(session, record.clock, subject, artwork_id))


@router.post("/artworks/{artwork_id}/restore")
def post_artwork_restore(artwork_id: RowId, subject: Writer, session: Tx) -> ArtworkOut:
    """Put an archived artwork back. Safe to repeat."""
    return ArtworkOut.of(restore_artwork(session, subject, artwork_id))


@router.get("/templates")
def get_templates(
    subject: Reader,
    session: Reading,
    page: PageParams,
    q: SearchText = None,
    archived: Archived = False,
) -> TemplatePageOut:
    """List brand templates by part of the name, newest first."""
    query = templates_query(subject.tenant_id, q, archived=archived)
    found = fetch_page(session, query, ArtTemplate.id, page, descending=True)
    return TemplatePageOut(
        items=[TemplateOut.of(template) for template in found.items], next_cursor=found.next_cursor
    )


@router.get("/templates/{template_id}")
def get_template(template_id: RowId, subject: Reader, session: Reading) -> TemplateOut:
    """Return a brand template, archived or not."""
    return TemplateOut.of(template_of(session, subject.tenant_id, template_id))


@router.put("/templates/{template_id}")
def put_template_name(
    template_id: RowId, body: TemplateNameIn, subject: Writer, session: Tx, record: Record
) -> TemplateOut:
    """Rename a brand template; 409 when it was changed since the named revision."""
    template = revise_template(
        session,
        record.clock,
        subject,
        template_id,
        seen_revision=body.revision,
        name=body.name,
    )
    return TemplateOut.of(template)


@router.post("/templates/{template_id}/archive")
def post_template_archive(
    template_id: RowId, subject: Writer, session: Tx, record: Record
) -> TemplateOut:
    """Take a brand template out of use and free its name. Safe to repeat."""
    return TemplateOut.of(archive_template(session, record.clock, subject, template_id))


@router.post("/templates/{template_id}/restore")
def post_template_restore(template_id: RowId, subject: Writer, session: Tx) -> TemplateOut:
    """Put an archived brand template back; 409 when its name was taken. Safe to repeat."""
    return TemplateOut.of(restore_template(session, subject, template_id))


@router.get("/templates/{template_id}/thumbnail", response_class=StreamingResponse)
def get_template_thumbnail(
    template_id: RowId, subject: Reader, session: Reading, record: Record, request: Request
) -> Response:
    """Return the small picture of a brand template."""
    template = template_of(session, subject.tenant_id, template_id)
    return deliver(
        request, record.blobs, template.thumbnail_key, template.thumbnail_media_type, None
    )


@router.get("/certificates/{certificate_id}")
def get_certificate(
    certificate_id: RowId, subject: Reader, session: Reading
) -> StoredCertificateOut:
    """Return a scan certificate as it was kept."""
    return StoredCertificateOut.of(certificate_of(session, subject.tenant_id, certificate_id))


@router.get("/runs")
def get_runs(
    subject: Reader,
    session: Reading,
    record: Record,
    page: PageParams,
    q: SearchText = None,
    template_id: RowId | None = None,
    code_order_id: RowId | None = None,
    state: Annotated[RunState | None, Query(description="as `state` of a run shows it")] = None,
) -> RunPageOut:
    """List runs by part of the number, newest first."""
    query = runs_query(subject.tenant_id, q, template_id, code_order_id, state)
    found = fetch_page(session, query, ArtRun.id, page, descending=True)
    views = view_runs(session, record.clock, found.items)
    return RunPageOut(items=[RunOut.of(view) for view in views], next_cursor=found.next_cursor)


@router.get("/runs/{run_id}")
def get_run(run_id: RowId, subject: Reader, session: Reading, record: Record) -> RunOut:
    """Return a run and how it stands."""
    run = run_of(session, subject.tenant_id, run_id)
    return RunOut.of(view_runs(session, record.clock, [run])[0])


@router.post("/runs/{run_id}/cancel")
def post_run_cancel(
    run_id: RowId, body: CancelIn, subject: Orderer, session: Tx, record: Record
) -> RunOut:
    """Stop a run before its next part; finished parts stay. Safe to repeat."""
    run = cancel_run(session, record, subject, run_id, body.reason)
    return RunOut.of(view_runs(session, record.clock, [run])[0])


@router.get("/runs/{run_id}/items")
def get_run_items(
    run_id: RowId,
    subject: Reader,
    session: Reading,
    page: PageParams,
    passed: Annotated[bool | None, Query(description="false: only labels that failed")] = None,
) -> RunItemPageOut:
    """List the labels of a run in the order of their numbers."""
    run = run_of(session, subject.tenant_id, run_id)
    found = items_page(session, run, page, passed=passed)
    return RunItemPageOut(
        items=[RunItemOut.of(item) for item in found.items], next_cursor=found.next_cursor
    )


@router.get("/runs/{run_id}/files")
def get_run_files(
    run_id: RowId, subject: Reader, session: Reading, page: PageParams
) -> RunFilePageOut:
    """List the files of a run by name; those of finished parts are there while it goes on."""
    run = run_of(session, subject.tenant_id, run_id)
    found = fetch_page(session, files_query(run), ArtFile.name, page)
    return RunFilePageOut(
        items=[RunFileOut.of(file) for file in found.items], next_cursor=found.next_cursor
    )


@router.get("/runs/{run_id}/files/{name}", response_class=StreamingResponse)
def get_run_file(
    run_id: RowId,
    name: FileName,
    subject: Reader,
    session: Reading,
    record: Record,
    request: Request,
) -> Response:
    """Download a file of a run."""
    file = file_of(session, run_of(session, subject.tenant_id, run_id), name)
    return deliver(
        request,
        record.blobs,
        file.blob_key,
        file.media_type,
        file.byte_count,
        download_name=file.name,
    )


@router.get("/codes/{serial}")
def get_code_art(
    serial: Annotated[str, Path(max_length=64)], subject: Reader, session: Reading
) -> CodeArtOut:
    """Tell which art a code has: its labels in runs, newest first, and its certificate."""
    code = code_of(session, subject.tenant_id, read_code(serial))
    art = art_of_code(session, code)
    certificate = certificate_of_code(session, subject.tenant_id, code.id)
    if certificate is None and art.items and art.items[0][1].certificate_id is not None:
        certificate = certificate_of(session, subject.tenant_id, art.items[0][1].certificate_id)
    return CodeArtOut.of(art, certificate)
