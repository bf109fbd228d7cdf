"""What is told while Asterisk is away."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy import duty_jobs
from deploy.duty_jobs import DutyJobs
from records import alarms
from records.store import Store, open_store


class NeverConnected:
    def live(self) -> SimpleNamespace:
        return SimpleNamespace(connected=False)


def jobs(store: Store, folder: Path) -> DutyJobs:
    hotline = SimpleNamespace(store=store, data=folder)
    return DutyJobs(hotline, SimpleNamespace(), NeverConnected())  # type: ignore[arg-type]


def told(store: Store) -> list[str]:
    with store.read() as session:
        return sorted(alarm.kind for alarm in alarms.open_alarms(session))


def test_an_asterisk_that_never_came_up_raises_an_alarm(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/records.db")
    for _ in range(2):
        jobs(store, tmp_path).compare()
        assert told(store) == ["disconnected"]
    store.close()


def test_a_full_disk_is_told_though_asterisk_has_died_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/records.db")
    monkeypatch.setattr(duty_jobs, "LEAST_DISK", 2**60)
    jobs(store, tmp_path).compare()
    assert told(store) == ["disconnected", "disk"]
    store.close()
