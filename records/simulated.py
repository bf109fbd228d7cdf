"""A simulated history of calls, so that a sample city has a demand. Its rows say that they are."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from records.tables import CallRow

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALLS_A_DAY = 110  # of the order of a merged city line (962525 Shanghai: about 145 in 2025)
MEAN_MINUTES = 22
SPREAD = 0.7  # of the logarithm of the handle time
ABANDONED = 0.08
# Relative load by hour of day: low at 4 to 5, a peak in the evening.
CURVE = (5, 4, 3, 2, 2, 2, 3, 4, 6, 8, 9, 9, 7, 7, 8, 9, 9, 9, 10, 12, 14, 14, 11, 8)


def simulated_history(
    first: date,
    days: int,
    lines: Sequence[str],
    people: Sequence[str],
    seed: int,
    zone: tzinfo = SHANGHAI,
) -> list[CallRow]:
    """Calls of `days` days from `first` on, as rows whose origin is `simulated`."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    rows: list[CallRow] = []
    for index in range(days):
        day = first + timedelta(days=index)
        load = CALLS_A_DAY * (0.85 if day.weekday() >= 5 else 1.0) * chance.uniform(0.85, 1.15)
        midnight = datetime.combine(day, time(), zone)
        for _ in range(round(load)):
            rows.append(_call(chance, midnight, len(rows), lines, people))
    return rows


def _call(
    chance: random.Random,
    midnight: datetime,
    number: int,
    lines: Sequence[str],
    people: Sequence[str],
) -> CallRow:
    hour = chance.choices(range(24), CURVE)[0]
    arrived = midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
    wait = timedelta(seconds=round(chance.expovariate(1 / 18)))
    lost = chance.random() < ABANDONED
    middle = math.log(MEAN_MINUTES) - SPREAD**2 / 2  # so that MEAN_MINUTES is the mean
    talk = timedelta(minutes=chance.lognormvariate(middle, SPREAD))
    return CallRow(
        origin="simulated",
        boot=0,
        uniqueid=f"simulated.{number}",
        kind="inbound",
        line=chance.choice(lines),
        dialled="",
        caller=f"138{chance.randrange(10**8):08}",
        carrier="",
        arrived_at=arrived,
        answered_at=None if lost else arrived + wait,
        ended_at=arrived + wait + (timedelta() if lost else talk),
        outcome="abandoned" if lost else "answered",
        person=None if lost else chance.choice(people),
    )


def save_simulated(session: Session, rows: Sequence[CallRow]) -> None:
    session.add_all(rows)
