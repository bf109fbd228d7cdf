"""people's mail addresses, and what is on its way to them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("email", sa.String(length=255), nullable=True))
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=255), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("report", sa.String(length=255), nullable=True),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["roster_notices.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("report", "address", name="uq_letters_report_address"),
        sa.UniqueConstraint("way", "notice_id", name="uq_letters_way_notice_id"),
    )
