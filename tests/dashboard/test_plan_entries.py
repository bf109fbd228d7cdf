"""Lines and sites added, changed, taken out in the page; what the file does is in tests/deploy."""

import pytest

from dashboard.deps import PlanChange, PlanMoved, PlanNotApplied, PlanPreview
from records import audit_log
from tests.dashboard.builders import World, without_tags

SAID = {"zh": "新增线路 extra：extra, 新线, 22770099", "en": "line extra comes: extra"}
LINE = {
    **{"id": "extra", "name": "新线", "number": "22770099", "site": "jj", "needs": ""},
    **{"old_phones": "22780120 22780121", "old_phones_in": ""},
}
ADDED = PlanChange("lines", "extra", LINE | {"old_phones": ["22780120", "22780121"]})


def noted(hotline: World) -> list[tuple[str, str, str, dict[str, object]]]:
    with hotline.store.read() as db:
        return [(e.who, e.what, e.object, dict(e.detail)) for e in audit_log.entries(db)]


def test_a_line_is_added_once_it_was_seen_what_it_changes(hotline: World) -> None:
    hotline.book.seen = PlanPreview("m1", (SAID,))
    hotline.book.found = ({"zh": "anna：站点不在", "en": "anna"},)
    browser = hotline.client("administrator")
    answer = browser.post("/admin/lines", **LINE, opened="v1")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert SAID["zh"] in page
    assert "anna：站点不在" in page
    assert hotline.book.done == [("preview", ADDED)]
    answer = browser.post("/admin/lines", **LINE, opened="v1", sure="m1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/settings")
    assert hotline.book.done[-2:] == [("write m1", ADDED), ("apply", ADDED)]
    ((who, what, thing, detail),) = noted(hotline)
    assert (who, what, thing) == ("administrator", "plan.change", "line extra")
    assert detail["number"] == ["", "22770099"]
    assert detail["old_phones"] == ["", "22780120 22780121"]
    assert "needs" not in detail


def test_a_change_is_noted_with_what_was_before(hotline: World) -> None:
    hotline.book.seen = PlanPreview("m1", (SAID,))
    hotline.book.entries["sites", "jj"]["auto_sign_in"] = True
    browser = hotline.client("administrator")
    page = browser.text("/admin/sites/jj")
    assert 'value="晋江"' in page
    browser.post("/admin/sites/jj", id="other", name="晋江市医院", switchboard="", sure="m1")
    after = {"id": "jj", "name": "晋江市医院", "auto_sign_in": False, "switchboard": ""}
    assert hotline.book.done[-1] == ("apply", PlanChange("sites", "jj", after))
    detail = {"name": ["晋江", "晋江市医院"], "auto_sign_in": ["yes", ""]}
    assert noted(hotline) == [("administrator", "plan.change", "site jj", detail)]
    text = without_tags(browser.text("/admin/audit"))
    assert "修改线路与站点" in text
    assert "站点 晋江" in text


def test_a_line_is_taken_out_in_the_same_two_steps(hotline: World) -> None:
    hotline.book.seen = PlanPreview("m1", ({"zh": "取消线路 jinjiang", "en": "goes"},))
    browser = hotline.client("administrator")
    form = {"name": "晋江线", "number": "85660001", "way": "remove"}
    page = browser.post("/admin/lines/jinjiang", **form).get_data(as_text=True)
    assert '<input type="hidden" name="way" value="remove">' in page
    browser.post("/admin/lines/jinjiang", **form, sure="m1")
    assert hotline.book.done[-1] == ("apply", PlanChange("lines", "jinjiang", None))
    ((_, _, thing, detail),) = noted(hotline)
    assert (thing, detail["number"]) == ("line jinjiang", ["85660001", ""])


def test_all_that_is_wrong_is_said_beside_its_field_and_nothing_is_lost(hotline: World) -> None:
    fields = {"number": "is 'x'; it must be 3 to 15 digits", "name": "is ''"}
    hotline.book.seen = PlanPreview(fields=fields, faults=("line 3: limits.ring: is 'x'",))
    answer = hotline.client("administrator").post("/admin/lines", **LINE, sure="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 2
    assert "3 至 15 位数字，不加区号" in page
    assert "line 3: limits.ring: is &#39;x&#39;" in page
    assert 'value="22780120 22780121"' in page
    assert noted(hotline) == []


def test_an_id_that_is_used_is_not_overwritten(hotline: World) -> None:
    hotline.book.seen = PlanPreview("m1", (SAID,))
    answer = hotline.client("administrator").post(
        "/admin/lines", **(LINE | {"id": "jinjiang"}), sure="m1"
    )
    assert answer.status_code == 422
    assert "已有人用这个代号" in answer.get_data(as_text=True)
    assert hotline.book.done == []


def test_a_file_that_was_changed_meanwhile_is_looked_at_again(hotline: World) -> None:
    hotline.book.seen, hotline.book.version = PlanPreview("m2", (SAID,)), "v2"
    answer = hotline.client("administrator").post("/admin/lines", **LINE, opened="v1", sure="m1")
    page = answer.get_data(as_text=True)
    assert "打开之后有人改了 hotline.toml" in page
    assert 'name="opened" value="v2"' in page
    assert 'value="22770099"' in page
    assert [what for what, _ in hotline.book.done] == ["preview"]


@pytest.mark.parametrize(
    ("failure", "said", "on_record"),
    [
        (PlanMoved(), "打开之后有人改了 hotline.toml", 0),
        (PermissionError(13, "Permission denied"), "服务器不让写这个文件", 0),
        (PlanNotApplied("Asterisk runs something else"), "文件已经写好，但电话系统还没有照做", 1),
    ],
)
def test_what_fails_is_said_and_what_was_typed_stays(
    hotline: World, failure: Exception, said: str, on_record: int
) -> None:
    hotline.book.seen, hotline.book.failure = PlanPreview("m1", (SAID,)), failure
    answer = hotline.client("administrator").post("/admin/lines", **LINE, sure="m1")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page, 'value="22770099"' in page) == (422, True, True)
    assert len(noted(hotline)) == on_record


def test_nothing_to_change_cannot_be_made(hotline: World) -> None:
    hotline.book.seen = PlanPreview("m1")
    page = hotline.client("administrator").post("/admin/lines", **LINE).get_data(as_text=True)
    assert "和现在一样，没有要改的" in page
    assert "的名义生效" not in page


def test_what_is_not_there_is_not_found(hotline: World) -> None:
    assert hotline.client("administrator").get("/admin/lines/nowhere").status_code == 404
