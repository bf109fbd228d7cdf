"""The page docs/rules.md, written from the rules themselves; a test holds the two equal."""

from __future__ import annotations

from scheduler.problem import Rules
from scheduler.rules import BREAKABLE, RULES, Kind, Rule

_KINDS = {
    Kind.HARD: "必须遵守 · never broken",
    Kind.COVER: "人手，计代价 · staffing, priced",
    Kind.WISH: "意愿，计代价 · wishes, priced",
    Kind.BALANCE: "均衡，计代价 · fairness, priced",
}

_HEAD = """\
# 排班规则 · The rules of a roster

<!-- Written by scheduler/rules_page.py from scheduler/rules.py; change it there. -->

Every roster is computed under these rules and audited by them before it is saved. The numbers are
in `config/rules.toml`, under the names given here; a line that is not there has the default. A
roster that breaks a rule marked "never broken" cannot be published unless somebody overrides that
by name and with a reason. The others have a price in points,
and a roster's value is the sum of its prices.

A rule that is never broken can be given a price instead, by its name, in the table `[prices]` of
`config/rules.toml`: `rest = 500` lets people rest too little, for 500 points each time. That only
says what a roster costs; what the law forbids it forbids at any price.
"""

_FOOT = """\
## What the numbers are counted over

- The legal limit of overtime is one of calendar months; here it is spread over the days of the
  horizon (so many hours in 30 days), because rosters need not begin with a month. Averaging hours
  over longer than a week needs an approval (综合计算工时工作制).
- Days of absence take their share off the contract and off the most hours.
- Hours on the first morning that only the night shift before the horizon can cover are not judged.
"""


def rules_page() -> str:
    return "\n".join([_HEAD, *map(_section, RULES), _FOOT])


def _price(rule: Rule) -> str:
    if rule.name not in BREAKABLE:
        return ""
    zh, en = rule.unit.words["zh"], rule.unit.words["en"]
    return f"；定价时按{zh} · where it has a price, for {en}"


def _section(rule: Rule) -> str:
    defaults = Rules()
    lines = [
        f"## {rule.name}",
        "",
        rule.sentence["zh"],
        "",
        rule.sentence["en"],
        "",
        f"- {_KINDS[rule.kind]}{_price(rule)}",
        f"- 依据 · source: {rule.source}",
    ]
    for name in rule.parameters:
        value = str(getattr(defaults, name)).lower()
        lines.append(f"- `{name}` = {value} (`config/rules.toml`)")
    return "\n".join([*lines, ""])
