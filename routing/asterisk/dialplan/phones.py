"""What a counsellor can dial."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE, dial, outward
from routing.plan import Plan


def phones(plan: Plan) -> str:
    prompts = plan.prompts
    allowed = "\n".join(f"exten => {number},1,Return()" for number in _may_dial(plan))
    return f"""\
; What a counsellor can dial: *81 signs in, *80 signs out, *82 has the mobile ring and *83 the desk phone, *84 rings the
; colleague whom the page has named, a number calls out and shows the hotline's.
[from-counsellor]
exten => *81,1,Set(DB(signed/${{CHANNEL(endpoint)}})=$[${{EPOCH}}+50400])
 same => n,UserEvent(Signed,Person: ${{CHANNEL(endpoint)}},Until: $[${{EPOCH}}+50400])
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.signed_in})
 same => n,Hangup()
exten => *80,1,Set(GONE=${{DB_DELETE(signed/${{CHANNEL(endpoint)}})}})
 same => n,UserEvent(Signed,Person: ${{CHANNEL(endpoint)}},Until: 0)
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.signed_out})
 same => n,Hangup()
exten => *82,1,GotoIf($[${{DIALPLAN_EXISTS(mobiles,${{CHANNEL(endpoint)}},1)}}=0]?*,1)
 same => n,Set(DB(device/${{CHANNEL(endpoint)}})=mobile)
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.at_mobile})
 same => n,Hangup()
exten => *83,1,Set(DB(device/${{CHANNEL(endpoint)}})=desk)
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.at_desk})
 same => n,Hangup()
exten => *84,1,Goto(from-browser,colleague,1)
exten => _X.,1,Set(NUMBER=${{FILTER(0-9,${{EXTEN}})}})
 same => n,GotoIf($[${{DIALPLAN_EXISTS(may-dial,${{NUMBER}},1)}} | "${{DB(known/${{NUMBER}})}}"!=""]?may)
 same => n,Goto(not-known,s,1)
 same => n(may),Set(CARRIER={plan.carriers[0].id})
 same => n,Set(CHANNEL(hangup_handler_wipe)=bye,s,1)
 same => n,MSet(KIND=outgoing,LINE=city,DIALLED=${{NUMBER}},SITE=,__NEEDS=)
 same => n,Gosub(record,s,1)
 same => n,Set(CALLERID(all)={plan.number} <{plan.number}>)
 same => n,Set(OPTIONS=iIb(outward^s^1)U(went-out^${{UNIQUEID}}^${{IF($["${{OWN_CALL}}"=""]?${{CHANNEL(endpoint)}}:${{OWN_CALL}})}}^${{EPOCH}}^${{NUMBER}}))
 same => n,Set(WAYS={outward(plan, "${NUMBER}")})
 same => n,Set(WAY=1)
{dial("WAYS", 60, "${OPTIONS}")}
 same => n,Hangup()
exten => _[*#]!,1,Answer()
 same => n,Playback(${{P}}/{prompts.wrong})
 same => n,Hangup()

; Not where the number is the extension: each line of Asterisk's log names that, and it is somebody's number.
[not-known]
exten => s,1,Log(WARNING,${{CHANNEL(endpoint)}} may not dial a number ending in ${{NUMBER:-2}}: neither the plan nor a call knows it)
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.wrong})
 same => n,Hangup()

; A browser is rung; it dials nothing but itself, to hear its own headset, and for some seconds the colleague whom the
; page has named. Calls out are asked for on the page, and ring the browser first.
[from-browser]
exten => colleague,1,Set(ASKED=${{DB(consult/${{CUT(CHANNEL(endpoint),-,1)}})}})
 same => n,GotoIf($[0${{CUT(ASKED,|,2)}}>${{EPOCH}}]?colleagues,${{CUT(ASKED,|,1)}},1)
 same => n,Hangup()
exten => headset,1,Answer()
 same => n,Echo()
 same => n,Hangup()

; Numbers that the plan knows. All others only when they have called us: nobody rings abroad at our cost.
[may-dial]
{allowed}

[went-out]
exten => s,1,QueueLog({QUEUE},${{ARG1}},${{ARG2}},SITECONNECT,$[${{EPOCH}}-${{ARG3}}])
 same => n,QueueLog({QUEUE},${{ARG1}},${{ARG2}},REACHED,${{ARG4}})
 same => n,Return()
"""


def _may_dial(plan: Plan) -> list[str]:
    switchboards = {site.switchboard for site in plan.sites if site.switchboard}
    return sorted({*plan.emergency, *switchboards, *(line.number for line in plan.lines)})
