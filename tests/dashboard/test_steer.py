import pytest

from dashboard.deps import TelephonyUnavailable
from records import people
from records.audit_log import entries
from routing.calls import Rank
from routing.live import Call, Doing, Stage
from tests.dashboard.builders import Browser, World, caller, member, picture, without_tags

PEOPLE = [member("lin"), member("chen", Doing.TALKING)]


@pytest.fixture
def supervisor(hotline: World) -> Browser:
    show(hotline, caller("1.7"))
    return hotline.client("supervisor")


def show(hotline: World, *calls: Call) -> None:
    hotline.feed.show(picture(calls=calls, members=PEOPLE))


def noted(hotline: World) -> list[tuple[str, str, object]]:
    with hotline.store.read() as db:
        rows = [row for row in entries(db) if row.what == "steer"]
        return [(row.who, row.object, row.detail["where"]) for row in rows]


@pytest.mark.parametrize("where", ["up", "oncall", "promise", "to-lin"])
def test_a_caller_is_steered_by_one_click_and_it_is_on_record(
    hotline: World, supervisor: Browser, where: str
) -> None:
    assert supervisor.post(f"/live/waiting/1.7/{where}").status_code == 302
    assert hotline.actions.done == [("steer", "1.7", where)]
    assert noted(hotline) == [("supervisor", "call 1.7", where)]


@pytest.mark.parametrize("where", ["partner", "to-chen", "to-nobody", "down"])
def test_nobody_is_sent_where_nobody_is(hotline: World, supervisor: Browser, where: str) -> None:
    assert supervisor.post(f"/live/waiting/1.7/{where}").status_code == 404
    assert hotline.actions.done == [] and noted(hotline) == []


def test_the_dialog_offers_who_is_free_and_the_supervisor(
    hotline: World, supervisor: Browser
) -> None:
    text = without_tags(supervisor.text("/live/waiting/1.7"))
    assert "林婉如" in text and "陈思远" not in text and "黄雅萍" not in text
    hotline.make_person("supervisor", "huang")
    assert "黄雅萍" in supervisor.text("/live/waiting/1.7")


def test_the_dialog_says_whom_the_caller_wishes_for_and_names_them_first(
    hotline: World, supervisor: Browser
) -> None:
    with hotline.store.session() as db:
        for person in people.people(db):
            if person.id == "huang":
                person.qualifications = ["counsellor", "minnan"]
    show(hotline, caller("1.7", needs="minnan"))
    hotline.make_person("supervisor", "huang")
    text = " ".join(without_tags(supervisor.text("/live/waiting/1.7")).split())
    assert "需要：闽南语" in text and "黄雅萍 · 闽南语 林婉如 转到层级" in text


def test_who_is_in_danger_is_first_already_and_never_promised_away(
    hotline: World, supervisor: Browser
) -> None:
    show(hotline, caller("1.7", rank=Rank.CRISIS))
    assert supervisor.post("/live/waiting/1.7/promise").status_code == 404
    assert supervisor.post("/live/waiting/1.7/up").status_code == 404
    page = supervisor.text("/live/waiting/1.7")
    assert "/promise" not in page and "/up" not in page and "/oncall" in page
    assert "/live/waiting/1.7/up" not in supervisor.text("/live")


def test_a_caller_who_waits_no_more_is_left_alone(hotline: World, supervisor: Browser) -> None:
    show(hotline, caller("1.7", stage=Stage.TALKING, person="lin"))
    assert supervisor.post("/live/waiting/1.7/up").status_code == 409
    assert hotline.actions.done == [] and noted(hotline) == []


def test_nothing_is_on_record_that_did_not_reach_the_telephones(
    hotline: World, supervisor: Browser
) -> None:
    hotline.actions.failure = TelephonyUnavailable("no connection")
    assert supervisor.post("/live/waiting/1.7/up").status_code == 503
    assert noted(hotline) == []


def test_only_supervisors_are_offered_it(hotline: World, supervisor: Browser) -> None:
    assert 'hx-post="/live/waiting/1.7/up"' in supervisor.text("/live")
    assert "/live/waiting/" not in hotline.client("administrator").text("/live")
