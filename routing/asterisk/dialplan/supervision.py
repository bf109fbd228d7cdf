"""What a supervisor does: with an own telephone at a call in progress, and to callers who wait."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE
from routing.plan import Plan


def supervision() -> str:
    """One context for each of routing.live.Way."""
    return f"""\
; A supervisor's telephone at a call in progress. The extension is the call; HEARD is the leg of its counsellor, and
; what is spoken into that leg the counsellor hears, on whatever telephone, and the caller does not. A supervisor who
; goes from one way to another is redirected between these contexts. Whatever the supervisor does, the call goes on.
[listen]
exten => _[0-9a-z].,1,UserEvent(Watch,Way: listen,Call: ${{EXTEN}})
 same => n,ChanSpy(${{HEARD}},qESu)
 same => n,Hangup()

[whisper]
exten => _[0-9a-z].,1,UserEvent(Watch,Way: whisper,Call: ${{EXTEN}})
 same => n,ChanSpy(${{HEARD}},qESuw)
 same => n,Hangup()

[join]
exten => _[0-9a-z].,1,UserEvent(Watch,Way: join,Call: ${{EXTEN}})
 same => n,ChanSpy(${{HEARD}},qESuB)
 same => n,Hangup()

; The emergency number is called by the supervisor; neither the caller nor the counsellor hears it. It is a call of our
; own, on record as such. Afterwards the telephone is rung anew, and back at the call AT: on a channel that was in a
; bridge ChanSpy hears nothing any more (seen with Asterisk 22).
[help]
exten => _X.,1,Set(__OWN_CALL=${{OWN_CALL}})
 same => n,Dial(Local/${{EXTEN}}@from-counsellor/n,60,giI)
 same => n,Originate(Local/${{OWN_CALL}}@leg/n,exten,listen,${{AT}},1,,av(OWN_CALL=${{OWN_CALL}}^HEARD=${{HEARD}}^TAKEN_FROM=${{TAKEN_FROM}}^AT=${{AT}}))
 same => n,Hangup()

; The caller's channel is moved to the supervisor; the counsellor's leg ends, and with it begins the time to write.
; TAKEN: from now on it is a call of the supervisor's own, with a time to write after it.
[take]
exten => _[0-9a-z].,1,GotoIf($[${{CHANNEL_EXISTS(${{TAKEN_FROM}})}}]?:over)
 same => n,UserEvent(Watch,Way: take,Call: ${{EXTEN}})
 same => n,Set(SHARED(TAKEN,${{CHANNEL(name):0:-1}}2)=1)
 same => n,QueueLog({QUEUE},${{EXTEN}},${{OWN_CALL}},TAKEN,0)
 same => n,Bridge(${{TAKEN_FROM}})
 same => n(over),Hangup()
"""


def steering(plan: Plan) -> str:
    limits = plan.limits
    patience = max(limits.ring, limits.on_call_ring + limits.confirm) + 5
    return f"""\
; Where a supervisor sends a waiting caller; afterwards the caller waits as ever, in the same place.
[steer]
exten => up,1,ExecIf($[${{REGEX("^(normal|limited)$" ${{RANK}})}}]?Set(RANK=raised))
 same => n,Goto(wait,s,again)
exten => oncall,1,Goto(switch,oncall,1)
exten => partner,1,Goto(switch,partner,1)
exten => promise,1,Goto(switch,promise,1)
exten => _to-[a-z0-9].,1,Set(EXITCONTEXT=waiting-keys)
 same => n,Dial(Local/${{EXTEN:3}}@leg/n,{patience},diIm(calm)U(handed^${{UNIQUEID}}))
 same => n,GotoIf($["${{DIALSTATUS}}"="ANSWER"]?over)
 same => n,Goto(wait,s,again)
 same => n(over),Hangup()

[handed]
exten => s,1,Set(WHO=${{CUT(CHANNEL(name),/,2)}})
 same => n,QueueLog({QUEUE},${{ARG1}},${{CUT(WHO,@,1)}},TAKEN,0)
 same => n,Return()
"""
