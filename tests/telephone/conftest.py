from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from routing.plan import Counsellor, Plan
from tests.telephone.exchange import Exchange

Build = Callable[[Plan, tuple[Counsellor, ...]], Exchange]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Build]:
    """Starts a real Asterisk for a plan and its people; everything ends with the test."""
    built: list[Exchange] = []

    def build(plan: Plan, people: tuple[Counsellor, ...]) -> Exchange:
        built.append(Exchange(tmp_path / f"x{len(built)}", plan, people))
        return built[-1].start()

    yield build
    for one in built:
        one.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "telephone" in item.path.parts:
            item.add_marker(pytest.mark.telephone)
