"""What a change of a draft would do, before it is saved: each choice for a cell, or an exchange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from dashboard import shown as shown_rosters
from dashboard.deps import Cells, Deps, get_deps
from dashboard.grid import Sheet, counts, looks
from dashboard.roster import page
from dashboard.shown import Shown
from dashboard.why import Reason, reasons
from scheduler import calendar
from scheduler.problem import Finding, Problem, ShiftType
from scheduler.rule import Kind
from scheduler.rules import BY_NAME
from scheduler.swap import Cells as Changes
from scheduler.swap import Judge, Verdict

__all__ = ["page"]


@dataclass(frozen=True)
class Count:
    """One of a person's nights, weekend days, holidays or hours, where the change moves it."""

    column: int
    before: int
    after: int
    mean: float  # of everybody, as it is


@dataclass(frozen=True)
class Effect:
    """What one choice would do. `key` chooses it; "" is an exchange, which is dropped."""

    key: str
    shift: str | None
    price: int  # points above the draft as it is
    broken: list[Reason]  # rules that it would break
    worse: list[Reason]  # what it would cost
    better: list[Reason]  # what would be gone
    counts: tuple[tuple[str, tuple[Count, ...]], ...]  # of each person whose cells change, by name


@page.get("/roster/<int:roster_id>/effects")
def effects(roster_id: int) -> str:
    """Changes nothing. Raises BadRequest for a person or a day that the draft does not have."""
    deps = get_deps()
    shown = shown_rosters.draft(deps, roster_id)
    problem = shown_rosters.problem_of(deps, shown.first, shown.days)
    cell = _cell(problem, shown, "")
    other = _cell(problem, shown, "other_") if "other_person" in request.args else None
    if {one[0] for one in (cell, other) if one} - {worker.id for worker in problem.workers}:
        return render_template("roster/effects.html", tried=None)
    judge = Judge(problem, shown_rosters.roster_of(problem, shown))
    now = judge.roster.cells
    fair = _Fair(_sheet(deps, shown, problem, now))
    if other is None:
        tried = _choices(judge, deps.shifts, cell, fair)
    else:
        exchanged: Changes = {cell: now[other[0]][other[1]], other: now[cell[0]][cell[1]]}
        tried = [_effect(judge.verdict(exchanged), "", None, (cell[0], other[0]), fair)]
    return render_template(
        "roster/effects.html",
        tried=tried,
        best=min((one for one in tried if not one.broken), key=lambda e: e.price, default=None),
        about=[_place(problem, one) for one in (cell, other) if one is not None],
        shifts={shift.id: shift for shift in deps.shifts},
        looks=looks(deps.shifts),
    )


def _cell(problem: Problem, shown: Shown, prefix: str) -> tuple[str, int]:
    """Of somebody who is active, or who is not any more and has a row."""
    person, day = request.args.get(f"{prefix}person"), request.args.get(f"{prefix}day", type=int)
    known = {worker.id for worker in problem.workers} | shown.cells.keys()
    if person not in known or day is None or not 0 <= day < problem.days:
        raise BadRequest()
    return person, day


def _place(problem: Problem, cell: tuple[str, int]) -> tuple[str, object]:
    names = {worker.id: worker.name for worker in problem.workers}
    return names[cell[0]], problem.day(cell[1])


def _sheet(deps: Deps, shown: Shown, problem: Problem, cells: Cells) -> Sheet:
    """As much of it as people's counts are made of."""
    people = [(worker.id, worker.name) for worker in problem.workers]
    marks = calendar.marks(shown.first, shown.days)
    return Sheet(shown.first, shown.days, cells, people, deps.shifts, marks)


class _Fair:
    """Everybody's counts in the draft as it is, and what a change makes of some people's."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._before = counts(sheet)
        columns = zip(*self._before.values(), strict=True)
        self._means = [sum(column) / len(column) for column in columns]

    def moved(
        self, cells: Cells, people: Sequence[str]
    ) -> tuple[tuple[str, tuple[Count, ...]], ...]:
        """Of each of them once, by name; whose counts stay is left out."""
        names = dict(self._sheet.people)
        of = [(person, names[person]) for person in dict.fromkeys(people)]
        after = counts(replace(self._sheet, cells=cells, people=of))
        each = [(name, self._moved(person, after[person])) for person, name in of]
        return tuple((name, moved) for name, moved in each if moved)

    def _moved(self, person: str, after: tuple[int, ...]) -> tuple[Count, ...]:
        every = zip(self._before[person], after, self._means, strict=True)
        return tuple(
            Count(column, had, has, mean)
            for column, (had, has, mean) in enumerate(every)
            if had != has
        )


def _choices(
    judge: Judge, shifts: Sequence[ShiftType], cell: tuple[str, int], fair: _Fair
) -> list[Effect]:
    """Each shift by its digit, then a day off; not what the cell has now."""
    keys = [(str(number), shift.id) for number, shift in enumerate(shifts, start=1)]
    now = judge.roster.cells[cell[0]][cell[1]]
    return [
        _effect(judge.verdict({cell: shift}), key, shift, (cell[0],), fair)
        for key, shift in [*keys, ("0", None)]
        if shift != now
    ]


def _effect(
    verdict: Verdict, key: str, shift: str | None, people: Sequence[str], fair: _Fair
) -> Effect:
    told_twice = set(map(_about, verdict.worse)) & set(map(_about, verdict.better))
    return Effect(
        key,
        shift,
        verdict.price,
        reasons(verdict.broken),
        reasons(tuple(f for f in verdict.worse if _about(f) not in told_twice)),
        reasons(tuple(f for f in verdict.better if _about(f) not in told_twice)),
        fair.moved(verdict.roster.cells, people),
    )


def _about(finding: Finding) -> tuple[object, ...]:
    """A figure that only moves, as of hours off the contract, is told by the counts already."""
    moves = BY_NAME[finding.rule].kind is Kind.BALANCE
    return finding.rule, finding.worker, finding.day, None if moves else finding.message["zh"]
