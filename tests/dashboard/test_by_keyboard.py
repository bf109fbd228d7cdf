"""Whether each action and each key of the pages has a test that does it by keyboard alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import dashboard
from tests.dashboard.builders import World

BROWSER = Path(__file__).parents[1] / "browser"
TEMPLATES = Path(dashboard.__file__).parent / "templates"
SHEET = re.compile(r'\("([^"]+)", _\(')  # a line of a page's `?` sheet
LETTER = re.compile(r'data-letter="(\w)"|m\.act\(.*?\), "(\w)"')  # a button's own
ARROWS = {"←": "ArrowLeft", "↑": "ArrowUp", "↓": "ArrowDown", "→": "ArrowRight"}


def nodes() -> Iterator[ast.AST]:
    for path in BROWSER.glob("test_*.py"):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def texts(within: Iterator[ast.AST]) -> set[str]:
    constants = (each.value for each in within if isinstance(each, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def named() -> set[str]:
    """What the tests with the mark `does` say they do."""
    calls = (each for each in nodes() if isinstance(each, ast.Call))
    marks = [each for each in calls if getattr(each.func, "attr", "") == "does"]
    return texts(each for mark in marks for each in ast.walk(mark))


def shown(template: str) -> Iterator[str]:
    """The keys that a template tells of, as a test presses them."""
    told = [row for sheet in template.split("m.keys(")[1:] for row in SHEET.findall(sheet)]
    for key in told:
        chord = key.replace("Ctrl", "Control").replace("+Z", "+z").replace("Control S", "Control+s")
        alone = not chord.startswith(("Control", "Alt"))
        for each in chord.split() if alone else [chord.replace(" ", "+")]:
            yield ARROWS.get(each, each.lower() if len(each) == 1 else each)
    for one, other in LETTER.findall(template):
        yield one or other


def test_every_action_is_done_by_keyboard_in_a_test(hotline: World) -> None:
    actions = {
        rule.endpoint for rule in hotline.app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert actions - named() == set()
    assert named() - actions == set()


def test_every_key_that_a_page_tells_of_is_pressed_in_a_test() -> None:
    told = {key for path in TEMPLATES.rglob("*.html") for key in shown(path.read_text("utf-8"))}
    assert {"j", "u", "F9", "Alt+1", "Control+s", "ArrowUp"} <= told
    assert told - texts(nodes()) == set()
