"""HTTP doors of the studio that need pixels; those of plain rows are the design room's."""

from typing import Annotated

from anyio import from_thread
from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile, status

from ar_service.studio.artworks import take_artwork
from ar_service.studio.certifying import certify_design
from ar_service.studio.door import StudioDoor
from ar_service.studio.files import make_file
from ar_service.studio.gallery import SchemaName, gallery, limits, schema_named
from ar_service.studio.limiter import Effort
from ar_service.studio.preview import preview
from ar_service.studio.runs import order_run
from ar_service.studio.schemas import (
    CertificateOut,
    CodePreviewIn,
    CodePreviewOut,
    DesignIn,
    FileIn,
    LimitsOut,
    PresetsOut,
    RunIn,
    TemplateDesignIn,
    TemplateIn,
    TryoutIn,
)
from ar_service.studio.templates import change_design, save_template
from ar_service.studio.tryout import try_out
from ar_service.studio.work_gate import AbandonedError
from trace_backend.codes.endpoints import CodeHost
from trace_backend.designs import ORDER, READ, WRITE, ArtworkOut, RunOut, TemplateOut
from trace_backend.designs.schemas import DesignName
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import Record, require
from trace_backend.kit.problems import problem_responses
from trace_backend.products import RowId

STUDIO_PATH = "/v1/studio"
ARTWORKS_PATH = f"{STUDIO_PATH}/artworks"
WAS_READ_HEADER, SIMULATED_HEADER = "X-Read", "X-Simulated"
CERTIFICATE_HEADER = "X-Certificate"
NOBODY_WAITS = 499
"""Status in the log of a request whose client closed the connection; it reaches nobody."""
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A file of ours that is opened by itself runs and loads nothing."""

router = APIRouter(prefix=STUDIO_PATH, tags=["studio"], responses=problem_responses(429))


def _door(request: Request) -> StudioDoor:
    door: StudioDoor = request.app.state.studio
    return door


OurDoor = Annotated[StudioDoor, Depends(_door)]
Reader = Annotated[Subject, Depends(require(READ))]
Writer = Annotated[Subject, Depends(require(WRITE))]
Orderer = Annotated[Subject, Depends(require(ORDER))]


@router.post("/artworks", status_code=status.HTTP_201_CREATED, summary="Hand in an artwork")
def post_artwork(
    door: OurDoor,
    record: Record,
    subject: Writer,
    response: Response,
    file: Annotated[UploadFile, File(description="PNG, JPEG, WebP or SVG of a logo or picture.")],
    name: Annotated[DesignName, Form()],
) -> ArtworkOut:
    """Keep the picture, without its metadata: 201, or 200 when the tenant has it already."""
    kept = take_artwork(door, record, subject, name, file.file.read())
    if not kept.is_new:
        response.status_code = status.HTTP_200_OK
    return ArtworkOut.of(kept.artwork)


@router.post("/preview", summary="Make a code and show it", response_model=CodePreviewOut)
def post_preview(
    body: CodePreviewIn, request: Request, door: OurDoor, record: Record, subject: Reader
) -> CodePreviewOut | Response:
    """Answer with the drawing and all that was decided for it; nothing is recorded."""
    door.limiter.admit(subject, Effort.LIGHT)
    try:
        return preview(
            door, record, subject, body, lambda: from_thread.run(request.is_disconnected)
        )
    except AbandonedError:
        return Response(status_code=NOBODY_WAITS)


@router.post("/certificates", summary="Make a scan certificate")
def post_certificate(
    body: DesignIn, door: OurDoor, record: Record, subject: Writer
) -> CertificateOut:
    """Measure the code (some seconds), or answer with the certificate that it has already."""
    return certify_design(door, record, subject, body)


@router.post(
    "/tryout",
    summary="Photograph the label, simulated",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}, "description": "The simulated photo."}},
)
def post_tryout(body: TryoutIn, door: OurDoor, record: Record, subject: Reader) -> Response:
    """Answer with a simulated photo; the header X-Read says whether zxing read the code in it."""
    tried = try_out(door, record, subject, body)
    headers = {
        WAS_READ_HEADER: "yes" if tried.was_read else "no",
        SIMULATED_HEADER: "yes",
        "Content-Security-Policy": PICTURE_POLICY,
    }
    return Response(tried.picture, media_type="image/webp", headers=headers)


@router.post(
    "/files",
    summary="Hand out the file of a code",
    response_class=Response,
    responses={
        200: {
            "content": {
                "image/svg+xml": {},
                "image/png": {},
                "application/pdf": {},
                "application/postscript": {},
            },
            "description": "The file.",
        }
    },
)
def post_file(body: FileIn, door: OurDoor, record: Record, subject: Writer) -> Response:
    """Answer with the file, or 409 with the reasons when the code fails its certificate."""
    door.limiter.admit(subject, Effort.LIGHT)
    made = make_file(door, record, subject, body)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        CERTIFICATE_HEADER: made.certificate_id,
        "Content-Security-Policy": PICTURE_POLICY,
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


@router.post("/templates", status_code=status.HTTP_201_CREATED, summary="Save a brand template")
def post_template(body: TemplateIn, door: OurDoor, record: Record, subject: Writer) -> TemplateOut:
    """Save a design under a name; the design is drawn first, so what is saved can be made."""
    return save_template(door, record, subject, body)


@router.put("/templates/{template_id}/design", summary="Change a template's design")
def put_template_design(
    template_id: RowId, body: TemplateDesignIn, door: OurDoor, record: Record, subject: Writer
) -> TemplateOut:
    """Give a template another design; 409 when it was changed since the named revision."""
    return change_design(door, record, subject, template_id, body)


@router.post("/runs", status_code=status.HTTP_202_ACCEPTED, summary="Order a bulk run")
def post_run(
    body: RunIn,
    door: OurDoor,
    record: Record,
    subject: Orderer,
    host: CodeHost,
    response: Response,
) -> RunOut:
    """Order a run over all codes of a code order: 202, or 200 when it was ordered already."""
    run, is_new = order_run(door, record, subject, host, body)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return run


@router.get("/presets", summary="The gallery of designs")
def get_presets(_subject: Reader) -> PresetsOut:
    """List the ready-made designs, each with a small example."""
    return gallery()


@router.get("/schemas/{name}", summary="A JSON Schema")
def get_schema(name: SchemaName, _subject: Reader) -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of a brief or a design."""
    return dict(schema_named(name))


@router.get("/limits", summary="What the studio takes")
def get_limits(_subject: Reader) -> LimitsOut:
    """Return caps, ranges, formats and the scenes of the camera try-out."""
    return limits()
