"""The page that is read is the one that the rules write."""

from __future__ import annotations

from pathlib import Path

from scheduler.problem import Rules
from scheduler.rules import RULES
from scheduler.rules_page import rules_page

TABLES = ("prices", "pairs")  # told in words
PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_file_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page()


def test_every_rule_and_every_number_is_on_it() -> None:
    page = rules_page()
    assert all(f"## {rule.name}\n" in page for rule in RULES)
    assert all(f"- `{name}` = " in page for name in vars(Rules()) if name not in TABLES)
