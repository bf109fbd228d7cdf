"""Who should be on duty, from published cells: local days, shifts that may run past midnight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.display import local, midnight
from scheduler.problem import ShiftType

Published = Mapping[date, Mapping[str, str | None]]  # day -> person -> shift id


@dataclass(frozen=True)
class Turn:
    """One person's duty."""

    person: str
    shift: ShiftType
    begins: datetime
    ends: datetime

    def covers(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


def turns(cells: Published, shifts: Iterable[ShiftType]) -> tuple[Turn, ...]:
    """Every duty of these days, in the order of their beginning."""
    known = {shift.id: shift for shift in shifts}
    found = [
        _turn(person, day, known[shift])
        for day, people in cells.items()
        for person, shift in people.items()
        if shift is not None and shift in known
    ]
    return tuple(sorted(found, key=lambda turn: (turn.begins, turn.person)))


def _turn(person: str, day: date, shift: ShiftType) -> Turn:
    begins = midnight(day) + timedelta(minutes=shift.start)
    return Turn(person, shift, begins, begins + timedelta(minutes=shift.minutes))


def rostered(all_turns: Iterable[Turn], moment: datetime) -> dict[str, Turn]:
    """Who is on duty at the hotline at this moment."""
    return {t.person: t for t in all_turns if t.covers(moment) and not t.shift.on_call}


def standing_by(all_turns: Iterable[Turn], moment: datetime) -> dict[str, Turn]:
    return {t.person: t for t in all_turns if t.covers(moment) and t.shift.on_call}


def by_hour(all_turns: Iterable[Turn], now: datetime) -> tuple[int, ...]:
    """How many are rostered in each hour of today, at the hour's beginning."""
    start = midnight(local(now).date())
    kept = tuple(all_turns)
    return tuple(len(rostered(kept, start + timedelta(hours=hour))) for hour in range(24))
