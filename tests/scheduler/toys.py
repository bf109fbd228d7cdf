"""For each rule a problem with a roster that keeps the rule and one that breaks nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduler.model import Model, build
from scheduler.problem import (
    Absence,
    Carried,
    Limits,
    Pair,
    PairKind,
    Problem,
    Roster,
    ShiftNeed,
    Wish,
)
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, roster, worker


@dataclass(frozen=True)
class Toy:
    problem: Problem
    kept: Roster
    broken: Roster
    price: int  # points of the broken one, where breaking costs `PRICE` or what the problem says


PRICE = 7
FREE = replace(LAX, round_the_clock=False)
ANN, BOB, CYD = worker("ann", "crisis"), worker("bob"), worker("cyd")
DAYTIME = needs(1, 1, hours=range(8, 20))
ALL_SHIFTS = (DAY, NIGHT, STANDBY)


def _ann(days: int, kept: str, broken: str, times: int, **fields: object) -> Toy:
    """One person alone; `times` units are broken."""
    made = problem(ANN, days=days, rules=FREE)
    made = replace(made, **fields)  # type: ignore[arg-type]
    return Toy(made, roster(ann=kept), roster(ann=broken), PRICE * times)


def _limited(days: int, kept: str, broken: str, times: int, **limits: object) -> Toy:
    ann = replace(ANN, limits=Limits(**limits))  # type: ignore[arg-type]
    return _ann(days, kept, broken, times, workers=(ann,))


def _rules(**rules: object) -> Problem:
    return problem(ANN, BOB, CYD, days=1, rules=replace(LAX, **rules))  # type: ignore[arg-type]


TOYS: dict[str, Toy] = {
    "never_empty": Toy(
        problem(ANN, BOB, days=1),
        roster(ann="d", bob="n"),
        roster(ann="d", bob="-"),
        PRICE * 4,  # from 20 to 24
    ),
    "least_on_duty": Toy(
        problem(*(worker(name) for name in "abcd"), days=1, rules=replace(LAX, least_on_duty=2)),
        roster(a="d", b="n", c="d", d="n"),
        roster(a="d", b="n", c="d", d="-"),
        PRICE * 4,
    ),
    "cover": Toy(
        replace(_rules(price_short=PRICE), needs=needs(2, 1, hours=range(8, 20))),
        roster(ann="d", bob="d", cyd="n"),
        roster(ann="d", bob="n", cyd="-"),
        PRICE * 12,
    ),
    "least_crisis": Toy(
        replace(
            _rules(price_short=PRICE, least_crisis=1), workers=(ANN, BOB, worker("x", "crisis"))
        ),
        roster(ann="d", bob="-", x="n"),
        roster(ann="d", bob="n", x="-"),
        PRICE * 4,
    ),
    "over": Toy(
        replace(_rules(price_over=PRICE), needs=DAYTIME),
        roster(ann="d", bob="n", cyd="-"),
        roster(ann="d", bob="n", cyd="d"),
        PRICE * 12,
    ),
    "standby": Toy(
        replace(_rules(price_standby=PRICE), shifts=ALL_SHIFTS),
        roster(ann="d", bob="n", cyd="b"),
        roster(ann="d", bob="n", cyd="-"),
        PRICE * 16,  # from 8 to 24; the morning is the roster's before
    ),
    "supervised": Toy(
        replace(
            _rules(least_supervisors=1, price_supervisor=PRICE),
            workers=(worker("ann", "supervisor"), BOB, worker("sue", "supervisor")),
            shifts=ALL_SHIFTS,
        ),
        roster(ann="d", bob="n", sue="b"),
        roster(ann="d", bob="n", sue="-"),
        PRICE * 4,
    ),
    "rest": _ann(4, "nn-d", "ndnd", 2, rules=replace(FREE, rest_hours=11)),
    "nights_in_a_row": _ann(4, "nndn", "nnnn", 2, rules=replace(FREE, nights_in_a_row=2)),
    "days_in_a_row": _ann(
        3,
        "-dd",
        "ddd",
        3,
        rules=replace(FREE, days_in_a_row=2),
        history={"ann": (None, "night", "day")},
    ),
    "overtime": _ann(7, "ddd----", "dddd---", 8, rules=replace(FREE, overtime_month_hours=0)),
    "absences": _ann(4, "d---", "n-dn", 3, absences=(Absence("ann", 1, 3),)),
    "fixed": _ann(
        3, "nd-", "d-d", 3, workers=(replace(ANN, fixed={0: "night", 1: "day", 2: None}),)
    ),
    "no_nights": _ann(
        3, "dd-", "nb-", 2, workers=(replace(ANN, no_nights=True),), shifts=ALL_SHIFTS
    ),
    "wishes": _ann(
        1,
        "-",
        "d",
        2,
        rules=replace(FREE, price_wish=PRICE),
        wishes=(Wish("ann", 0, None, weight=2),),
    ),
    "fair_nights": Toy(
        problem(ANN, BOB, days=2, rules=replace(FREE, price_night_spread=PRICE)),
        roster(ann="n-", bob="-n"),
        roster(ann="nn", bob="--"),
        PRICE * 2,
    ),
    "fair_weekends": _ann(
        7,
        "-----b-",
        "-----d-",
        2,
        rules=replace(FREE, price_weekend=PRICE),
        shifts=ALL_SHIFTS,
        carried={"ann": Carried(weekends=2)},
    ),
    "fair_holidays": _ann(  # the first of October is the fourth day
        5,
        "dd---",
        "dd-d-",
        3,
        rules=replace(FREE, price_holiday=PRICE),
        carried={"ann": Carried(holidays=3)},
    ),
    "hours_off": _ann(
        7,
        "ddd----",
        "dd-----",
        12,
        rules=replace(FREE, price_hours_off=PRICE),
        workers=(replace(ANN, week_minutes=2160),),
    ),
    "succession": _ann(
        3, "n-d", "ndd", 1, shifts=(DAY, replace(NIGHT, not_before=frozenset({"day"})))
    ),
    "most_of_a_shift": _limited(4, "dnnd", "ddnd", 1, most_of={"day": 2}),
    "minutes_within": _limited(3, "d--", "ddd", 20, least_minutes=700, most_minutes=1000),
    "run_of_days": _limited(
        10, "dd--ddd--d", "d-d-dddd--", 3, least_days_in_a_row=3, most_days_in_a_row=3
    ),
    "days_off": _limited(6, "d---dd", "dd-d-d", 4, least_days_off=3),
    "weekends": _limited(14, "-----dd-------", "-----d-------d", 1, most_weekends=1),
    "apart": Toy(
        replace(problem(ANN, BOB, days=2, rules=FREE), pairs=(Pair("ann", "bob"),)),
        roster(ann="dn", bob="nd"),
        roster(ann="dn", bob="dn"),
        PRICE * 16,  # the day, and four hours of the night
    ),
    "together": Toy(
        replace(
            problem(ANN, BOB, days=3, rules=FREE, shifts=ALL_SHIFTS),
            pairs=(Pair("ann", "bob", PairKind.TOGETHER),),
        ),
        roster(ann="d-b", bob="dnn"),
        roster(ann="ddb", bob="nnn"),
        PRICE * 2,
    ),
    "shift_cover": _ann(
        2,
        "dn",
        "-d",
        3,
        shift_needs=(ShiftNeed(0, "day", 1, PRICE, 1), ShiftNeed(1, "day", 0, 1, 2 * PRICE)),
    ),
}


def with_price(asked: Problem, name: str, price: int = PRICE) -> Problem:
    return replace(asked, rules=replace(asked.rules, prices={name: price}))


def said_of(
    asked: Problem, row: Roster, without: frozenset[str] = frozenset(), seconds: float = 60
) -> int | None:
    """What the model says that this roster costs; None: that it must not be."""
    model = build(asked, without)
    fix(model, row)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name(status)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def fix(model: Model, row: Roster) -> None:
    for (worker_, day, shift), variable in model.x.items():
        model.cp.add(variable == (row.cells[worker_][day] == shift))
