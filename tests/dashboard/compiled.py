"""Templates and addresses compiled once for all tests: each application would do it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._kept.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Compiled()


class CompiledRule(Rule):
    """Werkzeug writes and compiles two functions for each rule: most of what an application costs.

    They are made of the rule alone, and are given the rule's own converters when they are called.
    """

    _kept: dict[object, Callable[..., tuple[str, str]]] = {}  # noqa: RUF012

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults: dict[str, Any] = dict(self.defaults or {})
        key = (tuple(self._trace), repr(sorted(defaults.items())), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


def compile_addresses_once() -> None:
    """For every application from now on."""
    Flask.url_rule_class = CompiledRule
