"""HTTP bodies of artworks, templates, certificates and runs."""

import json
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from trace_backend.codes import CodeState
from trace_backend.designs.certificates import CertificateVerdict
from trace_backend.designs.models import (
    MAX_NAME_LENGTH,
    MAX_NUMBER_LENGTH,
    MAX_REASON_LENGTH,
    ArtFile,
    ArtItem,
    ArtRun,
    ArtTemplate,
    Artwork,
    ScanCertificate,
)
from trace_backend.designs.progress import RunState, RunView
from trace_backend.designs.reads import CodeArt, RunItem
from trace_backend.products import PlainText

DesignName: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
RunNumber: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=MAX_NUMBER_LENGTH)]
JsonMap: TypeAlias = dict[str, JsonValue]


class ArtworkOut(BaseModel):
    """An artwork."""

    id: str
    name: str
    media_type: str
    byte_count: int
    width_px: int
    height_px: int
    sha256: str
    created_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, artwork: Artwork) -> "ArtworkOut":
        """Show a row."""
        return cls(
            id=artwork.id,
            name=artwork.name,
            media_type=artwork.media_type,
            byte_count=artwork.byte_count,
            width_px=artwork.width_px,
            height_px=artwork.height_px,
            sha256=artwork.blob_key,
            created_at=artwork.created_at,
            archived_at=artwork.archived_at,
        )


class ArtworkPageOut(BaseModel):
    """A page of artworks."""

    items: list[ArtworkOut]
    next_cursor: str | None


class TemplateNameIn(BaseModel):
    """A template's new name, and the revision on which the change is based."""

    model_config = ConfigDict(extra="forbid")

    name: DesignName
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class TemplateOut(BaseModel):
    """A brand template."""

    id: str
    name: str
    artwork_id: str
    painted_artwork_id: str | None
    protected_artwork_id: str | None
    brief: JsonMap
    payload_example: str
    revision: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, template: ArtTemplate) -> "TemplateOut":
        """Show a row."""
        return cls(
            id=template.id,
            name=template.name,
            artwork_id=template.artwork_id,
            painted_artwork_id=template.painted_artwork_id,
            protected_artwork_id=template.protected_artwork_id,
            brief=json.loads(template.brief),
            payload_example=template.payload_example,
            revision=template.revision,
            created_at=template.created_at,
            updated_at=template.updated_at,
            archived_at=template.archived_at,
        )


class TemplatePageOut(BaseModel):
    """A page of brand templates."""

    items: list[TemplateOut]
    next_cursor: str | None


class StoredCertificateOut(BaseModel):
    """A scan certificate as it is kept."""

    id: str
    template_id: str | None
    run_id: str | None
    code_id: str | None
    payload: str
    verdict: CertificateVerdict
    document: JsonMap
    created_at: datetime

    @classmethod
    def of(cls, certificate: ScanCertificate) -> "StoredCertificateOut":
        """Show a row."""
        return cls(
            id=certificate.id,
            template_id=certificate.template_id,
            run_id=certificate.run_id,
            code_id=certificate.code_id,
            payload=certificate.payload,
            verdict=CertificateVerdict(certificate.verdict),
            document=json.loads(certificate.document),
            created_at=certificate.created_at,
        )


class RunOut(BaseModel):
    """A run: what was ordered, and how it stands.

    `percent` is 100 only when every label is carried out; `remaining_s` is None while the pace is
    unknown; `ended_at` is None as long as anything may still happen to the run.
    """

    id: str
    number: str
    template_id: str
    template_name: str
    template_revision: int
    artwork_id: str
    painted_artwork_id: str | None
    protected_artwork_id: str | None
    code_order_id: str
    brief: JsonMap
    output: JsonMap
    quantity: int
    labels_first: int
    labels_last: int
    state: RunState
    done_count: int
    failed_count: int
    percent: float
    remaining_s: float | None
    certificate_id: str | None
    certificate_verdict: CertificateVerdict | None
    job_id: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    certified_at: datetime | None
    ended_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None

    @classmethod
    def of(cls, view: RunView) -> "RunOut":
        """Show a row and what is derived from it."""
        run = view.run
        verdict = view.certificate_verdict
        return cls(
            id=run.id,
            number=run.number,
            template_id=run.template_id,
            template_name=view.template_name,
            template_revision=run.template_revision,
            artwork_id=run.artwork_id,
            painted_artwork_id=run.painted_artwork_id,
            protected_artwork_id=run.protected_artwork_id,
            code_order_id=run.code_order_id,
            brief=json.loads(run.brief),
            output=json.loads(run.output),
            quantity=run.quantity,
            labels_first=run.labels_first,
            labels_last=run.labels_last,
            state=view.state,
            done_count=run.done_count,
            failed_count=run.failed_count,
            percent=view.percent,
            remaining_s=view.remaining_s,
            certificate_id=run.certificate_id,
            certificate_verdict=CertificateVerdict(verdict) if verdict is not None else None,
            job_id=run.job_id,
            error=view.error,
            created_at=run.created_at,
            started_at=run.started_at,
            certified_at=run.certified_at,
            ended_at=view.ended_at,
            cancelled_at=run.cancelled_at,
            cancel_reason=run.cancel_reason,
        )


class RunPageOut(BaseModel):
    """A page of runs."""

    items: list[RunOut]
    next_cursor: str | None


class CancelIn(BaseModel):
    """Why a run is stopped; may be empty."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[PlainText, Field(max_length=MAX_REASON_LENGTH)] = ""


class RunItemOut(BaseModel):
    """One label of a run."""

    serial: str
    label_number: int
    mask: int | None
    zone_mismatches: int
    passed: bool
    rerolled: int
    reason: str | None

    @classmethod
    def of(cls, found: RunItem) -> "RunItemOut":
        """Show a row."""
        item = found.item
        return cls(
            serial=found.serial,
            label_number=item.label_number,
            mask=item.mask,
            zone_mismatches=item.zone_mismatches,
            passed=item.passed,
            rerolled=item.rerolled,
            reason=item.reason,
        )


class RunItemPageOut(BaseModel):
    """A page of labels."""

    items: list[RunItemOut]
    next_cursor: str | None


class RunFileOut(BaseModel):
    """A file of a run; both label numbers are included."""

    name: str
    media_type: str
    byte_count: int
    sha256: str
    labels_first: int
    labels_last: int
    created_at: datetime

    @classmethod
    def of(cls, file: ArtFile) -> "RunFileOut":
        """Show a row."""
        return cls(
            name=file.name,
            media_type=file.media_type,
            byte_count=file.byte_count,
            sha256=file.blob_key,
            labels_first=file.labels_first,
            labels_last=file.labels_last,
            created_at=file.created_at,
        )


class RunFilePageOut(BaseModel):
    """A page of files."""

    items: list[RunFileOut]
    next_cursor: str | None


class CodeLabelOut(BaseModel):
    """The label of a code in one run."""

    run_id: str
    run_number: str
    template_id: str
    template_revision: int
    certificate_id: str | None
    mask: int | None
    zone_mismatches: int
    passed: bool
    rerolled: int
    reason: str | None

    @classmethod
    def of(cls, item: ArtItem, run: ArtRun) -> "CodeLabelOut":
        """Show a label and its run."""
        return cls(
            run_id=run.id,
            run_number=run.number,
            template_id=run.template_id,
            template_revision=run.template_revision,
            certificate_id=run.certificate_id,
            mask=item.mask,
            zone_mismatches=item.zone_mismatches,
            passed=item.passed,
            rerolled=item.rerolled,
            reason=item.reason,
        )


class CodeArtOut(BaseModel):
    """Which art a code has: its labels, newest run first, and its own certificate, if any.

    `current` is the label of the newest run; `certificate` the newest certificate of this very
    code, else that of the current run's design.
    """

    serial: str
    label_number: int
    state: CodeState
    current: CodeLabelOut | None
    earlier: list[CodeLabelOut]
    certificate: StoredCertificateOut | None

    @classmethod
    def of(cls, art: CodeArt, certificate: ScanCertificate | None) -> "CodeArtOut":
        """Show a code's labels."""
        labels = [CodeLabelOut.of(item, run) for item, run in art.items]
        return cls(
            serial=art.code.serial,
            label_number=art.code.label_number,
            state=CodeState(art.code.state),
            current=labels[0] if labels else None,
            earlier=labels[1:],
            certificate=StoredCertificateOut.of(certificate) if certificate is not None else None,
        )
