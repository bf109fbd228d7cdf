"""The first steps of every call: its number, where it was forwarded from, its record, its rank."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE
from routing.numbers import written_forms
from routing.plan import Counsellor, Line, Plan, seats

BEAT_SECONDS = 5  # the clock is taken for dead when it has not ticked for so long


def numbers(plan: Plan) -> str:
    lines = "\n".join(_line(line, plan) for line in plan.lines)
    return f"""\
; Every number in every written form. What no line has is answered all the same, and recorded as unknown.
[from-carrier]
{lines}
exten => _[+*#0-9A-Za-z]!,1,Gosub(arrive,s,1(inbound,unknown,${{FILTER(0-9A-Za-z+,${{EXTEN}})}}))
 same => n,Goto(greet,s,1)
"""


def _line(line: Line, plan: Plan) -> str:
    def entry(form: str) -> str:
        arguments = f"inbound,{line.id},{form},{line.site or ''},{line.needs or ''}"
        return f"exten => {form},1,Gosub(arrive,s,1({arguments}))\n same => n,Goto(greet,s,1)"

    forms = "\n".join(entry(form) for form in written_forms(line.number, plan.area))
    return f"; {line.name}\n{forms}"


def switchboards(plan: Plan) -> str:
    own = {line.number for line in plan.lines} | {site.switchboard for site in plan.sites}
    numbers = sorted(number for number in own if number)
    forms = dict.fromkeys(form for n in numbers for form in (n, plan.area + n))
    entries = "\n".join(f"exten => {form},1,Return()" for form in forms)
    return f"""\
; Numbers of our own: as a caller's number they say that forwarding has hidden the caller's.
[switchboards]
{entries}
"""


def arrive(plan: Plan) -> str:
    return f"""\
; The first step of every call, before it is answered: it is on record. ARG1 kind, ARG2 line, ARG3 dialled,
; ARG4 site, ARG5 needed qualification. Whoever hangs up before that is done is recorded by the handler.
[arrive]
exten => s,1,Set(CHANNEL(hangup_handler_wipe)=bye,s,1(${{ARG1}},${{ARG2}},${{ARG3}}))
 same => n,GotoIf($["${{ARG1}}"="inbound" & "${{FORWARDING}}"=""]?forwarded,s,1)
 same => n(known),Gosub(record,s,1(${{ARG1}},${{ARG2}},${{ARG3}}))
 same => n,Set(LINE=${{ARG2}})
 same => n,Set(SITE=${{ARG4}})
 same => n,Set(__NEEDS=${{ARG5}})
 same => n,Set(__NEEDS_UNTIL=$[${{EPOCH}}+{plan.limits.needs_hold}])
 same => n,Set(ARRIVED=${{EPOCH}})
 same => n,Set(RANK=normal)
 same => n,Set(PLACE=${{IF($["${{TURN_PLACE}}"=""]?${{CUT(UNIQUEID,.,2)}}:${{TURN_PLACE}})}})
 same => n,Set(__CALLER_CHANNEL=${{CHANNEL(name)}})
 same => n,ExecIf($["${{ARG1}}"="inbound"]?Gosub(rank,s,1))
 same => n,Set(__HOTLINE=${{LINE}}\\;${{RANK}}\\;${{ARRIVED}}\\;${{FROM}})
 same => n,ExecIf($[${{EPOCH}}-0${{GLOBAL(BEAT)}}>{BEAT_SECONDS}]?Originate(Local/tick@duty/n,exten,duty,anchor,1,,a))
 same => n,Return()
"""


def rank(plan: Plan) -> str:
    limits = plan.limits
    return f"""\
; What is on record of this number until a certain instant: flagged as in danger, limited, or cut off before.
; A call-back that waits in its place gives the place to the caller who comes first. Then: is there room?
[rank]
exten => s,1,GotoIf($["${{FROM}}"=""]?room)
 same => n,Set(TURN=${{DB_DELETE(turn/${{FROM}})}})
 same => n,ExecIf($["${{TURN}}"!=""]?Set(PLACE=${{CUT(TURN,|,2)}}))
 same => n,GotoIf($[0${{DB(crisis/${{FROM}})}}>${{EPOCH}}]?crisis)
 same => n,ExecIf($[0${{DB(cutoff/${{FROM}})}}>${{EPOCH}}]?Set(RANK=cutoff))
 same => n,ExecIf($[0${{DB(limited/${{FROM}})}}>${{EPOCH}}]?Set(RANK=limited))
 same => n(room),Set(FULL=$[${{IN_SECOND}}>{limits.calls_per_second} | ${{QUEUE_WAITING_COUNT({QUEUE})}}>={limits.waiting}])
 same => n,Return()
 same => n(crisis),Set(RANK=crisis)
 same => n,Return()
"""


def forwarded(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    limits = plan.limits
    mobiles = sorted({c.mobile for c in (*counsellors, *seats(plan)) if c.mobile})
    return f"""\
; Which number was dialled at first, and whether the call has been through us already. Diversion names the latest
; diverting number first (RFC 5806), History-Info the earliest (RFC 7044). What they say is filtered to digits.
; One look at the names of all headers: to read one costs a switch of threads, and most calls have none of these.
; FIRST: the earliest number of a line that was forwarded here; ROUND: the call came round.
[forwarded]
exten => s,1,Set(FORWARDING=looked)
 same => n,Set(FIRST=)
 same => n,Set(N=1)
 same => n,Set(NAMES=,${{TOLOWER(${{PJSIP_HEADERS()}})}})
 same => n,ExecIf($[${{REGEX(",x-hotline," ${{NAMES}})}}]?Set(__ROUND=1))
 same => n,Set(HOPS=${{FILTER(0-9,${{PJSIP_HEADER(read,Max-Forwards)}})}})
 same => n,ExecIf($["${{HOPS}}"!="" & 0${{HOPS:0:9}}<{limits.least_hops}]?Set(__ROUND=1))
 same => n,GotoIf($[${{REGEX(",(diversion|history-info)," ${{NAMES}})}}=0]?found)
 same => n(diversion),Set(HEADER=${{PJSIP_HEADER(read,Diversion,${{N}})}})
 same => n,GotoIf($[${{LEN(${{HEADER}})}}=0]?history)
 same => n,Gosub(forwarded,number,1)
 same => n,ExecIf($["${{LINE_FORM}}"="1"]?Set(FIRST=${{NUMBER}}))
 same => n,ExecIf($["${{NUMBER}}"="${{ARG3}}" | ${{DIALPLAN_EXISTS(forwarded-to,x${{NUMBER}},1)}} | ${{N}}>={limits.diversions}]?Set(__ROUND=1))
 same => n,Set(N=$[${{N}}+1])
 same => n,GotoIf($[${{N}}<=20]?diversion)
 same => n(history),Set(N=1)
 same => n,GotoIf($["${{FIRST}}"!=""]?found)
 same => n(entry),Set(HEADER=${{PJSIP_HEADER(read,History-Info,${{N}})}})
 same => n,GotoIf($[${{LEN(${{HEADER}})}}=0]?found)
 same => n,Gosub(forwarded,number,1)
 same => n,ExecIf($["${{LINE_FORM}}"="1" & "${{FIRST}}"=""]?Set(FIRST=${{NUMBER}}))
 same => n,Set(N=$[${{N}}+1])
 same => n,GotoIf($[${{N}}<=20]?entry)
 same => n(found),GotoIf($["${{FIRST}}"="" | "${{FIRST}}"="${{ARG3}}"]?arrive,s,known)
 same => n,StackPop()
 same => n,Goto(from-carrier,${{FIRST}},1)

; The number in HEADER, and whether a line has it. What a stranger wrote never stands in an ExecIf: app_exec parts
; its text at ? and : after the substitution, and carries out what follows.
exten => number,1,Set(NUMBER=${{CUT(HEADER,<,2)}})
 same => n,GotoIf($[${{LEN(${{NUMBER}})}}>0]?bare)
 same => n,Set(NUMBER=${{HEADER}})
 same => n(bare),Set(NUMBER=${{CUT(NUMBER,@,1)}})
 same => n,Set(NUMBER=${{CUT(NUMBER,\\;,1)}})
 same => n,Set(NUMBER=${{FILTER(0-9+,${{CUT(NUMBER,:,2)}})}})
 same => n,Set(NUMBER=${{NUMBER:0:40}})
 same => n,Set(LINE_FORM=${{DIALPLAN_EXISTS(line-numbers,x${{NUMBER}},1)}})
 same => n,Return()

[line-numbers]
{_line_numbers(plan)}

; Numbers that we ring ourselves: who forwards them to us sends our own calls round.
[forwarded-to]
{"".join(f"exten => x{mobile},1,Return()" + chr(10) for mobile in mobiles) or "; nobody"}
"""


def _line_numbers(plan: Plan) -> str:
    forms = (form for line in plan.lines for form in written_forms(line.number, plan.area))
    return "\n".join(f"exten => x{form},1,Return()" for form in forms)


def record(plan: Plan) -> str:
    return f"""\
; ARG1 kind, ARG2 line, ARG3 dialled. The lock makes the serial numbers, and their order in the log, gapless.
[record]
exten => s,1,Set(FROM=${{FILTER(0-9,${{CALLERID(num)}})}})
 same => n,ExecIf($["${{CALLERID(num-pres):0:6}}"="prohib" | ${{REGEX("[A-Za-z]" ${{CALLERID(num)}})}}]?Set(FROM=))
 same => n,ExecIf($["${{FROM:0:4}}"="0086"]?Set(FROM=${{FROM:2}}))
 same => n,ExecIf($["${{FROM:0:2}}"="86" & ${{LEN(${{FROM}})}}>11]?Set(FROM=0${{FROM:2}}))
 same => n,ExecIf($[${{REGEX("^01[3-9][0-9]{{9}}$" ${{FROM}})}}]?Set(FROM=${{FROM:1}}))
 same => n,ExecIf($["${{FROM:0:1}}"!="0" & (${{LEN(${{FROM}})}}=7 | ${{LEN(${{FROM}})}}=8)]?Set(FROM={plan.area}${{FROM}}))
 same => n,ExecIf($["${{FROM}}"!="" & ${{DIALPLAN_EXISTS(switchboards,${{FROM}},1)}}]?Set(FROM=))
 same => n,Set(HELD=${{LOCK(serial)}})
 same => n,Set(SERIAL=$[0${{GLOBAL(SERIAL)}}+1])
 same => n,Set(GLOBAL(SERIAL)=${{SERIAL}})
 same => n,ExecIf($["${{GLOBAL(SECOND)}}"!="${{EPOCH}}"]?Set(GLOBAL(IN_SECOND)=0))
 same => n,Set(GLOBAL(SECOND)=${{EPOCH}})
 same => n,Set(IN_SECOND=$[0${{GLOBAL(IN_SECOND)}}+1])
 same => n,Set(GLOBAL(IN_SECOND)=${{IN_SECOND}})
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,ARRIVE,${{SERIAL}}|${{ARG1}}|${{ARG2}}|${{ARG3}}|${{FROM}}|${{CARRIER}})
 same => n,Set(RECORDED=1)
 same => n,Set(HELD=${{UNLOCK(serial)}})
 same => n,Return()
"""
