"""Tables of the design room: artworks, brand templates, certificates, runs of designed codes."""

from typing import Final, NoReturn

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UTC_TIME: Final = sa.DateTime(timezone=True)
LIVE: Final = sa.text("archived_at IS NULL")
FAILED: Final = sa.text("NOT passed")
FAILED_IN_SQLITE: Final = sa.text("passed = 0")


def upgrade() -> None:
    """Create the tables, each after those that it refers to."""
    _artwork()
    _art_template()
    _art_run()
    _scan_certificate()
    _art_item()
    _art_file()


def downgrade() -> NoReturn:
    """Refuse: going back would lose what was ordered and certified."""
    raise RuntimeError("the tables of designs can't be taken back; restore a backup instead")


def _artwork() -> None:
    op.create_table(
        "artwork",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("blob_key", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("archived_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_artwork"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_artwork_organisation_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_artwork_tenant_id"),
        sa.UniqueConstraint("tenant_id", "blob_key", name="uq_artwork_tenant_id_blob_key"),
    )
    op.create_index("ix_artwork_tenant_id_id", "artwork", ["tenant_id", "id"])


def _art_template() -> None:
    op.create_table(
        "art_template",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("artwork_id", sa.String(32), nullable=False),
        sa.Column("painted_artwork_id", sa.String(32), nullable=True),
        sa.Column("protected_artwork_id", sa.String(32), nullable=True),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("payload_example", sa.String(2953), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("thumbnail_key", sa.String(64), nullable=False),
        sa.Column("thumbnail_media_type", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.Column("archived_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_art_template"),
        sa.ForeignKeyConstraint(["artwork_id"], ["artwork.id"], name="fk_art_template_artwork_id"),
        sa.ForeignKeyConstraint(
            ["painted_artwork_id"], ["artwork.id"], name="fk_art_template_painted_artwork_id"
        ),
        sa.ForeignKeyConstraint(
            ["protected_artwork_id"], ["artwork.id"], name="fk_art_template_protected_artwork_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_art_template_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_art_template_tenant_id"
        ),
    )
    op.create_index("ix_art_template_artwork_id", "art_template", ["artwork_id"])
    op.create_index("ix_art_template_tenant_id_id", "art_template", ["tenant_id", "id"])
    op.create_index(
        "uq_art_template_live_name",
        "art_template",
        ["tenant_id", "name"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _art_run() -> None:
    op.create_table(
        "art_run",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("code_order_id", sa.String(32), nullable=False),
        sa.Column("template_id", sa.String(32), nullable=False),
        sa.Column("template_revision", sa.Integer(), nullable=False),
        sa.Column("artwork_id", sa.String(32), nullable=False),
        sa.Column("painted_artwork_id", sa.String(32), nullable=True),
        sa.Column("protected_artwork_id", sa.String(32), nullable=True),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("payload_example", sa.String(2953), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("labels_first", sa.BigInteger(), nullable=False),
        sa.Column("labels_last", sa.BigInteger(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=True),
        sa.Column("certificate_id", sa.String(32), nullable=True),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("started_at", UTC_TIME, nullable=True),
        sa.Column("certified_at", UTC_TIME, nullable=True),
        sa.Column("finished_at", UTC_TIME, nullable=True),
        sa.Column("cancelled_at", UTC_TIME, nullable=True),
        sa.Column("cancelled_by", sa.String(32), nullable=True),
        sa.Column("cancel_reason", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_art_run"),
        sa.ForeignKeyConstraint(["artwork_id"], ["artwork.id"], name="fk_art_run_artwork_id"),
        sa.ForeignKeyConstraint(
            ["painted_artwork_id"], ["artwork.id"], name="fk_art_run_painted_artwork_id"
        ),
        sa.ForeignKeyConstraint(
            ["protected_artwork_id"], ["artwork.id"], name="fk_art_run_protected_artwork_id"
        ),
        sa.ForeignKeyConstraint(
            ["code_order_id"], ["code_order.id"], name="fk_art_run_code_order_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_art_run_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["art_template.id"], name="fk_art_run_template_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_art_run_tenant_id"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_art_run_tenant_id_number"),
    )
    op.create_index("ix_art_run_code_order_id", "art_run", ["code_order_id"])
    op.create_index("ix_art_run_template_id", "art_run", ["template_id"])
    op.create_index("ix_art_run_tenant_id_id", "art_run", ["tenant_id", "id"])


def _scan_certificate() -> None:
    op.create_table(
        "scan_certificate",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("template_id", sa.String(32), nullable=True),
        sa.Column("run_id", sa.String(32), nullable=True),
        sa.Column("code_id", sa.String(32), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("payload", sa.String(2953), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_certificate"),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_scan_certificate_code_id"),
        sa.ForeignKeyConstraint(["run_id"], ["art_run.id"], name="fk_scan_certificate_run_id"),
        sa.ForeignKeyConstraint(
            ["template_id"], ["art_template.id"], name="fk_scan_certificate_template_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_scan_certificate_tenant_id"
        ),
    )
    op.create_index("ix_scan_certificate_code", "scan_certificate", ["code_id", "id"])
    op.create_index("ix_scan_certificate_digest", "scan_certificate", ["tenant_id", "digest", "id"])
    op.create_index("ix_scan_certificate_run_id", "scan_certificate", ["run_id"])
    op.create_index("ix_scan_certificate_template_id", "scan_certificate", ["template_id"])


def _art_item() -> None:
    op.create_table(
        "art_item",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("code_id", sa.String(32), nullable=False),
        sa.Column("label_number", sa.BigInteger(), nullable=False),
        sa.Column("mask", sa.SmallInteger(), nullable=True),
        sa.Column("zone_mismatches", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("rerolled", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "code_id", name="pk_art_item"),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_art_item_code_id"),
        sa.ForeignKeyConstraint(["run_id"], ["art_run.id"], name="fk_art_item_run_id"),
        sa.UniqueConstraint("run_id", "label_number", name="uq_art_item_run_id_label_number"),
        # The rows lie in the tree of their key: a million of them take half the room.
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_art_item_failed",
        "art_item",
        ["run_id", "label_number"],
        sqlite_where=FAILED_IN_SQLITE,
        postgresql_where=FAILED,
    )


def _art_file() -> None:
    op.create_table(
        "art_file",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("blob_key", sa.String(64), nullable=False),
        sa.Column("labels_first", sa.BigInteger(), nullable=False),
        sa.Column("labels_last", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_art_file"),
        sa.ForeignKeyConstraint(["run_id"], ["art_run.id"], name="fk_art_file_run_id"),
    )
