"""Problems without a roster, each built to have one conflict that every other one contains.

The name says what collides; the value is the problem with the conflict as (rule, person, last day)
or, for cover, (rule, first hour, hours).
"""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import Absence, Problem, ShiftType
from tests.scheduler.builders import DAY, LAX, NIGHT, STANDBY, needs, problem, worker

Named = set[tuple[str, str | int, int]]
ANN, BOB, CYD, DAN = (worker(name, "crisis") for name in ("ann", "bob", "cyd", "dan"))
LATE = ShiftType("night", "夜", 21 * 60, 11 * 60, night=True)  # leaves the hour from 20 open
STRICT = replace(LAX, need_is_hard=True)
REST = replace(LAX, rest_hours=11)


DAYTIME, EVENING = range(8, 20), range(20, 24)
CONFLICTS: dict[str, tuple[Problem, Named]] = {
    "fixed on leave": (
        problem(
            worker("ann", fixed={1: "day"}), BOB, CYD, days=2, absences=(Absence("ann", 1, 1),)
        ),
        {("fixed", "ann", 1), ("absences", "ann", 1)},
    ),
    "a fixed night before leave": (
        problem(
            worker("ann", fixed={0: "night"}), BOB, CYD, days=2, absences=(Absence("ann", 1, 1),)
        ),
        {("fixed", "ann", 0), ("absences", "ann", 0)},
    ),
    "a fixed night of somebody kept from nights": (
        problem(worker("ann", fixed={0: "night"}, no_nights=True), BOB, CYD, days=1),
        {("fixed", "ann", 0), ("no_nights", "ann", 0)},
    ),
    "a fixed day after a fixed night": (
        problem(worker("ann", fixed={0: "night", 1: "day"}), BOB, CYD, days=2, rules=REST),
        {("fixed", "ann", 0), ("fixed", "ann", 1), ("rest", "ann", 1)},
    ),
    "standing by after a fixed night": (
        problem(
            worker("ann", fixed={0: "night", 1: "standby"}),
            BOB,
            CYD,
            days=2,
            rules=REST,
            shifts=(DAY, NIGHT, STANDBY),
        ),
        {("fixed", "ann", 0), ("fixed", "ann", 1), ("rest", "ann", 1)},
    ),
    "two fixed nights": (
        problem(
            worker("ann", fixed={0: "night", 1: "night"}),
            BOB,
            CYD,
            days=2,
            rules=replace(LAX, nights_in_a_row=1),
        ),
        {("fixed", "ann", 0), ("fixed", "ann", 1), ("nights_in_a_row", "ann", 1)},
    ),
    "two fixed days": (
        problem(
            worker("ann", fixed={0: "day", 1: "day"}),
            BOB,
            CYD,
            DAN,
            days=2,
            rules=replace(LAX, days_in_a_row=1),
        ),
        {("fixed", "ann", 0), ("fixed", "ann", 1), ("days_in_a_row", "ann", 1)},
    ),
    "a fixed shift without hours": (
        problem(
            worker("ann", week_minutes=0, fixed={0: "day"}),
            BOB,
            CYD,
            days=1,
            rules=replace(LAX, overtime_month_hours=0),
        ),
        {("fixed", "ann", 0), ("overtime", "ann", 0)},
    ),
    "all by day and one at night": (
        problem(ANN, BOB, CYD, days=1, rules=STRICT, needs=needs(3, 1, hours=DAYTIME)),
        {("cover", 8, 12), ("never_empty", 20, 4)},
    ),
    "two supervisors where there is one": (
        problem(
            worker("ann", "supervisor"),
            BOB,
            CYD,
            days=1,
            rules=STRICT,
            needs=needs(2, 1, "supervisor", EVENING),
        ),
        {("cover", 20, 4)},
    ),
    "one for crises by day and by night": (
        problem(
            ANN,
            worker("bob"),
            worker("cyd"),
            days=1,
            rules=replace(STRICT, least_crisis=1),
        ),
        {("least_crisis", 8, 12), ("least_crisis", 20, 4)},
    ),
    "two and two of three": (
        problem(ANN, BOB, CYD, days=1, rules=replace(LAX, least_on_duty=2)),
        {("least_on_duty", 8, 12), ("least_on_duty", 20, 4)},
    ),
    "one on leave, the others kept from nights": (
        problem(
            worker("ann", no_nights=True),
            worker("cyd", no_nights=True),
            BOB,
            days=1,
            absences=(Absence("bob", 0, 0),),
        ),
        {
            ("never_empty", 20, 4),
            ("no_nights", "ann", 0),
            ("no_nights", "cyd", 0),
            ("absences", "bob", 0),
        },
    ),
    "all kept from nights": (
        problem(worker("ann", no_nights=True), worker("bob", no_nights=True), days=1),
        {("never_empty", 20, 4), ("no_nights", "ann", 0), ("no_nights", "bob", 0)},
    ),
    "all had the night before": (
        problem(ANN, BOB, days=1, rules=REST, history={"ann": ("night",), "bob": ("night",)}),
        {("never_empty", 8, 12), ("rest", "ann", 0), ("rest", "bob", 0)},
    ),
    "all had their nights before": (
        problem(
            ANN,
            BOB,
            days=1,
            rules=replace(LAX, nights_in_a_row=2),
            history={"ann": ("night", "night"), "bob": ("night", "night")},
        ),
        {("never_empty", 20, 4), ("nights_in_a_row", "ann", 0), ("nights_in_a_row", "bob", 0)},
    ),
    "who may work at night had their days before": (
        problem(
            ANN,
            BOB,
            worker("cyd", no_nights=True),
            worker("dan", no_nights=True),
            days=1,
            rules=replace(LAX, days_in_a_row=2),
            history={"ann": ("day", "day"), "bob": ("day", "day")},
        ),
        {
            ("never_empty", 20, 4),
            ("no_nights", "cyd", 0),
            ("no_nights", "dan", 0),
            ("days_in_a_row", "ann", 0),
            ("days_in_a_row", "bob", 0),
        },
    ),
    "an hour that no shift covers": (
        problem(ANN, BOB, days=1, shifts=(DAY, LATE)),
        {("never_empty", 20, 1)},
    ),
    "an hour that no shift covers, where two are asked for": (
        problem(
            ANN, BOB, CYD, DAN, days=1, shifts=(DAY, LATE), rules=replace(LAX, least_on_duty=2)
        ),
        {("never_empty", 20, 1)},
    ),
    "one shift each and four to do": (
        problem(
            *(worker(name, week_minutes=720) for name in ("ann", "bob", "cyd")),
            days=2,
            rules=replace(LAX, overtime_month_hours=0),
        ),
        {
            *(("overtime", name, 1) for name in ("ann", "bob", "cyd")),
            ("never_empty", 8, 12),
            ("never_empty", 20, 12),
            ("never_empty", 32, 12),
            ("never_empty", 44, 4),
        },
    ),
    "the one supervisor is kept from nights": (
        problem(
            worker("ann", "supervisor", no_nights=True),
            BOB,
            CYD,
            days=1,
            rules=STRICT,
            needs=needs(1, 1, "supervisor", EVENING),
        ),
        {("cover", 20, 4), ("no_nights", "ann", 0)},
    ),
    "the one supervisor is on leave": (
        problem(
            worker("ann", "supervisor"),
            BOB,
            CYD,
            days=2,
            rules=STRICT,
            needs=needs(1, 1, "supervisor", DAYTIME),
            absences=(Absence("ann", 0, 0),),
        ),
        {("cover", 8, 12), ("absences", "ann", 0)},
    ),
}
