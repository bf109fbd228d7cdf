"""Hours of shift changes with every Python process of ours dead: nobody is lost.

A slot of the duty table, a quarter of an hour in a city, lasts two seconds here: simulated time.
The table is written once by the functions of the control plane; after that only Asterisk runs.
"""

import random
import time

from deploy.sample_city import scenario
from routing.plan import Limits, Shift
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, counsellor, plan, until

SLOT = 2  # seconds
SLOTS = 60  # fifteen hours of quarters
PEOPLE = tuple(counsellor(f"p{n}") for n in range(9))
CALLS = 240


def rosters(chance: random.Random) -> list[list[str]]:
    """Slot by slot who is on duty: two to four people, nobody for more than a few slots."""
    ids = [person.id for person in PEOPLE]
    found: list[list[str]] = []
    while len(found) < SLOTS:
        found += [sorted(chance.sample(ids, chance.randint(2, 4)))] * chance.randint(1, 3)
    return found[:SLOTS]


def test_every_call_is_answered_by_somebody_whom_the_roster_names(exchange: Build) -> None:
    x = exchange(plan(Limits(**{**vars(SHORT), "slot": SLOT})), PEOPLE)
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    first = int(time.time()) // SLOT + 1
    duties = rosters(random.Random(968908))
    shifts = [
        Shift(person, (first + n) * SLOT, (first + n + 1) * SLOT)
        for n, people in enumerate(duties)
        for person in people
    ]
    x.roster(shifts)
    until(lambda: x.members(), what="the first slot is in force")
    callers = [("968908", f"138{n:08}") for n in range(CALLS)]
    counts = x.call(callers, scenario.AwaitHangUp(), rate=3, limit=200).wait()
    assert (counts.created, counts.successful) == (CALLS, CALLS)
    until(lambda: len(x.events("BYE")) == CALLS, what="every call is over")
    assert time.time() < (first + SLOTS) * SLOT, "the roster was long enough"
    assert x.events("PROMISE") == []
    answers = [(int(f[0]), f[3]) for f in x.log() if f[4] in ("CONNECT", "SITECONNECT")]
    assert len(answers) == CALLS

    def on_duty(at: int) -> set[str]:
        # Asterisk's clock ticks each second, and what rings at the change of shift may be answered.
        return {p for t in (at - 2, at) for p in duties[max(0, t // SLOT - first)]}

    assert [(at, person) for at, person in answers if person not in on_duty(at)] == []
    assert len({person for _, person in answers}) == len(PEOPLE)
