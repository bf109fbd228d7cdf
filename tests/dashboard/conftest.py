from pathlib import Path

import pytest

from tests.dashboard.builders import World, world


@pytest.fixture
def hotline(tmp_path: Path) -> World:
    return world(tmp_path)
