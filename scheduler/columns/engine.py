"""The whole search, at any time with a legal roster and a bound: `search`."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import ceil, floor
from random import Random

import numpy as np

from scheduler.columns.ascent import Ascent
from scheduler.columns.beside import follow, moving
from scheduler.columns.best import Best
from scheduler.columns.build import build_grid
from scheduler.columns.crew import Crew
from scheduler.columns.dive import dive, no_hurry
from scheduler.columns.first import NoRow, first_crew, one_by_one
from scheduler.columns.generation import Generation, pricing_pool
from scheduler.columns.grid import Cells, Grid
from scheduler.columns.guide import Guide, draw_guided, guide_of
from scheduler.columns.master import Master
from scheduler.columns.neighbourhood import Part, Pool, better, draw_part
from scheduler.columns.nights import (
    Whole,
    average,
    evened,
    limited,
    whole_nights,
)
from scheduler.columns.pricing import Row, own_cost, within_count
from scheduler.columns.rounding import Mixture, mixture_of, rounded
from scheduler.columns.shapes import Shape, Shapes, shapes_of
from scheduler.columns.stand_in import stand_in
from scheduler.phase import Phase
from scheduler.problem import Problem, Progress, Solved

ROOT_SHARE = 0.4  # of the time, for the mixture of the whole problem
DIVE_SHARE = 0.35
FAR = 0.2  # share of a mixture between it and its bound: beyond it a dive and prices say nothing
CREWS, CREWS_SHARE = 3, 0.05  # rosters to begin with, and their share of the time
ASCENT_STEPS, ASCENT_SHARE = 120, 0.12
SMOOTH = 0.6
LARGEST = 40  # people in a neighbourhood where hours have needs
GUIDED = 0.5  # share of neighbourhoods that the prices of the bound choose
CHOICE_SECONDS = 2.0
HOURS_SIZE, HOURS_WINDOW = 12, 10  # people and days to begin with where hours have needs
ROUNDS_A_WORK = 20  # where work, not time, is the limit
PARTS_A_WORK = 5


class NotFound(Exception):
    """No legal row was found for somebody: another solver must say whether there is one."""


def search(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 1,
    workers: int = 2,
    report: Callable[[Progress], None],
    stop: Callable[[], bool],
    work: float | None = None,
    known: Solved | None = None,
) -> Solved:
    """Raises Unsuited, NotFound. With one worker and a limit of `work` the seed decides.

    `known` is a legal roster that was told already; its seconds are taken from `seconds`.
    """
    run = _Search(
        problem=problem,
        grid=build_grid(problem),
        report=report,
        seconds=seconds,
        asked_to_stop=stop,
        work=work,
    )
    if known is not None:
        run.know(known)
    run.first(_draw(seed))
    if workers == 1:
        run.root(_draw(seed), workers)
        run.wander(_draw(seed + 2), None if work is None else round(PARTS_A_WORK * work))
        return run.solved()
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(run.wander, _draw(seed + 1), None)
        run.root(_draw(seed), workers)
        run.wander(_draw(seed + 2), None)
        beside.result()
    return run.solved()


def _draw(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a search, not a secret


@dataclass(kw_only=True)
class _Search(Best):
    seconds: float
    asked_to_stop: Callable[[], bool]
    work: float | None
    nights: Whole | None = None
    pool: Pool = field(default_factory=dict)
    limited: dict[tuple[int, int], Grid] = field(default_factory=dict)
    guide: Guide | None = None

    def over(self) -> bool:
        """Nothing better can be found, or no more is wanted."""
        done = self.best is not None and self.best[0] <= self.bound
        return done or self.asked_to_stop() or (self.work is None and self.elapsed() > self.seconds)

    def until(self, share: float) -> Callable[[], bool]:
        limit = self.seconds * share
        return lambda: self.over() or (self.work is None and self.elapsed() > limit)

    def left(self, share: float) -> Callable[[], float]:
        """Seconds until that share of the time is over; no end where work is the limit."""
        if self.work is not None:
            return no_hurry
        return lambda: self.seconds * share - self.elapsed()

    def first(self, draw: Random) -> None:
        def other(who: int) -> Cells | None:
            return stand_in(self.problem, self.grid, who)

        try:
            crew = first_crew(self.grid, draw, other)
        except NoRow as none:
            raise NotFound(self.grid.names[none.who]) from none
        self.offer(crew)
        one_by_one(crew, draw, self.until(0.2))
        self.offer(crew)
        if self.best is None:
            raise NotFound("the first rosters break a rule of the audit")

    def root(self, draw: Random, workers: int) -> None:
        """The mixture of the whole problem, its bound, and a dive from it."""
        self.phase = Phase.MIXTURE
        generation = self.everybody(self.grid, workers)
        self.begin_with_crews(generation.master, draw)
        rounds = 100_000 if self.work is None else round(ROUNDS_A_WORK * self.work)
        ascent = Ascent(generation, self.now().cost - self.grid.constant)
        ascent.run(self.until(ASCENT_SHARE), ASCENT_STEPS, tell=self.bound_found)
        ascent.give_rows()
        self.round(ascent.mixture(), draw)
        enough, crew = self.until(ROOT_SHARE), self.now()
        done = generation.run(enough, rounds=rounds, tell=self.mixed)
        self.round(mixture_of(generation.master), draw)
        if done and self.grid.shares_nights:
            generation, crew = self.sharing_nights(generation, workers)
            generation.run(enough, rounds=rounds, tell=self.whole_nights_found)
            self.round(mixture_of(generation.master), draw)
        master = generation.master
        self.remember(master)
        hopeless = not (done or generation.near(FAR) or self.grid.by_hours)
        if self.over() or hopeless:
            return
        self.phase = Phase.DIVE
        share = ROOT_SHARE + DIVE_SHARE
        found = dive(generation, crew, self.until(share), self.left(share))
        one_by_one(found, draw, self.over)
        self.offer(found)

    def mixed(self, generation: Generation) -> None:
        self.bound_found(generation.bound)
        if generation.near(FAR) and not self.grid.by_hours:
            self.guide = guide_of(generation)

    def everybody(self, grid: Grid, workers: int) -> Generation:
        none, rows = np.zeros(grid.rows, np.int64), np.arange(grid.rows)
        master = Master(grid, range(len(grid.people)), none, rows)
        fixed = np.array([person.fixed for person in grid.people])
        return Generation(master, fixed, SMOOTH, pool=pricing_pool(workers))

    def sharing_nights(self, mixed: Generation, workers: int) -> tuple[Generation, Crew]:
        """The same with everybody's nights next to the average, which the mixture told."""
        mean = average(self.grid, mixture_of(mixed.master))
        if mixed.best is not None and ceil(mean) > floor(mean):
            self.nights = whole_nights(mixed, mixed.best, mixed.bound, floor(mean))
            self.bound_found(self.nights.bound(mixed.bound))
        grid = self.even(mean)
        generation = self.everybody(grid, workers)
        generation.master.wake(mixed.master.awake)
        generation.best = mixed.best
        crew = evened(grid, self.now(), _draw(0), self.over)
        for who, person in enumerate(grid.people):
            cells = crew.cells[who].copy()
            own = Row(cells, own_cost(person, cells), True)
            for row in (own, *(column.row for column in mixed.master.of[who])):
                if within_count(person, row.cells):
                    generation.master.add(who, row)
        return generation, crew

    def even(self, mean: float) -> Grid:
        """The grid in which everybody's nights are next to the average."""
        between = floor(mean), ceil(mean)
        if between not in self.limited:
            self.limited[between] = limited(self.grid, *between)
        return self.limited[between]

    def round(self, mixture: Mixture, draw: Random) -> None:
        """A roster near the mixture, long before the dive has one."""
        if self.over():
            return
        grid = self.even(average(self.grid, mixture)) if self.grid.shares_nights else self.grid
        crew = rounded(grid, mixture, self.now())
        one_by_one(crew, draw, self.over)
        self.offer(Crew(self.grid, crew.cells))

    def whole_nights_found(self, generation: Generation) -> None:
        if self.nights is not None:
            self.bound_found(self.nights.bound(generation.bound))

    def begin_with_crews(self, master: Master, draw: Random) -> None:
        """Rosters made in other orders: prices are near the truth from the first round on."""
        enough, crew = self.until(CREWS_SHARE), self.now()
        for _ in range(CREWS):
            for who, cells in enumerate(crew.cells):
                row = Row(cells.copy(), own_cost(self.grid.people[who], cells), True)
                master.add(who, row)
            if enough():
                return
            try:
                crew = first_crew(self.grid, draw, lambda _who: None)
            except NoRow:
                return
            one_by_one(crew, draw, enough)
            self.offer(crew)

    def remember(self, master: Master) -> None:
        for who in master.people:
            good = [c.row for c in master.of[who] if c.row.legal and c.share > 1e-6]
            self.pool.setdefault(who, []).extend(good)

    def wander(self, draw: Random, parts: int | None) -> None:
        """Neighbourhoods, one after another, of a size that takes some seconds."""
        if parts is not None or self.phase is Phase.DIVE:
            self.phase = Phase.PARTS
        shapes = self.shapes()
        done = 0
        while not self.over() and (parts is None or done < parts):
            crew, shape = self.now(), shapes.draw(draw)
            if self.guide is not None and draw.random() < GUIDED:
                part = draw_guided(crew, self.guide, draw, shape.people, shape.days)
            else:
                part = draw_part(crew, draw, shape.people, shape.days)
            followers = list[int]()
            if self.grid.beside:
                crew, part, followers = moving(crew, part, self.pool, draw)
            began, gained = time.thread_time(), 0.0
            seconds = CHOICE_SECONDS if self.work is None else None
            tried = better(crew, part, self.pool, self.over, seconds)
            if tried.rows is not None:
                gained = self.take(part, tried.rows, followers)
            if self.work is None:
                shape.learn(gained, time.thread_time() - began, shapes.most)
            done += 1

    def shapes(self) -> Shapes:
        if self.grid.by_hours:
            days = min(HOURS_WINDOW, self.grid.days)
            return Shapes(LARGEST, [Shape(days, min(HOURS_SIZE, len(self.grid.people)))])
        return shapes_of(self.grid)

    def take(self, part: Part, rows: dict[int, Cells], followers: list[int]) -> float:
        """The gain. Somebody else may have changed the roster meanwhile: what counts is the sum."""
        crew = self.now()
        before = crew.cost
        for who in part.people:
            crew.put(who, rows[who])
        follow(crew, followers)
        return max(0.0, before - crew.cost) if self.offer(crew) else 0.0

    def solved(self) -> Solved:
        assert self.best is not None  # noqa: S101 - first() has been
        cost, roster = self.best
        return Solved(roster, cost, min(cost, self.bound), self.elapsed())
