"""Told by mail and web hook: real sockets, a mail server that dies, hangs, refuses and comes back.

lin's and chen's shifts are published; both have addresses, huang has none.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.listening import LOCAL, Tls
from config.mail import Mail
from deploy.certificates import prepare
from deploy.mail import PASSWORD
from deploy.mailing import Mailing
from deploy.reporting import make_due
from records import notices, users
from records.tables import LetterRow, Person
from tests.dashboard.builders import NOW, World, add_call, draft, world
from tests.deploy.post_office import PostOffice, post_office
from tests.deploy.test_web_hook import listener

SETTINGS = Mail(
    host="127.0.0.1",
    security="none",
    sender="968908@example.org",
    pages="https://hotline.example.cn:8443",
)
CELLS = {"lin": ("early", None), "chen": ("night", "night"), "huang": ("late", None)}
THURSDAY = NOW.date() + timedelta(days=1)
SOON = 0.3  # seconds for which an answer is waited for; the server that hangs does so for a minute


@pytest.fixture
def city(tmp_path: Path) -> World:
    made = world(tmp_path)
    with made.store.session() as db:
        for person in ("lin", "chen"):
            db.get_one(Person, person).email = f"{person}@example.org"
    draft(made.store, CELLS, first=THURSDAY, publish=True)
    return made


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


def mailing(city: World, settings: Mail, hook: str = "", timeout: float = 20) -> Mailing:
    reports = city.deps.reports
    return Mailing(city.app, city.store, settings, hook, "968908", reports, city.clock.now, timeout)


def send(city: World, port: int, timeout: float = 20, **changes: object) -> None:
    settings = replace(SETTINGS, port=port, **changes)  # type: ignore[arg-type]
    mailing(city, settings, timeout=timeout).send_letters()


def on_record(city: World) -> list[tuple[str | None, int, bool, bool]]:
    """What the last try said, tries, taken, given up."""
    with city.store.read() as db:
        rows = db.scalars(select(LetterRow).order_by(LetterRow.id))
        return [
            (row.trouble, row.tries, row.sent_at is not None, row.failed_at is not None)
            for row in rows
        ]


def test_each_is_told_once_of_the_own_changes_in_words_and_with_the_way_to_the_page(
    city: World, office: PostOffice
) -> None:
    for _ in range(2):
        send(city, office.port)
    assert sorted(office.to) == ["chen@example.org", "lin@example.org"]
    (lin,) = [each for each in office.taken if each["To"] == "lin@example.org"]
    assert lin["Subject"] == "【968908】您的班次有变动"
    assert lin["Message-ID"].endswith("@example.org>")
    assert lin.get_content().strip().splitlines() == [
        "林婉如，您好：",
        "",
        "排班有新的发布或撤回，您的下列班次有变动：",
        "",
        "10月1日 周四: 休 → 早 (07:00–15:00)",
        "",
        "请打开下面的页面查看，并点“我已看到”：",
        "https://hotline.example.cn:8443/me",
        "",
        "这封邮件由系统发出，请勿回复。",
    ]


def test_a_mail_is_in_the_language_of_the_account(city: World, office: PostOffice) -> None:
    with city.store.session() as db:
        account = users.by_login(db, "counsellor")
        assert account is not None
        account.language = "en"
    send(city, office.port)
    subjects = {str(each["To"]): each["Subject"] for each in office.taken}
    assert subjects == {
        "lin@example.org": "[968908] Your shifts have changed",
        "chen@example.org": "【968908】您的班次有变动",
    }


def test_a_dead_server_is_told_beside_the_letters_and_tried_again_later(
    city: World, office: PostOffice
) -> None:
    with post_office() as dead:
        port = dead.port
    send(city, port)
    assert on_record(city) == [("[Errno 111] Connection refused", 1, False, False)] * 2
    send(city, office.port)
    assert office.taken == [], "not yet"
    city.clock.advance(60)
    send(city, office.port)
    assert len(office.taken) == 2
    assert on_record(city) == [(None, 2, True, False)] * 2


@pytest.mark.parametrize("verb", ["hello", "EHLO", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left_and_both_letters_wait(
    city: World, office: PostOffice, verb: str
) -> None:
    office.answers[verb] = ""
    send(city, office.port, timeout=SOON)
    assert [row[1:] for row in on_record(city)] == [(1, False, False)] * 2
    assert all("timed out" in str(row[0]) for row in on_record(city))
    office.over.set()


def test_a_letter_whose_receipt_was_lost_comes_again_as_the_same_letter(
    city: World, office: PostOffice
) -> None:
    office.answers["."] = None
    send(city, office.port)
    assert len(office.taken) == 1
    del office.answers["."]
    city.clock.advance(60)
    send(city, office.port)
    first, *others = [(each["To"], each["Message-ID"]) for each in office.taken]
    assert others.count(first) == 1 and len(others) == 2


def test_an_address_that_nobody_has_is_given_up_and_the_others_are_told(
    city: World, office: PostOffice
) -> None:
    office.answers["RCPT"] = "550 no such user"
    send(city, office.port)
    assert on_record(city) == [("550 no such user", 1, False, True)] * 2
    office.answers["RCPT"] = "450 later"
    with city.store.session() as db:
        db.get_one(Person, "lin").email = "lin.wr@example.org"
    send(city, office.port)
    assert sorted(map(str, on_record(city))) == sorted(
        map(str, [("550 no such user", 1, False, True), ("450 later", 1, False, False)])
    )


def test_a_mailbox_that_is_full_for_now_does_not_hold_up_the_others(
    city: World, office: PostOffice
) -> None:
    office.answers["rcpt TO:<chen@example.org>"] = "452 mailbox full"
    send(city, office.port)
    assert office.to == ["lin@example.org"]
    assert ("452 mailbox full", 1, False, False) in on_record(city)
    del office.answers["rcpt TO:<chen@example.org>"]
    city.clock.advance(60)
    send(city, office.port)
    assert office.to == ["lin@example.org", "chen@example.org"]


def test_who_read_it_on_the_page_meanwhile_needs_no_mail(city: World, office: PostOffice) -> None:
    with city.store.session() as db:
        for notice in notices.unread(db, "lin"):
            notices.acknowledge(db, "lin", notice.id, "lin", NOW)
    send(city, office.port)
    assert office.to == ["chen@example.org"]


def test_without_a_password_the_letters_say_what_is_missing(
    city: World, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    send(city, office.port, user="hotline")
    assert {row[0] for row in on_record(city)} == {
        "hotline has no password: set HOTLINE_MAIL_PASSWORD, or [mail] password_file"
    }


def test_over_tls_with_a_password_from_a_file_and_not_to_a_stranger(
    city: World, tmp_path: Path
) -> None:
    pair = prepare(Tls(certificate=LOCAL), tmp_path, ("127.0.0.1",), datetime.now(UTC))
    assert pair is not None
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pair.certificate, pair.key)
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")
    secret = str(tmp_path / "password")
    strange = replace(SETTINGS, security="tls", user="hotline", password_file=secret)
    sure = replace(strange, authority=str(pair.certificate.with_name("authority.pem")))
    with post_office(tls) as office:
        mailing(city, replace(strange, port=office.port)).send_letters()
        assert office.heard == [], "nothing is said to a server that nobody vouches for"
        assert "certificate verify failed" in str(on_record(city)[0][0])
        city.clock.advance(60)
        mailing(city, replace(sure, port=office.port)).send_letters()
        assert len(office.taken) == 2
        assert "AUTH PLAIN AGhvdGxpbmUAc2VjcmV0" in office.heard  # \0hotline\0secret


def test_the_hook_is_told_of_each_person_also_while_the_mail_server_is_dead(city: World) -> None:
    with post_office() as dead:
        port = dead.port
    with listener() as server:
        hook = f"http://127.0.0.1:{server.server_port}/rosters"
        job = mailing(city, replace(SETTINGS, port=port), hook)
        for _ in range(2):
            job.send_letters()
        assert [each["person"] for each in server.told] == ["chen", "huang", "lin"]
        assert server.told[2] == {
            "hotline": "968908",
            "kind": "roster_changed",
            "id": 3,
            "version": 1,
            "person": "lin",
            "name": "林婉如",
            "changes": {str(THURSDAY): [None, "early"]},
            "told_at": NOW.isoformat(),
        }


def test_a_new_summary_goes_to_the_named_addresses_once(city: World, office: PostOffice) -> None:
    add_call(city, arrived_at=NOW - timedelta(days=40))
    make_due(city.app, city.store, city.deps.reports, NOW)
    with city.store.session() as db:
        for person in ("lin", "chen"):
            db.get_one(Person, person).email = None
    for _ in range(2):
        send(city, office.port, reports=("health@example.org",))
    (week,) = office.taken
    assert (week["To"], week["Subject"]) == (
        "health@example.org",
        "【968908】工作汇总 2026-09-21 – 2026-09-27",
    )
    body = week.get_body(("plain",))
    assert body is not None and "https://hotline.example.cn:8443/reports/official" in str(
        body.get_content()
    )
    (attached,) = week.iter_attachments()
    there = (city.deps.reports / "summary-2026-W39.xlsx").read_bytes()
    assert (attached.get_filename(), attached.get_content()) == ("summary-2026-W39.xlsx", there)
