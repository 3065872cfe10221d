"""Scan certificates: what is kept, and the caps of what is kept and shown."""

import json

import pytest
from sqlalchemy import func, select

from trace_backend.codes.lifecycle import code_of
from trace_backend.designs import ArtRun, CertificateVerdict, ScanCertificate
from trace_backend.designs.certificates import (
    MAX_DOCUMENT_BYTES,
    NewCertificate,
    certificate_of,
    keep_certificate,
)
from trace_backend.designs.models import ArtItem
from trace_backend.designs.reads import MAX_RUNS_OF_CODE, art_of_code
from trace_backend.kit.errors import INVALID, RecordError

DIGEST = "0" * 64


def document_of(byte_count):
    """A JSON object of so many bytes, its last letters being of three bytes each."""
    empty = len(json.dumps({"text": ""}))
    wide, narrow = divmod(byte_count - empty, 3)
    text = json.dumps({"text": "a" * narrow + "茶" * wide}, ensure_ascii=False)
    assert len(text.encode()) == byte_count
    return text


def new(document):
    return NewCertificate("https://id.example/1", CertificateVerdict.PASS, document, DIGEST)


def test_a_document_of_one_mebibyte_is_kept_whole_and_one_byte_more_is_refused(record, subjects):
    document = document_of(MAX_DOCUMENT_BYTES)
    with record.database.transaction() as session:
        kept = keep_certificate(session, record.clock, subjects[0], new(document))
    with record.database.reading() as session:
        assert certificate_of(session, subjects[0].tenant_id, kept.id).document == document
    with pytest.raises(RecordError, match=f"{MAX_DOCUMENT_BYTES} bytes at most") as refused:
        new(document_of(MAX_DOCUMENT_BYTES + 1))
    assert refused.value.problem is INVALID
    with record.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ScanCertificate)) == 1


def test_a_code_shows_the_runs_of_late_up_to_the_cap_and_not_one_more(runs, record, subjects, fill):
    run = runs.place().run
    (item,) = runs.items(run, 0, 1)
    more = MAX_RUNS_OF_CODE + 1
    ids = [f"f{place:031d}" for place in range(more)]
    fill(run, more, id=lambda place: ids[place], number=lambda place: f"R-{place + 2}")
    label = ArtItem(
        run_id=run.id,
        code_id=item.code_id,
        label_number=item.label_number,
        mask=0,
        zone_mismatches=0,
        passed=True,
        rerolled=0,
        reason=None,
    )
    fill(label, more, run_id=lambda place: ids[place])
    with record.database.reading() as session:
        serial = runs.codes(session, run, 1)[0].serial
        shown = art_of_code(session, code_of(session, subjects[0].tenant_id, serial))
        assert session.scalar(select(func.count()).select_from(ArtRun)) == more + 1
    assert [of.id for _, of in shown.items] == ids[:0:-1]
