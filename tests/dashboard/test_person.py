import pytest

from dashboard.deps import TelephonyUnavailable
from records.audit_log import entries
from routing.live import Doing
from tests.dashboard.builders import World, member, picture, without_tags


def noted(hotline: World) -> list[tuple[str, str, str, object]]:
    with hotline.store.read() as db:
        return [(row.who, row.what, row.object, row.detail) for row in entries(db)]


def test_a_supervisor_pauses_somebody_for_a_while(hotline: World) -> None:
    hotline.feed.show(picture(members=[member("lin")]))
    supervisor = hotline.client("supervisor")
    assert "/live/person/lin/resume" not in supervisor.text("/live/person/lin")
    assert supervisor.post("/live/person/lin/pause", minutes="15").status_code == 302
    assert hotline.actions.done == [("pause", "lin", "break", 900)]
    assert noted(hotline) == [("supervisor", "pause", "lin", {"minutes": 15})]


@pytest.mark.parametrize("doing", [Doing.BREAK, Doing.RECOVERING, Doing.MISSED, Doing.WRITING])
def test_and_ends_any_pause(hotline: World, doing: Doing) -> None:
    hotline.feed.show(picture(members=[member("lin", doing)]))
    supervisor = hotline.client("supervisor")
    assert "/live/person/lin/resume" in supervisor.text("/live/person/lin")
    assert supervisor.post("/live/person/lin/resume").status_code == 302
    assert hotline.actions.done == [("resume", "lin")]
    assert noted(hotline) == [("supervisor", "resume", "lin", {"ended": doing.value})]


def test_who_is_not_in_the_queue_cannot_be_paused(hotline: World) -> None:
    page = hotline.client("supervisor").text("/live/person/lin")
    assert "不在队列中" in without_tags(page) and "/live/person/lin/pause" not in page


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/live/person/lin/pause", {"minutes": "7"}, 400),
        ("/live/person/lin/pause", {}, 400),
        ("/live/person/nobody/pause", {"minutes": "15"}, 404),
        ("/live/person/nobody/resume", {}, 404),
    ],
)
def test_only_offered_times_and_known_people(
    hotline: World, path: str, form: dict[str, str], status: int
) -> None:
    assert hotline.client("supervisor").post(path, **form).status_code == status
    assert hotline.actions.done == [] and noted(hotline) == []


def test_nothing_is_on_record_that_did_not_reach_the_telephones(hotline: World) -> None:
    hotline.actions.failure = TelephonyUnavailable("no connection")
    supervisor = hotline.client("supervisor")
    assert supervisor.post("/live/person/lin/pause", minutes="15").status_code == 503
    assert supervisor.post("/live/person/lin/resume").status_code == 503
    assert noted(hotline) == []


def test_the_tile_of_a_person_leads_there_for_supervisors_alone(hotline: World) -> None:
    hotline.feed.show(picture(members=[member("lin")]))
    assert 'hx-get="/live/person/lin"' in hotline.client("supervisor").text("/live")
    assert "/live/person/" not in hotline.client("coordinator").text("/live")
