"""Talks on a real Asterisk: what is recorded, under which name, and what is not."""

from dataclasses import replace
from pathlib import Path

from deploy.sample_city import scenario
from tests.telephone.conftest import Build
from tests.telephone.exchange import Exchange, counsellor, plan, until


def recorded(x: Exchange) -> dict[str, int]:
    """Unique id -> bytes."""
    folder = Path(x.instance.folder) / "spool" / "monitor"
    return {path.stem: path.stat().st_size for path in folder.glob("*.alaw")}


def call(x: Exchange) -> None:
    """A caller within Asterisk, who plays music to whoever answers: that is a sound to record."""
    x.cli("channel originate Local/968908@from-carrier/n application MusicOnHold")


def test_a_talk_is_recorded_under_its_call_from_when_somebody_answers(exchange: Build) -> None:
    x = exchange(replace(plan(), record=True), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=1000))
    x.on_duty("anna")
    call(x)
    until(lambda: x.events("CONNECT"), what="somebody answers")
    until(lambda: any(recorded(x).values()), what="what is said is written")
    x.cli("channel request hangup all")
    until(lambda: x.events("BYE"))
    (uniqueid,) = recorded(x)
    assert x.events("ARRIVE")[0][1] == uniqueid
    mode = (Path(x.instance.folder) / "spool" / "monitor" / f"{uniqueid}.alaw").stat().st_mode
    assert mode & 0o077 == 0


def test_nothing_is_recorded_where_it_is_not_wanted(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("anna"),))
    x.phones(scenario.counsellor(ring_ms=100))
    x.on_duty("anna")
    call(x)
    until(lambda: x.events("CONNECT"), what="somebody answers")
    x.cli("channel request hangup all")
    until(lambda: x.events("BYE"))
    assert recorded(x) == {}
