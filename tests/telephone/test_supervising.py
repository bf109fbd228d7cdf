"""A supervisor at a call in progress: everybody speaks a tone, and who hears whom is measured."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from deploy.picture import Picture
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from deploy.sample_city.sipp import Sipp
from deploy.supervising import Supervising
from routing.live import Call, Stage, Way
from routing.plan import Limits
from tests.telephone.conftest import Build
from tests.telephone.exchange import PHONES, SHORT, TELECOM, Exchange, counsellor, plan, until
from tests.telephone.sound import Sound
from tests.telephone.supervisor import supervised

CALLER, ANNA, DORA, HELP = 400, 700, 1100, 1600  # hertz; dora is the supervisor
WRITING = Limits(**{**vars(SHORT), "wrap_up": 60})


@dataclass
class Talk:
    """A caller who talks with anna, and dora beside them."""

    x: Exchange
    picture: Picture
    supervising: Supervising
    caller: Sound
    anna: Sound
    dora: Sound
    sipp: Sipp

    @property
    def call(self) -> Call:
        (call,) = self.picture.live().calls.values()
        return call

    def heard(self) -> dict[str, list[int]]:
        """Who hears whom, of the caller and anna."""
        others = [self.caller, self.anna, self.dora]
        return {"caller": self.caller.hears(others), "anna": self.anna.hears(others)}

    def supervise(self, way: Way) -> None:
        self.supervising.supervise("dora", self.call.uniqueid, way)
        until(lambda: self.ways() == [("dora", way)], what=f"dora is there: {way}")

    def ways(self) -> list[tuple[str, Way]]:
        return [(watcher.person, watcher.way) for watcher in self.call.watchers]

    def lease(self, person: str) -> str:
        return self.x.cli(f"database get lease {person}").strip().rpartition("|")[2]


@contextmanager
def talk(exchange: Build, supervisor: str) -> Iterator[Talk]:
    """`supervisor`: how dora's telephone behaves, a SIPp scenario."""
    x = exchange(plan(WRITING), (counsellor("anna"), counsellor("dora", port=5081)))
    caller, anna, dora = Sound(TELECOM, CALLER), Sound(PHONES, ANNA), Sound(PHONES, DORA)
    try:
        with supervised(x) as (picture, supervising):
            x.phones(anna.in_scenario(scenario.counsellor(ring_ms=50)))
            x.phones(dora.in_scenario(supervisor), port=5081)
            x.on_duty("anna")
            sipp = x.call([("968908", "13800000001")], AwaitHangUp(), through=caller.in_scenario)
            calls = picture.live
            until(lambda: [c.stage for c in calls().calls.values()] == [Stage.TALKING])
            yield Talk(x, picture, supervising, caller, anna, dora, sipp)
    finally:
        for sound in (caller, anna, dora):
            sound.close()


def test_a_supervisor_listens_whispers_joins_and_leaves_and_the_call_goes_on(
    exchange: Build,
) -> None:
    with talk(exchange, scenario.counsellor(ring_ms=50)) as t:
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}
        t.supervise(Way.LISTEN)
        assert t.dora.hears([t.caller, t.anna, t.dora]) == [CALLER, ANNA]
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}
        t.supervise(Way.WHISPER)
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER, DORA]}
        t.supervise(Way.JOIN)
        assert t.heard() == {"caller": [ANNA, DORA], "anna": [CALLER, DORA]}
        t.supervise(Way.LISTEN)
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}
        t.supervising.let_go("dora")
        until(lambda: t.ways() == [])
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}


def test_who_takes_a_call_over_has_it_and_the_counsellor_has_time_to_write(
    exchange: Build,
) -> None:
    with talk(exchange, scenario.counsellor(ring_ms=50)) as t:
        uniqueid = t.call.uniqueid
        t.supervise(Way.WHISPER)
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER, DORA]}
        t.supervising.supervise("dora", uniqueid, Way.TAKE)
        until(lambda: t.call.person == "dora" and t.lease("anna") == "wrapup")
        assert t.call.stage is Stage.TALKING and t.call.watchers == ()
        others = [t.caller, t.anna, t.dora]
        assert t.caller.hears(others) == [DORA]
        assert t.dora.hears(others) == [CALLER]
        assert t.x.answered_by() == {uniqueid: "anna"}
        assert [(f[1], f[3]) for f in t.x.events("TAKEN")] == [(uniqueid, "dora")]
        t.x.cli(f"channel request hangup {t.call.channel}")
        assert t.sipp.wait().successful == 1
        until(lambda: t.lease("dora") == "wrapup", what="time to write about one's own call")


def test_when_the_supervisor_hangs_up_the_call_goes_on(exchange: Build) -> None:
    with talk(exchange, scenario.counsellor(ring_ms=50, talk_ms=1500)) as t:
        t.supervise(Way.JOIN)
        until(lambda: t.ways() == [], what="dora has hung up")
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}
        assert t.lease("dora") != "wrapup", "it was not dora's call"


def test_help_is_called_beside_the_call_and_the_supervisor_is_back_with_it(
    exchange: Build,
) -> None:
    with (
        talk(exchange, scenario.counsellor(ring_ms=50)) as t,
        closing(Sound(TELECOM, HELP)) as help_,
    ):
        police = scenario.counsellor(ring_ms=50, talk_ms=6000)
        t.x.phones(help_.in_scenario(police), port=5070, address=TELECOM)
        t.supervise(Way.LISTEN)
        before = t.call.watchers
        t.supervising.call_help("dora", "110")
        until(lambda: t.x.events("REACHED"), what="110 has answered")
        everybody = [t.caller, t.anna, t.dora, help_]
        assert help_.hears(everybody) == [DORA]
        assert t.dora.hears(everybody) == [HELP]
        assert t.heard() == {"caller": [ANNA], "anna": [CALLER]}
        assert [(f[6], f[8]) for f in t.x.events("ARRIVE")][1:] == [("outgoing", "110")]
        until(lambda: len(t.x.events("BYE")) == 1, what="110 has hung up")
        until(lambda: t.ways() == [("dora", Way.LISTEN)] and t.call.watchers != before)
        assert t.dora.hears(everybody) == [CALLER, ANNA]
