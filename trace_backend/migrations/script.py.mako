"""${message}."""

from typing import NoReturn

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go forwards."""
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> NoReturn:
    """Refuse: going back would lose what was recorded since."""
    raise RuntimeError("this migration can't be taken back; restore a backup instead")
