"""What the dynamic program needs before its states: cells, blocks of work, what can be reached."""

from __future__ import annotations

import os
from pathlib import Path

import numba as nb
import numpy as np

INF = 1e15
OPEN = -2  # of a fixed cell: not fixed
OFF = -1
_NEVER = 1 << 30
# Beside the source, inside the project; a read-only installation compiles again in each process.
_CACHE = os.access(Path(__file__).parent, os.W_OK)
compiled = nb.njit(cache=_CACHE, nogil=True)
fast = nb.njit(cache=_CACHE, nogil=True, fastmath={"nnan", "nsz"}, inline="never")


@compiled
def masked(base, shift, prices, extra, fixed):
    """What each kind of shift costs on each day; INF where it is not allowed."""
    days, kinds = base.shape
    cost = np.empty((days, kinds))
    for day in range(days):
        for kind in range(kinds):
            free = fixed[day] == OPEN or fixed[day] == shift[kind]
            if free and base[day, kind] < INF:
                cost[day, kind] = base[day, kind] - prices[day, shift[kind]] + extra[kind]
            else:
                cost[day, kind] = INF
    return cost


@compiled
def stretch_cost(stretch, day, length, days):
    """What it costs that a block has this length; `stretch` has a line for each kind of place."""
    place = (1 if day == 0 else 0) + (2 if day + length == days else 0)
    return stretch[place, length]


@compiled
def least_and_most(cost, units, must, weekend, stretch, gap, start, forward):
    """For each day the (least, most) units and the least weekends before it (or from it on).

    Shifts that may not follow each other are not looked at, so the ranges may be too wide.
    """
    days, kinds = cost.shape
    low = np.full(days + 1, _NEVER, np.int64)
    high = np.full(days + 1, -_NEVER, np.int64)
    ends = np.full(days + 1, _NEVER, np.int64)
    one_low = np.full(days, _NEVER, np.int64)
    one_high = np.full(days, -_NEVER, np.int64)
    for day in range(days):
        for kind in range(kinds):
            if cost[day, kind] < INF:
                one_low[day] = min(one_low[day], units[kind])
                one_high[day] = max(one_high[day], units[kind])
    for day in range(days + 1):
        if start[day] < INF if forward else day == days:
            low[day] = 0
            high[day] = 0
            ends[day] = 0
    for step in range(days):
        day = step if forward else days - 1 - step
        if forward and high[day] < 0:
            continue
        if not must[day]:
            a, b = (day, day + 1) if forward else (day + 1, day)
            if high[a] >= 0:
                low[b] = min(low[b], low[a])
                high[b] = max(high[b], high[a])
                ends[b] = min(ends[b], ends[a])
        block_low = 0
        block_high = 0
        seen = 0
        for length in range(1, stretch.shape[1]):
            end = day + length
            if end > days or one_high[end - 1] < 0:
                break
            block_low += one_low[end - 1]
            block_high += one_high[end - 1]
            w = weekend[end - 1]
            if w >= 0 and (length == 1 or weekend[end - 2] != w):
                seen += 1
            if stretch_cost(stretch, day, length, days) >= INF:
                continue
            for free in range(1, gap.shape[0]):
                after = min(end + free, days)
                if end < days and must[after - 1]:
                    break
                if after < days and gap[free] >= INF:
                    continue
                a, b = (day, after) if forward else (after, day)
                if high[a] >= 0:
                    low[b] = min(low[b], low[a] + block_low)
                    high[b] = max(high[b], high[a] + block_high)
                    ends[b] = min(ends[b], ends[a] + seen)
                if after == days:
                    break
    return low, high, ends


@compiled
def blocks(cost, units, follows, opens, tires, weary, reach, longest):
    """Costs of the cheapest blocks by (what the one before forbids, what it forbids, first day,
    length, units), and how to read their kinds."""
    days, kinds = cost.shape
    classes = weary.shape[0]
    top, bottom = 0, _NEVER
    for kind in range(kinds):
        top, bottom = max(top, units[kind]), min(bottom, units[kind])
    size = longest * top + 1
    best = np.full((classes, classes, days, longest + 1, size), INF)
    last = np.full((classes, classes, days, longest + 1, size), -1, np.int8)
    before = np.full((classes, days, longest + 1, kinds, size), -1, np.int8)
    one = np.empty((kinds, size))
    two = np.empty((kinds, size))
    for tired in range(classes):
        for day in range(days):
            if not reach[day]:
                continue
            one[:] = INF
            some = False
            for kind in range(kinds):
                opening = opens[0 if day == 0 else 1, kind] + weary[tired, kind]
                if cost[day, kind] < INF and opening < INF:
                    some = True
                    value = cost[day, kind] + opening
                    one[kind, units[kind]] = value
                    own = tires[kind]
                    if value < best[tired, own, day, 1, units[kind]]:
                        best[tired, own, day, 1, units[kind]] = value
                        last[tired, own, day, 1, units[kind]] = kind
            for length in range(2, longest + 1):
                end = day + length - 1
                if end >= days or not some:
                    break
                two[:] = INF
                some = False
                for kind in range(kinds):
                    if cost[end, kind] >= INF:
                        continue
                    unit = units[kind]
                    here, came = two[kind], before[tired, day, length, kind]
                    for previous in range(kinds):
                        add = cost[end, kind] + follows[previous, kind]
                        if add >= INF:
                            continue
                        for k in range((length - 1) * bottom, (length - 1) * top + 1):
                            value = one[previous, k] + add
                            if value < here[k + unit]:
                                here[k + unit] = value
                                came[k + unit] = previous
                                some = True
                one[:] = two
                for kind in range(kinds):
                    own = tires[kind]
                    for k in range(length * bottom, length * top + 1):
                        if two[kind, k] < best[tired, own, day, length, k]:
                            best[tired, own, day, length, k] = two[kind, k]
                            last[tired, own, day, length, k] = kind
    return best, last, before
