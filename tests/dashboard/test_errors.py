from dashboard.deps import TelephonyUnavailable
from records.rosters import RosterChanged
from tests.dashboard.builders import World, draft


def test_pages_that_do_not_exist_say_so_in_the_reader_s_language(hotline: World) -> None:
    answer = hotline.client("supervisor").get("/nowhere")
    assert answer.status_code == 404 and "没有这一页" in answer.text
    assert (
        "there is no such page" in hotline.client("supervisor", "en").get("/nowhere").text.lower()
    )


def test_parts_of_pages_get_a_sentence_instead_of_a_page(hotline: World) -> None:
    hotline.actions.failure = TelephonyUnavailable()
    browser = hotline.client("counsellor")
    headers = {"HX-Request": "true", "X-CSRF-Token": browser.token()}
    answer = browser.client.post("/me/sign-in", headers=headers)
    assert answer.status_code == 503
    assert answer.text.strip() == "电话系统没有应答。操作未执行，请稍后再试；来电不受影响。"


def test_an_unexpected_error_shows_no_inner_life(hotline: World) -> None:
    hotline.actions.failure = ZeroDivisionError("secret detail")
    answer = hotline.client("counsellor").post("/me/sign-in")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "已记入日志" in answer.text


def test_a_draft_that_another_changed_meanwhile_is_to_be_looked_at_again(hotline: World) -> None:
    hotline.actions.failure = RosterChanged()
    made = draft(hotline.store, {"lin": ("early",)})
    answer = hotline.client("coordinator").post(f"/roster/{made}/review")
    assert answer.status_code == 409 and "请重新核对" in answer.text


def test_what_others_may_is_refused_with_a_page(hotline: World) -> None:
    answer = hotline.client("counsellor").get("/live")
    assert answer.status_code == 403 and "没有权限" in answer.text
