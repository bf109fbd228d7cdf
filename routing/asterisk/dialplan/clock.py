"""Asterisk's own clock: it keeps the queue's members equal to the duty table, without Python."""

from __future__ import annotations

from routing.asterisk.dialplan.words import ON_CALL, PARTNER, QUEUE, STAND_IN, steps
from routing.plan import Counsellor, Plan, outside, seats

LISTED = 130  # members whose names, the longest, have room in one variable
TOLD_AT_ONCE = 1000  # characters of names in one event; a step's text has room for 4,096


def clock(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    resets = steps(f"Gosub(reset,s,1({c.id}))" for c in (*counsellors, *outside(plan)))
    everybody = steps(
        f'ExecIf($["${{WANT_{c.id}}}"!="${{PASS}}" & ("${{WANT_{c.id}}}"!="" | ${{PASS}}=1)]'
        f"?Gosub(duty,leave,1(Local/{c.id}@leg/n)))"
        for c in counsellors
    )
    lasting = "(${UNTIL}=0 | ${UNTIL}>${EPOCH})"
    leg = "Local/${WHO}@leg/n"
    paused = f"${{QUEUE_MEMBER({QUEUE},paused,{leg})}}"
    ended = "UserEvent(Lease,Person: ${FREED:1},Until: 0,Reason: none)"
    partners = steps(f"Gosub(duty,member,1({seat.id},{PARTNER}))" for seat in seats(plan))
    return f"""\
; Asterisk's own clock: each second it makes the queue's members equal to the duty table, and ends leases.
; Nothing is remembered between two seconds, so nothing can be stale; it adds before it removes.
; WANT_<person> is the last pass at which a person was to be in the queue, ROSTER_<person> in the table. Where the members are
; too many for their names to be read in one variable (MANY), WANT_<person> says also who is one; a new clock knows nobody.
[duty]
; It answers first: whoever originated it would otherwise give it up after 30 seconds.
exten => tick,1,Answer()
 same => n,Set(GLOBAL(TICKER)=${{UNIQUEID}})
 same => n,ExecIf($["${{GLOBAL(RESET)}}"=""]?Gosub(duty,reset,1))
 same => n(again),Set(GLOBAL(BEAT)=${{EPOCH}})
 same => n,Gosub(duty,apply,1)
 same => n,Gosub(duty,leases,1)
 same => n,Wait(1)
 same => n,GotoIf($["${{GLOBAL(TICKER)}}"="${{UNIQUEID}}"]?again)
 same => n,Hangup()
exten => anchor,1,Wait(1000000000)

; An empty value is a slot that was never written: the members stay. "-" is a slot with nobody.
exten => apply,1,Set(SLOT=${{MATH(${{EPOCH}}/${{SLOT_SECONDS}},int)}})
 same => n,MSet(PASS=$[0${{PASS}}+1],MANY=$[${{QUEUE_MEMBER({QUEUE},count)}}>{LISTED}])
 same => n,Set(HAVE=${{IF($[${{MANY}}]?:,${{QUEUE_MEMBER_LIST({QUEUE})}},)}})
{partners}
 same => n,Set(ENTRIES=${{DB(duty/${{SLOT}}/0)}})
 same => n,GotoIf($["${{ENTRIES}}"=""]?done)
 same => n,Set(STANDBY=)
 same => n,Set(ABSENT=0)
 same => n,Set(SERVING=0)
 same => n,Set(STANDING={len(seats(plan))})
 same => n,Set(CHUNK=0)
 same => n(chunk),While($["${{SET(ENTRY=${{SHIFT(ENTRIES)}})}}"!=""])
 same => n,Gosub(duty,entry,1)
 same => n,EndWhile
 same => n,Set(CHUNK=$[${{CHUNK}}+1])
 same => n,Set(ENTRIES=${{DB(duty/${{SLOT}}/${{CHUNK}})}})
 same => n,GotoIf($["${{ENTRIES}}"!=""]?chunk)
 same => n,Set(REACH=${{IF($[${{ABSENT}}>0]?{STAND_IN}:{ON_CALL})}})
 same => n,Set(STANDBY=${{STANDBY:1}})
 same => n,While($["${{SET(ENTRY=${{SHIFT(STANDBY)}})}}"!=""])
 same => n,Gosub(duty,member,1(${{ENTRY}},${{REACH}}))
 same => n,Set(STANDING=$[${{STANDING}}+(${{REACH}}={ON_CALL})])
 same => n,EndWhile
 same => n,ExecIf($[${{MANY}}]?Gosub(duty,leaving,1))
 same => n,Set(HAVE=${{IF($[${{MANY}}]?:${{QUEUE_MEMBER_LIST({QUEUE})}})}})
 same => n,While($["${{SET(LEG=${{SHIFT(HAVE)}})}}"!=""])
 same => n,ExecIf($["${{WANT_${{LEG:6:-6}}}}"!="${{PASS}}"]?Gosub(duty,leave,1(${{LEG}})))
 same => n,EndWhile
 same => n,Set(GLOBAL(SERVING)=${{SERVING}})
 same => n,Set(GLOBAL(STANDING)=${{STANDING}})
 same => n(done),Return()

; One entry: "lin" needs a sign-in, "lin!" needs none, "lin~" is on call, "-" is nobody.
exten => entry,1,Set(MARK=${{ENTRY:-1}})
 same => n,GotoIf($["${{ENTRY}}"="-"]?no)
 same => n,Set(ROSTER_${{FILTER(a-z0-9,${{ENTRY}})}}=${{PASS}})
 same => n,GotoIf($["${{MARK}}"="~"]?standby)
 same => n,GotoIf($["${{MARK}}"="!"]?in)
 same => n,GotoIf($[0${{DB(signed/${{ENTRY}})}}>${{EPOCH}}]?in)
 same => n,Set(ABSENT=$[${{ABSENT}}+1])
 same => n(no),Return()
 same => n(standby),Set(STANDBY=${{STANDBY}},${{ENTRY:0:-1}})
 same => n,Return()
 same => n(in),Gosub(duty,member,1(${{FILTER(a-z0-9,${{ENTRY}})}},0))
 same => n,Return()

exten => member,1,MSet(LEG=Local/${{ARG1}}@leg/n,BEFORE=${{WANT_${{ARG1}}}},WANT_${{ARG1}}=${{PASS}})
 same => n,Set(AT=${{DB(device/${{ARG1}})}})
 same => n,ExecIf($["${{AT}}"=""]?Set(AT=${{GLOBAL(DEVICE_${{ARG1}})}}))
 same => n,Set(AT=${{IF($["${{AT}}"="mobile" & ${{DIALPLAN_EXISTS(mobiles,${{ARG1}},1)}}]?-m:)}})
 same => n,GotoIf($[(${{MANY}} & "${{BEFORE}}"="") | (${{MANY}}=0 & ${{REGEX(",${{LEG}}," ${{HAVE}})}}=0)]?add)
 same => n,GotoIf($["${{AT}}"="${{GLOBAL(AT_${{ARG1}})}}"]?there)
 same => n,RemoveQueueMember({QUEUE},${{LEG}})
 same => n(add),Set(GLOBAL(AT_${{ARG1}})=${{AT}})
 same => n,AddQueueMember({QUEUE},${{LEG}},${{ARG2}},,${{ARG1}},hint:${{ARG1}}${{AT}}@leg-hints)
 same => n,Return()
 same => n(there),Set(SERVING=$[${{SERVING}}+("${{QUEUE_MEMBER({QUEUE},paused,${{LEG}})}}"="0" & ${{ARG2}}<{ON_CALL})])
 same => n,ExecIf($["${{QUEUE_MEMBER({QUEUE},penalty,${{LEG}})}}"!="${{ARG2}}"]?Set(QUEUE_MEMBER({QUEUE},penalty,${{LEG}})=${{ARG2}}))
 same => n,Return()

; The shift is over (or signed out): calls in progress go on. A sign-in ends with the shift it was for.
exten => leave,1,RemoveQueueMember({QUEUE},${{ARG1}})
 same => n,MSet(WHO=${{ARG1:6:-6}},WANT_${{ARG1:6:-6}}=)
 same => n,GotoIf($["${{RQMSTATUS}}"!="REMOVED" | "${{ROSTER_${{WHO}}}}"="${{PASS}}"]?no)
 same => n,Set(GONE=${{DB_DELETE(signed/${{WHO}})}})
 same => n,UserEvent(Signed,Person: ${{WHO}},Until: 0)
 same => n(no),Return()

; Whoever may have been in the queue and is not to be.
exten => leaving,1,NoOp()
{everybody}
 same => n,Return()

; A lease is looked at in one step, and most need no more: it is over, or its pause has not been told to the queue.
; Those that end in one second are told in one event.
exten => leases,1,Set(KEYS=${{DB_KEYS(lease)}})
 same => n,Set(FREED=)
 same => n(next),GotoIf($["${{SET(WHO=${{SHIFT(KEYS)}})}}"=""]?last)
 same => n,MSet(UNTIL=0${{CUT(DB(lease/${{WHO}}),|,1)}},REASON=${{CUT(DB(lease/${{WHO}}),|,2)}})
 same => n,GotoIf($[{lasting} & ("${{REASON}}"="wrapup" | "{paused}"!="0")]?next)
 same => n,GotoIf($[{lasting}]?pause)
 same => n,MSet(GONE=${{DB_DELETE(lease/${{WHO}})}},DEVICE_STATE(Custom:${{WHO}})=UNAVAILABLE,FREED=${{FREED}}&${{WHO}})
 same => n,GotoIf($["{paused}"!="1" & ${{LEN(${{FREED}})}}<{TOLD_AT_ONCE}]?next)
 same => n,ExecIf($["{paused}"="1"]?UnpauseQueueMember({QUEUE},{leg}))
 same => n,GotoIf($[${{LEN(${{FREED}})}}<{TOLD_AT_ONCE}]?next)
 same => n,{ended}
 same => n,Set(FREED=)
 same => n,Goto(next)
 same => n(pause),PauseQueueMember({QUEUE},{leg},,${{REASON}})
 same => n,Goto(next)
 same => n(last),ExecIf($["${{FREED}}"!=""]?{ended})
 same => n,Return()

; At boot no one talks: whoever has no time to write is free. A Custom state would outlive a crash.
exten => reset,1,Set(GLOBAL(RESET)=done)
 same => n,DBdeltree(turn)
{resets}
 same => n,Return()

[reset]
exten => s,1,Set(LEASE=${{DB(lease/${{ARG1}})}})
 same => n,Set(DEVICE_STATE(Custom:${{ARG1}})=${{IF($["${{CUT(LEASE,|,2)}}"="wrapup"]?INUSE:UNAVAILABLE)}})
 same => n,Return()
"""
