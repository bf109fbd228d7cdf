"""Spans of time in epoch seconds, each from `begins` to `ends` (excluded). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    begins: int
    ends: int


def length(spans: Sequence[Span]) -> int:
    """Seconds, of spans that do not overlap."""
    return sum(span.ends - span.begins for span in spans)


def overlap(one: Sequence[Span], other: Sequence[Span]) -> int:
    """Seconds that lie in both. Each is in order, and its spans do not overlap."""
    seconds = i = j = 0
    while i < len(one) and j < len(other):
        begins = max(one[i].begins, other[j].begins)
        ends = min(one[i].ends, other[j].ends)
        seconds += max(0, ends - begins)
        if one[i].ends < other[j].ends:
            i += 1
        else:
            j += 1
    return seconds


def clipped(spans: Sequence[Span], begins: int, ends: int) -> list[Span]:
    """What of them lies between two instants, in order."""
    cut = (Span(max(s.begins, begins), min(s.ends, ends)) for s in sorted(spans))
    return [span for span in cut if span.begins < span.ends]
