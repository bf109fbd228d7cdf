"""What holds for all tests: a busy machine is no failure, so no example has a time limit."""

import gc

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end nobody waits for one file alone.

    First the files that wait for telephones, then those with other slow tests.
    """
    slow = {item.path for item in items if _any_mark(item, "slow", "browser")}
    items.sort(key=lambda item: (not _any_mark(item, "telephone"), item.path not in slow))


def _any_mark(item: pytest.Item, *names: str) -> bool:
    return any(item.get_closest_marker(name) for name in names)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded now stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
