"""`main.py apply`: a changed hotline.toml becomes what Asterisk does, with no call touched.

What was applied is kept beside the data. The control plane works from that copy, so that a file
that is being edited changes nothing before it is applied.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.loading import ConfigErrors, load_hotline
from dashboard.deps import Pending
from deploy import prompts
from deploy.assembly import Hotline
from routing.asterisk import install
from routing.asterisk.process import AsteriskSilent, find_program, tell
from routing.differences import changes, in_words
from routing.plan import Plan

_COMMANDS = {"pbx_config": "dialplan reload", "app_queue": "queue reload all"}


def applied_file(hotline: Hotline) -> Path:
    return hotline.data / "applied.toml"


def as_applied(hotline: Hotline) -> Hotline:
    """The hotline with the plan that was applied last; as its file says when none ever was."""
    path = applied_file(hotline)
    if not path.exists():
        return hotline
    applied = load_hotline(path)
    facts = replace(hotline.facts, plan=applied.plan, prompt_texts=applied.prompt_texts)
    return hotline.with_facts(facts)


def keep_applied(hotline: Hotline) -> None:
    """What hotline.toml says now is what Asterisk has."""
    target = applied_file(hotline)
    draft = target.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(hotline.file.read_bytes())
    draft.replace(target)


def pending(file: Path, applied: Plan) -> Pending:
    """What the file says now, against the plan that was applied last."""
    try:
        return Pending(changes(applied, load_hotline(file).plan), applied=applied)
    except ConfigErrors as error:
        return Pending(faults=error.errors, applied=applied)


def apply_plan(hotline: Hotline, options: argparse.Namespace) -> int:
    """Show what hotline.toml changes, and unless it is a dry run, have Asterisk do it.

    Raises Unsafe when a number would go that was not named, NotLoaded, PromptFailed.
    """
    words = in_words(as_applied(hotline).plan, hotline.plan)
    for sentence in words:
        print(sentence)
    if not options.dry_run:
        print(put_in_force(hotline, frozenset(options.remove)))
        return 0
    change = install.difference(hotline.compiled(), install.installed(hotline.instance))
    files = f"dry run: {', '.join(sorted(change.files))} would be written"
    print(_nothing(words) if change.empty else files)
    return 0


def put_in_force(hotline: Hotline, leaving: frozenset[str]) -> str:
    """Have Asterisk do what the hotline's file says; returns what came of it.

    Raises Unsafe when a number would go that is not in `leaving`, NotLoaded, PromptFailed,
    AsteriskSilent.
    """
    words = in_words(as_applied(hotline).plan, hotline.plan)
    wanted = hotline.compiled()
    change = install.difference(wanted, install.installed(hotline.instance))
    said = _nothing(words) if change.empty else _install(hotline, wanted, change, leaving)
    keep_applied(hotline)
    return said


def _nothing(words: Sequence[str]) -> str:
    return "nothing that Asterisk must be told" if words else "Asterisk has it already"


def _install(
    hotline: Hotline, wanted: dict[str, str], change: install.Difference, leaving: frozenset[str]
) -> str:
    on_duty = _members(hotline)
    install.guard(change, on_duty or frozenset(), leaving)
    prompts.build(
        hotline.facts.prompt_texts,
        hotline.plan,
        Path(hotline.instance.prompts),
        hotline.root / "config" / "prompts",
        hotline.tools,
    )
    if on_duty is None:
        install.apply(hotline.instance, change, None)
        return "Asterisk is not running; it will start with this"
    install.apply(hotline.instance, change, lambda module: _reload(hotline, module))
    install.verify(wanted, lambda name: _global(hotline, name))
    return "applied; calls in progress go on"


def _reload(hotline: Hotline, module: str) -> None:
    _ask(hotline, _COMMANDS.get(module, f"module reload {module}"))


def _members(hotline: Hotline) -> frozenset[str] | None:
    """Who is in the queue; None when no Asterisk runs."""
    try:
        shown = _ask(hotline, "queue show city")
    except AsteriskSilent:
        return None
    return frozenset(re.findall(r"\(Local/(\w+)@leg/n", shown))


def _global(hotline: Hotline, name: str) -> str:
    found = re.search(rf"^\s*{name}=(\S+)$", _ask(hotline, "dialplan show globals"), re.MULTILINE)
    return found[1] if found else ""


def _ask(hotline: Hotline, command: str) -> str:
    return tell(find_program(hotline.tools), hotline.instance, command)
