"""what counsellors write about calls"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call_notes",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("kind", sa.String(255), nullable=True),
        sa.Column("problem", sa.String(255), nullable=True),
        sa.Column("suicidal", sa.Integer(), nullable=True),
        sa.Column("hopelessness", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(255), nullable=True),
        sa.Column("follow_up", sa.Date(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"]),
        sa.ForeignKeyConstraint(["person"], ["people.id"]),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("ix_call_notes_person", "call_notes", ["person"])
    op.create_index("ix_calls_caller", "calls", ["caller"])
