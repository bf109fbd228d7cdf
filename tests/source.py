"""The packages' own source, parsed once for all tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def tree(module: str) -> ast.Module:
    """Of "records/pins.py"; an empty one for what is not of this house."""
    path = ROOT / module
    return ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])


def modules(packages: Iterable[str]) -> Iterator[str]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix()
