"""Handing a caller on: who can be chosen, what is asked of the telephones, what comes along."""

import re

import pytest

from dashboard.deps import TelephonyUnavailable
from records import transfers
from records.tables import CallRow, NoteRow, Person
from records.transfers import Kind
from routing.live import Doing, Stage
from tests.dashboard.builders import NOW, World, add_call, caller, member, picture
from tests.dashboard.test_record import add_counsellor, save, trail

TALK = caller("u1", stage=Stage.TALKING, person="lin")


@pytest.fixture
def talking(hotline: World) -> int:
    """lin talks with somebody; chen is free, huang on the telephone. The call's id."""
    add_counsellor(hotline, "chen")
    members = [
        member("lin", Doing.TALKING, call="u1"),
        member("chen"),
        member("huang", Doing.TALKING, on_call=True),
    ]
    hotline.feed.show(picture([TALK], members))
    return add_call(hotline, uniqueid="u1", ended_at=None, outcome=None, person="lin")


def rings_at_chen(hotline: World) -> None:
    on_the_way = caller("u1", stage=Stage.WAITING, person="chen")
    hotline.feed.show(picture([on_the_way], [member("chen", Doing.RINGING, call="u1")]))


def test_colleagues_in_the_queue_are_offered_and_those_who_cannot_come_are_not(
    hotline: World, talking: int
) -> None:
    shown = hotline.client("counsellor").text("/desk/transfer")
    assert "林婉如" not in shown.split("<h1")[1]
    assert shown.index("陈思远") < shown.index("黄雅萍")
    free, busy = shown.split("<li>")[1:3]
    assert (free.count(" disabled"), busy.count(" disabled")) == (0, 2)
    assert ('"tier": "oncall"' in shown, '"tier": "partner"' in shown) == (True, False)


@pytest.mark.parametrize(
    ("form", "asked", "to"),
    [
        ({"person": "chen"}, ("chen", ""), "chen"),
        ({"tier": "oncall"}, ("", "oncall"), "oncall"),
        ({"tier": "duty"}, ("", ""), "duty"),
    ],
)
def test_a_caller_is_handed_on_and_it_is_on_record(
    hotline: World, talking: int, form: dict[str, str], asked: tuple[str, str], to: str
) -> None:
    answer = hotline.client("counsellor").post_part("/desk/transfer", **form)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "handed, done")
    assert hotline.actions.done == [("hand_on", "PJSIP/telecom-u1", "lin", *asked)]
    assert trail(hotline) == [("counsellor", "call.handed", f"call {talking}")]
    with hotline.store.read() as db:
        found = transfers.latest(db, "u1", "chen")
        assert found is not None
        assert (found.by, found.to, found.kind) == ("lin", to, "handed")


def test_a_colleague_is_asked_first(hotline: World, talking: int) -> None:
    answer = hotline.client("counsellor").post_part("/desk/consult", person="chen")
    assert answer.headers["HX-Trigger"] == "asked, done"
    assert hotline.actions.done == [("consult", "lin", "chen")]
    assert trail(hotline) == [("counsellor", "call.asked", f"call {talking}")]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"person": "lin"},
        {"person": "nobody"},
        {"tier": "partner"},
        {"tier": "x"},
        {"person": "chen", "tier": "duty"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(hotline: World, talking: int, form: dict[str, str]) -> None:
    assert hotline.client("counsellor").post("/desk/transfer", **form).status_code == 400
    assert (hotline.actions.done, trail(hotline)) == ([], [])


def test_without_a_caller_on_the_line_nobody_is_handed_on(hotline: World) -> None:
    hotline.feed.show(picture([], [member("lin"), member("chen")]))
    browser = hotline.client("counsellor")
    answers = [
        browser.get("/desk/transfer"),
        browser.post("/desk/transfer", person="chen"),
        browser.post("/desk/consult", person="chen"),
    ]
    assert [answer.status_code for answer in answers] == [409] * 3
    assert "没有转接" in answers[1].text


def test_a_silent_telephone_system_leaves_nothing_on_record(hotline: World, talking: int) -> None:
    hotline.actions.failure = TelephonyUnavailable()
    answer = hotline.client("counsellor").post("/desk/transfer", person="chen")
    assert (answer.status_code, trail(hotline)) == (503, [])


def test_the_record_is_shown_when_it_rings_and_the_reading_is_on_record_once(
    hotline: World, talking: int
) -> None:
    save(hotline.client("counsellor"), talking, account="与母亲争执", actions="已做安全约定")
    hotline.client("counsellor").post("/desk/transfer", person="chen")
    rings_at_chen(hotline)
    chen = hotline.client("chen")
    for _ in range(2):
        shown = chen.text("/desk/call")
        assert all(words in shown for words in ("林婉如 转来", "与母亲争执", "已做安全约定", "高"))
    assert trail(hotline).count(("chen", "note.read", f"call {talking}")) == 1


def test_who_is_asked_sees_the_caller_and_the_record(hotline: World, talking: int) -> None:
    save(hotline.client("counsellor"), talking, account="与母亲争执")
    hotline.client("counsellor").post("/desk/consult", person="chen")
    members = [member("lin", Doing.TALKING, call="u1"), member("chen", Doing.TALKING)]
    hotline.feed.show(picture([TALK], members))
    shown = hotline.client("chen").text("/desk/call")
    assert all(words in shown for words in ("晋江线", "138****1234", "林婉如 转来", "与母亲争执"))
    hotline.feed.show(picture([TALK], [member("chen")]))
    assert "现在没有来电" in hotline.client("chen").text("/desk/call")
    hotline.feed.show(picture([], members))
    with hotline.store.session() as db:
        db.get_one(CallRow, talking).ended_at = NOW
    assert "现在没有来电" in hotline.client("chen").text("/desk/call")


def test_the_record_goes_to_who_takes_the_call_and_nothing_is_written_over(
    hotline: World, talking: int
) -> None:
    lin, chen = hotline.client("counsellor"), hotline.client("chen")
    save(lin, talking, 3, account="与母亲争执")
    with hotline.store.session() as db:
        db.get_one(CallRow, talking).person = "chen"
    assert save(lin, talking, 4, account="迟到的字").status_code == 403
    fresh = {"revision": 9, "acked": 0, "fields": {"account": "我是思远"}}
    post = {"json": fresh, "headers": {"X-CSRF-Token": chen.token()}}
    assert chen.client.post(f"/desk/notes/{talking}", **post).status_code == 409
    (draft,) = chen.get("/desk/drafts").json or []
    assert (draft["revision"], draft["fields"]["account"]) == (3, "与母亲争执")
    assert save(chen, talking, 4, account="与母亲争执\n我是思远").status_code == 200
    assert len(chen.get("/desk/drafts").json or []) == 1
    read = [entry for entry in trail(hotline) if entry[1] == "note.read"]
    assert read == [("chen", "note.read", f"call {talking}")]  # a colleague's, and never the own
    assert lin.get("/desk/drafts").json == []


def test_a_caller_who_came_back_to_the_same_counsellor_has_no_record_of_another(
    hotline: World, talking: int
) -> None:
    with hotline.store.session() as db:
        row = db.get_one(CallRow, talking)
        transfers.note(db, row, NOW, "lin", "chen", Kind.HANDED)
        assert transfers.latest(db, "u1", "lin") is None


def test_from_a_desk_phone_callers_are_handed_on_and_colleagues_asked_too(
    hotline: World, talking: int
) -> None:
    with hotline.store.session() as db:
        db.get_one(Person, "lin").contact = "sip:lin@10.0.0.7"
    shown = hotline.client("counsellor").text("/desk/transfer")
    assert ("直接转" in shown, "先商量" in shown) == (True, True)


def test_the_page_is_told_of_the_talk_on_whatever_telephone_until_its_record_is_written(
    hotline: World, talking: int
) -> None:
    own = hotline.client("counsellor")

    def told() -> tuple[str | None, ...]:
        page = own.text("/desk/call")
        found = [re.search(rf'data-{name}="([^"]*)"', page) for name in ("talk", "call")]
        return tuple(each and each[1] for each in found)

    with hotline.store.session() as db:
        row = db.get_one(CallRow, talking)
        assert row.answered_at is not None
        answered = str(row.answered_at.timestamp())
        row.person = None
    assert told() == (str(TALK.since), None), "it is not on record yet"
    with hotline.store.session() as db:
        db.get_one(CallRow, talking).person = "lin"
    assert told() == (answered, str(talking))
    with hotline.store.session() as db:
        db.add(NoteRow(call_id=talking, person="lin", revision=1, submitted_at=NOW))
    assert told() == (answered, "0")
    rings_at_chen(hotline)
    assert told() == (None, None)
