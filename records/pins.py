"""Cells of a draft that the solver leaves as they are."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from records import audit_log
from records.rosters import index_of, the_draft
from records.tables import RosterRow


def set_pin(
    session: Session, roster_id: int, person: str, day: date, pinned: bool, by: str, at: datetime
) -> None:
    """Lock one cell of a draft for the solver, or unlock it. Raises as `rosters.set_cell`."""
    row = the_draft(session, roster_id)
    index = index_of(row, day)
    pins = {name: [d for d in days if (name, d) != (person, index)] for name, days in pins_of(row)}
    if pinned:
        pins[person] = sorted([*pins.get(person, []), index])
    row.pins = {name: days for name, days in pins.items() if days}
    change = {"person": person, "day": day.isoformat(), "pinned": pinned}
    audit_log.note(session, at, by, "roster.pin", f"roster {roster_id}", change)


def pins_of(row: RosterRow) -> list[tuple[str, list[int]]]:
    """Each person's locked days."""
    return list((row.pins or {}).items())
