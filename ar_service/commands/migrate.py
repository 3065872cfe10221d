"""`dianjin migrate`: bring the database to the newest schema."""

from ar_service.commands.output import Output
from ar_service.settings import Settings
from trace_backend.kit.database import Database
from trace_backend.kit.migrate import current, upgrade


def migrate(settings: Settings, output: Output) -> int:
    """Upgrade the database and tell the revisions before and after."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.open(settings.resolved_database_url)
    try:
        before = current(database)
        upgrade(database)
        after = current(database)
    finally:
        database.dispose()
    done = "already newest" if before == after else f"upgraded from {before or 'nothing'}"
    output.result(
        {"database": database.dialect, "from": before, "to": after},
        f"{database.dialect}: {after} ({done})",
    )
    return 0
