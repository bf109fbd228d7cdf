"""A caller is handed on, and a counsellor asks a colleague first."""

from __future__ import annotations

from routing.asterisk.dialplan.legs import devices
from routing.asterisk.dialplan.words import QUEUE, WEB, assign, dial, outward
from routing.plan import Counsellor, Plan

SOON = 3  # seconds for which a telephone that is just being hung up is waited for


def transfer(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    begun = assign(
        "STARTED=${EPOCH}",
        "TOLD=1",
        "SITE=",
        "OLD=",
        "PROMISED=",
        "THROWN=",
        "__NEEDS=",
        "__WANTED=",
    )
    states = f"${{DEVICE_STATE(PJSIP/${{TO}})}}${{DEVICE_STATE(PJSIP/${{TO}}{WEB})}}"
    free = f'${{REGEX("^(NOT_INUSE|UNAVAILABLE|INVALID|UNKNOWN)+$" {states})}}'
    people = "\n".join(_colleague(person, plan) for person in counsellors)
    return f"""\
; A caller is handed on by BACK: to the person TO, or where there is none, to the tier TIER. Nobody takes the call: it
; comes back to BACK, who may be writing by then; then it waits before all who are in no danger. HANDED: a pause is no
; obstacle, as somebody asked for this person.
[transfer]
exten => s,1,{begun}
 same => n,QueueLog({QUEUE},${{UNIQUEID}},${{BACK}},HANDED,${{IF($["${{TO}}${{TIER}}"=""]?duty:${{TO}}${{TIER}})}})
 same => n,GotoIf($["${{TO}}"=""]?queue)
 same => n,UserEvent(Stage,Stage: waiting)
 same => n,MSet(__HANDED=1,EXITCONTEXT=waiting-keys)
 same => n(ring),Set(UNTIL=$[${{EPOCH}}+{SOON}])
 same => n(look),GotoIf($[{free}]?now)
 same => n,GotoIf($[${{EPOCH}}>=${{UNTIL}}]?next)
 same => n,Wait(0.2)
 same => n,Goto(look)
 same => n(now),Dial(Local/${{TO}}@leg/n,{plan.limits.ring},diIm(calm)U(taken^${{UNIQUEID}}^${{TO}}^${{EPOCH}}))
 same => n,GotoIf($["${{DIALSTATUS}}"="ANSWER"]?over)
 same => n(next),GotoIf($["${{BACK}}"="" | "${{BACK}}"="${{TO}}"]?queue)
 same => n,Set(TO=${{BACK}})
 same => n,Goto(ring)
 same => n(queue),ExecIf($["${{RANK}}"="normal"]?Set(RANK=cutoff))
 same => n,Set(__HANDED=)
 same => n,Goto(wait,s,1)
 same => n(over),Hangup()

[taken]
exten => s,1,QueueLog({QUEUE},${{ARG1}},${{ARG2}},TAKEN,$[${{EPOCH}}-${{ARG3}}])
 same => n,Return()

; A colleague is asked, while the caller hears music: no leg, as nobody's call is answered by it. Their page is told so.
[colleagues]
{people or "; nobody"}

[asks]
exten => s,1,Set(PJSIP_HEADER(add,X-Colleague)=1)
 same => n,Return()
"""


def _colleague(person: Counsellor, plan: Plan) -> str:
    desk = f"Dial({devices(person)},{plan.limits.ring},iIb(asks^s^1))"
    head = f"exten => {person.id},1,"
    if person.mobile is None:
        return f"{head}{desk}\n same => n,Hangup()"
    return f"""\
{head}GotoIf($["${{GLOBAL(AT_{person.id})}}"="-m"]?mobile)
 same => n,{desk}
 same => n,Hangup()
 same => n(mobile),Set(CALLERID(all)={plan.number} <{plan.number}>)
 same => n,MSet(WAYS={outward(plan, person.mobile)},WAY=1)
{dial("WAYS", plan.limits.on_call_ring, "iIb(outward^s^1)")}
 same => n,Hangup()"""
