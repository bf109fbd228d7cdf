"""Who may be called in now, asked of the roster in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.assembly import ZONE
from deploy.rostering import RosterRuns
from tests.telephone.exchange import SHORT
from tests.telephone.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Anna and bert are on the roster's people; nothing is started."""
    built = House(tmp_path, ["anna", "bert"], limits=SHORT)
    yield built
    built.hotline.store.close()


def runs(house: House) -> RosterRuns:
    return RosterRuns(house.hotline, published=lambda: None)


def test_who_is_not_there_is_told_with_the_shift(house: House) -> None:
    house.publish(["anna"])
    told = runs(house).who_may_work(datetime.now(UTC))
    assert told is not None
    assert [(one.worker, one.shift) for one in told] == [("bert", "round")]


def test_without_a_roster_nothing_is_told(house: House) -> None:
    house.publish(["anna"])
    later = datetime.now(ZONE) + timedelta(days=30)
    assert runs(house).who_may_work(later) is None
