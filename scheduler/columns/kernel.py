"""The cheapest legal rows of one person: an exact dynamic program, compiled by numba.

A row is a sequence of blocks of work with free days between them. The state before a block is (day,
what the block before it forbids, weekends worked, units of minutes worked). Only states are looked
at from which the end can still be reached with the right number of units; in long horizons these
are few. What is not allowed costs INF; what is allowed at a price costs that.
"""

from __future__ import annotations

import numpy as np

from scheduler.columns.blocks import INF as INF
from scheduler.columns.blocks import OFF as OFF
from scheduler.columns.blocks import OPEN as OPEN
from scheduler.columns.blocks import blocks, compiled, fast, least_and_most, masked, stretch_cost


@fast
def _relax(source, target, first, last, shift, add):
    if last < first:
        return
    there = source[first : last + 1]
    here = target[first + shift : last + shift + 1]
    for m in range(there.shape[0]):  # indices from 0 on, so that it is vectorized
        here[m] = min(here[m], there[m] + add)


@compiled
def _spread(best, must, weekend, stretch, gap, start, tired, most_weekends, band, seen_after, dead):
    """The table of states: cheapest way to (day, what is forbidden, weekends worked, units).

    Units are counted from those that the day begins with in `band`: where much is fixed, most days
    have a narrow band of large numbers.
    """
    days = must.shape[0]
    radix, classes, size = dead.shape[0], best.shape[0], best.shape[4]
    width = max(1, (band[:, 1] - band[:, 0]).max() + 1)
    table = np.empty((days + 1, classes, most_weekends + 1, width))
    for day in range(days + 1):
        if band[day, 0] <= band[day, 1]:
            table[day, :, :, : band[day, 1] - band[day, 0] + 1] = INF
            if band[day, 0] == 0:
                table[day, tired[day] if day < min(2, days) else 0, 0, 0] = start[day]
    for day in range(days):
        low, high = band[day, 0], band[day, 1]
        if low > high:
            continue
        if radix > 1:
            for m in range(low, high + 1):
                if dead[m % radix]:
                    table[day, :, :, m - low] = INF
        if day > 0 and not must[day] and band[day + 1, 0] <= band[day + 1, 1]:
            first, final = max(low, band[day + 1, 0]) - low, min(high, band[day + 1, 1]) - low
            shift = low - band[day + 1, 0]
            for c in range(classes):
                for w in range(most_weekends - seen_after[day + 1] + 1):
                    _relax(table[day, c, w], table[day + 1, 0, w], first, final, shift, 0.0)
        seen = 0
        for length in range(1, stretch.shape[1]):
            end = day + length
            if end > days:
                break
            own = weekend[end - 1]
            if own >= 0 and (length == 1 or weekend[end - 2] != own):
                seen += 1
            long = stretch_cost(stretch, day, length, days)
            if long >= INF:
                continue
            for free in range(1, gap.shape[0]):
                after = min(end + free, days)
                if end < days and must[after - 1]:
                    break
                short = 0.0 if after == days else gap[free]
                more = long + short
                if short < INF and band[after, 0] <= band[after, 1]:
                    for c in range(classes):
                        for e in range(classes):
                            to = e if free == 1 and after < days else 0
                            block = best[c, e, day, length]
                            here, there = table[day, c], table[after, to]
                            for k in range(size):
                                if block[k] >= INF:
                                    continue
                                add = block[k] + more
                                first = max(low, band[after, 0] - k) - low
                                final = min(high, band[after, 1] - k) - low
                                shift = k + low - band[after, 0]
                                for w in range(most_weekends - seen_after[after] - seen + 1):
                                    _relax(here[w], there[w + seen], first, final, shift, add)
                if after == days:
                    break
    return table


@compiled
def _read(
    table, best, last, before, units, must, weekend, stretch, gap, start, tired, band, w, m, row
):
    """Writes the row that ends in (weekends, units); False if there is none."""
    days = must.shape[0]
    classes, size = best.shape[0], best.shape[4]
    day = days
    state = 0
    row[:] = OFF
    while day > 0:
        wanted = table[day, state, w, m - band[day, 0]]
        nearest = INF
        found = (
            -1,
            0,
            0,
            0,
            0,
            0,
        )  # first day, length, units, weekends, its state, what it forbids
        begun = tired[day] if day < min(2, days) else 0
        if m == 0 and w == 0 and start[day] < INF and state == begun:
            nearest = abs(start[day] - wanted)
            found = (0, 0, 0, 0, 0, 0)
        idle = state == 0 and day > 1 and not must[day - 1]
        if idle and band[day - 1, 0] <= m <= band[day - 1, 1]:
            for c in range(classes):
                off = abs(table[day - 1, c, w, m - band[day - 1, 0]] - wanted)
                if off < nearest:
                    nearest = off
                    found = (day - 1, 0, 0, 0, c, 0)
        for free in range(0 if day == days else 1, gap.shape[0]):
            end = day - free
            if end < 1 or nearest == 0.0:
                break
            if free > 0 and must[end]:
                break
            short = 0.0 if day == days else gap[free]
            if short >= INF:
                continue
            seen = 0
            for length in range(1, stretch.shape[1]):
                first = end - length
                if first < 0:
                    break
                own = weekend[first]
                if own >= 0 and (length == 1 or weekend[first + 1] != own):
                    seen += 1
                long = stretch_cost(stretch, first, length, days)
                if long >= INF or seen > w:
                    continue
                for c in range(classes):
                    for e in range(classes):
                        if state != (e if free == 1 and day < days else 0):
                            continue
                        for k in range(min(size, m + 1)):
                            add = best[c, e, first, length, k]
                            if add >= INF or not band[first, 0] <= m - k <= band[first, 1]:
                                continue
                            there = table[first, c, w - seen, m - k - band[first, 0]]
                            came = there + add + long + short
                            off = abs(came - wanted)
                            if off < nearest:
                                nearest = off
                                found = (first, length, k, seen, c, e)
        first, length, k, seen, state, e = found
        if first < 0 or nearest > 1e-6:
            return False
        m -= k
        w -= seen
        day = first
        if length > 0:
            kind = last[state, e, first, length, k]
            for step in range(length, 0, -1):
                row[first + step - 1] = kind
                previous = before[state, first, step, kind, k]
                k -= units[kind]
                kind = previous
    return True


@compiled
def cheapest(
    base,
    shift,
    prices,
    extra,
    fixed,
    units,
    follows,
    opens,
    tires,
    weary,
    weekend,
    stretch,
    gap,
    begin,
    tired,
    weekends,
    ending,
    dead,
    rows,
):
    """Fills `rows` with the cheapest row and the next best that end with other units.

    INF forbids in all costs. base[day, kind]: own costs; shift[kind]: which shift the kind is;
    prices[day, shift]: what working it earns; extra[kind]: added to each; fixed[day]: OPEN, OFF or
    a shift; units[kind]; follows[kind, next kind]; opens[0 on day 0 else 1, kind]: begins a block;
    tires[kind]: what a block that ends with it forbids to one that begins after a single free day;
    weary[that, kind]; weekend[day]: number of the weekend or -1; stretch[place, length]: of a
    block; places are 0, 1 from day 0 on, 2 to the end, 3 both; gap[n]: n free days between two
    blocks, the last stands for more; begin[n]: n free days before the first block, no less than
    n + 1 cost where n > 0; tired[n]: what is forbidden to a block after n = 0 or 1 free days;
    weekends[n]: n weekends worked; ending[units]: so many units in all. Rows hold kinds, or OFF.
    Units may carry counts in their last digit, of as many values as `dead` has; those it is true
    for never are.
    Returns the values of the rows found, cheapest first.
    """
    days = base.shape[0]
    cost = masked(base, shift, prices, extra, fixed)
    must = np.empty(days, np.bool_)
    start = begin.copy()
    for day in range(days):
        must[day] = fixed[day] >= 0
        if must[day]:
            start[day + 1 :] = INF
    forth = least_and_most(cost, units, must, weekend, stretch, gap, start, True)
    back = least_and_most(cost, units, must, weekend, stretch, gap, start, False)
    low, high, seen = forth
    low_after, high_after, seen_after = back
    most_weekends = weekends.shape[0] - 1
    fewest = len(ending)
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
    if not reach[days]:
        return values[:0]
    longest = stretch.shape[1] - 1
    best, last, before = blocks(cost, units, follows, opens, tires, weary, reach, longest)
    table = _spread(
        best,
        must,
        weekend,
        stretch,
        gap,
        start,
        tired,
        most_weekends,
        band,
        seen_after,
        dead,
    )
    width = band[days, 1] + 1
    finals = np.full(width, INF)
    where = np.zeros(width, np.int64)
    for m in range(band[days, 0], width):
        for w in range(most_weekends + 1):
            value = table[days, 0, w, m - band[days, 0]] + ending[m] + weekends[w]
            if value < finals[m]:
                finals[m] = value
                where[m] = w
    for _ in range(rows.shape[0]):
        m = int(np.argmin(finals))
        if finals[m] >= INF / 2:
            break
        if _read(
            table,
            best,
            last,
            before,
            units,
            must,
            weekend,
            stretch,
            gap,
            start,
            tired,
            band,
            where[m],
            m,
            rows[found],
        ):
            values[found] = finals[m]
            found += 1
        finals[m] = INF
    return values[:found]
