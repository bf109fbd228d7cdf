"""One test call against a telephone that is played; the real one is in tests/telephone."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import pytest

from routing.asterisk.line_test import call_line, new_token
from routing.asterisk.session import ActionFailed, NotConnected
from routing.line_tests import Result, Seen
from routing.plan import Carrier, Line

OLD = Line("old", "老热线", "22770001")
CARRIERS = (
    Carrier("telecom", "电信", "10.0.0.2", prefix="9"),
    Carrier("unicom", "联通", "10.0.0.5"),
)
TOKEN = "*204816"


class Telephone:
    """`ends`: how dialling ends, carrier by carrier; `came`: what stands there at the end."""

    def __init__(self, ends: Mapping[str, str], came: str = "") -> None:
        self.ends, self.came = ends, came
        self.entries: dict[str, str] = {}
        self.calls: list[tuple[str, str]] = []  # way, what stood in the database meanwhile
        self.time = 1000.0

    def originate(
        self,
        channel: str,
        variables: Mapping[str, str] | None = None,
        *,
        answer_seconds: float = 60.0,
        **fields: str,
    ) -> object:
        assert variables is not None
        self.variables = variables
        way = variables["WAY"]
        self.calls.append((way, self.entries["test/call"]))
        status = self.ends[way.partition("@")[2]]
        self.entries["test/dialled"] = f"{variables['TOKEN']}|{status}"
        self.entries["test/came"] = self.came
        raise ActionFailed("Originate", "reason 0")

    def db_put(self, family: str, key: str, value: str) -> None:
        self.entries[f"{family}/{key}"] = value

    def db_get(self, family: str, key: str) -> str | None:
        return self.entries.get(f"{family}/{key}")

    def db_del(self, family: str, key: str) -> None:
        del self.entries[f"{family}/{key}"]

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += seconds


def seen(telephone: Telephone) -> Seen:
    return call_line(telephone, OLD, CARRIERS, TOKEN, telephone.now, telephone.wait)


@pytest.mark.parametrize(
    ("came", "found"),
    [
        (f"{TOKEN}|old|unicom", Seen(Result.PASSED, "telecom", "old")),
        (f"{TOKEN}|older|telecom", Seen(Result.ELSEWHERE, "telecom", "older")),
        ("*000000|old|telecom", Seen(Result.UNHEARD, "telecom")),
        ("", Seen(Result.UNHEARD, "telecom")),
    ],
)
def test_what_came_back_is_known_by_the_secret_alone(came: str, found: Seen) -> None:
    assert seen(Telephone({"telecom": "ANSWER"}, came)) == found


@pytest.mark.parametrize("status", ["NOANSWER", "BUSY", "CANCEL", ""])
def test_a_call_that_rang_in_vain_is_not_tried_by_another_carrier(status: str) -> None:
    assert seen(Telephone({"telecom": status})) == Seen(Result.UNANSWERED, "telecom")


def test_a_carrier_that_refuses_is_followed_by_the_next_one() -> None:
    telephone = Telephone({"telecom": "CONGESTION", "unicom": "ANSWER"}, f"{TOKEN}|old|telecom")
    assert seen(telephone) == Seen(Result.PASSED, "unicom", "old", ("telecom",))
    assert telephone.calls == [
        ("PJSIP/922770001@telecom", f"{TOKEN}|1060|old|telecom"),
        ("PJSIP/22770001@unicom", f"{TOKEN}|1060|old|unicom"),
    ]


def test_when_all_refuse_nobody_took_it() -> None:
    telephone = Telephone({"telecom": "CONGESTION", "unicom": "CHANUNAVAIL"})
    assert seen(telephone) == Seen(Result.REFUSED, "unicom", refused_by=("telecom", "unicom"))


@pytest.mark.parametrize(("channels", "room"), [(None, ""), (1, "0"), (2, "0"), (30, "28")])
def test_a_test_leaves_a_channel_for_the_way_back(channels: int | None, room: str) -> None:
    telephone = Telephone({"mobile": "ANSWER"})
    carriers = (Carrier("mobile", "移动", "10.0.0.3", channels=channels),)
    call_line(telephone, OLD, carriers, TOKEN, telephone.now, telephone.wait)
    assert telephone.variables["ROOM"] == room


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (("FULL", "ANSWER"), Seen(Result.PASSED, "unicom", "old")),
        (("FULL", "FULL"), Seen(Result.FULL, "")),
        (("CONGESTION", "FULL"), Seen(Result.FULL, "", refused_by=("telecom",))),
    ],
)
def test_a_carrier_without_channels_to_spare_has_not_refused(
    ends: tuple[str, str], found: Seen
) -> None:
    ways = dict(zip(("telecom", "unicom"), ends, strict=True))
    assert seen(Telephone(ways, f"{TOKEN}|old|unicom")) == found


def test_the_secret_is_gone_afterwards_whatever_happened() -> None:
    telephone = Telephone({"telecom": "ANSWER"})
    seen(telephone)
    assert "test/call" not in telephone.entries

    class Dead(Telephone):
        def originate(self, *args: object, **more: object) -> object:
            raise NotConnected("gone")

    dead = Dead({})
    with pytest.raises(NotConnected):
        seen(dead)
    assert dead.entries == {}


def test_a_secret_is_a_sign_that_nobody_presses_and_digits() -> None:
    tokens = {new_token(random.Random(seed)) for seed in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"\*[0-9]{6}", token) for token in tokens)
