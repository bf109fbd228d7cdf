"""What holds for all tests: a busy machine is no failure, so no example has a time limit."""

import gc

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for telephones begin first: at the end nobody waits for one of them alone."""
    items.sort(key=lambda item: item.get_closest_marker("telephone") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded now stays: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
