"""The compiler: a plan and its people in, Asterisk's files out. Pure: same input, same text."""

from __future__ import annotations

import hashlib

from routing.asterisk.base import base
from routing.asterisk.dialplan import FINGERPRINT, dialplan
from routing.asterisk.instance import Instance
from routing.asterisk.sip import sip
from routing.plan import Counsellor, Plan, outside


def compile_plan(
    plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance
) -> dict[str, str]:
    """File name -> text of every file below the instance's `etc`.

    extensions.conf holds the fingerprint of all files in the global PLAN, which `install` reads
    back from the running Asterisk: what is loaded is what was meant. Raises ValueError when a
    person has the id of a partner's seat or of an old telephone.
    """
    people = tuple(sorted(counsellors, key=lambda c: c.id))
    taken = {c.id for c in people} & {one.id for one in outside(plan)}
    if taken:
        ids = ", ".join(sorted(taken))
        raise ValueError(f"{ids}: a person and a partner's seat or an old telephone; rename one")
    files = base(plan, instance)
    files["pjsip.conf"] = sip(plan, people, instance)
    files["extensions.conf"] = dialplan(plan, people, instance)
    mark = fingerprint(files)
    return {name: text.replace(FINGERPRINT, mark) for name, text in sorted(files.items())}


def fingerprint(files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return f"{digest.hexdigest()[:16]}"
