"""extensions.conf: the path of a call, compiled. Pure text from a pure plan.

Read it as the call goes: DIDs, inbound, wait, (own site), promise, bye; then the counsellor's
leg; then the clock that keeps the queue's members equal to the duty table.
"""

from __future__ import annotations

from routing.asterisk.dialplan.arrive import forwarded, inbound, numbers, record, switchboards
from routing.asterisk.dialplan.clock import clock
from routing.asterisk.dialplan.legs import legs, ring
from routing.asterisk.dialplan.line_tests import line_tests
from routing.asterisk.dialplan.periods import which_period
from routing.asterisk.dialplan.phones import phones
from routing.asterisk.dialplan.queueing import bye, full, own_site, promise, wait
from routing.asterisk.dialplan.supervision import steering, supervision
from routing.asterisk.dialplan.transfer import transfer
from routing.asterisk.dialplan.turns import turns
from routing.asterisk.instance import Instance
from routing.plan import Counsellor, Plan, outside

FINGERPRINT = "@fingerprint@"  # replaced by the compiler with that of all files


def dialplan(plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance) -> str:
    """The whole extensions.conf. `counsellors` are those who may be rung, in a stable order."""
    parts = [
        _general(plan, counsellors, instance),
        numbers(plan),
        switchboards(plan),
        inbound(plan),
        line_tests(plan),
        forwarded(plan, counsellors),
        record(plan),
        which_period(plan),
        full(plan),
        wait(plan),
        own_site(plan, counsellors),
        promise(plan),
        bye(),
        turns(plan),
        transfer(plan, counsellors),
        legs(plan, counsellors),
        ring(plan),
        phones(plan),
        supervision(),
        steering(plan),
        clock(plan, counsellors),
    ]
    return "\n".join(part for part in parts if part)


def _general(plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance) -> str:
    devices = "".join(
        f"DEVICE_{c.id}=mobile\n" for c in (*counsellors, *outside(plan)) if c.device == "mobile"
    )
    return f"""\
[general]
static=yes
writeprotect=yes
clearglobalvars=no

[globals]
P={instance.prompts}
SLOT_SECONDS={plan.limits.slot}
HANDLE={plan.limits.handle}
{devices}PLAN={FINGERPRINT}
"""
