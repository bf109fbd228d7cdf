"""Needs that were typed in, among those that were forecast."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy import rostering
from deploy.rostering import Daily, RosterRuns, as_set, with_typed
from records import rosters, week_needs
from records.rosters import RosterChanged
from records.workbook import Needed
from scheduler.problem import Finding, Need, Pair, Roster, Rules
from tests.dashboard.builders import NOW, prepared_store

MONDAY = date(2026, 11, 23)
FORECAST = (Need(8, 2), Need(9, 2), Need(8, 1, "crisis"))


def test_what_was_typed_in_goes_first_for_its_hours_and_qualification() -> None:
    typed = [Needed(MONDAY, 9, 11, 5, None, "needs!A2")]
    assert with_typed(FORECAST, typed, MONDAY, 1) == (
        Need(8, 2),
        Need(8, 1, "crisis"),
        Need(9, 5),
        Need(10, 5),
    )
    assert with_typed(FORECAST, [], MONDAY, 1) == FORECAST


def test_every_day_that_is_not_of_the_roster_is_told() -> None:
    typed = [Needed(date(2026, 11, 24 + n), 0, 24, 1, None, f"needs!A{2 + n}") for n in range(2)]
    with pytest.raises(ValueError, match=r"needs!A2: day is 2026-11-24") as told:
        with_typed(FORECAST, typed, MONDAY, 1)
    assert str(told.value).splitlines() == [
        f"needs!A{row}: day is 2026-11-{day}; it must be 2026-11-23 to 2026-11-23"
        for row, day in ((2, 24), (3, 25))
    ]


def test_hours_that_were_set_by_hand_go_before_the_forecast_of_every_week(tmp_path: Path) -> None:
    store = prepared_store(tmp_path)
    with store.session() as db:
        week_needs.put(db, MONDAY.weekday(), 9, 7, "chief", NOW)
    assert as_set(store, FORECAST, MONDAY, 1) == (Need(8, 2), Need(8, 1, "crisis"), Need(9, 7))
    tuesday = MONDAY.replace(day=24)
    assert as_set(store, FORECAST, tuesday, 1) == FORECAST


def test_a_forecast_is_computed_once_for_each_period() -> None:
    asked: list[tuple[date, int]] = []

    def compute(first: date, days: int) -> int:
        asked.append((first, days))
        return len(asked)

    daily = Daily(compute)
    found = [daily.of(MONDAY, 7), daily.of(MONDAY, 7), daily.of(MONDAY, 28)]
    assert (found, asked) == ([1, 1, 2], [(MONDAY, 7), (MONDAY, 28)])


def test_a_cell_that_is_changed_while_the_audit_runs_is_not_published_unaudited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = prepared_store(tmp_path)
    with store.session() as db:
        draft = rosters.save_draft(db, MONDAY, Roster({"lin": (None,)}), None, None, "pai", NOW).id

    def audit_while_somebody_edits(*_arguments: object) -> tuple[Finding, ...]:
        with store.session() as db:
            rosters.set_cell(db, draft, "lin", MONDAY, "night", "another", NOW)
        return ()

    monkeypatch.setattr(rostering, "audit_cells", audit_while_somebody_edits)
    told: list[str] = []
    runs = RosterRuns(SimpleNamespace(store=store), lambda: told.append("published"))  # type: ignore[arg-type]
    with pytest.raises(RosterChanged):
        runs.publish(draft, "pai", None)
    with store.read() as db:
        assert (rosters.by_id(db, draft).status, told) == ("draft", [])


def test_nothing_is_computed_while_a_pair_names_somebody_who_does_not_exist(tmp_path: Path) -> None:
    rules = SimpleNamespace(rules=Rules(pairs=(Pair("lin", "chem"),)))
    hotline = SimpleNamespace(store=prepared_store(tmp_path), rules=rules)
    runs = RosterRuns(hotline, lambda: None)  # type: ignore[arg-type]
    runs.start_roster(MONDAY, 7, 30.0, "pai", {})
    run = runs.roster_progress()
    assert run is not None
    assert (run.running, run.message["zh"]) == (
        False,
        "rules.toml pairs[0].other：没有人员“chem”；是否应为 chen？",
    )
