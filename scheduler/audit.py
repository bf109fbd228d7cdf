"""What the rules say about a roster. Knows no solver."""

from __future__ import annotations

from scheduler.check import refuse_mistakes
from scheduler.problem import Finding, Problem, Roster
from scheduler.rules import RULES
from scheduler.sheet import Sheet


def audit(problem: Problem, roster: Roster) -> tuple[Finding, ...]:
    """All findings, hard ones first, in the order of the rules. Raises BadProblem."""
    refuse_mistakes(problem, roster)
    sheet = Sheet(problem, roster)
    findings = [finding for rule in RULES for finding in rule.findings(sheet)]
    return tuple(sorted(findings, key=lambda finding: not finding.hard))


def objective(problem: Problem, roster: Roster) -> int:
    """The points that a roster costs; hard findings have no price."""
    return sum(finding.price for finding in audit(problem, roster))
