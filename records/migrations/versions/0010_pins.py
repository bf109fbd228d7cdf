"""cells of a roster that the solver leaves as they are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rosters", sa.Column("pins", sa.JSON(), nullable=True))
