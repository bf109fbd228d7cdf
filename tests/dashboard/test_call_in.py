import pytest

from dashboard.deps import TelephonyUnavailable
from records.audit_log import entries
from records.tables import Person
from scheduler.problem import Finding
from scheduler.why import Candidate
from tests.dashboard.builders import World, without_tags

REST = Finding("rest", True, "chen", 1, {"zh": "间隔不足 11 小时", "en": "less than 11 h of rest"})
WHY = (Candidate("lin", "mid", None, 3, ()), Candidate("chen", "mid", None, None, (REST,)))
MOBILE = "13900000001"


def give_mobile(hotline: World, person: str) -> None:
    with hotline.store.session() as db:
        found = db.get(Person, person)
        assert found is not None
        found.mobile = MOBILE


def noted(hotline: World) -> list[tuple[str, str, object]]:
    with hotline.store.read() as db:
        rows = [row for row in entries(db) if row.what == "call_in"]
        return [(row.who, row.object, row.detail["how"]) for row in rows]


def test_it_is_told_who_may_work_now_and_why_the_others_may_not(hotline: World) -> None:
    hotline.actions.why = WHY
    text = " ".join(without_tags(hotline.client("supervisor").text("/live/call-in")).split())
    able, unable = text.split("不可以，以及原因")
    assert "林婉如 上“中”班" in able and "陈思远" not in able
    assert "陈思远 间隔不足 11 小时" in unable and "黄雅萍" not in text


def test_who_stands_by_comes_first_and_is_marked(hotline: World) -> None:
    hotline.actions.why = (
        Candidate("lin", "mid", None, 3, ()),
        Candidate("chen", "mid", "standby", 5, ()),
    )
    text = " ".join(without_tags(hotline.client("supervisor").text("/live/call-in")).split())
    assert "陈思远 备班待命 上“中”班" in text and "林婉如 上“中”班" in text
    assert text.index("陈思远") < text.index("林婉如")


def test_without_a_roster_it_says_so(hotline: World) -> None:
    assert "现在没有已发布的排班" in hotline.client("supervisor").text("/live/call-in")


def test_the_own_telephone_rings_and_then_the_person_s_mobile(hotline: World) -> None:
    hotline.actions.why = WHY
    give_mobile(hotline, "lin")
    supervisor = hotline.client("supervisor")
    assert 'value="telephone"' not in supervisor.text("/live/call-in")
    hotline.make_person("supervisor", "huang")
    assert 'value="telephone"' in supervisor.text("/live/call-in")
    answer = supervisor.post("/live/call-in/lin", how="telephone")
    assert answer.status_code == 303
    assert "您的话机即将振铃" in supervisor.text(answer.headers["Location"])
    assert hotline.actions.done == [("call_back", "huang", MOBILE)]
    assert noted(hotline) == [("supervisor", "lin", "telephone")]


def test_who_was_reached_another_way_is_on_record(hotline: World) -> None:
    supervisor = hotline.client("supervisor")
    answer = supervisor.post("/live/call-in/lin", how="note")
    assert "已记下：叫过 林婉如" in supervisor.text(answer.headers["Location"])
    assert hotline.actions.done == [] and noted(hotline) == [("supervisor", "lin", "note")]


@pytest.mark.parametrize(
    ("person", "how", "status"),
    [("nobody", "note", 404), ("lin", "pigeon", 400), ("lin", "telephone", 400)],
)
def test_what_cannot_be_done_is_not_on_record(
    hotline: World, person: str, how: str, status: int
) -> None:
    hotline.make_person("supervisor", "huang")
    answer = hotline.client("supervisor").post(f"/live/call-in/{person}", how=how)
    assert answer.status_code == status
    assert hotline.actions.done == [] and noted(hotline) == []


def test_nothing_is_on_record_that_did_not_reach_the_telephones(hotline: World) -> None:
    give_mobile(hotline, "lin")
    hotline.make_person("supervisor", "huang")
    hotline.actions.failure = TelephonyUnavailable("no connection")
    answer = hotline.client("supervisor").post("/live/call-in/lin", how="telephone")
    assert answer.status_code == 503 and noted(hotline) == []
