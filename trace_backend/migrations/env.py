"""Alembic's entry: runs the migrations on the connection that trace_backend.kit.migrate opened."""

from alembic import context
from sqlalchemy import Connection


def run(connection: Connection) -> None:
    """Run the wanted migrations inside the caller's transaction."""
    context.configure(connection=connection, transaction_per_migration=False)
    context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run on a database: use `dianjin migrate`")
run(context.config.attributes["connection"])
