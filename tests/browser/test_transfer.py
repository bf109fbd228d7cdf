"""Hold and handing a caller on, in two browsers on a real Asterisk: the record goes along."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from records.tables import AuditEntry, CallRow
from routing.plan import Limits
from tests.browser.desk import add_user, answer, at_desk, hears_both_ways, rung
from tests.browser.keys import Keys
from tests.browser.test_screenshots import SHOTS, shoot
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House, house
from tests.telephone.manager import Witness

pytestmark = pytest.mark.telephone
NAMES = {"anna": "林婉如", "bert": "陈思远"}


@pytest.fixture
def real(tmp_path: Path) -> Iterator[House]:
    limits = Limits(**{**vars(SHORT), "slot": 900, "ring": 15, "wrap_up": 60})
    with house(tmp_path, list(NAMES), limits=limits, registering=list(NAMES)) as x:
        for who, name in NAMES.items():
            add_user(x, who, name)
        yield x


@pytest.fixture
def desks(real: House, browser: Browser) -> Iterator[tuple[Page, Page]]:
    """anna talks with a caller and has written something; bert has just come."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        anna = stack.enter_context(at_desk(real, browser, "anna"))
        rung(real, anna)
        answer(anna)
        anna.get_by_label("经过").fill("与母亲争执后失眠")
        expect(anna.locator("#kept")).to_contain_text("已保存", timeout=15_000)
        yield anna, stack.enter_context(at_desk(real, browser, "bert"))


def choose(page: Page, name: str) -> None:
    keys = Keys(page)
    keys.press("F8")
    keys.asked("转接来电")
    keys.use(name)


def talker(real: House) -> str | None:
    with real.hotline.store.read() as session:
        return session.scalars(select(CallRow)).one().person


def held_and_taken_back(real: House, anna: Page) -> None:
    """Music begins and ends for the caller; the clock is in sight."""
    ami = real.hotline.facts.listen.ami_port
    witness = Witness(ami, real.hotline.keys["ami"])
    anna.keyboard.press("F7")
    expect(anna.locator("#phone-state")).to_have_text("保持中，来电者在听音乐")
    expect(anna.locator("#held")).to_have_text(re.compile(r"0:0\d"))
    (music,) = until(lambda: witness.of("MusicOnHoldStart"))
    assert re.match(r"Local/anna@leg-\w+;2|PJSIP/telecom-", music["Channel"]), "towards the caller"
    shoot(anna, "desk-held-zh-desktop")
    anna.keyboard.press("F7")
    expect(anna.locator("#phone-state")).to_have_text("正在通话")
    until(lambda: witness.of("MusicOnHoldStop"))
    witness.close()


@pytest.mark.does("desk.consult")
def test_a_caller_is_held_and_a_colleague_is_asked_who_takes_caller_and_record(
    real: House, desks: tuple[Page, Page]
) -> None:
    anna, bert = desks
    held_and_taken_back(real, anna)
    hears_both_ways(anna)
    anna.keyboard.press("F8")
    shoot(anna, "desk-transfer-zh-desktop")
    anna.keyboard.press("Escape")
    choose(anna, "先与人bert商量")
    expect(anna.locator("#phone-state")).to_have_text("正在与同事商量，来电者在听音乐")
    expect(bert.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    expect(bert.locator("#call")).to_contain_text("与母亲争执后失眠", timeout=15_000)
    answer(bert)
    hears_both_ways(bert)
    expect(bert.locator("#about")).to_have_text("接听后在这里记录")
    anna.keyboard.press("F8")
    expect(bert.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    expect(bert.locator("#call")).to_contain_text("人anna 转来", timeout=15_000)
    shoot(bert, "desk-handed-zh-desktop")
    answer(bert)
    expect(anna.locator("#phone-state")).to_have_text("话机就绪")
    expect(anna.locator("#about")).to_have_text("接听后在这里记录")
    until(lambda: talker(real) == "bert")
    expect(bert.get_by_label("经过")).to_have_value("与母亲争执后失眠", timeout=20_000)
    hears_both_ways(bert)
    with real.hotline.store.read() as session:
        done = {row.what for row in session.scalars(select(AuditEntry))}
    assert done >= {"call.asked", "call.handed", "note.read"}


def test_a_caller_whom_nobody_takes_comes_back_with_the_record(
    real: House, desks: tuple[Page, Page]
) -> None:
    anna, bert = desks
    choose(anna, "直接转给人bert")
    expect(bert.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    expect(anna.locator("#phone-state")).to_have_text("话机就绪")
    bert.keyboard.press("F4")
    expect(anna.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)
    answer(anna)
    expect(anna.get_by_label("经过")).to_have_value("与母亲争执后失眠", timeout=20_000)
    assert talker(real) == "anna"
    hears_both_ways(anna)
