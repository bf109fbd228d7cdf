"""Published results on the shift-scheduling instances of Curtois and Qu.

Best known and lower bounds: the list of changes at schedulingbenchmarks.org. The 10- and 60-minute
results: ejection chain, branch and price and Gurobi from Curtois and Qu (2014), "Computational
results on new staff scheduling benchmark instances"; IP with variable neighbourhoods, and
fix-and-optimise, from Rahimian (2017), as quoted by ORProjects/NRP and wssuite/NurseScheduler;
column generation for 20 and 22 from Strandmark, Qu and Curtois (2020), "First-order linear
programming in a column generation based heuristic approach to the nurse rostering problem".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    best: int
    bound: int | None
    ten_minutes: int | None  # the best of the methods
    hour: int | None


PUBLISHED = {
    1: Published(607, 607, 607, 607),
    2: Published(828, 828, 828, 828),
    3: Published(1001, 1001, 1001, 1001),
    5: Published(1143, 1141, 1143, 1143),
    6: Published(1950, 1949, 1950, 1950),
    8: Published(1300, 1300, 1341, 1308),
    9: Published(439, 439, 439, 439),
    10: Published(4631, None, 4631, 4631),
    12: Published(4040, None, 4042, 4040),
    13: Published(1348, 1348, 3109, 1905),
    15: Published(3829, 3823, 4144, 3928),
    17: Published(5746, 5746, 5760, 5750),
    19: Published(3149, 3148, 3809, 3218),
    20: Published(4769, 4091, None, 4943),
    22: Published(30241, 24064, None, 33155),
}
