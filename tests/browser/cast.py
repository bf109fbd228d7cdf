"""The city of the four people's days: its telephones, its shifts, and who is who."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from dashboard.passwords import hash_password
from deploy.assembly import ZONE
from records import rosters, users
from routing.plan import Limits
from scheduler.problem import Roster
from tests.browser.desk import PASSWORD
from tests.telephone.exchange import SHORT
from tests.telephone.house import House

NAMES = {"bert": "陈思远", "dora": "曾怀瑾"}
LOGINS = (
    ("guan", "administrator", None),
    ("pai", "coordinator", None),
    ("bert", "counsellor", "bert"),
    ("dora", "supervisor", "dora"),
)
RULES = """
[rules]
least_on_duty = 0
least_crisis = 0
least_supervisors = 0
round_the_clock = false
"""
SHIFTS = 20  # one begins at each of so many minutes to come
HOURS = 24  # all day and night must be covered


def a_shift(minute: int) -> str:
    name, start = f"at{minute}", f"{minute // 60:02}:{minute % 60:02}"
    facts = (f'id = "{name}"', f'name = "{minute}"', f'start = "{start}"', f"hours = {HOURS}")
    return "\n".join(("[[shifts]]", *facts, ""))


def minute_of(at: datetime) -> int:
    local = at.astimezone(ZONE)
    return local.hour * 60 + local.minute


class City(House):
    """A hotline with nobody on duty yet, and shifts that begin at the minutes to come."""

    def __init__(self, folder: Path) -> None:
        minutes = [minute_of(datetime.now(UTC) + timedelta(minutes=n)) for n in range(SHIFTS)]
        super().__init__(
            folder,
            list(NAMES),
            limits=Limits(**{**vars(SHORT), "slot": 60, "ring": 15, "wrap_up": 60}),
            auto=False,
            more="[recordings]\non = true",
            rules=RULES + "".join(map(a_shift, minutes)),
        )
        with self.hotline.store.session() as db:
            for login, role, person in LOGINS:
                name = NAMES.get(login, login)
                users.add_user(db, login, name, role, hash_password(PASSWORD), person)

    def roster_from(self, at: datetime, who: str) -> date:
        """Publishes that a person's shift begins at that minute, and the supervisor's. Its day."""
        day = at.astimezone(ZONE).date()
        first = datetime.now(ZONE).date() - timedelta(days=1)
        cells: dict[str, list[str | None]] = {each: [None] * 4 for each in ("bert", "cora", "dora")}
        for each in (who, "dora"):
            cells[each][(day - first).days] = f"at{minute_of(at)}"
        with self.hotline.store.session() as db:
            now = datetime.now(UTC)
            roster = Roster({each: tuple(row) for each, row in cells.items()})
            made = rosters.save_draft(db, first, roster, None, None, "pai", now)
            rosters.publish(db, made.id, (), "pai", now)
        return day

    @property
    def address(self) -> str:
        return f"http://{self.hotline.facts.listen.web}"


@contextmanager
def at_work(
    city: City, browser: Browser, who: str, path: str, password: str = PASSWORD, width: int = 1440
) -> Iterator[Page]:
    """Signed in by the form, at the page; no script may fail until the end."""
    context = browser.new_context(
        base_url=city.address, viewport={"width": width, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"/sign-in?next={path}")
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.type(who)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert troubles == []
