"""The cheapest legal rows of one person: an exact dynamic program, compiled by numba.

A row is a sequence of blocks of work, each followed by at least `least_off` free days. The state
before a block is (day, weekends worked, units of minutes worked). Only states are looked at from
which the end can still be reached with the right number of units; in long horizons these are few.
"""

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
_compiled = nb.njit(cache=_CACHE, nogil=True)
_fast = nb.njit(cache=_CACHE, nogil=True, fastmath={"nnan", "nsz"}, inline="never")


@_compiled
def _masked(base, shift, prices, extra, fixed):
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


@_compiled
def _least_and_most(cost, units, must, weekend, runs, forward):
    """For each day the (least, most) units and weekends before it (or from it on).

    Shifts that may not follow each other are not looked at, so the ranges may be too wide.
    """
    days, kinds = cost.shape
    least_run, most_run, first_run, least_off = runs[0], runs[1], runs[2], runs[3]
    low = np.full(days + 1, _NEVER, np.int64)
    high = np.full(days + 1, -_NEVER, np.int64)
    ends = np.full(days + 1, _NEVER, np.int64)
    most_ends = np.zeros(days + 1, np.int64)
    one_low = np.full(days, _NEVER, np.int64)
    one_high = np.full(days, -_NEVER, np.int64)
    for day in range(days):
        for kind in range(kinds):
            if cost[day, kind] < INF:
                one_low[day] = min(one_low[day], units[kind])
                one_high[day] = max(one_high[day], units[kind])
    start = 0 if forward else days
    low[start] = 0
    high[start] = 0
    ends[start] = 0
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
                most_ends[b] = max(most_ends[b], most_ends[a])
        block_low = 0
        block_high = 0
        seen = 0
        longest = first_run if day == 0 else most_run
        for length in range(1, longest + 1):
            end = day + length
            if end > days or one_high[end - 1] < 0:
                break
            block_low += one_low[end - 1]
            block_high += one_high[end - 1]
            w = weekend[end - 1]
            if w >= 0 and (length == 1 or weekend[end - 2] != w):
                seen += 1
            if length < least_run and day > 0 and end < days:
                continue
            after = min(end + least_off, days)
            blocked = False
            for free in range(end, after):
                if must[free]:
                    blocked = True
            a, b = (day, after) if forward else (after, day)
            if blocked or high[a] < 0:
                continue
            low[b] = min(low[b], low[a] + block_low)
            high[b] = max(high[b], high[a] + block_high)
            ends[b] = min(ends[b], ends[a] + seen)
            most_ends[b] = max(most_ends[b], most_ends[a] + seen)
    return low, high, ends, most_ends


@_compiled
def _blocks(cost, units, follows, opens, reach, runs):
    """Costs of the cheapest blocks by (first day, length, units), and how to read their kinds."""
    days, kinds = cost.shape
    most_run = max(runs[1], runs[2])
    top, bottom = 0, _NEVER
    for kind in range(kinds):
        top, bottom = max(top, units[kind]), min(bottom, units[kind])
    size = most_run * top + 1
    best = np.full((days, most_run + 1, size), INF)
    last = np.full((days, most_run + 1, size), -1, np.int8)
    before = np.full((days, most_run + 1, kinds, size), -1, np.int8)
    one = np.empty((kinds, size))
    two = np.empty((kinds, size))
    for day in range(days):
        if not reach[day]:
            continue
        one[:] = INF
        some = False
        for kind in range(kinds):
            if cost[day, kind] < INF and opens[0 if day == 0 else 1, kind]:
                some = True
                one[kind, units[kind]] = cost[day, kind]
                if cost[day, kind] < best[day, 1, units[kind]]:
                    best[day, 1, units[kind]] = cost[day, kind]
                    last[day, 1, units[kind]] = kind
        longest = runs[2] if day == 0 else runs[1]
        for length in range(2, longest + 1):
            end = day + length - 1
            if end >= days or not some:
                break
            two[:] = INF
            some = False
            for kind in range(kinds):
                add = cost[end, kind]
                if add >= INF:
                    continue
                unit = units[kind]
                for previous in range(kinds):
                    if not follows[previous, kind]:
                        continue
                    for k in range((length - 1) * bottom, (length - 1) * top + 1):
                        value = one[previous, k] + add
                        if value < two[kind, k + unit]:
                            two[kind, k + unit] = value
                            before[day, length, kind, k + unit] = previous
                            some = True
            one[:] = two
            for kind in range(kinds):
                for k in range(length * bottom, length * top + 1):
                    if two[kind, k] < best[day, length, k]:
                        best[day, length, k] = two[kind, k]
                        last[day, length, k] = kind
    return best, last, before


@_fast
def _relax(source, target, first, last, shift, add):
    if last < first:
        return
    there = source[first : last + 1]
    here = target[first + shift : last + shift + 1]
    for m in range(there.shape[0]):  # indices from 0 on, so that it is vectorized
        here[m] = min(here[m], there[m] + add)


@_compiled
def _spread(best, must, weekend, runs, most_weekends, band, seen_before, least_after, dead):
    """The table of states: cheapest way to (day, weekends worked, units above the day's least)."""
    days = must.shape[0]
    least_run, most_run, first_run, least_off = runs[0], runs[1], runs[2], runs[3]
    size, radix = best.shape[2], dead.shape[0]
    table = np.empty((days + 1, most_weekends + 1, (band[:, 1] - band[:, 0]).max() + 1))
    for day in range(days + 1):
        if band[day, 0] <= band[day, 1]:
            table[day, :, : band[day, 1] - band[day, 0] + 1] = INF
    table[0, 0, 0] = 0.0
    for day in range(days):
        low, high = band[day, 0], band[day, 1]
        fewest, most = seen_before[day, 0], seen_before[day, 1]
        if low > high:
            continue
        if radix > 1:
            for m in range(low, high + 1):
                if dead[m % radix]:
                    table[day, :, m - low] = INF
        if not must[day] and band[day + 1, 0] <= band[day + 1, 1]:
            first, final = max(low, band[day + 1, 0]) - low, min(high, band[day + 1, 1]) - low
            moved = low - band[day + 1, 0]
            for w in range(fewest, min(most, most_weekends - least_after[day + 1]) + 1):
                _relax(table[day, w], table[day + 1, w], first, final, moved, 0.0)
        seen = 0
        longest = first_run if day == 0 else most_run
        for length in range(1, longest + 1):
            end = day + length
            if end > days:
                break
            own = weekend[end - 1]
            if own >= 0 and (length == 1 or weekend[end - 2] != own):
                seen += 1
            if length < least_run and day > 0 and end < days:
                continue
            after = min(end + least_off, days)
            blocked = band[after, 0] > band[after, 1]
            for free in range(end, after):
                if must[free]:
                    blocked = True
            if blocked:
                continue
            for k in range(size):
                add = best[day, length, k]
                if add >= INF:
                    continue
                first = max(low, band[after, 0] - k) - low
                final = min(high, band[after, 1] - k) - low
                moved = low + k - band[after, 0]
                for w in range(fewest, min(most, most_weekends - least_after[after] - seen) + 1):
                    _relax(table[day, w], table[after, w + seen], first, final, moved, add)
    return table


@_compiled
def _read(table, best, last, before, units, must, weekend, runs, band, w, m, row):
    """Writes the row that ends in (weekends, units); False if there is none."""
    days = must.shape[0]
    least_run, most_run, first_run, least_off = runs[0], runs[1], runs[2], runs[3]
    size = best.shape[2]
    day = days
    row[:] = OFF
    while day > 0:
        wanted = table[day, w, m - band[day, 0]]
        nearest = INF
        found = (-1, 0, 0, 0)  # first day, length, units, weekends
        if not must[day - 1] and band[day - 1, 0] <= m <= band[day - 1, 1]:
            nearest = abs(table[day - 1, w, m - band[day - 1, 0]] - wanted)
            found = (day - 1, 0, 0, 0)
        for end in range(day if day == days else day - least_off, day - least_off - 1, -1):
            if end < 1 or nearest == 0.0:
                break
            blocked = False
            for free in range(end, day):
                if must[free]:
                    blocked = True
            if blocked:
                break
            seen = 0
            for length in range(1, max(most_run, first_run) + 1):
                first = end - length
                if first < 0:
                    break
                own = weekend[first]
                if own >= 0 and (length == 1 or weekend[first + 1] != own):
                    seen += 1
                if length > (first_run if first == 0 else most_run):
                    continue
                if (length < least_run and first > 0 and end < days) or seen > w:
                    continue
                for k in range(min(size, m + 1)):
                    if best[first, length, k] >= INF:
                        continue
                    if not band[first, 0] <= m - k <= band[first, 1]:
                        continue
                    there = table[first, w - seen, m - k - band[first, 0]]
                    off = abs(there + best[first, length, k] - wanted)
                    if off < nearest:
                        nearest = off
                        found = (first, length, k, seen)
        first, length, k, seen = found
        if first < 0 or nearest > 1e-6:
            return False
        m -= k
        w -= seen
        day = first
        if length > 0:
            kind = last[first, length, k]
            for step in range(length, 0, -1):
                row[first + step - 1] = kind
                previous = before[first, step, kind, k]
                k -= units[kind]
                kind = previous
    return True


@_compiled
def cheapest(
    base,
    shift,
    prices,
    extra,
    fixed,
    units,
    follows,
    opens,
    weekend,
    runs,
    most_weekends,
    ending,
    dead,
    rows,
):
    """Fills `rows` with the cheapest row and the next best that end with other units.

    base[day, kind]: own costs, INF forbids; shift[kind]: which shift the kind is; prices[day,
    shift]: what working it earns; extra[kind]: added to each; fixed[day]: OPEN, OFF or a shift;
    units[kind]; follows[kind, next kind]; opens[0 on day 0 else 1, kind]: may begin a block;
    weekend[day]: number of the weekend or -1; runs: least, most, most on day 0, least days off;
    ending[units]: cost of that many units in all, INF forbids. Rows hold kinds, or OFF.
    Units may carry counts in their last digit, of as many values as `dead` has; those it is true
    for never are.
    Returns the values of the rows found, cheapest first.
    """
    days = base.shape[0]
    cost = _masked(base, shift, prices, extra, fixed)
    must = np.empty(days, np.bool_)
    for day in range(days):
        must[day] = fixed[day] >= 0
    low, high, seen, most_seen = _least_and_most(cost, units, must, weekend, runs, True)
    low_after, high_after, seen_after, _ = _least_and_most(cost, units, must, weekend, runs, False)
    seen_before = np.stack((seen, most_seen), axis=1)
    fewest = _NEVER
    most = -1
    for m in range(ending.shape[0]):
        if ending[m] < INF:
            fewest = min(fewest, m)
            most = max(most, m)
    band = np.zeros((days + 1, 2), np.int64)
    reach = np.zeros(days + 1, np.bool_)
    for day in range(days + 1):
        band[day, 1] = -1
        if high[day] >= 0 and high_after[day] >= 0 and seen[day] + seen_after[day] <= most_weekends:
            band[day, 0] = max(low[day], fewest - high_after[day])
            band[day, 1] = min(high[day], most - low_after[day])
            reach[day] = band[day, 0] <= band[day, 1]
    found = 0
    values = np.empty(rows.shape[0])
    if not reach[0] or not reach[days]:
        return values[:0]
    best, last, before = _blocks(cost, units, follows, opens, reach, runs)
    table = _spread(best, must, weekend, runs, most_weekends, band, seen_before, seen_after, dead)
    width = band[days, 1] + 1
    finals = np.full(width, INF)
    where = np.zeros(width, np.int64)
    for m in range(band[days, 0], width):
        for w in range(most_weekends + 1):
            reached = table[days, w, m - band[days, 0]]
            if reached + ending[m] < finals[m]:
                finals[m] = reached + ending[m]
                where[m] = w
    for _ in range(rows.shape[0]):
        m = int(np.argmin(finals))
        if finals[m] >= INF / 2:
            break
        if _read(
            table, best, last, before, units, must, weekend, runs, band, where[m], m, rows[found]
        ):
            values[found] = finals[m]
            found += 1
        finals[m] = INF
    return values[:found]
