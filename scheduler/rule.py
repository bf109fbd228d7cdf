"""What a rule is: a name, a sentence, a source, and a judge that reads a finished roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheduler.hours import HOUR
from scheduler.problem import Finding, Rules, Worker
from scheduler.sheet import Sheet

Words = dict[str, str]
POLICY = "本热线规定，可修改"  # the source of what no law asks for


class Kind(StrEnum):
    """How a page shows what a rule finds."""

    HARD = "hard"  # never broken
    COVER = "cover"  # too few or too many people
    WISH = "wish"
    BALANCE = "balance"  # figures that should be even


class Reach(StrEnum):
    """What a finding hangs on, so that a change of a few cells need not be judged as a whole."""

    PERSON = "person"  # one person's own days
    HOURS = "hours"  # who is there in some hours of one day
    ALL = "all"


@dataclass(frozen=True)
class Unit:
    """What the price of a rule is paid for, each time."""

    words: Words
    size: int = 1  # in what the rule's constraint counts: minutes of an hour of work


ONCE = Unit({"zh": "每次", "en": "each time"})
PERSON_HOUR = Unit({"zh": "每缺一人一小时", "en": "each missing person-hour"})
WORK_HOUR = Unit({"zh": "每小时（不足一小时按一小时）", "en": "each begun hour"}, HOUR)
WORK_DAY = Unit({"zh": "每天", "en": "each day"})
SHIFT = Unit({"zh": "每个班", "en": "each shift"})
WEEKEND = Unit({"zh": "每个周末", "en": "each weekend"})


@dataclass(frozen=True)
class Rule:
    name: str
    kind: Kind
    sentence: Words
    source: str
    parameters: tuple[str, ...]  # fields of `problem.Rules`
    judge: Callable[[Sheet], Iterator[Finding]]
    unit: Unit = ONCE
    reach: Reach = Reach.PERSON

    def findings(self, sheet: Sheet) -> Iterator[Finding]:
        """What the judge finds, at a price where the problem gives the rule one."""
        price = sheet.problem.rules.prices.get(self.name)
        for finding in self.judge(sheet):
            yield finding if price is None else finding.priced(price)

    def firm(self, rules: Rules) -> bool:
        """Whether it is never broken, by its kind or by what is set."""
        if "need_is_hard" in self.parameters:
            return rules.need_is_hard
        return self.kind is Kind.HARD and self.name not in rules.prices


def rule(
    kind: Kind,
    zh: str,
    en: str,
    source: str,
    *parameters: str,
    unit: Unit = ONCE,
    reach: Reach = Reach.PERSON,
) -> Callable[[Callable[[Sheet], Iterator[Finding]]], Rule]:
    def named(judge: Callable[[Sheet], Iterator[Finding]]) -> Rule:
        sentence = {"zh": zh, "en": en}
        return Rule(judge.__name__, kind, sentence, source, parameters, judge, unit, reach)

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
