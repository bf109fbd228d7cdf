"""Invented problems are the same for the same seed, and free of mistakes."""

from __future__ import annotations

from bench.city import city_problem
from scheduler.check import check


def test_the_seed_decides() -> None:
    assert city_problem(1, 8) == city_problem(1, 8)
    assert city_problem(1, 8) != city_problem(2, 8)


def test_there_is_about_as_much_to_do_as_people_can() -> None:
    problem = city_problem(3, 16)
    assert check(problem) == []
    needed = sum(need.people for need in problem.needs if need.qualification is None)
    contracts = sum(worker.week_minutes for worker in problem.workers) / 60 / 7 * problem.days
    assert 0.8 * contracts < needed < contracts
