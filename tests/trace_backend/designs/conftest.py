"""Two tenants, ten printed codes of the first, a template, a run of it, and an HTTP client."""

import hashlib
import json
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, update

from trace_backend.codes import place_order
from trace_backend.designs import RUN_JOB, CertificateVerdict, router
from trace_backend.designs.artworks import NewArtwork, keep_artwork
from trace_backend.designs.certificates import NewCertificate
from trace_backend.designs.parts import (
    FinishedItem,
    NewFile,
    codes_of_run,
    record_part,
    record_run_certificate,
    run_for_job,
    start_run,
)
from trace_backend.designs.runs import NewRun, place_run
from trace_backend.designs.templates import TemplateContent, Thumbnail, create_template
from trace_backend.kit.job_rows import Job
from trace_backend.products import NewProduct, create_product

LOGO = b"\x89PNG\r\n\x1a\n of a made logo"
THUMBNAIL = b"RIFF of a thumbnail"
BRIEF = json.dumps({"style": "dots", "version": 6})
OUTPUT = json.dumps({"format": "pdf", "part_labels": 4})
QUANTITY = 10


@pytest.fixture
def http(http_of):
    """A client of an app that has just this room."""
    return http_of(router)


@pytest.fixture
def order_codes(record, subjects):
    """Order codes: order_codes("PO-1", 10, tenant=0) -> CodeOrder."""
    products = {}

    def order(number="PO-1", quantity=QUANTITY, tenant=0):
        subject = subjects[tenant]
        with record.database.transaction() as session:
            if tenant not in products:
                new = NewProduct("6291041500213", "茶", "玉泉洼", f"T{tenant}")
                products[tenant] = create_product(session, record.clock, subject, new).id
            return place_order(
                session,
                record,
                subject,
                number=number,
                product_id=products[tenant],
                quantity=quantity,
            ).order

    return order


@pytest.fixture
def keep(record, subjects):
    """Keep an artwork: keep(b"bytes", name, tenant=0) -> KeptArtwork."""

    def put(content=LOGO, name="玉泉洼标志", tenant=0):
        key = record.blobs.put(content)
        new = NewArtwork(name, "image/png", len(content), 640, 480, key)
        with record.database.transaction() as session:
            return keep_artwork(session, record.clock, subjects[tenant], new)

    return put


@pytest.fixture
def content_of(record):
    """Make the content of a template that draws an artwork."""

    def make(artwork_id, brief=BRIEF, payload="https://id.example/01/06291041500213/21/A"):
        thumbnail = Thumbnail(record.blobs.put(THUMBNAIL), "image/webp")
        return TemplateContent(artwork_id, brief, payload, thumbnail)

    return make


@pytest.fixture
def save_template(record, subjects, keep, content_of):
    """Save a template: save_template("名", tenant=0) -> ArtTemplate."""

    def save(name="春茶", tenant=0):
        content = content_of(keep(tenant=tenant).artwork.id)
        with record.database.transaction() as session:
            return create_template(session, record.clock, subjects[tenant], name, content)

    return save


@pytest.fixture
def with_handler(record):
    """The record with a handler for runs: jobs may be ordered, and none is carried out."""
    record.jobs.register(RUN_JOB, lambda run, payload: None)
    return record


@dataclass
class Runs:
    """Orders runs and carries them out by hand, step by step, as the job does."""

    record: object
    subject: object
    template: object
    order: object

    def place(self, number="R-1", output=OUTPUT, template_id=None, order_id=None):
        new = NewRun(number, template_id or self.template.id, order_id or self.order.id, output)
        with self.record.database.transaction() as session:
            return place_run(session, self.record, self.subject, new)

    def set_job(self, run, **values):
        with self.record.database.transaction() as session:
            session.execute(update(Job).where(Job.id == run.job_id).values(**values))

    def start(self, run):
        self.set_job(run, state="RUNNING")
        with self.record.database.transaction() as session:
            start_run(session, self.record.clock, run.id)

    def certify(self, run, verdict=CertificateVerdict.PASS):
        with self.record.database.transaction() as session:
            return record_run_certificate(
                session, self.record.clock, run.id, certificate(verdict=verdict)
            )

    def codes(self, session, run, count):
        return codes_of_run(session, run_for_job(session, run.id), 0, count)

    def items(self, run, start, count, failing=()):
        with self.record.database.reading() as session:
            codes = codes_of_run(session, run_for_job(session, run.id), start, count)
        return [
            FinishedItem(
                code.code_id,
                code.label_number,
                None if code.label_number in failing else code.label_number % 8,
                0,
                code.label_number not in failing,
                1 if code.label_number in failing else 0,
                "no reader could read it" if code.label_number in failing else None,
            )
            for code in codes
        ]

    def file(self, name, first, last, content=b"%PDF-1.7 labels"):
        key = self.record.blobs.put(content)
        return NewFile(name, "application/pdf", len(content), key, first, last)

    def part(self, run, start, count, failing=(), files=()):
        items = self.items(run, start, count, failing)
        with self.record.database.transaction() as session:
            return record_part(session, self.record.clock, run.id, items, files)


def certificate(verdict=CertificateVerdict.PASS, payload="https://id.example/1", text="one"):
    document = json.dumps({"rates": [{"reader": "zxing-cpp", "rate": 1.0}]})
    digest = hashlib.sha256(text.encode()).hexdigest()
    return NewCertificate(payload, verdict, document, digest)


@pytest.fixture
def runs(with_handler, subjects, save_template, order_codes):
    return Runs(with_handler, subjects[0], save_template(), order_codes())


@pytest.fixture
def make_certificate():
    return certificate


@pytest.fixture
def fill(record):
    """Copy a row until there are `count` of it: fill(row, count, id=..., name=...)."""

    def copy(row, count, **different):
        table = row.__table__
        with record.database.transaction() as session:
            same = {column.name: getattr(row, column.name) for column in table.columns}
            session.execute(
                insert(table),
                [same | {key: make(i) for key, make in different.items()} for i in range(count)],
            )

    return copy
