from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from routing.asterisk.instance import Phones
from routing.plan import Counsellor, Plan
from tests.telephone.exchange import NO_DOORS, Exchange


class Build(Protocol):
    def __call__(
        self, plan: Plan, people: tuple[Counsellor, ...], phones: Phones = ...
    ) -> Exchange: ...


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Build]:
    """Starts a real Asterisk for a plan and its people; everything ends with the test."""
    built: list[Exchange] = []

    def build(plan: Plan, people: tuple[Counsellor, ...], phones: Phones = NO_DOORS) -> Exchange:
        built.append(Exchange(tmp_path / f"x{len(built)}", plan, people, phones))
        return built[-1].start()

    yield build
    for one in built:
        one.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "telephone" in item.path.parts:
            item.add_marker(pytest.mark.telephone)
