import re

import pytest

from dashboard.passwords import matches
from records import audit_log, users
from records.tables import User
from tests.dashboard.builders import World, without_tags

FORM = {"login": "chief", "name": "何景初", "role": "coordinator", "person_id": ""}


def known(hotline: World, login: str) -> User:
    with hotline.store.read() as db:
        found = users.by_login(db, login)
        assert found is not None
        return found


def change(login: str, **changes: str) -> dict[str, str]:
    return {"name": "名", "role": login, "person_id": "", "active": "yes"} | changes


def shown_password(page: str) -> str:
    return str(re.findall(r"<dd><code>([^<]+)</code></dd>", page)[-1])


def test_accounts_are_listed(hotline: World) -> None:
    text = " ".join(without_tags(hotline.client("administrator").text("/admin/accounts")).split())
    assert "counsellor 林婉如 接线员 林婉如 启用 修改" in text


def test_an_account_is_added_and_its_password_shown_once(hotline: World) -> None:
    browser = hotline.client("administrator")
    page = browser.post("/admin/account", **FORM).get_data(as_text=True)
    added = known(hotline, "chief")
    assert (added.name, added.role, added.person_id) == ("何景初", "coordinator", None)
    assert matches(shown_password(page), added.password_hash)
    with hotline.store.read() as db:
        (entry,) = audit_log.entries(db)
    assert (entry.what, entry.object) == ("user.add", "chief")
    assert shown_password(page) not in str(entry.detail)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"login": "a b"}, "登录名须为"),
        ({"login": "汉"}, "登录名须为"),
        ({"name": " "}, "请填写姓名"),
        ({"role": "king"}, "请选择角色"),
        ({"role": "counsellor"}, "接线员账号要指定人员"),
        ({"person_id": "eve"}, "接线员账号要指定人员"),
        ({"login": "supervisor"}, "这个登录名已有人使用"),
    ],
)
def test_what_is_wrong_is_said(hotline: World, wrong: dict[str, str], said: str) -> None:
    answer = hotline.client("administrator").post("/admin/account", **(FORM | wrong))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with hotline.store.read() as db:
        assert len(users.users(db)) == 4


def test_an_account_that_is_closed_is_signed_out(hotline: World) -> None:
    supervisor, browser = hotline.client("supervisor"), hotline.client("administrator")
    path = f"/admin/account/{known(hotline, 'supervisor').id}"
    assert browser.post(path, **change("supervisor", active="no")).status_code == 303
    assert known(hotline, "supervisor").active is False
    assert supervisor.get("/live").status_code == 302


def test_the_last_administrator_cannot_leave(hotline: World) -> None:
    browser = hotline.client("administrator")
    path = f"/admin/account/{known(hotline, 'administrator').id}"
    answer = browser.post(path, **change("administrator", active="no"))
    assert (answer.status_code, "最后一个管理员" in answer.get_data(as_text=True)) == (422, True)
    assert browser.get("/admin/accounts").status_code == 200


def test_a_new_password_ends_the_old_one(hotline: World) -> None:
    supervisor, browser = hotline.client("supervisor"), hotline.client("administrator")
    user = known(hotline, "supervisor")
    page = browser.post(f"/admin/account/{user.id}/password").get_data(as_text=True)
    assert matches(shown_password(page), known(hotline, "supervisor").password_hash)
    assert supervisor.get("/live").status_code == 302


def test_no_such_account(hotline: World) -> None:
    browser = hotline.client("administrator")
    assert browser.get("/admin/account/99").status_code == 404
    assert browser.post("/admin/account/99", **change("supervisor")).status_code == 404
    assert browser.post("/admin/account/99/password").status_code == 404
