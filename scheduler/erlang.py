"""Erlang's formulas for waiting lines: B (callers who find all busy leave), C (they wait for ever)
and A (they wait as long as their patience lasts; Palm's model).

`load` is in erlangs: arrivals a minute times the mean handle time in minutes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """What callers meet. Times are in the unit that the rates were given in."""

    wait: float  # probability that a caller must wait
    abandon: float  # probability that a caller gives up
    mean_wait: float  # over all callers, those who give up included
    occupancy: float  # share of the time that a person is in a call
    service_level: float  # share of all callers answered within the target


def _check(people: int, load: float) -> None:
    if people < 0:
        raise ValueError(f"people is {people}; it must be 0 or more")
    if not (load >= 0 and math.isfinite(load)):
        raise ValueError(f"load is {load}; it must be 0 or more erlangs")


def erlang_b(people: int, load: float) -> float:
    """The probability that a caller finds all `people` busy, when nobody waits."""
    _check(people, load)
    blocked = 1.0
    for n in range(1, people + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(people: int, load: float) -> float:
    """The probability that a caller must wait, when everybody waits; 1 under overload."""
    _check(people, load)
    if people <= load:
        return 1.0 if load > 0 or people == 0 else 0.0
    blocked = erlang_b(people, load)
    return people * blocked / (people - load * (1 - blocked))


def erlang_c_level(people: int, load: float, handle: float, within: float) -> float:
    """The share of callers answered within `within` (the unit of `handle`)."""
    wait = erlang_c(people, load)
    if people <= load:
        return 0.0 if wait else 1.0
    return 1 - wait * math.exp(-(people - load) * within / handle)


def _queue(people: int, arrivals: float, service: float, patience: float) -> tuple[float, float]:
    """Of the line behind busy people, relative to the state "all busy, nobody waits":
    the sum of the states' weights, and the sum of weight times length."""
    term, total, length, waiting = 1.0, 0.0, 0.0, 0
    while term > 1e-17 * (1 + total) or arrivals > people * service + waiting * patience:
        waiting += 1
        term *= arrivals / (people * service + waiting * patience)
        total += term
        length += waiting * term
    return total, length


def erlang_a(
    people: int, arrivals: float, handle: float, patience: float, within: float = 0.0
) -> Waiting:
    """`arrivals` a unit of time, mean `handle` time, mean `patience`, target `within`."""
    if not (arrivals >= 0 and handle > 0 and patience > 0 and within >= 0):
        raise ValueError(
            f"arrivals {arrivals}, handle {handle}, patience {patience}, within {within}: "
            "times must be above 0, arrivals and the target 0 or more"
        )
    load = arrivals * handle
    _check(people, load)
    if arrivals == 0:
        return Waiting(0.0, 0.0, 0.0, 0.0, 1.0)
    if people == 0:
        return Waiting(1.0, 1.0, patience, 0.0, 0.0)
    service, leaving = 1 / handle, 1 / patience
    tail, length = _queue(people, arrivals, service, leaving)
    busy = 1 / (1 / erlang_b(people, load) + tail)
    wait = busy * (1 + tail)
    mean_wait = busy * length / arrivals
    abandon = leaving * mean_wait
    served = _served_within(people * service, arrivals, leaving, within)
    level = min(1.0, 1 - wait + busy * people * service * served)
    return Waiting(wait, abandon, mean_wait, load * (1 - abandon) / people, level)


def _served_within(capacity: float, arrivals: float, leaving: float, within: float) -> float:
    """Simpson's rule over the density of a waiting caller's answer at time v.

    The caller with j others ahead is answered after j + 1 departures, at the rates capacity + i *
    leaving; summed over j, weighted with the states' probabilities, it is this closed form.
    """

    def density(v: float) -> float:
        return math.exp(arrivals / leaving * -math.expm1(-leaving * v) - (capacity + leaving) * v)

    slices = 2 * min(20_000, 100 + math.ceil(4 * within * (capacity + leaving)))
    step = within / slices
    inner = sum((4 if i % 2 else 2) * density(i * step) for i in range(1, slices))
    return step / 3 * (density(0.0) + inner + density(within)) if within else 0.0


def people_for(
    arrivals: float, handle: float, patience: float, within: float, level: float, most: int = 500
) -> int:
    """The fewest people who reach the service level under Erlang A."""
    if not 0 <= level < 1:
        raise ValueError(f"level is {level}; it must be at least 0 and below 1")

    def enough(people: int) -> bool:
        return erlang_a(people, arrivals, handle, patience, within).service_level >= level

    people = min(most, int(arrivals * handle))  # near the answer, from either side
    while people > 0 and enough(people - 1):
        people -= 1
    while people <= most and not enough(people):
        people += 1
    if people > most:
        raise ValueError(f"even {most} people do not reach a service level of {level}")
    return people
