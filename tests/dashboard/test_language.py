"""No stray English on Chinese pages, no stray Chinese on English ones, and a whole catalogue."""

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from dashboard import language
from dashboard.alarms import WORDS
from dashboard.audit_words import DOERS
from dashboard.deps import RosterRun
from dashboard.telling import INSTANTS
from records import alarms, audit_log, directory, handovers, line_tests
from records.actions import ACTIONS
from records.directory import Entry
from records.tables import NoteRow
from records.tasks import Reason
from routing.line_tests import Result, Seen
from routing.live import Doing, Stage, Watcher, Way
from scheduler.problem import Finding
from scheduler.why import Candidate
from tests.dashboard.builders import (
    EPOCH,
    NOW,
    ROLES,
    SEAL,
    SHIFTS,
    World,
    add_task,
    call_row,
    caller,
    city,
    draft,
    member,
    picture,
    without_tags,
    world,
)

FOLDER = Path(language.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"[A-Za-z]{2,}")
# Data and names of things that have no other name.
DATA_ENGLISH = {"chinesecalendar", "English", "MB"}
DATA_ENGLISH |= {"Alt", "Ctrl", "Enter", "Space", "Esc", "Shift", "Home", "End"}
DATA_ENGLISH |= {"Excel", "CSV", "PDF", "iCalendar", "xlsx", "absences", "wishes"}
DATA_ENGLISH |= {"person", "first", "last", "reason", "day", "shift", "want", "weight"}
DATA_ENGLISH |= {"lin", "chen", "huang", *ROLES}  # ids and logins
DATA_HAN = {"中文", "泉州市心理援助热线"}


def names() -> set[str]:
    people = {"林婉如", "陈思远", "黄雅萍", "曾怀瑾", "施以宁", "管理"}
    things = {line.name for line in city().lines} | {c.name for c in city().carriers}
    things |= {site.name for site in city().sites}
    return people | things | {shift.name for shift in SHIFTS}


def watchers() -> tuple[Watcher, ...]:
    return tuple(Watcher("chen", way, way.value) for way in Way)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Something of everything that a page can show; the pages are only looked at."""
    hotline = world(tmp_path_factory.mktemp("busy"))
    hotline.feed.show(
        picture(
            calls=[
                caller("a"),
                caller("b", caller="", stage=Stage.TALKING, person="lin", watchers=watchers()),
                caller("c", stage=Stage.GREETING),
                caller("d", stage=Stage.PROMISING),
            ],
            members=[member(f"p{n}", doing, until=EPOCH + 60) for n, doing in enumerate(Doing)]
            + [member("huang", on_call=True)],
        )
    )
    hotline.actions.findings = (
        Finding("rest", True, "lin", 1, {"zh": "间隔不足", "en": "too little rest"}),
        Finding("cover", False, None, 1, {"zh": "少 1 人", "en": "1 short"}, hour=30),
    )
    hotline.make_person("supervisor", "huang")
    hotline.actions.why = (
        Candidate("lin", "early", "standby", 0, ()),
        Candidate("chen", "early", None, None, hotline.actions.findings),
    )
    hotline.actions.run = RosterRun(True, ((1.0, 100, 50),))
    draft(hotline.store, {"lin": ("early",) * 28, "chen": (None,) * 28}, publish=True)
    draft(hotline.store, {"lin": ("early",) * 28})
    for number, reason in enumerate(Reason):
        tried = {"tries": 2, "tried_at": NOW, "tried_by": "supervisor", "attempts": 3}
        add_task(hotline, f"1380013567{number}", 5 - number, reason=reason, rank="crisis", **tried)
    add_task(hotline, "", assigned_to="lin")
    with hotline.store.session() as db:
        for step in ("begun", "help", "note", "arrived", "not_needed"):
            detail = {"step": step, "number": "110", "text": "110"}
            audit_log.note(db, NOW, "supervisor", "crisis_mode", "call lin", detail)
        for what, fields in ACTIONS.items():
            said = {name: NOW.isoformat() if name in INSTANTS else 1 for name in fields}
            audit_log.note(db, NOW, "supervisor", what, "records", said)
        for doer in DOERS:
            audit_log.note(db, NOW, doer, "retention", "records", {})
        db.add_all([call_row(n) for n in range(60)])
        for outcome in ("abandoned", "promised", "refused", "cutoff", None):
            db.add(call_row(100 + len(str(outcome)), outcome=outcome, caller=""))
        db.add(NoteRow(call_id=1, person="lin", revision=1, kind="silent", problem="family"))
        handovers.write(db, "chen", "1234", NOW, SEAL)
        directory.add(db, Entry(directory.Kind.POLICE, "110", "110"), NOW)
        for kind in WORDS:
            alarms.raise_alarm(db, kind, "oncall" if kind == "switch" else "lin", {}, NOW)
        seen = [Seen(result, "telecom", "shishi", ("telecom",)) for result in Result]
        for test, line in zip(seen, city().lines, strict=False):
            line_tests.note(db, line.id, test, NOW)
    return hotline


ROLE_PAGES = [
    ("", "/sign-in"),
    ("supervisor", "/live"),
    ("supervisor", "/live/wall"),
    ("supervisor", "/live/task/1"),
    ("supervisor", "/live/task/5"),
    ("counsellor", "/live/task/1"),
    ("supervisor", "/live/tasks"),
    ("supervisor", "/live/tasks?done=2&left=1"),
    ("supervisor", "/live/lines"),
    ("supervisor", "/live/switch"),
    ("supervisor", "/live/call/b"),
    ("supervisor", "/live/waiting/a"),
    ("supervisor", "/live/crisis/lin"),
    ("supervisor", "/live/person/lin"),
    ("supervisor", "/live/call-in"),
    ("supervisor", "/live/call-in?called=林婉如&how=telephone"),
    ("supervisor", "/live/call-in?called=林婉如&how=note"),
    ("supervisor", "/calls"),
    ("supervisor", "/calls?origin=local&note=silent"),
    ("supervisor", "/reports"),
    ("supervisor", "/reports?by=day"),
    ("supervisor", "/reports?by=site"),
    ("supervisor", "/reports/people"),
    ("supervisor", "/reports/official?first=2026-09-01&last=2026-09-30"),
    ("supervisor", "/calls/1/number"),
    ("administrator", "/admin/people"),
    ("administrator", "/admin/person"),
    ("administrator", "/admin/person/lin"),
    ("administrator", "/admin/import"),
    ("administrator", "/admin/accounts"),
    ("administrator", "/admin/account"),
    ("administrator", "/admin/settings"),
    ("administrator", "/admin/lines/jinjiang"),
    ("administrator", "/admin/sites"),
    ("administrator", "/admin/audit"),
    ("supervisor", "/nowhere"),
    ("coordinator", "/roster/1"),
    ("coordinator", "/roster/2"),
    ("coordinator", "/roster/2/review"),
    ("coordinator", "/roster?first=2026-09-28"),
    ("coordinator", "/roster/why?roster=1&person=lin&day=1"),
    ("coordinator", "/roster/2/effects?person=lin&day=1"),
    ("coordinator", "/roster/why-hour?roster=1&hour=30"),
    ("coordinator", "/roster/mend?first=2026-09-28"),
    ("coordinator", "/roster/requests"),
    ("coordinator", "/roster/fairness"),
    ("coordinator", "/roster/history"),
    ("coordinator", "/roster/compare?a=1&b=2"),
    ("coordinator", "/roster/1/withdraw"),
    ("coordinator", "/roster/1/tryout"),
    ("coordinator", "/roster/needs"),
    ("coordinator", "/roster/needs/0/8"),
    ("coordinator", "/roster/import"),
    ("coordinator", "/roster/import-roster"),
    ("counsellor", "/me/exchange?day=2026-10-01"),
    ("counsellor", "/me/calendar"),
    ("coordinator", "/roster?first=2027-09-27"),
    ("counsellor", "/desk"),
    ("counsellor", "/desk/call"),
    ("supervisor", "/desk/notes/1/read"),
    ("counsellor", "/directory"),
    ("coordinator", "/directory"),
    ("coordinator", "/directory/new"),
    ("coordinator", "/directory/1"),
    ("counsellor", "/desk/transfer"),
    ("counsellor", "/handover/unread"),
    ("counsellor", "/handover/new"),
    ("supervisor", "/handover"),
    ("counsellor", "/me"),
    ("counsellor", "/calls"),
]


def page(busy: World, role: str, path: str, lang: str) -> str:
    shown = busy.client(role or None, lang).get(path).text
    # Names of files, commands and rules; sources are cited in their own language.
    return without_tags(re.sub(r"<(code|cite)\b[^>]*>[^<]*</\1>", " ", shown))


def stray(found: Iterable[str], allowed: set[str]) -> list[str]:
    return sorted(set(found) - allowed)


@pytest.mark.parametrize(("role", "path"), ROLE_PAGES)
def test_english_pages_hold_no_chinese(busy: World, role: str, path: str) -> None:
    text = page(busy, role, path, "en")
    for name in sorted(names() | DATA_HAN, key=len, reverse=True):
        text = text.replace(name, " ")
    assert stray(HAN.findall(text), set()) == []


@pytest.mark.parametrize(("role", "path"), ROLE_PAGES)
def test_chinese_pages_hold_no_english(busy: World, role: str, path: str) -> None:
    text = re.sub(r"p\d", "", page(busy, role, path, "zh"))
    assert stray(WORD.findall(text), DATA_ENGLISH) == []


def test_the_catalogue_has_every_text_and_no_other() -> None:
    methods = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
    options = {name: {"trimmed": "true"} for name, _kind in methods[1:]}
    found = {
        message if isinstance(message, str) else message[0]
        for _file, _line, message, _comments, _context in extract_from_dir(
            FOLDER,
            methods,
            options,
            keywords={"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)},
        )
    }
    po = read_po(BytesIO((FOLDER / "translations/en/LC_MESSAGES/messages.po").read_bytes()))
    texts = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in po if m.id}
    assert sorted(found ^ set(texts)) == []
    assert [key for key, text in texts.items() if not text or not all(text)] == []
    assert [m.id for m in po if m.fuzzy and m.id] == []


def test_placeholders_survive_translation() -> None:
    po = read_po(BytesIO((FOLDER / "translations/en/LC_MESSAGES/messages.po").read_bytes()))
    for message in po:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)[:1]
        text = message.string or ""
        texts = [text] if isinstance(text, str) else list(text)[-1:]
        assert [sorted(re.findall(r"%\(\w+\)s", i)) for i in ids] == [
            sorted(re.findall(r"%\(\w+\)s", t)) for t in texts
        ], message.id


def test_the_switch_is_remembered_and_leads_back(hotline: World) -> None:
    browser = hotline.client("supervisor")
    browser.client.delete_cookie("language")
    assert 'lang="zh-CN"' in browser.text("/live")
    answer = browser.post("/language/en", next="/live")
    assert answer.headers["Location"] == "/live"
    assert '<html lang="en"' in browser.text("/live")
    assert browser.post("/language/xx").status_code == 404


def test_a_person_s_own_language_holds_until_the_switch_is_used(hotline: World) -> None:
    from records import users

    with hotline.store.session() as db:
        user = users.by_login(db, "supervisor")
        assert user is not None
        user.language = "en"
    browser = hotline.client("supervisor")
    browser.client.delete_cookie("language")
    assert '<html lang="en"' in browser.text("/live")


def test_no_compiled_catalogue_is_written() -> None:
    assert language.compile_translations()[:4] == b"\xde\x12\x04\x95"
    assert list(FOLDER.rglob("*.mo")) == []
