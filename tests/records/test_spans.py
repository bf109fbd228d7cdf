from hypothesis import given
from hypothesis import strategies as st

from records.spans import Span, clipped, length, overlap

# Spans in order that do not overlap, from gaps and lengths in turn.
SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=8).map(
    lambda pairs: [
        Span(begins := sum(map(sum, pairs[:n])) + gap, begins + long)
        for n, (gap, long) in enumerate(pairs)
    ]
)


def seconds(spans: list[Span]) -> set[int]:
    return {second for span in spans for second in range(span.begins, span.ends)}


def test_by_hand() -> None:
    shift = [Span(0, 100), Span(200, 300)]
    there = [Span(10, 50), Span(90, 210)]
    assert length(there) == 160
    assert overlap(shift, there) == 40 + 10 + 10
    assert clipped(shift, 50, 250) == [Span(50, 100), Span(200, 250)]


@given(SPANS, SPANS)
def test_overlap_is_what_both_have_in_common(one: list[Span], other: list[Span]) -> None:
    assert overlap(one, other) == len(seconds(one) & seconds(other))


@given(SPANS, st.integers(0, 60), st.integers(0, 60))
def test_clipping_keeps_what_lies_between(spans: list[Span], begins: int, ends: int) -> None:
    assert seconds(clipped(spans, begins, ends)) == seconds(spans) & set(range(begins, ends))
