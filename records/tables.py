"""The tables. One schema for SQLite and PostgreSQL; instants are aware UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite has no zones: it is stored as UTC and comes back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; instants are aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy
        datetime: Instant(),
        str: String(255),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


class Person(Base):
    """Somebody who answers calls."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    site: Mapped[str]
    qualifications: Mapped[list[str]]
    week_minutes: Mapped[int] = mapped_column(default=2400)
    no_nights: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str | None]
    secret: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str | None]
    email: Mapped[str | None]  # where changes of the own shifts are told as well
    device: Mapped[str] = mapped_column(default="desk")
    active: Mapped[bool] = mapped_column(default=True)


class User(Base):
    """Somebody who signs in to the pages."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str] = mapped_column(default="zh")
    active: Mapped[bool] = mapped_column(default=True)


class SignIn(Base):
    """Somebody is signed in, until this row is gone."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_user_id", "user_id"),)
    token: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    begun_at: Mapped[datetime]


class Presence(Base):
    """Somebody was there to take calls: extended each minute, and over when that stops."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_seen_at", "seen_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # for the last time


class RosterRow(Base):
    """A roster: a draft, or published by name. `cells` is person -> shift id or null per day."""

    __tablename__ = "rosters"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    first: Mapped[date]
    days: Mapped[int]
    status: Mapped[str]
    cells: Mapped[dict[str, Any]]  # a changed one is assigned anew, never changed in place
    objective: Mapped[int | None]
    bound: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    override_by: Mapped[str | None]
    override_reason: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)  # what it was made for
    pins: Mapped[dict[str, Any] | None]  # person -> days that the solver leaves


class AbsenceRow(Base):
    __tablename__ = "absences"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(default="leave")


class WishRow(Base):
    __tablename__ = "wishes"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    shift: Mapped[str | None]
    want: Mapped[bool] = mapped_column(default=True)
    weight: Mapped[int] = mapped_column(default=1)


class ExchangeRow(Base):
    """Two people agree to exchange what they have on some days (what one of them has may be
    nothing). Nobody's duty changes before it is approved."""

    __tablename__ = "exchanges"
    __table_args__ = (Index("ix_exchanges_state", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposer: Mapped[str] = mapped_column(ForeignKey("people.id"))
    other: Mapped[str] = mapped_column(ForeignKey("people.id"))
    cells: Mapped[dict[str, Any]]  # day -> [the proposer's shift, the other's], when proposed
    state: Mapped[str]  # an exchanges.State
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]  # a login
    reason: Mapped[str | None] = mapped_column(Text)  # of a refusal
    roster_id: Mapped[int | None] = mapped_column(ForeignKey("rosters.id"))  # that it made


class RequestRow(Base):
    """Leave or a wish that somebody asks for, and what became of it: a requests.Asked."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_state", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    shift: Mapped[str | None]
    want: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str]  # a requests.State
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]  # a login
    answer: Mapped[str | None] = mapped_column(Text)  # why it was refused


class NoticeRow(Base):
    """A publication changed somebody's duties; `read_at` is when that was acknowledged."""

    __tablename__ = "roster_notices"
    __table_args__ = (
        Index("ix_roster_notices_person", "person"),
        Index("ix_roster_notices_roster_id", "roster_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    person: Mapped[str]
    changes: Mapped[dict[str, Any]]  # day -> [shift before, shift now]
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class LetterRow(Base):
    """A notice or a summary on its way out: waiting, taken (`sent_at`), or given up."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("way", "notice_id", name="uq_letters_way_notice_id"),
        UniqueConstraint("report", "address", name="uq_letters_report_address"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[str]  # a letters.Way
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("roster_notices.id"))
    report: Mapped[str | None]  # a file's name
    address: Mapped[str]  # of a mail; "" for the web hook's
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]  # not before; moved on before each try
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text)  # of the last try


class FeedRow(Base):
    """Who knows the secret reads that person's shifts."""

    __tablename__ = "calendar_feeds"
    secret: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    made_at: Mapped[datetime]


class WeekNeedRow(Base):
    """So many people in that hour of each week, whatever the forecast says."""

    __tablename__ = "week_needs"
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 is Monday
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int]


class CallRow(Base):
    """One call: one row per INVITE. `ended_at` is null while the call goes on, `outcome` as well,
    except that a refusal is known before its caller has gone."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("origin", "boot", "uniqueid", name="uq_calls_origin_boot_uniqueid"),
        Index("ix_calls_arrived_at", "arrived_at"),
        Index("ix_calls_ended_at", "ended_at"),
        Index("ix_calls_caller", "caller"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    boot: Mapped[int]
    uniqueid: Mapped[str]
    origin: Mapped[str] = mapped_column(default="asterisk")
    serial: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    line: Mapped[str]
    dialled: Mapped[str]
    caller: Mapped[str]
    carrier: Mapped[str]
    rank: Mapped[str] = mapped_column(default="normal")
    arrived_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    person: Mapped[str | None]
    reached_at: Mapped[datetime | None]  # when the one whom the hotline had called answered
    legs: Mapped[list[LegRow]] = relationship(back_populates="call", order_by="LegRow.id")


class LegRow(Base):
    """One ring of one counsellor for one call."""

    __tablename__ = "legs"
    __table_args__ = (Index("ix_legs_call_id", "call_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    person: Mapped[str]
    at: Mapped[datetime]
    rang: Mapped[int]  # seconds
    outcome: Mapped[str]
    own_site: Mapped[bool] = mapped_column(default=False)
    call: Mapped[CallRow] = relationship(back_populates="legs")


class NoteRow(Base):
    """What a counsellor wrote about a call: a draft until `submitted_at`. Codes and scores are
    plain, for the official summary; texts are encrypted (`records.sealing`)."""

    __tablename__ = "call_notes"
    __table_args__ = (Index("ix_call_notes_person", "person"),)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    revision: Mapped[int]
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    kind: Mapped[str | None]
    problem: Mapped[str | None]
    suicidal: Mapped[int | None]
    hopelessness: Mapped[int | None]
    level: Mapped[str | None]
    follow_up: Mapped[date | None]
    sealed: Mapped[str | None] = mapped_column(Text)


class Transfer(Base):
    """A caller was handed on, or a colleague asked about one: `to` a person, a tier, or ""."""

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_call_id", "call_id"), Index("ix_transfers_at", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    to: Mapped[str]
    kind: Mapped[str]  # a transfers.Kind
    read_by: Mapped[list[str]]  # people who have seen the record because of it


class Handover(Base):
    """What one shift tells the next; encrypted."""

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_written_at", "written_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[str] = mapped_column(Text)


class HandoverRead(Base):
    """Somebody has confirmed having read it."""

    __tablename__ = "handover_reads"
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class DirectoryRow(Base):
    """Where callers may be referred to. A removed entry stays, and is not found any more."""

    __tablename__ = "directory"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # a directory.Kind
    name: Mapped[str]
    phone: Mapped[str]
    hours: Mapped[str]
    address: Mapped[str]
    remark: Mapped[str]
    sound: Mapped[str] = mapped_column(Text)  # the name in pinyin, and its initials
    found_by: Mapped[str] = mapped_column(Text)  # all that a search looks at
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


_NOT_CLOSED = text("closed_at IS NULL")
_NUMBER_NOT_CLOSED = text("number <> '' AND closed_at IS NULL")


def _as(column: str) -> Callable[[DefaultExecutionContext], Any]:
    """A new row's column is as this other one, unless it is given."""

    def same(context: DefaultExecutionContext) -> Any:
        return context.get_current_parameters()[column]  # type: ignore[no-untyped-call]

    return same


class Task(Base):
    """Somebody is to be called back: one open task per number, and one per call without a number.

    A task with `contact_call_id` was closed by that call, any other closed one by a supervisor.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "uq_tasks_open_number",
            "number",
            unique=True,
            sqlite_where=_NUMBER_NOT_CLOSED,
            postgresql_where=_NUMBER_NOT_CLOSED,
        ),
        Index("ix_tasks_open", "due_at", sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))  # the first that was lost
    number: Mapped[str]  # national form; "" when hidden
    reason: Mapped[str]  # the most urgent one of its calls: a tasks.Reason
    rank: Mapped[str] = mapped_column(default="normal")  # the most urgent one that was seen
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)  # calls that were lost
    last_call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), default=_as("call_id"))
    lost_at: Mapped[datetime] = mapped_column(default=_as("created_at"))  # the last of them
    tries: Mapped[int] = mapped_column(default=0)  # of the hotline's, without reaching anybody
    tried_at: Mapped[datetime | None]
    tried_by: Mapped[str | None]  # a login
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]  # a person by contact, else a login
    closing: Mapped[str | None] = mapped_column(Text)
    contact_call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))


class TaskCall(Base):
    """A lost call and the task that it became or joined. A call that was lost again after its
    task had been closed is in two."""

    __tablename__ = "task_calls"
    __table_args__ = (Index("ix_task_calls_call_id", "call_id"),)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    reason: Mapped[str]  # the most urgent one of this call


_OPEN = text("cleared_at IS NULL")


class Alarm(Base):
    """Something that somebody must look at; one open alarm per kind and subject."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "uq_alarms_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when the web hook took it


class LineTest(Base):
    """One test call through a line, and what became of it."""

    __tablename__ = "line_tests"
    __table_args__ = (Index("ix_line_tests_line", "line", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str]
    at: Mapped[datetime]
    carrier: Mapped[str]  # that it went out through; "" when it was not made
    result: Mapped[str]  # a routing.line_tests.Result
    came_as: Mapped[str]  # the line as which it came back; "" if it did not
    refused_by: Mapped[list[str]]  # carriers that did not take it before


class AuditEntry(Base):
    """Who did what."""

    __tablename__ = "audit_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[str]
    object: Mapped[str]
    detail: Mapped[dict[str, Any]]


class LedgerCursor(Base):
    """How far the queue log has been read: one row, written with the rows that it covers."""

    __tablename__ = "ledger_cursor"
    id: Mapped[int] = mapped_column(primary_key=True)
    segment: Mapped[int]
    offset: Mapped[int] = mapped_column(BigInteger)
    boot: Mapped[int]
    serial: Mapped[int]


class Gap(Base):
    """Records that are missing or could not be read: counted, with what is known of them."""

    __tablename__ = "gaps"
    id: Mapped[int] = mapped_column(primary_key=True)
    boot: Mapped[int]
    after_serial: Mapped[int]
    count: Mapped[int]
    noticed_at: Mapped[datetime]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="")
