from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.panels import LIST, Lists, Panel, Panels, apply, changed

KEYS = st.sampled_from(["a", "b", "c"])
PANELS = st.builds(
    Panel,
    st.sampled_from(["<h2>1</h2><ul>", "<h2>2</h2><ul>"]),
    st.lists(KEYS, unique=True).flatmap(
        lambda keys: st.fixed_dictionaries({key: st.sampled_from("xy") for key in keys})
    ),
    st.sampled_from(["</ul>", "</ul><p>more</p>"]),
)
PICTURES = st.fixed_dictionaries({"people": PANELS, "tiers": PANELS})


def shown(panels: Panels) -> dict[str, str]:
    return {name: panel.html for name, panel in panels.items()}


@given(st.lists(PICTURES, min_size=1))
def test_pictures_applied_as_changes_give_the_last_one(pictures: list[Panels]) -> None:
    page = pictures[0]
    for before, after in pairwise(pictures):
        page = apply(page, changed(before, after))
        assert shown(page) == shown(after)


@given(PICTURES)
def test_nothing_changes_between_equal_pictures(panels: Panels) -> None:
    assert changed(panels, dict(panels)) == {}


def test_only_what_changed_is_in_a_change() -> None:
    before = Panel("<ul>", {"a": "1", "b": "1"}, "</ul>")
    assert changed({"x": before}, {"x": Panel("<ul>", {"a": "1", "b": "2"}, "</ul>")}) == {
        "x": {"rows": {"b": "2"}}
    }
    assert changed({"x": before}, {"x": Panel("<ul>", {"b": "1"}, "</ul>")}) == {
        "x": {"order": ["b"]}
    }
    assert changed({"x": before}, {"x": Panel("<ol>", before.rows, "</ol>")}) == {
        "x": {"head": "<ol>", "tail": "</ol>"}
    }


@dataclass(frozen=True)
class Person:
    key: str
    says: str


def test_a_row_is_drawn_again_only_when_its_data_changed() -> None:
    drawn: list[str] = []

    def draw(person: Person) -> str:
        drawn.append(person.key)
        return person.says

    lists, frame = Lists(), f"<ul>{LIST}</ul>"
    lists.panel("people", frame, [Person("a", "1"), Person("b", "1")], draw)
    seen = lists.panel("people", frame, [Person("b", "2"), Person("a", "1")], draw)
    assert seen == Panel("<ul>", {"b": "2", "a": "1"}, "</ul>")
    assert list(seen.rows) == ["b", "a"] and drawn == ["a", "b", "b"]
