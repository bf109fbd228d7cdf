"""The twins of the rules in `scheduler.pairs`: the same, said to CP-SAT."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scheduler.hours import Piece, duty_shifts, judged_hours
from scheduler.problem import HOURS_A_DAY, Pair, PairKind

if TYPE_CHECKING:
    from scheduler.model import Linear, Model


def apart(m: Model) -> None:
    hours = judged_hours(m.problem, duty_shifts(m.problem))
    times = Counter((hour // HOURS_A_DAY, pieces) for hour, pieces in hours.items())
    price = m.problem.rules.prices.get("apart")
    for pair in m.problem.pairs:
        for (day, pieces), count in times.items() if pair.kind is PairKind.APART else ():
            both = [_there(m, pair, day, piece) for piece in pieces]
            if price is None:
                for there in both:
                    m.must("apart", there <= 1)
            else:
                m.pay(price * count, m.shortage([there - 1 for there in both], 1))


def _there(m: Model, pair: Pair, day: int, piece: Piece) -> Linear:
    cells = [(who, day - off, name) for name, off in piece for who in (pair.one, pair.other)]
    found: Linear = sum(m.has(*cell) for cell in cells)
    return found


def together(m: Model) -> None:
    for pair in m.problem.pairs:
        for day in range(m.problem.days) if pair.kind is PairKind.TOGETHER else ():
            for shift in duty_shifts(m.problem):
                one, other = (m.has(who, day, shift.id) for who in (pair.one, pair.other))
                m.must("together", one - other <= 0)


PAIR_TWINS = (apart, together)
