"""one open task per number"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ZERO, ONE, NORMAL = sa.text("0"), sa.text("1"), sa.text("'normal'")
# Of this revision: code changes, a migration does not.
RANKS = ("crisis", "cutoff", "normal")
REASONS = ("cutoff", "promise")

calls = sa.table("calls", sa.column("id", sa.Integer), sa.column("rank", sa.String))
tasks = sa.table(
    "tasks",
    sa.column("id", sa.Integer),
    sa.column("call_id", sa.Integer),
    sa.column("number", sa.String),
    sa.column("reason", sa.String),
    sa.column("rank", sa.String),
    sa.column("created_at", INSTANT),
    sa.column("due_at", INSTANT),
    sa.column("attempts", sa.Integer),
    sa.column("last_call_id", sa.Integer),
    sa.column("lost_at", INSTANT),
    sa.column("closed_at", INSTANT),
    sa.column("closed_by", sa.String),
    sa.column("closing", sa.Text),
)
task_calls = sa.table(
    "task_calls",
    sa.column("task_id", sa.Integer),
    sa.column("call_id", sa.Integer),
    sa.column("reason", sa.String),
)


Row = sa.Row[tuple[Any, ...]]
Links = dict[tuple[int, int], str]  # (task, call) -> reason


def upgrade() -> None:
    """The tasks first: SQLite copies the table, and lets nothing refer to it meanwhile."""
    connection = op.get_bind()
    op.add_column("calls", sa.Column("reached_at", INSTANT, nullable=True))
    _widen_tasks()
    _fill(connection)
    links = _join(connection)
    _tighten_tasks()
    op.create_table(
        "task_calls",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"]),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"]),
        sa.PrimaryKeyConstraint("task_id", "call_id"),
    )
    op.create_index("ix_task_calls_call_id", "task_calls", ["call_id"])
    rows = [{"task_id": t, "call_id": c, "reason": r} for (t, c), r in links.items()]
    if rows:
        connection.execute(task_calls.insert(), rows)


def _widen_tasks() -> None:
    with op.batch_alter_table("tasks") as table:
        table.drop_constraint("uq_tasks_call_reason", type_="unique")
        table.add_column(sa.Column("rank", sa.String(255), nullable=False, server_default=NORMAL))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default=ONE))
        table.add_column(sa.Column("last_call_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("lost_at", INSTANT, nullable=True))
        table.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default=ZERO))
        table.add_column(sa.Column("tried_at", INSTANT, nullable=True))
        table.add_column(sa.Column("tried_by", sa.String(255), nullable=True))
        table.add_column(sa.Column("assigned_to", sa.String(255), nullable=True))
        table.add_column(sa.Column("contact_call_id", sa.Integer(), nullable=True))
        for column, other in (
            ("last_call_id", "calls"),
            ("assigned_to", "people"),
            ("contact_call_id", "calls"),
        ):
            table.create_foreign_key(f"fk_tasks_{column}", other, [column], ["id"])


def _fill(connection: sa.Connection) -> None:
    """Each task of before is of one call."""
    rank = sa.select(calls.c.rank).where(calls.c.id == tasks.c.call_id).scalar_subquery()
    connection.execute(
        tasks.update().values(rank=rank, last_call_id=tasks.c.call_id, lost_at=tasks.c.created_at)
    )


def _join(connection: sa.Connection) -> Links:
    """Open tasks of one number become the oldest of them; the others stay on record as joined.

    Returns the calls of all tasks.
    """
    links: Links = {}
    groups: dict[str, list[Row]] = {}
    for row in connection.execute(sa.select(tasks).order_by(tasks.c.created_at, tasks.c.id)).all():
        links[row.id, row.call_id] = row.reason
        if row.closed_at is None and row.number:
            groups.setdefault(row.number, []).append(row)
    for group in groups.values():
        if len(group) > 1:
            links |= _join_group(connection, group)
    return links


def _join_group(connection: sa.Connection, group: Sequence[Row]) -> Links:
    kept, *others = group
    most_urgent_last = sorted(group, key=lambda row: _place(REASONS, row.reason), reverse=True)
    links = {(kept.id, row.call_id): row.reason for row in most_urgent_last}
    connection.execute(
        tasks.update()
        .where(tasks.c.id == kept.id)
        .values(
            reason=most_urgent_last[-1].reason,
            rank=min((row.rank for row in group), key=lambda rank: _place(RANKS, rank)),
            due_at=min(row.due_at for row in group),
            attempts=len(links),
            last_call_id=group[-1].call_id,
            lost_at=group[-1].created_at,
        )
    )
    joined = {"closed_at": sa.func.now(), "closed_by": "0002", "closing": f"task {kept.id}"}
    connection.execute(
        tasks.update().where(tasks.c.id.in_([row.id for row in others])).values(joined)
    )
    return links


def _place(order: Sequence[str], value: str) -> int:
    return order.index(value) if value in order else len(order)


def _tighten_tasks() -> None:
    """The defaults were for the rows of before; new rows say what they are."""
    with op.batch_alter_table("tasks") as table:
        table.alter_column("rank", existing_type=sa.String(255), server_default=None)
        for column in ("attempts", "tries"):
            table.alter_column(column, existing_type=sa.Integer(), server_default=None)
        table.alter_column("last_call_id", existing_type=sa.Integer(), nullable=False)
        table.alter_column("lost_at", existing_type=INSTANT, nullable=False)
    unclosed = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_tasks_open", "tasks", ["due_at"], sqlite_where=unclosed, postgresql_where=unclosed
    )
    unclosed_number = sa.text("number <> '' AND closed_at IS NULL")
    op.create_index(
        "uq_tasks_open_number",
        "tasks",
        ["number"],
        unique=True,
        sqlite_where=unclosed_number,
        postgresql_where=unclosed_number,
    )
