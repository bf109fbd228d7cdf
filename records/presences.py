"""When people were there to take calls: leases that are extended as long as they are seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.spans import Span
from records.tables import Person, Presence

EVERY = timedelta(seconds=60)  # how often it is looked
LEASE = timedelta(seconds=150)  # whoever was not seen for so long had gone
HOUR = 3600


def note(session: Session, there: Iterable[str], at: datetime) -> None:
    """These people are there now. Whoever is nobody on record, such as a partner, is left out."""
    known = set(session.scalars(select(Person.id)))
    recent = select(Presence).where(Presence.seen_at >= at - LEASE)
    going_on = {row.person: row for row in session.scalars(recent.order_by(Presence.id))}
    for person in sorted(known.intersection(there)):
        if row := going_on.get(person):
            row.seen_at = max(row.seen_at, at)
        else:
            session.add(Presence(person=person, begun_at=at, seen_at=at))


def between(session: Session, first: datetime, last: datetime) -> dict[str, list[Span]]:
    """Person -> when they were there in [first, last), in order, as epoch seconds."""
    wanted = select(Presence).where(Presence.begun_at < last, Presence.seen_at > first)
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for row in session.scalars(wanted.order_by(Presence.begun_at)):
        begins, ends = max(row.begun_at, first), min(row.seen_at, last)
        found[row.person].append(Span(int(begins.timestamp()), int(ends.timestamp())))
    return dict(found)


def by_hour(there: Mapping[str, Sequence[Span]], first: datetime) -> dict[int, int]:
    """How many were there in the n-th hour from `first`: the mean, halves up. Pure.

    What lies before `first` is left out; an hour in which nobody was there is, too.
    """
    start = int(first.timestamp())
    seconds: Counter[int] = Counter()
    for begins, ends in chain.from_iterable(there.values()):
        for hour in range(max(0, (begins - start) // HOUR), (ends - start - 1) // HOUR + 1):
            edge = start + hour * HOUR
            seconds[hour] += min(ends, edge + HOUR) - max(begins, edge)
    return {hour: (2 * sum_ + HOUR) // (2 * HOUR) for hour, sum_ in seconds.items()}
