import pytest

from routing.asterisk.marks import DAY, clear, commands

NOW = 1_790_000_000
LATELY, LONG_AGO = NOW - 29 * DAY, NOW - 30 * DAY
KEPT = {
    "crisis": {"138": str(NOW + 1)},
    "limited": {"138": "9999999999"},
    "cutoff": {"138": str(NOW + 60)},
    "known": {"138": str(LATELY), "137": str(LONG_AGO)},
    "spoke": {"138": f"lin|{LATELY}"},
    "turn": {"138": f"q-{NOW - 600}.7|5"},
}
OVER = {
    "crisis": {"139": str(NOW)},
    "limited": {"139": "soon"},
    "cutoff": {"139": str(NOW - 1)},
    "known": {"139": str(LONG_AGO)},
    "spoke": {"139": f"lin|{LONG_AGO}", "hidden": "lin"},
    "turn": {"139": f"q-{NOW - DAY}.7|5", "136": ""},
}


class Database:
    """Asterisk's own, in a dictionary; `calls` is what happens just before a look at a number."""

    def __init__(self) -> None:
        self.families = {family: KEPT[family] | OVER[family] for family in KEPT}
        self.calls: dict[str, str] = {}

    def db_tree(self, family: str, seconds: float | None = None) -> dict[str, str]:
        return dict(self.families[family])

    def db_get(self, family: str, key: str) -> str | None:
        if key in self.calls:
            self.families[family][key] = self.calls[key]
        return self.families[family].get(key)

    def db_del(self, family: str, key: str) -> None:
        del self.families[family][key]


def test_a_number_has_one_mark_at_most() -> None:
    assert commands("13800000001", "limited", 99) == (
        "database del crisis 13800000001",
        "database put limited 13800000001 99",
    )
    assert commands("13800000001", "none", 99) == (
        "database del crisis 13800000001",
        "database del limited 13800000001",
    )


@pytest.mark.parametrize("number", ["", "138 0000", "1;core stop now", "abc", "1" * 16])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="it must be 5 to 15 digits"):
        commands(number, "limited", 99)


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="mark is 'rude'; it must be one of crisis, limited, none"):
        commands("13800000001", "rude", 99)


def test_what_is_over_and_what_calls_left_long_ago_goes() -> None:
    database = Database()
    assert clear(database, ["137"], NOW, 30) == 8
    assert database.families == KEPT
    assert clear(database, ["137"], NOW, 30) == 0


def test_where_numbers_are_kept_only_what_is_over_goes() -> None:
    database = Database()
    assert clear(database, (), NOW, 0) == 5
    assert database.families["spoke"] == KEPT["spoke"] | OVER["spoke"]


def test_who_calls_again_at_that_moment_stays_on_record() -> None:
    database = Database()
    database.calls["139"] = f"q-{NOW}.1|{NOW + 9}"
    clear(database, ["137"], NOW, 30)
    assert all("139" in numbers for numbers in database.families.values())
