from datetime import timedelta

import pytest

from records import line_tests
from routing.line_tests import Result, Seen
from tests.dashboard.builders import NOW, World, city, without_tags

PASSED = Seen(Result.PASSED, "telecom", "city")
WRONG = Seen(Result.ELSEWHERE, "telecom", "shishi", ("telecom",))


def note(hotline: World, **tests: Seen) -> None:
    """What the last tests of these lines saw, one a minute, the last one now."""
    with hotline.store.session() as db:
        for ago, (line, seen) in enumerate(reversed(tests.items())):
            line_tests.note(db, line, seen, NOW - timedelta(minutes=ago))


def board_line(hotline: World) -> str:
    page = hotline.client("coordinator").text("/live")
    tiers = page[page.index('id="p-tiers"') :]
    return " ".join(without_tags(tiers[tiers.index('class="done"') : tiers.index("</p>")]).split())


def rows(hotline: World) -> list[str]:
    page = hotline.client("supervisor").text("/live/lines")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [" ".join(without_tags(row).split()) for row in body.split("<tr ")[1:]]


def test_the_board_has_one_calm_line(hotline: World) -> None:
    assert board_line(hotline).endswith("线路检测 ：尚未检测")
    note(hotline, city=PASSED, jinjiang=PASSED, shishi=PASSED)
    hotline.clock.advance(2)  # the board reads the records once a second
    assert board_line(hotline).endswith("线路检测 ：3/3 通过 · 最近 14:32")


def test_a_line_that_failed_or_was_never_tested_has_not_passed(hotline: World) -> None:
    note(hotline, city=PASSED, jinjiang=WRONG)
    assert board_line(hotline).endswith("1/3 通过 · 最近 14:32")


def test_every_line_has_its_last_test_and_what_failed_comes_first(hotline: World) -> None:
    note(hotline, city=PASSED, jinjiang=PASSED)
    note(hotline, jinjiang=WRONG)
    assert [row.partition(">")[2].strip() for row in rows(hotline)] == [
        "晋江线 85660001 14:32 电信 未接受：电信 回到了另一条线路：石狮线",
        "市区线 968908 14:31 电信 通过",
        "石狮线 88560002 – – 尚未检测",
    ]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Seen(Result.UNHEARD, "telecom"), "有应答，但检测电话没有回到本系统"),
        (Seen(Result.UNANSWERED, "telecom"), "无人应答"),
        (Seen(Result.REFUSED, "telecom", refused_by=("telecom",)), "运营商未接受呼叫"),
        (Seen(Result.FULL, ""), "通道占满，让给来电，没有检测"),
    ],
)
def test_what_was_seen_is_put_into_words(hotline: World, seen: Seen, words: str) -> None:
    note(hotline, city=seen)
    assert rows(hotline)[0].endswith(words)


def test_a_line_that_is_no_longer_in_the_plan_is_not_shown(hotline: World) -> None:
    note(hotline, gone=WRONG)
    assert len(rows(hotline)) == len(city().lines)
    assert board_line(hotline).endswith("尚未检测")
