"""The counsellor's leg: the only thing that the queue rings."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE, WEB, assign, dial, outward, trunk_limits
from routing.plan import Counsellor, Limits, Plan, old_phones, seats

LEG_END_TRIES = 10  # twentieths of a second in which a leg that is ending comes to its end


def legs(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    reachable = (*counsellors, *seats(plan))
    entries = "\n".join(_leg(c, plan) for c in (*reachable, *old_phones(plan)))
    hints = "\n".join(_hints(c) for c in reachable)
    mobiles = "\n".join(f"exten => {c.id},1,Return()" for c in reachable if c.mobile)
    return f"""\
; One leg per person: the only thing the queue rings. AT_<person> is "-m" when the mobile is to ring.
[leg]
{entries}

[leg-hints]
{hints}

; Whoever can be reached on a mobile as well.
[mobiles]
{mobiles or "; nobody"}
"""


def _leg(person: Counsellor, plan: Plan) -> str:
    head = f"exten => {person.id},1"
    if person.mobile is None:
        return f"{head},{_desk(person, plan)}"
    if person in old_phones(plan):
        return f"{head},{_mobile(person, plan)}"
    return f"""\
{head},GotoIf($["${{GLOBAL(AT_{person.id})}}"="-m"]?mobile)
 same => n,{_desk(person, plan)}
 same => n(mobile),{_mobile(person, plan)}"""


def _desk(person: Counsellor, plan: Plan) -> str:
    """Nobody need be told who picks up, unless a channel asks for it (MEETS)."""
    met = f'${{IF($["${{MEETS}}"=""]?:U(picked-up^{person.id}))}}'
    return f"""\
{assign(*_rung(person))}
 same => n(may),GotoIf($[{_refusal(person)}]?ring,s,unless)
 same => n,Dial({devices(person)},{plan.limits.ring},iI{met})
 same => n,Goto(ring,s,over)"""


def _mobile(person: Counsellor, plan: Plan) -> str:
    outside = (
        f"CALLERID(all)={plan.number} <{plan.number}>",
        f"WAYS={outward(plan, person.mobile or '')}",
        "WAY=1",
        "AGAIN=-m",
    )
    return f"""\
{assign(*_rung(person), *outside)}
 same => n(may-m),GotoIf($[{_refusal(person)} | "${{ROUND}}"!=""]?ring,s,unless)
{dial("WAYS", plan.limits.on_call_ring, f"iIb(outward^s^1)U(confirm^{person.id})")}
 same => n,Goto(ring,s,over)"""


def _rung(person: Counsellor) -> tuple[str, ...]:
    over = '"CHANNEL(hangup_handler_push)=leg-over,s,1"'
    return f"PERSON={person.id}", f"GROUP(leg)={person.id}", over


def _refusal(person: Counsellor) -> str:
    """Whether a person is being rung already, is paused, or not whom the caller needs or wants."""
    other = "".join(f' & "${{NEEDS}}"!="{q}"' for q in sorted(person.qualifications))
    return " | ".join(
        (
            f"${{GROUP_COUNT({person.id}@leg)}}>1",
            f'("${{DB(lease/{person.id})}}"!="" & "${{OWN_CALL}}${{HANDED}}"="")',
            f'("${{NEEDS}}"!=""{other} & ${{EPOCH}}<0${{NEEDS_UNTIL}})',
            f'("${{WANTED}}"!="" & "${{WANTED}}"!="{person.id}" & ${{EPOCH}}<0${{WANTED_UNTIL}})',
        )
    )


def devices(person: Counsellor) -> str:
    """A fixed contact; else whatever is registered of desk phone and browser, at once."""
    if person.contact is not None:
        return f"PJSIP/{person.id}"
    return "&".join(
        f'${{IF($["${{DEVICE_STATE({device})}}"="UNAVAILABLE"]?:{device})}}'
        for device in (f"PJSIP/{person.id}", f"PJSIP/{person.id}{WEB}")
    )


def _hints(person: Counsellor) -> str:
    """What the queue goes by: busy when any device is, unavailable when none is registered.

    Custom:<person> adds calls and times to write; while free it is UNAVAILABLE, which counts least
    of all, so that it hides no device. A mobile is always there, as [mobiles] is.
    """
    name, own = person.id, f"Custom:{person.id}"
    browser = f"PJSIP/{name}{WEB}&" if person.contact is None else ""
    desk = f"exten => {name},hint,PJSIP/{name}&{browser}{own}"
    mobile = f"exten => {name}-m,hint,Local/{name}@mobiles&{own}"
    return desk if person.mobile is None else f"{desk}\n{mobile}"


def ring(plan: Plan) -> str:
    limits, prompts = plan.limits, plan.prompts
    watching = '("${HEARD}"!="" & "${SHARED(TAKEN)}"="")'
    unmet = (
        f'"${{DIALSTATUS}}"!="ANSWER" | "${{UNCONFIRMED}}"!="" | 0${{ANSWEREDTIME}}<1 | {watching}'
    )
    caller = "${FILTER(0-9,${CUT(HOTLINE,\\;,4)})}"
    danger = f'"${{CUT(HOTLINE,\\;,2)}}"="crisis" | 0${{DB(crisis/{caller})}}>=${{EPOCH}}'
    counted = " same => n,Set(GROUP(trunk)=${CARRIER})\n" if trunk_limits(plan) else ""
    return f"""\
; A leg that was not answered. Whoever is rung already, is paused, or is not, for a little while, whom the caller needs
; or wants, is refused (17, busy).
; OWN_CALL: the person is calling somebody, and asked for this; HANDED: a colleague did. A pause is no obstacle then.
; A telephone is free some milliseconds before its last leg has written down the time to write: that is waited for.
[ring]
exten => s,1(unless),GotoIf($[${{GROUP_COUNT(${{PERSON}}@leg)}}>1 & 0${{WAITED}}<{LEG_END_TRIES}]?:refuse)
 same => n,Set(WAITED=$[0${{WAITED}}+1])
 same => n,Wait(0.05)
 same => n,Goto(leg,${{PERSON}},may${{AGAIN}})
 same => n(refuse),Hangup(17)
 same => n(over),GotoIf($["${{DIALSTATUS}}"="CANCEL"]?refuse)
 same => n,Set(UNCONFIRMED=1)
 same => n,Set(DB(miss/${{PERSON}})=$[0${{DB(miss/${{PERSON}})}}+1])
 same => n,GotoIf($[${{DB(miss/${{PERSON}})}}<{limits.missed_rings}]?missed)
 same => n,Set(DB(miss/${{PERSON}})=0)
 same => n,Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.missed_pause}],missed))
 same => n(missed),Hangup(19)

; Goes with every call of ours into a carrier's network: should it be forwarded to us, it is known again.
[outward]
exten => s,1,Set(PJSIP_HEADER(add,X-Hotline)={plan.number})
{counted} same => n,Return()

; On the counsellor's own channel, when it is picked up. A voicemail box presses no key. Only a mobile needs to be
; called busy by us: a desk phone's own state says so, and each change of a state is told to every member of the queue.
[confirm]
exten => s,1,Read(KEY,${{P}}/{prompts.confirm},1,,1,{limits.confirm})
 same => n,GotoIf($["${{KEY}}"="1"]?sure)
 same => n,Set(GOSUB_RESULT=CONTINUE)
 same => n,Return()
 same => n(sure),Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE)
 same => n,Goto(picked-up,s,1)

[picked-up]
exten => s,1,Set(SHARED(MET,${{MEETS}})=1)
 same => n,Return()

; After the call: time to write, or to recover when the caller was in danger or has been marked so meanwhile. The lease
; ends by Asterisk's own clock. A leg that was answered and lost at once, because a colleague was quicker, needs none, nor
; does one beside a colleague's call, and one that was refused changes nothing.
[leg-over]
{_over(limits, unmet, caller, danger)} same => n(free),ExecIf($["${{DIALSTATUS}}"!="" & "${{DEVICE_STATE(Custom:${{PERSON}})}}"="INUSE" & "${{CUT(DB(lease/${{PERSON}}),|,2)}}"!="wrapup"]?MSet(GROUP(leg)=over,DEVICE_STATE(Custom:${{PERSON}})=UNAVAILABLE))
 same => n,Return()

; A pause or a time to write, on record with its end (0: none). ARG1 person, ARG2 until, ARG3 reason.
[lease]
exten => s,1,Set(DB(lease/${{ARG1}})=${{ARG2}}|${{ARG3}})
 same => n,UserEvent(Lease,Person: ${{ARG1}},Until: ${{ARG2}},Reason: ${{ARG3}})
 same => n,ExecIf($["${{ARG3}}"="wrapup"]?Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE):PauseQueueMember({QUEUE},Local/${{ARG1}}@leg/n,,${{ARG3}}))
 same => n,Return()
"""


def _over(limits: Limits, unmet: str, caller: str, danger: str) -> str:
    """The first steps after a call; a usual one goes no further where the city gives time to write."""
    handled = (
        f"GLOBAL(HANDLE)=$[(${{GLOBAL(HANDLE)}}*7+0${{ANSWEREDTIME}}+{limits.wrap_up})/8]",
        f'DB(spoke/${{IF($["{caller}"=""]?hidden:{caller})}})=${{PERSON}}|${{EPOCH}}',
        "DB(miss/${PERSON})=0",
    )
    over = f"ExecIf($[{unmet}]?NoOp():{assign(*handled)})"
    lease = '"${DB(lease/${PERSON})}"!=""'
    if not limits.wrap_up and not limits.recovery:
        return f"exten => s,1,{over}\n"
    recovering = f"Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.recovery}],recovery))"
    if not limits.wrap_up:
        return f"""\
exten => s,1,{over}
 same => n,GotoIf($[{unmet} | {lease}]?free)
 same => n,ExecIf($[{danger}]?{recovering})
"""
    writing = assign(
        *handled,
        f"DB(lease/${{PERSON}})=$[${{EPOCH}}+{limits.wrap_up}]|wrapup",
        "DEVICE_STATE(Custom:${PERSON})=INUSE",
    )
    odd, recovery = f"{unmet} | {lease}", ""
    if limits.recovery:
        odd, recovery = f"{odd} | {danger}", f" same => n,{recovering}\n"
    return f"""\
exten => s,1,GotoIf($[{odd}]?odd)
 same => n,{writing}
 same => n,UserEvent(Lease,Person: ${{PERSON}},Until: ${{CUT(DB(lease/${{PERSON}}),|,1)}},Reason: wrapup)
 same => n,Return()
 same => n(odd),{over}
 same => n,GotoIf($[{unmet} | {lease}]?free)
{recovery}"""
