"""Publishing duty: to say who is on duty, the control plane writes the table, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from routing import duty

FAMILY = "duty"


class Database(Protocol):
    """What is needed of a session."""

    def db_put(self, family: str, key: str, value: str) -> None: ...

    def db_del(self, family: str, key: str) -> None: ...

    def db_tree(self, family: str) -> dict[str, str]: ...


def publish(database: Database, wanted: Mapping[str, str], now: int, slot: int) -> int:
    """Make Asterisk's table `wanted`, the running slot first; returns how many keys changed."""
    changes = duty.changes(wanted, database.db_tree(FAMILY), now, slot)
    for change in changes:
        if change.value is None:
            database.db_del(FAMILY, change.key)
        else:
            database.db_put(FAMILY, change.key, change.value)
    return len(changes)
