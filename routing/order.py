"""Who is next: rank, then the instant of the first INVITE. One number says both.

`routing/asterisk/dialplan/queueing.py` writes the same number as an expression (QUEUE_PRIO), and
app_queue serves the highest first; `tests/telephone/test_order.py` shows it on the real queue.
"""

from __future__ import annotations

from routing.calls import Rank

RANK_STEP = 2**28  # between two ranks; a call's place within its rank fits below it
STEPS = {Rank.CRISIS: 4, Rank.CUT_OFF: 3, Rank.RAISED: 2, Rank.NORMAL: 1, Rank.LIMITED: 0}


def priority(rank: Rank, place: int) -> int:
    """The higher, the sooner. `place`: the number of the call's channel, which counts up on INVITE.

    It never changes: not by a key, a tier, an announcement, or leaving the queue and coming back.
    Raises ValueError for a place that would reach into another rank.
    """
    if not 0 <= place < RANK_STEP:
        raise ValueError(f"place is {place}; it must be 0 to {RANK_STEP - 1}")
    return STEPS[rank] * RANK_STEP + RANK_STEP - 1 - place
