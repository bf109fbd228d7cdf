"""A call-back that keeps its place: a channel of our own waits in the queue for the caller who left."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE, dial, needed, outward
from routing.plan import Plan


def turns(plan: Plan) -> str:
    prompts, limits = plan.prompts, plan.limits
    needs = ",".join(needed("${TURN_NEEDS}", limits.needs_hold))
    reached = "rb(outward^s^1)U(turn-reached^${CHANNEL(linkedid)}^${EXTEN})"
    return f"""\
; The caller wished to be called back and hung up: somebody of ours goes on waiting, in the same place. One per number;
; who calls again meanwhile takes the place back. turn/<number> names the call whose place it is.
[turn-keep]
exten => s,1,Set(DB(turn/${{NUMBER}})=${{UNIQUEID}}|${{PLACE}})
 same => n,Set(WAITS=TURN_NUMBER=${{NUMBER}}^TURN=${{UNIQUEID}}|${{PLACE}}^TURN_PLACE=${{PLACE}}^TURN_LINE=${{LINE}}^TURN_RANK=${{RANK}}^TURN_NEEDS=${{NEEDS}})
 same => n,Originate(Local/${{NUMBER}}@turn/n,exten,turn-wait,s,1,,av(${{WAITS}}))
 same => n,Return()

; The half that waits in the queue. What it was promised is on record already, so it is promised nothing more.
; MEETS: whoever picks up says to this channel that the caller was MET.
[turn-wait]
exten => s,1,Set(CHANNEL(hangup_handler_wipe)=bye,s,1)
 same => n,MSet(KIND=callback,LINE=${{TURN_LINE}},DIALLED=${{TURN_NUMBER}},SITE=,{needs})
 same => n,Gosub(record,s,1)
 same => n,MSet(RANK=${{TURN_RANK}},FROM=${{TURN_NUMBER}},PROMISED=1,TOLD=1,__MEETS=${{CHANNEL(name)}})
 same => n,Goto(wait,s,1)

; The half that calls the number when a counsellor has picked up, and gives up when its turn is no longer on record.
[turn]
exten => _X.,1,Answer()
 same => n,Set(WAITING=${{CHANNEL(name):0:-1}}1)
 same => n,Set(UNTIL=$[${{EPOCH}}+{limits.call_back_minutes * 60}])
 same => n(again),Wait(0.5)
 same => n,GotoIf($["${{DB(turn/${{EXTEN}})}}"!="${{TURN}}" | ${{EPOCH}}>${{UNTIL}}]?over)
 same => n,GotoIf($["${{SHARED(MET,${{WAITING}})}}"=""]?again)
 same => n,Set(GONE=${{DB_DELETE(turn/${{EXTEN}})}})
 same => n,Set(CALLERID(all)={plan.number} <{plan.number}>)
 same => n,Playback(${{P}}/{prompts.turn})
 same => n,Set(WAYS={outward(plan, "${EXTEN}")})
 same => n,Set(WAY=1)
{dial("WAYS", 45, reached)}
 same => n,ExecIf($["${{DIALSTATUS}}"!="ANSWER"]?Playback(${{P}}/{prompts.unreached}))
 same => n(over),Set(GONE=${{IF($["${{DB(turn/${{EXTEN}})}}"="${{TURN}}"]?${{DB_DELETE(turn/${{EXTEN}})}}:)}})
 same => n,Hangup()

[turn-reached]
exten => s,1,QueueLog({QUEUE},${{ARG1}},NONE,REACHED,${{ARG2}})
 same => n,Return()
"""
