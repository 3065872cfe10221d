"""First tables: kit, organisations, products, codes, authenticity."""

from typing import Final, NoReturn

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

UTC_TIME: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, each room after those that it refers to."""
    _kit()
    _orgs()
    _products()
    _codes()
    _authenticity()


def downgrade() -> NoReturn:
    """Refuse: going back would lose everything."""
    raise RuntimeError("the first migration can't be taken back; restore a backup instead")


def _kit() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=True),
        sa.Column("revoked_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_id", name="uq_api_key_key_id"),
    )
    op.create_index("ix_api_key_tenant_id_id", "api_key", ["tenant_id", "id"])
    op.create_table(
        "idempotent_reply",
        sa.Column("scope", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotent_reply"),
    )
    op.create_index("ix_idempotent_reply_created_at", "idempotent_reply", ["created_at"])
    op.create_table(
        "job",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.String(500), nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("finished_at", UTC_TIME, nullable=True),
        sa.Column("cancelled_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state_id", "job", ["state", "id"])
    op.create_table(
        "job_step",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_step"),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
        sa.Column("revoked_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
        sa.UniqueConstraint("digest", name="uq_login_session_digest"),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])


def _orgs() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("parent_id", sa.String(32), nullable=True),
        sa.Column("code", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("certified_at", UTC_TIME, nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name="fk_organisation_parent_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_organisation_tenant_id"
        ),
        sa.UniqueConstraint("tenant_id", "code", name="uq_organisation_tenant_id_code"),
    )
    op.create_index("ix_organisation_parent_id", "organisation", ["parent_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("login_digest", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UTC_TIME, nullable=False),
        sa.Column("locked_until", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("login_digest", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_last_at", "sign_in_attempt", ["last_at"])
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("disabled_at", UTC_TIME, nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_user_account_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_user_account_tenant_id"
        ),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
    )
    op.create_index("ix_user_account_organisation_id", "user_account", ["organisation_id"])
    op.create_index("ix_user_account_tenant_id_id", "user_account", ["tenant_id", "id"])


def _products() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("gtin", sa.String(14), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("brand", sa.String(100), nullable=False),
        sa.Column("spec", sa.String(100), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("mnemonic", sa.String(64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_product_organisation_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_product_tenant_id"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_product_tenant_id_code"),
        sa.UniqueConstraint("tenant_id", "gtin", name="uq_product_tenant_id_gtin"),
    )
    op.create_index("ix_product_gtin", "product", ["gtin"])
    op.create_table(
        "batch",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("production_date", sa.Date(), nullable=True),
        sa.Column("expiry_date", sa.Date(), nullable=True),
        sa.Column("recalled_at", UTC_TIME, nullable=True),
        sa.Column("recall_reason", sa.String(500), nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_batch_product_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_batch_tenant_id"),
        sa.UniqueConstraint("product_id", "number", name="uq_batch_product_id_number"),
    )
    op.create_index("ix_batch_tenant_id", "batch", ["tenant_id"])
    op.create_table(
        "batch_recall",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("batch_id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("acted_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch_recall"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_recall_batch_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_batch_recall_tenant_id"
        ),
    )
    op.create_index("ix_batch_recall_batch_id", "batch_recall", ["batch_id"])


def _codes() -> None:
    op.create_table(
        "code_key",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key_id", name="pk_code_key"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_code_key_tenant_id"),
    )
    op.create_table(
        "label_counter",
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_label_counter"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_label_counter_tenant_id"
        ),
    )
    op.create_table(
        "code_order",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=False),
        sa.Column("gtin", sa.String(14), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("issued_count", sa.Integer(), nullable=False),
        sa.Column("first_label_number", sa.BigInteger(), nullable=False),
        sa.Column("last_label_number", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=True),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("completed_at", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_code_order"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_code_order_organisation_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_code_order_product_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_code_order_tenant_id"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_code_order_tenant_id_number"),
    )
    op.create_index("ix_code_order_product_id", "code_order", ["product_id"])
    op.create_table(
        "activation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("organisation_id", sa.String(32), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=False),
        sa.Column("batch_id", sa.String(32), nullable=False),
        sa.Column("activated_count", sa.Integer(), nullable=False),
        sa.Column("first_label_number", sa.BigInteger(), nullable=False),
        sa.Column("last_label_number", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("activated_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activation"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_activation_batch_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_activation_organisation_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_activation_product_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_activation_tenant_id"),
    )
    op.create_index("ix_activation_tenant_id", "activation", ["tenant_id"])
    op.create_table(
        "code",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(32), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(14), nullable=False),
        sa.Column("label_number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=True),
        sa.Column("batch_id", sa.String(32), nullable=True),
        sa.Column("activation_id", sa.String(32), nullable=True),
        sa.Column("activated_at", UTC_TIME, nullable=True),
        sa.Column("voided_at", UTC_TIME, nullable=True),
        sa.Column("void_reason", sa.String(500), nullable=True),
        sa.Column("voided_by", sa.String(32), nullable=True),
        sa.Column("query_count", sa.Integer(), nullable=False),
        sa.Column("scan_count", sa.Integer(), nullable=False),
        sa.Column("first_queried_at", UTC_TIME, nullable=True),
        sa.Column("first_place", sa.String(300), nullable=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_code"),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"], name="fk_code_activation_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_code_batch_id"),
        sa.ForeignKeyConstraint(["order_id"], ["code_order.id"], name="fk_code_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_code_product_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_code_tenant_id"),
        sa.UniqueConstraint("serial", name="uq_code_serial"),
        sa.UniqueConstraint("tenant_id", "label_number", name="uq_code_tenant_id_label_number"),
    )
    op.create_index("ix_code_batch", "code", ["batch_id"])
    op.create_index("ix_code_order_label", "code", ["order_id", "label_number"])


def _authenticity() -> None:
    op.create_table(
        "unknown_tally",
        sa.Column("hour", UTC_TIME, nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("query_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "shard", name="pk_unknown_tally"),
    )
    op.create_table(
        "reply_settings_version",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("max_queries", sa.Integer(), nullable=False),
        sa.Column("session_window_minutes", sa.Integer(), nullable=False),
        sa.Column("templates", sa.JSON(), nullable=False),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_settings_version"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_reply_settings_version_tenant_id"
        ),
        sa.UniqueConstraint(
            "tenant_id", "version", name="uq_reply_settings_version_tenant_id_version"
        ),
    )
    op.create_table(
        "visitor_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("code_id", sa.String(32), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UTC_TIME, nullable=False),
        sa.Column("last_query_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visitor_session"),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_visitor_session_code_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organisation.id"], name="fk_visitor_session_tenant_id"
        ),
        sa.UniqueConstraint("code_id", "ordinal", name="uq_visitor_session_code_id_ordinal"),
    )
    op.create_index(
        "ix_visitor_session_visitor", "visitor_session", ["code_id", "visitor", "last_query_at"]
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("tenant_id", sa.String(32), nullable=False),
        sa.Column("code_id", sa.String(32), nullable=False),
        sa.Column("product_id", sa.String(32), nullable=True),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.Column("latitude_deg", sa.Double(), nullable=True),
        sa.Column("longitude_deg", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("province", sa.String(64), nullable=True),
        sa.Column("city", sa.String(64), nullable=True),
        sa.Column("district", sa.String(64), nullable=True),
        sa.Column("street", sa.String(100), nullable=True),
        sa.Column("scanned_at", UTC_TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_scan_code_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_scan_product_id"),
        sa.ForeignKeyConstraint(["session_id"], ["visitor_session.id"], name="fk_scan_session_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], name="fk_scan_tenant_id"),
    )
    op.create_index("ix_scan_code_time", "scan", ["code_id", "scanned_at"])
    op.create_index("ix_scan_tenant_log", "scan", ["tenant_id", "id"])
    op.create_index("ix_scan_tenant_time", "scan", ["tenant_id", "scanned_at"])
