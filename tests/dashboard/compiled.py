"""Templates and addresses compiled once for all tests: each application would do it anew."""

from __future__ import annotations

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
_MADE = ("arguments", "_parts", "_trace", "_converters", "_build", "_build_unknown")


class CompiledRule(Rule):
    """Werkzeug writes and compiles two functions for each rule: most of what an application costs.

    They hang on what the rule says alone, so that equal rules of all applications share them.
    """

    _kept: dict[object, dict[str, Any]] = {}  # noqa: RUF012

    def compile(self) -> None:
        slashes = (self.merge_slashes, self.strict_slashes)
        key = (self.rule, self.subdomain, self.host, repr(self.defaults), slashes)
        if key not in self._kept:
            super().compile()
            self._kept[key] = {name: vars(self)[name] for name in _MADE}
        vars(self).update(self._kept[key])


def compile_addresses_once() -> None:
    """For every application from now on."""
    Flask.url_rule_class = CompiledRule
