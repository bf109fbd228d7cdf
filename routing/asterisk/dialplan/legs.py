"""The counsellor's leg: the only thing that the queue rings."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE, WEB, outward
from routing.plan import Counsellor, Plan, seats


def legs(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    reachable = (*counsellors, *seats(plan))
    entries = "\n".join(_leg(c, plan) for c in reachable)
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
    limits = plan.limits
    skills = "".join(f"/{q}" for q in sorted(person.qualifications)) + "/"
    desk = f"Gosub(ring,s,1({person.id},{_devices(person)},{limits.ring},{skills},))"
    head = f"exten => {person.id},1,"
    if person.mobile is None:
        return f"{head}{desk}\n same => n,Hangup(${{WHY}})"
    ways = outward(plan, person.mobile)
    mobile = f"Gosub(ring,s,1({person.id},{ways},{limits.on_call_ring},{skills},confirm))"
    return f"""\
{head}GotoIf($["${{GLOBAL(AT_{person.id})}}"="-m"]?mobile)
 same => n,{desk}
 same => n,Hangup(${{WHY}})
 same => n(mobile),{mobile}
 same => n,Hangup(${{WHY}})"""


def _devices(person: Counsellor) -> str:
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
    return f"""\
; Rings one person. ARG1 person, ARG2 device or the ways to it, parted by |, ARG3 seconds, ARG4 qualifications, ARG5 "confirm" when forwarded.
; Refuses (17, busy) who is being rung already, is paused, or lacks what the caller needs for a little while.
; OWN_CALL: the person is calling somebody, and asked for this; a pause is no obstacle.
[ring]
exten => s,1,Set(WHY=17)
 same => n,Set(PERSON=${{ARG1}})
 same => n,Set(GROUP(leg)=${{PERSON}})
 same => n,GotoIf($[${{GROUP_COUNT(${{PERSON}}@leg)}}>1]?refuse)
 same => n,GotoIf($["${{DB(lease/${{PERSON}})}}"!="" & "${{OWN_CALL}}"=""]?refuse)
 same => n,Set(LACKS=$["${{NEEDS}}"!="" & ${{REGEX("/${{NEEDS}}/" ${{ARG4}})}}=0])
 same => n,GotoIf($[${{LACKS}} & ${{EPOCH}}<0${{NEEDS_UNTIL}}]?refuse)
 same => n,GotoIf($["${{ARG5}}"!="" & "${{ROUND}}"!=""]?refuse)
 same => n,ExecIf($["${{ARG5}}"!=""]?Set(CALLERID(all)={plan.number} <{plan.number}>))
 same => n,Set(CHANNEL(hangup_handler_push)=leg-over,s,1)
 same => n,Set(WAY=1)
 same => n(dial),Dial(${{CUT(ARG2,|,${{WAY}})}},${{ARG3}},iIb(outward^s^1)U(picked-up^${{PERSON}}^${{ARG5}}))
 same => n,Set(WAY=$[${{WAY}}+1])
 same => n,GotoIf($[${{REGEX("^(CHANUNAVAIL|CONGESTION)$" ${{DIALSTATUS}})}} & ${{LEN(${{CUT(ARG2,|,${{WAY}})}})}}>0]?dial)
 same => n,GotoIf($["${{DIALSTATUS}}"="CANCEL"]?refuse)
 same => n,Set(UNCONFIRMED=1)
 same => n,Set(WHY=19)
 same => n,Set(DB(miss/${{PERSON}})=$[0${{DB(miss/${{PERSON}})}}+1])
 same => n,GotoIf($[${{DB(miss/${{PERSON}})}}<{limits.missed_rings}]?refuse)
 same => n,Set(DB(miss/${{PERSON}})=0)
 same => n,Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.missed_pause}],missed))
 same => n(refuse),Return()

; Goes with every call of ours into a carrier's network: should it be forwarded to us, it is known again.
[outward]
exten => s,1,Set(PJSIP_HEADER(add,X-Hotline)={plan.number})
 same => n,Return()

; On the counsellor's own channel, when it is picked up. A voicemail box presses no key.
[picked-up]
exten => s,1,GotoIf($["${{ARG2}}"=""]?sure)
 same => n,Read(KEY,${{P}}/{prompts.confirm},1,,1,{limits.confirm})
 same => n,GotoIf($["${{KEY}}"="1"]?sure)
 same => n,Set(GOSUB_RESULT=CONTINUE)
 same => n,Return()
 same => n(sure),ExecIf($[0${{DB(miss/${{ARG1}})}}>0]?Set(DB(miss/${{ARG1}})=0))
 same => n,ExecIf($["${{CALLER_CHANNEL}}"!=""]?Set(SHARED(MET,${{CALLER_CHANNEL}})=1))
 same => n,Set(NUMBER=${{FILTER(0-9,${{CUT(HOTLINE,\\;,4)}})}})
 same => n,ExecIf($["${{NUMBER}}"!=""]?Set(DB(spoke/${{NUMBER}})=${{ARG1}}|${{EPOCH}}))
 same => n,Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE)
 same => n,Return()

; After the call: time to write. The lease ends by Asterisk's own clock. A leg that was answered and lost at once,
; because a colleague was quicker, needs none.
[leg-over]
exten => s,1,Set(LEASE=${{DB(lease/${{PERSON}})}})
 same => n,GotoIf($["${{DIALSTATUS}}"!="ANSWER" | "${{UNCONFIRMED}}"!="" | 0${{ANSWEREDTIME}}<1]?free)
 same => n,Set(GLOBAL(HANDLE)=$[(${{GLOBAL(HANDLE)}}*7+${{ANSWEREDTIME}}+{limits.wrap_up})/8])
 same => n,GotoIf($["${{LEASE}}"!=""]?free)
 same => n,GotoIf($["${{CUT(HOTLINE,\\;,2)}}"="crisis" & {limits.recovery}>0]?recover)
 same => n,GotoIf($[{limits.wrap_up}=0]?free)
 same => n,Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.wrap_up}],wrapup))
 same => n,Return()
 same => n(recover),Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.recovery}],recovery))
 same => n(free),ExecIf($["${{CUT(LEASE,|,2)}}"!="wrapup"]?Set(DEVICE_STATE(Custom:${{PERSON}})=UNAVAILABLE))
 same => n,Return()

; A pause or a time to write, on record with its end (0: none). ARG1 person, ARG2 until, ARG3 reason.
[lease]
exten => s,1,Set(DB(lease/${{ARG1}})=${{ARG2}}|${{ARG3}})
 same => n,UserEvent(Lease,Person: ${{ARG1}},Until: ${{ARG2}},Reason: ${{ARG3}})
 same => n,ExecIf($["${{ARG3}}"="wrapup"]?Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE):PauseQueueMember({QUEUE},Local/${{ARG1}}@leg/n,,${{ARG3}}))
 same => n,Return()
"""
