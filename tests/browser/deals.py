"""A week of the small city, and swaps in it."""

from __future__ import annotations

from datetime import date, timedelta

from records.tables import ExchangeRow
from tests.dashboard.builders import MONDAY, NOW, World

THURSDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=day) for day in (3, 4, 5))
WEEK: dict[str, tuple[str | None, ...]] = {
    "lin": ("early", "early", "early", "early", None, None, None),
    "chen": ("late", "late", "late", None, "late", None, None),
    "huang": (None, None, None, None, None, "mid", None),
}


def deal(hotline: World, proposer: str, other: str, day: date, state: str) -> None:
    """A swap on record, of what both have on that day."""
    there = (day - MONDAY).days
    cells = {day.isoformat(): [WEEK[proposer][there], WEEK[other][there]]}
    with hotline.store.session() as db:
        row = ExchangeRow(proposer=proposer, other=other, cells=cells, state=state)
        row.proposed_at = NOW
        db.add(row)
