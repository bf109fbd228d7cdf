from records import audit_log
from tests.dashboard.builders import World, add_call

NUMBER = "13800135678"
WHY = "来电者请求家属联系，需要核对号码"


def noted(hotline: World) -> list[tuple[str, str, str, dict[str, str]]]:
    with hotline.store.read() as db:
        return [(e.who, e.what, e.object, e.detail) for e in audit_log.entries(db)]


def test_a_number_is_shown_for_a_reason_that_is_on_record(hotline: World) -> None:
    call = add_call(hotline, caller=NUMBER)
    supervisor = hotline.client("supervisor")
    assert NUMBER not in supervisor.text("/calls")
    assert NUMBER not in supervisor.text(f"/calls/{call}/number")
    page = supervisor.post(f"/calls/{call}/number", reason=f" {WHY} ").get_data(as_text=True)
    assert NUMBER in page
    assert noted(hotline) == [("supervisor", "unmask", f"call {call}", {"reason": WHY})]


def test_without_a_reason_it_stays_masked_and_nothing_is_noted(hotline: World) -> None:
    call = add_call(hotline, caller=NUMBER)
    answer = hotline.client("supervisor").post(f"/calls/{call}/number", reason="  想看 ")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert NUMBER not in page and "没有理由不能查看" in page
    assert noted(hotline) == []


def test_a_hidden_number_and_no_call_at_all(hotline: World) -> None:
    hidden = add_call(hotline, caller="")
    supervisor = hotline.client("supervisor")
    assert supervisor.post(f"/calls/{hidden}/number", reason=WHY).status_code == 409
    assert supervisor.post("/calls/99/number", reason=WHY).status_code == 404
