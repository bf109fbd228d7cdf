"""The order of the queue as a law: rank, then the first INVITE, whatever callers press."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.calls import Rank
from routing.order import RANK_STEP, priority

RANKS = list(Rank)  # in order of service


@dataclass(frozen=True)
class Call:
    place: int
    rank: Rank


@dataclass
class Queue:
    """app_queue as far as the order goes: it serves the highest priority first."""

    waiting: list[tuple[int, Call]]

    def join(self, call: Call) -> None:
        self.waiting.append((priority(call.rank, call.place), call))

    def serve(self) -> Call:
        first = max(self.waiting, key=lambda one: one[0])
        self.waiting.remove(first)
        return first[1]

    def leave(self, index: int) -> Call:
        return self.waiting.pop(index)[1]


# What happens: somebody of a rank arrives; a waiting caller presses a key and comes back, with the
# crisis key or another one; a counsellor becomes free.
ACTS = st.one_of(
    st.tuples(st.just("arrive"), st.sampled_from(RANKS)),
    st.tuples(st.just("press"), st.tuples(st.integers(0, 99), st.booleans())),
    st.just(("serve", None)),
)


@given(st.lists(ACTS, max_size=60))
def test_nobody_is_served_before_who_has_more_right(acts: list[tuple[str, object]]) -> None:
    queue = Queue([])
    present: dict[int, Call] = {}
    places = iter(range(RANK_STEP))
    for act, detail in acts:
        if act == "arrive" and isinstance(detail, Rank):
            call = Call(next(places), detail)
            present[call.place] = call
            queue.join(call)
        elif act == "press" and present and isinstance(detail, tuple):
            call = queue.leave(detail[0] % len(present))
            if detail[1]:
                call = replace(call, rank=Rank.CRISIS)
            present[call.place] = call
            queue.join(call)
        elif act == "serve" and present:
            served = queue.serve()
            first = min(present.values(), key=lambda one: (RANKS.index(one.rank), one.place))
            assert served == first
            del present[served.place]


@pytest.mark.parametrize("place", [-1, RANK_STEP])
def test_a_place_that_would_reach_into_another_rank_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match=f"place is {place}; it must be 0 to {RANK_STEP - 1}"):
        priority(Rank.NORMAL, place)
