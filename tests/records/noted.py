"""What the packages write into the audit log, as their source has it: nothing is run.

Follows constants, a function's own names, and what its callers give it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.source import modules, tree

_NAMED = (ast.Name, ast.Attribute)
PACKAGES = ("config", "records", "dashboard", "deploy")


class Unclear(Exception):
    """The source does not show it."""


class AskTheCallers(Exception):
    """The function was given it."""


@dataclass(frozen=True)
class Noted:
    where: str  # "records/pins.py set_pin"
    action: str  # "user.*" where the source shows its beginning only
    fields: frozenset[str] | None  # None: the source does not show them


@dataclass(frozen=True)
class Scope:
    """Where an expression stands, and what its function was given by one of its callers."""

    module: str
    function: ast.FunctionDef
    given: Mapping[str, tuple[ast.expr, Scope]] = field(default_factory=dict)


def noted() -> list[Noted]:
    """Raises Unclear for an action that is made up while the program runs."""
    return [
        each
        for call, scope in _calls("note")
        if ast.unparse(call.func) == "audit_log.note"
        for each in _told(call.args[3], call.args[5], scope)
    ]


def _told(action: ast.expr, detail: ast.expr, scope: Scope) -> list[Noted]:
    try:
        found = [(_texts(action, scope), _fields(detail, scope))]
    except AskTheCallers:
        given = _scopes(scope)
        found = [(_texts(action, each), _fields(detail, each)) for each in given]
    where = f"{scope.module} {scope.function.name}"
    return [Noted(where, text, names) for texts, names in found for text in sorted(texts)]


def _texts(node: ast.expr, scope: Scope) -> set[str]:
    """All that it may be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _texts(node.body, scope) | _texts(node.orelse, scope)
        case ast.JoinedStr():
            return {"".join(str(getattr(part, "value", "*")) for part in map(_fixed, node.values))}
        case ast.Name():
            return {text for found in _values(node.id, scope) for text in _texts(*found)}
    raise Unclear(f"{scope.module}:{node.lineno}: {ast.unparse(node)}")


def _fixed(part: ast.expr) -> ast.Constant:
    return part if isinstance(part, ast.Constant) else ast.Constant("*")


def _fields(node: ast.expr, scope: Scope) -> frozenset[str] | None:
    try:
        return frozenset(_keys(node, scope))
    except Unclear:
        return None


def _keys(node: ast.expr, scope: Scope) -> set[str]:
    match node:
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            found = [_keys(v, scope) if k is None else _texts(k, scope) for k, v in pairs]
            return set().union(*found)
        case ast.Name():
            put = {name for added in _added(node.id, scope) for name in _texts(added, scope)}
            return put.union(*(_keys(*found) for found in _values(node.id, scope)))
    raise Unclear(f"{scope.module}:{node.lineno}: {ast.unparse(node)}")


def _values(name: str, scope: Scope) -> list[tuple[ast.expr, Scope]]:
    """What the name stands for; raises AskTheCallers where they decide."""
    if name in scope.given:
        return [scope.given[name]]
    if own := [(value, scope) for value in _assigned(name, ast.walk(scope.function))]:
        return own
    if name in _parameters(scope.function):
        raise AskTheCallers
    if found := [(value, scope) for value in _constants(scope.module, name)]:
        return found
    raise Unclear(f"{scope.module}: {name}")


def _assigned(name: str, nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)]) if found == name:
                yield node.value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value):
                yield from [value] if found == name else []
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(map(ast.unparse, names), values, strict=True)
                yield from (value for found, value in pairs if found == name)


def _added(name: str, scope: Scope) -> Iterator[ast.expr]:
    """`detail["more"] = …`"""
    for node in ast.walk(scope.function):
        match node:
            case ast.Assign(targets=[ast.Subscript(ast.Name(id=found), key)]) if found == name:
                yield key


def _constants(module: str, name: str) -> Iterator[ast.expr]:
    """Of the module itself, or of the one that it takes the name from."""
    yield from _assigned(name, tree(module).body)
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    yield from _constants(node.module.replace(".", "/") + ".py", alias.name)


def _parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)] + (
        [given.kwarg.arg] if given.kwarg else []
    )


def _scopes(scope: Scope) -> list[Scope]:
    """The function's, once for each call of it."""
    if found := [_given(call, scope, caller) for call, caller in _calls_of(scope)]:
        return found
    raise Unclear(f"{scope.module}: nobody calls {scope.function.name}")


def _given(call: ast.Call, scope: Scope, caller: Scope) -> Scope:
    names = _parameters(scope.function)
    given: dict[str, ast.expr] = dict(zip(names, call.args, strict=False))
    more = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    given |= {name: value for name, value in more.items() if name in names}
    if scope.function.args.kwarg:
        rest = {name: value for name, value in more.items() if name not in names}
        keys: list[ast.expr | None] = [ast.Constant(name) for name in rest]
        given[scope.function.args.kwarg.arg] = ast.Dict(keys, list(rest.values()))
    bound = {name: (value, caller) for name, value in given.items()}
    return Scope(scope.module, scope.function, bound)


def _calls_of(scope: Scope) -> list[tuple[ast.Call, Scope]]:
    name = scope.function.name
    return [
        (call, caller)
        for call, caller in _calls(name)
        if caller.module == scope.module or not name.startswith("_")
    ]


def _calls(name: str) -> list[tuple[ast.Call, Scope]]:
    """Of what has that name, in whatever module."""
    return _all_calls().get(name, [])


@cache
def _all_calls() -> dict[str, list[tuple[ast.Call, Scope]]]:
    found = defaultdict[str, list[tuple[ast.Call, Scope]]](list)
    for module in modules(PACKAGES):
        for function in ast.walk(tree(module)):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and isinstance(call.func, _NAMED):
                        found[_name(call.func)].append((call, Scope(module, function)))
    return found


def _name(called: ast.Name | ast.Attribute) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr
