from records import alarms
from routing.calls import Rank
from routing.live import Doing, Stage
from tests.dashboard.builders import EPOCH, NOW, World, caller, member, picture, without_tags


def shown(hotline: World, role: str = "coordinator") -> str:
    return " ".join(without_tags(hotline.client(role).text("/live/wall")).split())


def test_the_wall_shows_the_figures_and_who_is_in_danger(hotline: World) -> None:
    hotline.feed.show(
        picture(
            calls=[
                caller("a", arrived=EPOCH - 200),
                caller("b", rank=Rank.CRISIS),
                caller("c", stage=Stage.TALKING, person="lin"),
            ],
            members=[member("lin", Doing.TALKING)],
        )
    )
    text = shown(hotline)
    assert "1 个危机来电正在等待" in text
    assert "正在等待 2 最长等待" in text and "通话中 1 空闲 0 无人空闲" in text


def test_the_wall_says_whom_those_who_wait_wish_for(hotline: World) -> None:
    waiting = [caller(str(n), needs=needs) for n, needs in enumerate(["minnan", "", "minnan"])]
    hotline.feed.show(picture(calls=[*waiting, caller("m", needs="minors")]))
    assert "正在等待 4 需要：闽南语 × 2 需要：未成年人 最长等待" in shown(hotline)


def test_the_wall_has_nothing_to_press_and_no_numbers_or_names(hotline: World) -> None:
    hotline.feed.show(picture(calls=[caller("a")], members=[member("lin")]))
    with hotline.store.session() as db:
        alarms.raise_alarm(db, "not_signed_in", "lin", {}, NOW)
    page = hotline.client("supervisor").text("/live/wall")
    main = page[page.index("<main") : page.index("</main>")]
    assert "1 条提醒" in main
    for absent in ("<button", "<a ", "hx-", "1234", "林婉如"):
        assert absent not in main
