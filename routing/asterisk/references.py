"""Whether the compiled dialplan leads somewhere: every jump has a target, every path an end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

_ENDS = ("Hangup", "Return", "Goto", "Wait")
_JUMP = re.compile(r"(?:Goto|Gosub)\(([^()$]*?)(?:\(|\))")
_BRANCH = re.compile(r"[?:]([a-z][\w-]*(?:,[^,:()$]+,[\w]+)?)(?=[:)])")

Dialplan = dict[str, dict[str, list[tuple[str, str]]]]  # context -> exten -> (label, application)


def read(text: str) -> Dialplan:
    """extensions.conf: context -> extension -> steps, each a label (or "") and an application."""
    found: Dialplan = defaultdict(lambda: defaultdict(list))
    context = exten = ""
    for line in text.splitlines():
        if section := re.fullmatch(r"\[([\w-]+)\]", line.strip()):
            context = section[1]
        elif entry := re.fullmatch(r"exten => ([^,]+),1(?:\(([\w-]+)\))?,(.*)", line):
            exten = entry[1]
            found[context][exten].append((entry[2] or "", entry[3]))
        elif step := re.fullmatch(r" same => n(?:\(([\w-]+)\))?,(.*)", line):
            found[context][exten].append((step[1] or "", step[2]))
    return found


def dangling(text: str) -> Iterator[str]:
    """Each jump to what is not there, and each path that just stops, with its place."""
    plan = read(text)
    for context, extens in plan.items():
        for exten, steps in extens.items():
            last = steps[-1][1]
            if not last.startswith(_ENDS):
                yield f"{context} {exten}: ends with {last}; a path must end with one of {_ENDS}"
            for _, application in steps:
                yield from _lost(plan, context, exten, application)


def _lost(plan: Dialplan, context: str, exten: str, application: str) -> Iterator[str]:
    targets = [jump[1] for jump in _JUMP.finditer(application)]
    if application.startswith("GotoIf"):
        targets += [branch[1] for branch in _BRANCH.finditer(application)]
    for target in targets:
        if not _known(plan, context, exten, target.split(",")):
            yield f"{context} {exten}: {application} leads to {target}, which there is not"


def _known(plan: Dialplan, context: str, exten: str, target: list[str]) -> bool:
    """`target` is label; exten,label; or context,exten,label."""
    *before, label = target
    if len(before) == 2:
        context, exten = before
    elif len(before) == 1:
        exten = before[0]
    if "{" in context + exten + label:
        return True
    steps = plan.get(context, {}).get(exten)
    if steps is None:
        return context in plan and any(pattern.startswith("_") for pattern in plan[context])
    return label == "1" or any(label == name for name, _ in steps)
