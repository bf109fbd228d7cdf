"""Days and hours of a horizon in words, Chinese and English; what follows on is one stretch."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.problem import HOURS_A_DAY, Problem

Words = dict[str, str]
MOST_NAMED = 6  # stretches that are told one by one
_ZH_WEEK = "一二三四五六日"
_EN_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_words(problem: Problem, day: int) -> Words:
    date = problem.day(day)
    return {
        "zh": f"{date.month}月{date.day}日（周{_ZH_WEEK[date.weekday()]}）",
        "en": f"{_EN_WEEK[date.weekday()]} {date:%m-%d}",
    }


def stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of numbers that follow on each other."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def days_words(problem: Problem, days: Iterable[int]) -> Words:
    return _joined([_days(problem, *stretch) for stretch in stretches(days)])


def _days(problem: Problem, first: int, last: int) -> Words:
    begin, end = day_words(problem, first), day_words(problem, last)
    if first == last:
        return begin
    return {"zh": f"{begin['zh']}至{end['zh']}", "en": f"{begin['en']} to {end['en']}"}


def hours_words(problem: Problem, hours: Iterable[int]) -> Words:
    return _joined([_hours(problem, *stretch) for stretch in stretches(hours)])


def _hours(problem: Problem, first: int, last: int) -> Words:
    """An end at midnight is 24:00 of its day; one on the next day says so."""
    day, after = first // HOURS_A_DAY, (last + 1) // HOURS_A_DAY
    begin = day_words(problem, day)
    from_, until = first % HOURS_A_DAY, (last + 1) % HOURS_A_DAY
    if last // HOURS_A_DAY == day:
        text = f"{from_:02}:00–{until or HOURS_A_DAY:02}:00"
        return {"zh": f"{begin['zh']}{text}", "en": f"{begin['en']} {text}"}
    end = day_words(problem, after)
    return {
        "zh": f"{begin['zh']}{from_:02}:00至{end['zh']}{until:02}:00",
        "en": f"{begin['en']} {from_:02}:00 to {end['en']} {until:02}:00",
    }


def _joined(parts: list[Words]) -> Words:
    named, more = parts[:MOST_NAMED], len(parts) - MOST_NAMED
    zh, en = "、".join(p["zh"] for p in named), ", ".join(p["en"] for p in named)
    if more > 0:
        return {"zh": f"{zh}等共 {len(parts)} 段", "en": f"{en} and {more} more"}
    return {"zh": zh, "en": en}
