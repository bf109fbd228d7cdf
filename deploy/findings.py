"""What the audit found, on a terminal: who, when, what, by which rule and at what price."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.moments import Words, day_words
from scheduler.problem import Finding, Problem


def tell_findings(problem: Problem, findings: Iterable[Finding]) -> None:
    names = {worker.id: worker.name for worker in problem.workers}
    for finding in findings:
        zh, en = (_sentence(problem, names, finding, language) for language in ("zh", "en"))
        points = f", {finding.price} 分 points"
        mark, cost = ("硬性 HARD", "") if finding.hard else ("一般 soft", points)
        print(f"{mark}  {zh} / {en} ({finding.rule}{cost})")


def _sentence(problem: Problem, names: Words, finding: Finding, language: str) -> str:
    who = names.get(finding.worker, finding.worker) if finding.worker else ""
    when = "" if finding.day is None else day_words(problem, finding.day)[language]
    gap, colon = ("", "：") if language == "zh" else (", ", ": ")
    place = gap.join(part for part in (who, when) if part)
    return f"{place}{colon if place else ''}{finding.message[language]}"
