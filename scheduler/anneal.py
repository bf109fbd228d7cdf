"""Improves a roster by many small changes (simulated annealing), in plain Python.

It brings the first roster near to a good one before the solver, which is better at the last steps
and at bounds, begins. Hours with a change of shifts inside are priced for each stretch here; the
audit tells the true price.
"""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from scheduler.curves import Curve, Stretch, counts, curves
from scheduler.hours import (
    HOUR,
    absent_days,
    carried,
    contract_minutes,
    day_prices,
    most_minutes,
    reach,
    shares_nights,
    too_close,
)
from scheduler.problem import PairKind, Problem, Roster, Worker

FORBIDDEN = 100_000  # for each person and hour below a hard least number
HOT, COLD = 300.0, 1.0  # points by which a change for the worse is taken now and then
PAUSE = 0.5  # seconds between two reports
LOOK = 128  # changes between two looks at the clock

Change = tuple[int, int, int]  # worker, day, shift (index; FREE is none)
FREE = -1


Counters = list[list[tuple[int, ...]]]  # by day and shift; the last one, of FREE, is empty


@dataclass
class Board:
    """The roster with all that is needed to price a change at once.

    A counter is a stretch of a day for one qualification: `people[c]` are there, and so many cost
    `prices[c][people]`. `touched[w][day][shift]` are the counters in which a person then counts.
    """

    problem: Problem
    rows: list[list[int]]  # by worker; history first
    past: list[int]
    prices: list[list[int]] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    touched: list[Counters] = field(default_factory=list)

    def __post_init__(self) -> None:
        problem = self.problem
        self.shifts = problem.shifts
        self.work = [*(shift.work for shift in problem.shifts), 0]  # the last one is FREE
        self.night = [*(shift.night for shift in problem.shifts), False]
        self.most = [most_minutes(problem, worker) for worker in problem.workers]
        self.contract = [contract_minutes(problem, worker) for worker in problem.workers]
        fair = {worker.id for worker in shares_nights(problem)}
        self.fair = [w for w, worker in enumerate(problem.workers) if worker.id in fair]
        self.may = [_may(problem, worker) for worker in problem.workers]
        self.clash = _clashes(problem)
        self.beside = _beside(problem)
        self.wish = _wish_prices(problem)
        empty: tuple[int, ...] = ()
        width = len(problem.shifts) + 1
        self.touched = [[[empty] * width for _ in range(problem.days)] for _ in self.rows]
        _Covers(self).write()
        self.minutes = [0] * len(self.rows)
        self.nights = [carried(problem, worker).nights for worker in problem.workers]
        for w, row in enumerate(self.rows):
            for day, shift in enumerate(row[self.past[w] :]):
                self.minutes[w] += self.work[shift]
                self.nights[w] += self.night[shift]
                for c in self.touched[w][day][shift]:
                    self.people[c] += 1
        self.spread = self._spread()

    def _spread(self) -> int:
        nights = [self.nights[w] for w in self.fair] or [0]
        return self.problem.rules.price_night_spread * (max(nights) - min(nights))

    def _off(self, w: int) -> int:
        hours = -(-abs(self.minutes[w] - self.contract[w]) // HOUR)
        return self.problem.rules.price_hours_off * hours

    def apply(self, changes: Iterable[Change]) -> tuple[int, list[Change]]:
        """Makes the changes; what they cost (less, if below 0) and how to take them back."""
        cost, back, uneven = 0, [], False
        for w, day, shift in changes:
            place = self.past[w] + day
            old = self.rows[w][place]
            if old == shift:
                continue
            cost += self._moved(self.touched[w][day], old, shift)
            if self.work[old] != self.work[shift]:
                cost -= self._off(w)
                self.minutes[w] += self.work[shift] - self.work[old]
                cost += self._off(w)
            if self.night[old] != self.night[shift]:
                self.nights[w] += self.night[shift] - self.night[old]
                uneven = True
            if wishes := self.wish.get((w, day)):
                cost += wishes[shift] - wishes[old]
            self.rows[w][place] = shift
            back.append((w, day, old))
        if uneven:
            before, self.spread = self.spread, self._spread()
            cost += self.spread - before
        back.reverse()
        return cost, back

    def _moved(self, touched: list[tuple[int, ...]], old: int, shift: int) -> int:
        """Counts the person in the counters of another shift, and says what that costs."""
        cost, people = 0, self.people
        for c in touched[old]:
            now, price = people[c], self.prices[c]
            cost += price[now - 1] - price[now]
            people[c] = now - 1
        for c in touched[shift]:
            now, price = people[c], self.prices[c]
            cost += price[now + 1] - price[now]
            people[c] = now + 1
        return cost

    def allowed(self, changes: Iterable[Change]) -> bool:
        """Whether the cells may hold that, each for itself."""
        return all(shift in self.may[w][day] for w, day, shift in changes)

    def legal(self, w: int, first: int, last: int) -> bool:
        """Whether the person's days from `first` to `last`, just changed, keep the hard rules.

        Whether each cell for itself is `allowed` is asked before."""
        row, past, rules = self.rows[w], self.past[w], self.problem.rules
        if self.minutes[w] > self.most[w]:
            return False
        begin = max(0, past + first - rules.days_in_a_row - 1)
        end = min(len(row), past + last + rules.days_in_a_row + 2)
        kept = self._rested(row, past, begin, end) and self._in_a_row(row, past, begin, end)
        return kept and self._together(w, range(first, last + 1))

    def _together(self, w: int, days: range) -> bool:
        """Whether this person, and who works only with them, is not alone on these days."""
        for one, other in self.beside:
            for day in days if w in (one, other) else ():
                shift = self.rows[one][self.past[one] + day]
                with_ = self.rows[other][self.past[other] + day]
                if shift not in (FREE, with_) and not self.shifts[shift].on_call:
                    return False
        return True

    def _rested(self, row: list[int], past: int, begin: int, end: int) -> bool:
        for gap, clash in enumerate(self.clash, 1):
            for place in range(max(begin, gap, past), end):
                if (row[place - gap], row[place]) in clash:
                    return False
        return True

    def _in_a_row(self, row: list[int], past: int, begin: int, end: int) -> bool:
        rules = self.problem.rules
        days = nights = 0
        for place in range(begin, end):
            shift = row[place]
            days = 0 if shift == FREE else days + 1
            nights = nights + 1 if shift != FREE and self.night[shift] else 0
            long = days > rules.days_in_a_row or nights > rules.nights_in_a_row
            if long and place >= past:
                return False
        return True

    def roster(self) -> Roster:
        names = [*(shift.id for shift in self.shifts), None]  # index FREE is the last
        return Roster(
            {
                worker.id: tuple(names[shift] for shift in row[past:])
                for worker, row, past in zip(
                    self.problem.workers, self.rows, self.past, strict=True
                )
            }
        )


def _may(problem: Problem, worker: Worker) -> list[set[int]]:
    """What each day's cell may hold."""
    index = {shift.id: place for place, shift in enumerate(problem.shifts)}
    away = absent_days(problem, worker.id)
    every = {
        place
        for place, shift in enumerate(problem.shifts)
        if not (worker.no_nights and (shift.night or shift.on_call))
    }
    days = []
    for day in range(problem.days):
        may = {FREE} if day in away else every | {FREE}
        if day + 1 in away:
            may = {place for place in may if place == FREE or not problem.shifts[place].runs_over}
        if day in worker.fixed:
            wanted = worker.fixed[day]
            may = {FREE if wanted is None else index[wanted]}
        days.append(may)
    return days


def _beside(problem: Problem) -> list[tuple[int, int]]:
    """Who works only with whom."""
    index = {worker.id: place for place, worker in enumerate(problem.workers)}
    kept = (pair for pair in problem.pairs if pair.kind is PairKind.TOGETHER)
    return [(index[pair.one], index[pair.other]) for pair in kept]


def _clashes(problem: Problem) -> list[set[tuple[int, int]]]:
    """By days between them, the pairs of shifts that lie too close."""
    numbered = list(enumerate(problem.shifts))
    return [
        {(a, b) for a, x in numbered for b, y in numbered if too_close(x, y, gap, problem.rules)}
        for gap in range(1, reach(problem) + 1)
    ]


def _wish_prices(problem: Problem) -> dict[tuple[int, int], list[int]]:
    """By worker and day the price of each shift; the last one is that of a free day."""
    index = {shift.id: place for place, shift in enumerate(problem.shifts)}
    people = {worker.id: place for place, worker in enumerate(problem.workers)}
    table: dict[tuple[int, int], list[int]] = {}
    for wish in problem.wishes:
        prices = table.setdefault((people[wish.worker], wish.day), [0] * (len(index) + 1))
        asked = FREE if wish.shift is None else index[wish.shift]
        for shift in (*index.values(), FREE):
            if (shift == asked) != wish.want:
                prices[shift] += problem.rules.price_wish * wish.weight
    duty = [place for place, shift in enumerate(problem.shifts) if not shift.on_call]
    for w, worker in enumerate(problem.workers):
        for day, price in day_prices(problem, worker).items():
            prices = table.setdefault((w, day), [0] * (len(index) + 1))
            for shift in duty:
                prices[shift] += price
    return table


class _Covers:
    """Writes the counters of a board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.problem = board.problem
        self.curves: dict[Stretch, list[Curve]] = defaultdict(list)

    def write(self) -> None:
        for stretch, curve in curves(self.problem, FORBIDDEN):
            _day, piece, _kind = stretch
            if piece:
                self.curves[stretch].append(curve)
        self._number()

    def _number(self) -> None:
        """Each counter's prices, and who counts in it with which shift of which day."""
        board, problem = self.board, self.problem
        index = {shift.id: place for place, shift in enumerate(problem.shifts)}
        for (day, piece, kind), own in self.curves.items():
            able = [w for w, worker in enumerate(problem.workers) if counts(worker, kind)]
            people = 0
            for shift, offset in piece:
                for w in able:
                    if day - offset >= 0:
                        board.touched[w][day - offset][index[shift]] += (len(board.people),)
                    elif board.past[w]:
                        people += board.rows[w][board.past[w] - 1] == index[shift]
            board.people.append(people)
            board.prices.append([sum(curve.cost(n) for curve in own) for n in range(len(able) + 2)])


def board_of(problem: Problem, roster: Roster) -> Board:
    index: dict[str | None, int] = {s.id: place for place, s in enumerate(problem.shifts)}
    history = [[index.get(c, FREE) for c in problem.history.get(w.id, ())] for w in problem.workers]
    rows = [
        past + [index.get(cell, FREE) for cell in roster.cells[worker.id]]
        for worker, past in zip(problem.workers, history, strict=True)
    ]
    return Board(problem, rows, [len(past) for past in history])


def _one_cell(board: Board, draw: random.Random) -> list[Change]:
    w, day = draw.randrange(len(board.rows)), draw.randrange(board.problem.days)
    return [(w, day, draw.randrange(FREE, len(board.shifts)))]


def _two_days(board: Board, draw: random.Random) -> list[Change]:
    """One person's cells of two days change places."""
    w = draw.randrange(len(board.rows))
    a, b = draw.randrange(board.problem.days), draw.randrange(board.problem.days)
    row, past = board.rows[w], board.past[w]
    return [(w, a, row[past + b]), (w, b, row[past + a])]


def _two_people(board: Board, draw: random.Random) -> list[Change]:
    """Two people exchange some days in a row."""
    v, w = draw.randrange(len(board.rows)), draw.randrange(len(board.rows))
    first = draw.randrange(board.problem.days)
    last = min(board.problem.days, first + draw.randint(1, 7))
    changes = []
    for day in range(first, last):
        mine, other = board.rows[v][board.past[v] + day], board.rows[w][board.past[w] + day]
        if mine != other:
            changes += [(v, day, other), (w, day, mine)]
    return changes


MOVES = (_one_cell, _one_cell, _two_days, _two_people)


def _keeps_rules(board: Board, changes: list[Change]) -> bool:
    for w in {w for w, _day, _shift in changes}:
        days = [day for v, day, _shift in changes if v == w]
        if not board.legal(w, min(days), max(days)):
            return False
    return True


def anneal(
    problem: Problem,
    roster: Roster,
    *,
    seconds: float,
    seed: int,
    stop: Callable[[], bool],
    report: Callable[[Roster], None] = lambda _roster: None,
    steps: int | None = None,
) -> Roster:
    """The best roster met; `report` sees a better one now and then on the way.

    With `steps` the seed alone decides, not the clock.
    """
    board, draw = board_of(problem, roster), random.Random(seed)  # noqa: S311 - no secret
    cost = best = 0
    found = board.roster()
    began, done, step = time.monotonic(), 0.0, 0
    told, told_at = 0, began
    heat = HOT
    while done < 1:
        if step % LOOK == 0:
            now = time.monotonic()
            done = step / steps if steps else (now - began) / seconds
            heat = HOT * (COLD / HOT) ** done
            if best < told and now - told_at > PAUSE:
                told, told_at = best, now
                report(found)
            if stop():
                break
        step += 1
        changes = draw.choice(MOVES)(board, draw)
        if not board.allowed(changes):
            continue
        more, back = board.apply(changes)
        worse = more > 0 and draw.random() >= math.exp(-more / heat)
        if worse or not _keeps_rules(board, changes):
            board.apply(back)
            continue
        cost += more
        if cost < best:
            best, found = cost, board.roster()
    return found
