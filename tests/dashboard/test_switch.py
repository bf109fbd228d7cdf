import pytest

from dashboard.deps import TelephonyUnavailable
from records.alarms import open_alarms
from records.audit_log import entries
from tests.dashboard.builders import EPOCH, World, without_tags

WHY = "备用机房切换"
FORM = {"tier": "promise", "minutes": "15", "reason": WHY, "sure": "1"}
UNTIL = EPOCH + 15 * 60


def noted(hotline: World) -> list[tuple[str, str, object, object]]:
    with hotline.store.read() as db:
        rows = [row for row in entries(db) if row.what == "switch"]
        return [(r.who, r.object, r.detail["why"], r.detail["until"]) for r in rows]


def alarms(hotline: World) -> list[tuple[str, object]]:
    with hotline.store.read() as db:
        found = [alarm for alarm in open_alarms(db) if alarm.kind == "switch"]
        return [(alarm.subject, alarm.detail["until"]) for alarm in found]


def test_a_supervisor_throws_it_by_name_and_the_board_says_so_at_once(hotline: World) -> None:
    supervisor = hotline.client("supervisor")
    supervisor.text("/live")
    assert supervisor.post("/live/switch", **FORM).status_code == 302
    assert hotline.actions.done == [("switch", "promise", UNTIL)]
    assert noted(hotline) == [("supervisor", "promise", WHY, UNTIL)]
    assert alarms(hotline) == [("promise", UNTIL)]
    text = " ".join(without_tags(supervisor.text("/live")).split())
    assert "应急开关：全部来电先转 三级 登记回拨 到 14:47 自动恢复。" in text


def test_it_is_brought_back_by_one_click(hotline: World) -> None:
    supervisor = hotline.client("supervisor")
    assert "/live/switch/off" not in supervisor.text("/live/switch")
    supervisor.post("/live/switch", **FORM)
    assert "/live/switch/off" in supervisor.text("/live/switch")
    assert supervisor.post("/live/switch/off").status_code == 302
    assert hotline.actions.done[1:] == [("switch", None, 0)]
    assert noted(hotline)[0] == ("supervisor", "off", "", None)
    assert alarms(hotline) == []


def test_who_throws_it_again_changes_tier_and_end(hotline: World) -> None:
    supervisor = hotline.client("supervisor")
    supervisor.post("/live/switch", **FORM)
    supervisor.post("/live/switch", **(FORM | {"minutes": "60"}))
    assert alarms(hotline) == [("promise", EPOCH + 3600)]
    supervisor.post("/live/switch", **(FORM | {"tier": "oncall"}))
    assert alarms(hotline) == [("oncall", UNTIL)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " 坏 "}, "没有理由不能切换"),
        ({"sure": None}, "请先确认"),
    ],
)
def test_nothing_is_thrown_without_a_reason_and_being_sure(
    hotline: World, changes: dict[str, str | None], words: str
) -> None:
    form = {name: value for name, value in (FORM | changes).items() if value is not None}
    answer = hotline.client("supervisor").post("/live/switch", **form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page and 'value="promise" required checked' in page
    assert hotline.actions.done == [] and noted(hotline) == [] and alarms(hotline) == []


@pytest.mark.parametrize("changes", [{"tier": "partner"}, {"tier": ""}, {"minutes": "7"}])
def test_only_tiers_of_the_plan_and_offered_times_can_be_chosen(
    hotline: World, changes: dict[str, str]
) -> None:
    assert hotline.client("supervisor").post("/live/switch", **(FORM | changes)).status_code == 400
    assert hotline.actions.done == []


@pytest.mark.parametrize("path", ["/live/switch", "/live/switch/off"])
def test_nothing_is_on_record_that_did_not_reach_the_telephones(hotline: World, path: str) -> None:
    hotline.actions.failure = TelephonyUnavailable("no connection")
    assert hotline.client("supervisor").post(path, **FORM).status_code == 503
    assert noted(hotline) == [] and alarms(hotline) == []


def test_in_the_dialog_the_board_stays_and_the_dialog_closes(hotline: World) -> None:
    browser = hotline.client("supervisor")
    headers = {"HX-Request": "true", "X-CSRF-Token": browser.token()}
    answer = browser.client.post("/live/switch", data=FORM, headers=headers)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "done")


def test_only_supervisors_are_offered_it(hotline: World) -> None:
    assert 'hx-get="/live/switch"' in hotline.client("supervisor").text("/live")
    for role in ("coordinator", "administrator"):
        assert "/live/switch" not in hotline.client(role).text("/live")
