"""What one row costs by itself, with the same arrays as the dynamic program that finds it."""

from __future__ import annotations

import numpy as np

from scheduler.columns.blocks import INF, compiled, stretch_cost


@compiled
def worth(
    cells,
    base,
    shift,
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
):
    """What a row of shifts, or OFF, costs by itself; INF where it is not allowed."""
    days, kinds = base.shape
    classes = weary.shape[0]
    came = np.full(classes, INF)  # by what the block before forbids
    left = np.full(classes, INF)
    one = np.full(kinds, INF)
    two = np.full(kinds, INF)
    first = 0
    while first < days and cells[first] < 0:
        first += 1
    came[tired[first] if first < min(2, days) else 0] = begin[first]
    total, seen, last_seen = 0, 0, -1
    while first < days:
        end = first
        one[:] = INF
        while end < days and cells[end] >= 0:
            two[:] = INF
            unit = -1
            for kind in range(kinds):
                if shift[kind] != cells[end] or base[end, kind] >= INF:
                    continue
                unit = units[kind]
                if end == first:
                    for c in range(classes):
                        opening = came[c] + weary[c, kind] + opens[0 if end == 0 else 1, kind]
                        two[kind] = min(two[kind], opening + base[end, kind])
                else:
                    for previous in range(kinds):
                        value = one[previous] + follows[previous, kind] + base[end, kind]
                        two[kind] = min(two[kind], value)
            if unit < 0:
                return INF
            total += unit
            if weekend[end] >= 0 and weekend[end] != last_seen:
                seen += 1
                last_seen = weekend[end]
            one[:] = two
            end += 1
        free = 0
        while end + free < days and cells[end + free] < 0:
            free += 1
        if end - first >= stretch.shape[1]:
            return INF
        add = stretch_cost(stretch, first, end - first, days)
        if end + free < days:
            add += gap[min(free, gap.shape[0] - 1)]
        left[:] = INF
        for kind in range(kinds):
            own = tires[kind] if free == 1 and end + free < days else 0
            left[own] = min(left[own], one[kind] + add)
        came[:] = left
        first = end + free
    if total >= ending.shape[0] or seen >= weekends.shape[0]:
        return INF
    return min(INF, came.min() + weekends[seen] + ending[total])
