from pathlib import Path

import pytest

from dashboard.account import safe_path
from dashboard.passwords import hash_password
from records import audit_log, users
from tests.dashboard.builders import PASSWORD, Browser, World, world


def test_a_supervisor_comes_home_to_the_live_board(hotline: World) -> None:
    browser = hotline.client("supervisor")
    assert browser.get("/").headers["Location"] == "/live"


def test_signing_in_leads_to_where_one_wanted_to_go(hotline: World) -> None:
    browser = hotline.client()
    away = browser.get("/calls?line=city").headers["Location"]
    assert away == "/sign-in?next=/calls?line%3Dcity"
    assert 'name="next" value="/calls?line=city"' in browser.text(away)
    answer = browser.post(
        "/sign-in", login="supervisor", password=PASSWORD, next="/calls?line=city"
    )
    assert answer.headers["Location"] == "/calls?line=city"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil",
        "x",
        "/a\nb",
        "/\t/evil.example/",
        "/\r/evil",
    ],
)
def test_other_sites_are_no_place_to_go(path: str) -> None:
    assert safe_path(path) == "/"


def test_the_session_is_new_after_signing_in(hotline: World) -> None:
    browser = hotline.client()
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody"
    before = browser.token()
    browser.sign_in("supervisor")
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf") != before


def test_the_cookie_is_kept_from_scripts_and_other_sites(hotline: World) -> None:
    browser = hotline.client()
    cookie = browser.post("/sign-in", login="supervisor", password=PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("hotline=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_wrong_password_and_an_unknown_login_are_told_the_same(hotline: World) -> None:
    browser = hotline.client()
    wrong = browser.post("/sign-in", login="supervisor", password="guess")
    unknown = browser.post("/sign-in", login="nobody", password="guess")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "账号或密码不对" in wrong.text and "账号或密码不对" in unknown.text


def test_guessing_is_slowed_down_even_for_the_right_password(hotline: World) -> None:
    browser = hotline.client()
    for _ in range(5):
        assert browser.sign_in("supervisor", "guess") == 401
    assert browser.sign_in("supervisor") == 429
    hotline.clock.advance(31)
    assert browser.sign_in("supervisor") == 302


def test_sign_ins_and_refusals_are_on_record(hotline: World) -> None:
    browser = hotline.client()
    browser.sign_in("supervisor", "guess")
    browser.sign_in("supervisor")
    with hotline.store.read() as db:
        noted = sorted(entry.what for entry in audit_log.entries(db))
    assert noted == ["session.begin", "session.refused"]


def test_signing_out_ends_the_session(hotline: World) -> None:
    browser = hotline.client("supervisor")
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert browser.get("/live").status_code == 302


def test_a_cookie_that_comes_back_after_signing_out_is_worth_nothing(hotline: World) -> None:
    browser = hotline.client("supervisor")
    with browser.client.session_transaction() as session:
        kept = dict(session)
    browser.post("/sign-out")
    with browser.client.session_transaction() as session:
        session.update(kept)
    assert browser.get("/live").status_code == 302


def test_a_new_password_ends_older_sessions(hotline: World) -> None:
    browser = hotline.client("supervisor")
    with hotline.store.session() as db:
        assert users.set_password(db, "supervisor", hash_password("another-long-one"))
    assert browser.get("/live").status_code == 302


def test_people_who_left_are_out_at_once(hotline: World) -> None:
    browser = hotline.client("supervisor")
    with hotline.store.session() as db:
        user = users.by_login(db, "supervisor")
        assert user is not None
        user.active = False
    assert browser.get("/live").status_code == 302
    assert browser.sign_in("supervisor") == 401


def test_sample_logins_are_shown_only_where_there_are_some(tmp_path: Path) -> None:
    samples = (("ceng", "try-this-one", "supervisor"),)
    page = world(tmp_path, samples=samples).client().text("/sign-in")
    assert "示例账号" in page and "try-this-one" in page


def test_a_real_city_shows_no_logins(hotline: World) -> None:
    assert "示例账号" not in hotline.client().text("/sign-in")


def test_a_session_that_has_no_token_yet_takes_none(hotline: World) -> None:
    """Another site's form could say whatever stands for none, and sign a visitor in as somebody."""
    for said in ("", "\0"):
        form = {"login": "lin", "password": "x", "csrf": said}
        assert hotline.app.test_client().post("/sign-in", data=form).status_code == 400


def test_posts_without_the_token_are_refused(hotline: World) -> None:
    browser: Browser = hotline.client("counsellor")
    bare = browser.client.post("/me/sign-in")
    other = browser.client.post("/me/sign-in", data={"csrf": hotline.client().token()})
    assert (bare.status_code, other.status_code) == (400, 400)
    assert hotline.actions.done == []
    in_form = browser.client.post("/me/sign-in", data={"csrf": browser.token()})
    assert in_form.status_code == 200
