"""A supervisor steers callers who wait; whoever is not steered is served all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.picture import Picture
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from deploy.supervising import Supervising
from routing.live import Stage
from routing.plan import Limits
from tests.telephone.conftest import Build
from tests.telephone.exchange import SHORT, Exchange, counsellor, plan, until
from tests.telephone.supervisor import supervised

PATIENT = Limits(**{**vars(SHORT), "on_duty_tier": 100, "on_call_tier": 120})
FIRST, SECOND, THIRD = (f"1380000000{n}" for n in (1, 2, 3))


class Queue:
    """An exchange whose one counsellor, anna, talks with the first caller while others wait."""

    def __init__(self, x: Exchange, picture: Picture, supervising: Supervising) -> None:
        self.x = x
        self._picture = picture
        self._supervising = supervising

    def come(self, number: str) -> None:
        """The next caller comes, and waits or talks."""
        self.x.call([("968908", number)], AwaitHangUp())
        until(lambda: self._stage(number) in (Stage.WAITING, Stage.TALKING))

    def steer(self, number: str, where: str) -> None:
        self._supervising.steer(self._uniqueid(number), where)

    def finish(self, number: str) -> None:
        """The call ends, and whoever talked is free."""
        channel = self._picture.live().calls[self._uniqueid(number)].channel
        self.x.cli(f"channel request hangup {channel}")

    def answered(self) -> dict[str, str]:
        """Number -> who talked with it, in the order of the calls' beginnings."""
        numbers = {f[1]: f[9] for f in self.x.events("ARRIVE")}
        lines = [f for f in self.x.log() if f[4] in ("CONNECT", "TAKEN")]
        return {numbers[f[1]]: f[3] for f in lines}

    def ranks(self, number: str) -> list[str]:
        return [f[5] for f in self.x.events("RANK") if f[1] == self._uniqueid(number)]

    def _uniqueid(self, number: str) -> str:
        return next(c.uniqueid for c in self._picture.live().calls.values() if c.caller == number)

    def _stage(self, number: str) -> Stage | None:
        calls = self._picture.live().calls.values()
        return next((call.stage for call in calls if call.caller == number), None)


@contextmanager
def queue(exchange: Build, *on_call: str) -> Iterator[Queue]:
    people = [counsellor("anna"), counsellor("bert", port=5081), counsellor("cora", port=5082)]
    x = exchange(plan(PATIENT), tuple(people))
    x.phones(scenario.counsellor(ring_ms=50))
    x.phones(scenario.counsellor(ring_ms=50), port=5081)
    x.phones(scenario.silent(), port=5082)
    x.on_duty("anna", on_call=on_call)
    with supervised(x) as (picture, supervising):
        made = Queue(x, picture, supervising)
        made.come(FIRST)
        until(lambda: made.answered() == {FIRST: "anna"})
        yield made


def test_who_is_moved_up_is_next_and_the_others_keep_their_order(exchange: Build) -> None:
    with queue(exchange) as q:
        q.come(SECOND)
        q.come(THIRD)
        q.steer(THIRD, "up")
        until(lambda: q.ranks(THIRD) == ["raised"])
        q.finish(FIRST)
        until(lambda: len(q.answered()) == 2)
        q.finish(THIRD)
        until(lambda: len(q.answered()) == 3)
        assert list(q.answered()) == [FIRST, THIRD, SECOND]


def test_who_is_handed_to_somebody_talks_with_them_and_who_was_not_is_served(
    exchange: Build,
) -> None:
    with queue(exchange) as q:
        q.come(SECOND)
        q.come(THIRD)
        q.steer(THIRD, "to-bert")
        until(lambda: q.answered() == {FIRST: "anna", THIRD: "bert"})
        q.finish(FIRST)
        until(lambda: q.answered() == {FIRST: "anna", THIRD: "bert", SECOND: "anna"})


def test_whoever_does_not_pick_up_leaves_the_caller_in_the_same_place(exchange: Build) -> None:
    with queue(exchange) as q:
        q.come(SECOND)
        q.come(THIRD)
        q.steer(SECOND, "to-cora")
        until(lambda: "has 1 calls" in q.x.cli("queue show city"), what="cora is rung")
        until(lambda: "has 2 calls" in q.x.cli("queue show city"), what="cora did not pick up")
        q.finish(FIRST)
        until(lambda: len(q.answered()) == 2)
        assert list(q.answered()) == [FIRST, SECOND]


def test_who_is_sent_to_a_tier_is_served_there(exchange: Build) -> None:
    with queue(exchange, "bert") as q:
        q.come(SECOND)
        q.come(THIRD)
        q.steer(THIRD, "promise")
        until(lambda: [f[5] for f in q.x.events("PROMISE")] == [THIRD])
        q.steer(SECOND, "oncall")
        until(lambda: q.answered() == {FIRST: "anna", SECOND: "bert"})
