"""What a rule is: a name, a sentence, a source, and a judge that reads a finished roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheduler.problem import Finding, Worker
from scheduler.sheet import Sheet

Words = dict[str, str]


class Kind(StrEnum):
    """How a page shows what a rule finds."""

    HARD = "hard"  # never broken
    COVER = "cover"  # too few or too many people
    WISH = "wish"
    BALANCE = "balance"  # figures that should be even


@dataclass(frozen=True)
class Rule:
    name: str
    kind: Kind
    sentence: Words
    source: str
    parameters: tuple[str, ...]  # fields of `problem.Rules`
    judge: Callable[[Sheet], Iterator[Finding]]


def rule(
    kind: Kind, zh: str, en: str, source: str, *parameters: str
) -> Callable[[Callable[[Sheet], Iterator[Finding]]], Rule]:
    def named(judge: Callable[[Sheet], Iterator[Finding]]) -> Rule:
        sentence = {"zh": zh, "en": en}
        return Rule(judge.__name__, kind, sentence, source, parameters, judge)

    return named


def personal(
    name: str,
    worker: Worker,
    day: int | None,
    zh: str,
    en: str,
    amount: int = 1,
    price: int | None = None,
) -> Finding:
    """What a rule finds about one person; hard without a price."""
    message = {"zh": zh, "en": en}
    return Finding(name, price is None, worker.id, day, message, amount, price=price or 0)
