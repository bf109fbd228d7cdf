"""What the page's script makes of changes: the same as dashboard/panels.py, whatever comes."""

import json
import random
from itertools import pairwise

from playwright.sync_api import Page, Route, expect

from dashboard.panels import Panel, changed, whole
from tests.browser.conftest import enter
from tests.dashboard.builders import EPOCH, World

PLAY = """async (steps) => {
  const { change, whole } = await import('/static/js/panels.js');
  const panel = document.createElement('section');
  document.body.append(panel);
  const wrong = [];
  for (const { first, panels, html } of steps) {
    try {
      if (panels.x) (first ? whole : change)(panel, panels.x);
    } catch (error) { wrong.push(String(error)); }
    const wanted = document.createElement('section');
    wanted.innerHTML = html;
    const [has, should] = [panel.innerHTML, wanted.innerHTML];
    if (has !== should) wrong.push(`${has} instead of ${should}`);
  }
  panel.remove();
  return wrong;
}"""


def some_panel(luck: random.Random) -> Panel:
    """With a list of some rows, in a table or not, or with none; equal parts come often."""
    count = luck.randrange(3)
    head = f"<header><h2>Calls</h2> <b>{count}</b>{luck.choice(['', '<i>late</i>'])}</header>"
    tail = luck.choice(["", "<p><a href='/'>more</a></p>"])
    keys = luck.sample("abcde", luck.randrange(5))
    match luck.randrange(5):
        case 0:
            return Panel(f"{head}<p>none</p>{tail}")
        case 1 | 2:
            rows = {f"t-{k}": table_row(k, luck) for k in keys}
            return Panel(f"{head}<table><tbody data-rows>", rows, f"</tbody></table>{tail}")
        case _:
            rows = {
                f"p-{k}": f'<li class="{luck.choice("xy")}" data-key="p-{k}">{k}</li>' for k in keys
            }
            return Panel(f"{head}<ul data-rows>", rows, f"</ul>{tail}")


def table_row(key: str, luck: random.Random) -> str:
    cells = "".join(f"<td>{luck.choice('12')} <small>{key}</small></td>" for _ in range(2))
    return f'<tr data-key="t-{key}">{cells}</tr>'


def test_any_changes_one_after_the_other_give_the_last_picture(page: Page, hotline: World) -> None:
    enter(page, hotline, "supervisor", "/live/wall")
    luck = random.Random(968908)
    pictures = [{"x": some_panel(luck)} for _ in range(2000)]
    steps = [{"first": True, "panels": whole(pictures[0]), "html": pictures[0]["x"].html}]
    steps += [
        {"first": False, "panels": changed(before, after), "html": after["x"].html}
        for before, after in pairwise(pictures)
    ]
    assert page.evaluate(PLAY, steps) == []


def sent(text: str, **numbers: int) -> str:
    panels = {"tiers": {"head": text, "rows": {}, "tail": ""}}
    beat = {"now": EPOCH, "as_of": EPOCH, "fresh": True}
    return f"event: picture\ndata: {json.dumps({**numbers, 'panels': panels, 'beat': beat})}\n\n"


def test_a_page_that_missed_a_picture_shows_no_mixture_and_asks_anew(
    page: Page, hotline: World
) -> None:
    answers = [sent("one", to=1) + sent("six", **{"from": 5, "to": 6}), sent("seven", to=7)]

    def answer(route: Route) -> None:
        body = answers.pop(0) if len(answers) > 1 else answers[0]
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/live/stream", answer)
    page.add_init_script(
        "window.texts = []; document.addEventListener('panel',"
        " ({ detail: { panel } }) => window.texts.push(panel.textContent));"
    )
    enter(page, hotline, "supervisor", "/live")
    expect(page.locator("#p-tiers")).to_have_text("seven")
    assert page.evaluate("window.texts.slice(0, 2)") == ["one", "seven"]
