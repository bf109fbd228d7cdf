"""The first steps of every call: its number, where it was forwarded from, its record, its rank."""

from __future__ import annotations

from routing.asterisk.dialplan import periods
from routing.asterisk.dialplan.queueing import join_at_once
from routing.asterisk.dialplan.words import QUEUE, TOLD, assign, needed, trunk_limits, wished
from routing.numbers import ENDING, ENDING_OF_SHORT, LONG, written_forms
from routing.plan import Counsellor, Line, Plan, outside

FROM_OR_HIDDEN = '${IF($["${FROM}"=""]?hidden:${FROM})}'
FROM = "FROM=${FILTER(0-9,${CALLERID(num)})}"
RECORDING = "alaw"  # as it comes in: nothing is computed while people talk
BEAT_SECONDS = 5  # the clock is taken for dead when it has not ticked for so long


def numbers(plan: Plan) -> str:
    lines = "\n".join(_line(line, plan) for line in plan.lines)
    unknown = Line("unknown", "unknown", "000")
    return f"""\
; Every number in every written form. What no line has is answered all the same, and recorded as unknown.
; The very first step has the call on record, whatever happens next: its handler runs when the caller hangs up.
[from-carrier]
{lines}
{_entry("_[+*#0-9A-Za-z]!", "${FILTER(0-9A-Za-z+,${EXTEN})}", unknown, plan)}
"""


def _line(line: Line, plan: Plan) -> str:
    forms = (_entry(form, form, line, plan) for form in written_forms(line.number, plan.area))
    return "\n".join([f"; {line.name}", *forms])


def _entry(pattern: str, dialled: str, line: Line, plan: Plan) -> str:
    wishes = {"SITE": line.site, "OLD": line.old_phones and line.id}
    more = [f"{name}={value}" for name, value in wishes.items() if value]
    if line.needs:
        more.extend(needed(line.needs, plan.limits.needs_hold))
    if trunk_limits(plan):
        more.append("GROUP(trunk)=${CARRIER}")
    known = assign(
        '"CHANNEL(hangup_handler_wipe)=bye,s,1"',
        "KIND=inbound",
        f"LINE={line.id}",
        f"DIALLED={dialled}",
        FROM,
        *more,
    )
    usual = f"$[{_unlooked(plan)}=0 & {_MOBILE}]"
    return f"exten => {pattern},1,{known}\n same => n,GotoIf({usual}?inbound,s,count:inbound,s,1)"


def _unlooked(plan: Plan) -> str:
    """Whether headers that only some calls have say something, and have not been looked at yet."""
    names = "x-hotline|diversion|history-info"
    headers = f'${{REGEX(",({names})," ,${{TOLOWER(${{PJSIP_HEADERS()}})}})}}'
    hops = "|".join(str(n) for n in range(plan.limits.least_hops))
    weary = f'${{REGEX("^0*({hops})$" ${{FILTER(0-9,${{PJSIP_HEADER(read,Max-Forwards)}})}})}}'
    return f'("${{FORWARDING}}"="" & ({headers} | {weary}))'


def switchboards(plan: Plan) -> str:
    own = {line.number for line in plan.lines} | {site.switchboard for site in plan.sites}
    numbers = sorted(number for number in own if number)
    # "86": a six-digit number with country and area code is as long as a mobile number.
    before = ("", plan.area, f"86{plan.area[1:]}")
    forms = dict.fromkeys(area + n for n in numbers for area in before)
    entries = "\n".join(f"exten => {form},1,Return()" for form in forms)
    return f"""\
; Numbers of our own: as a caller's number they say that forwarding has hidden the caller's.
[switchboards]
{entries}
"""


def inbound(plan: Plan) -> str:
    limits, prompts = plan.limits, plan.prompts
    wishes = "".join(
        f' same => n,ExecIf($["${{KEY}}"="{wish.key}"]?{wished(wish, limits.needs_hold)})\n'
        for wish in plan.wishes
    )
    full = (
        f'("${{RANK}}"!="crisis" & (${{IN_SECOND}}>{limits.calls_per_second}'
        f" | ${{QUEUE_WAITING_COUNT({QUEUE})}}>={limits.waiting}))"
    )
    silent = f"${{EPOCH}}-0${{GLOBAL(BEAT)}}>{BEAT_SECONDS}"
    turn = '"${DB(turn/${FROM})}"!=""'
    own_number = f'"${{FILTER(0-9,${{CALLERID(num)}}):-{len(plan.number)}}}"="{plan.number}"'
    tested = f'"${{OWN}}"!="" & "${{GREETED}}"="" & {own_number} & 0${{CUT(DB(test/call),|,2)}}>${{EPOCH}}'
    # Only while somebody talks: neither what is announced nor what a caller says who waits.
    recorded = f" same => n,MixMonitor(${{UNIQUEID}}.{RECORDING},b)\n" if plan.record else ""
    return f"""\
; A call from outside, before and while it is greeted. Few steps: each one costs a snapshot of the channel and two
; switches of threads, and the names of all headers in one look cost less than a header that is not there.
; Whatever is rare is looked for in one step: a call that came round, a caller's number that is our own, a clock that
; stands still, a call-back that waits in this caller's place, more calls than we admit (FULL). Most numbers are mobile
; numbers, written as they should be, and come straight to `count`; most callers press nothing and join the queue at once.
; One choice only in the greeting: the crisis key, and a language. Pressing nothing is right too.
[inbound]
exten => s,1,GotoIf($[{_unlooked(plan)}]?forwarded,s,1)
{_national(plan, label="(known)")}
{_recorded(plan, _rank_on_record(), f"DB(known/{FROM_OR_HIDDEN})=${{EPOCH}}")}
 same => n,GotoIf($["${{ROUND}}${{OWN}}"!="" | {silent} | {turn} | {full}]?odd)
 same => n(answer),Answer(,i)
{recorded}{periods.ask(plan)} same => n,Read(KEY,${{P}}/{periods.greeting(plan)}&${{P}}/{prompts.privacy},1,,1,0.5)
{join_at_once(plan)}
 same => n(chosen),ExecIf($["${{KEY}}"="{plan.crisis_key}"]?Set(RANK=crisis))
{wishes} same => n,Goto(wait,s,1)
 same => n(odd),ExecIf($[{silent}]?Originate(Local/tick@duty/n,exten,duty,anchor,1,,a))
; Our own number as the caller's: a test call of ours, or somebody whom forwarding has hidden while one is under way.
 same => n,GotoIf($[{tested}]?test,s,1)
; A call-back that waits in its place gives the place to the caller who comes first.
 same => n,GotoIf($[{turn}]?:placed)
 same => n,Set(TURN=${{DB_DELETE(turn/${{FROM}})}})
 same => n,ExecIf($["${{TURN}}"!=""]?Set(PLACE=${{CUT(TURN,|,2)}}))
 same => n(placed),Set(FULL=$[{full}])
 same => n,GotoIf($[${{FULL}}]?full,s,1)
 same => n,GotoIf($["${{GREETED}}"!=""]?chosen)
 same => n,GotoIf($["${{ROUND}}"=""]?answer)
 same => n,Answer(,i)
 same => n,Goto(promise,s,1)
"""


def _rank_on_record() -> str:
    """What is on record of the number until a certain instant."""
    found = "normal"
    for rank in ("cutoff", "limited", "crisis"):
        found = f"${{IF($[0${{DB({rank}/${{FROM}})}}>${{EPOCH}}]?{rank}:{found})}}"
    return found


def forwarded(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    limits = plan.limits
    mobiles = sorted({c.mobile for c in (*counsellors, *outside(plan)) if c.mobile})
    return f"""\
; Which number was dialled at first, and whether the call has been through us already. Diversion names the latest
; diverting number first (RFC 5806), History-Info the earliest (RFC 7044). What they say is filtered to digits.
; FIRST: the earliest number of a line that was forwarded here; ROUND: the call came round.
[forwarded]
exten => s,1,MSet(FORWARDING=looked,FIRST=,N=1,HOPS=${{FILTER(0-9,${{PJSIP_HEADER(read,Max-Forwards)}})}})
 same => n,GotoIf($["${{HOPS}}"!="" & 0${{HOPS:0:9}}<{limits.least_hops}]?round)
 same => n,GotoIf($["${{PJSIP_HEADER(read,X-Hotline)}}"=""]?diversion)
 same => n(round),Set(__ROUND=1)
 same => n(diversion),Set(HEADER=${{PJSIP_HEADER(read,Diversion,${{N}})}})
 same => n,GotoIf($[${{LEN(${{HEADER}})}}=0]?history)
 same => n,Gosub(forwarded,number,1)
 same => n,ExecIf($["${{LINE_FORM}}"="1"]?Set(FIRST=${{NUMBER}}))
 same => n,ExecIf($["${{NUMBER}}"="${{DIALLED}}" | ${{DIALPLAN_EXISTS(forwarded-to,x${{NUMBER}},1)}} | ${{N}}>={limits.diversions}]?Set(__ROUND=1))
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
 same => n(found),GotoIf($["${{FIRST}}"="" | "${{FIRST}}"="${{DIALLED}}"]?inbound,s,known)
 same => n,MSet(SITE=,__NEEDS=,OLD=)
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
; The same for calls that do not come by the way of [inbound], or ended before they were on record.
[record]
exten => s,1,Set({FROM})
{_national(plan)}
{_recorded(plan, "normal")}
 same => n,Return()
"""


# A mobile number as it should be written, neither hidden nor one of our own.
_MOBILE = (
    '${REGEX("^1[3-9][0-9]{9}$" ${FROM})} & ${LEN(${CALLERID(num)})}=11'
    ' & "${CALLERID(num-pres):0:6}"!="prohib" & ${DIALPLAN_EXISTS(switchboards,${FROM},1)}=0'
)


def _national(plan: Plan, label: str = "") -> str:
    """The steps that make FROM, whose digits are the caller's, a number in national form or nothing."""
    return f"""\
 same => n{label},ExecIf($["${{CALLERID(num-pres):0:6}}"="prohib" | ${{REGEX("[A-Za-z]" ${{CALLERID(num)}})}}]?Set(FROM=))
 same => n,ExecIf($["${{FROM:0:4}}"="0086"]?Set(FROM=${{FROM:2}}))
 same => n,ExecIf($["${{FROM:0:2}}"="86" & ${{LEN(${{FROM}})}}>11]?Set(FROM=0${{FROM:2}}))
 same => n,ExecIf($[${{REGEX("^01[3-9][0-9]{{9}}$" ${{FROM}})}}]?Set(FROM=${{FROM:1}}))
 same => n,ExecIf($["${{FROM:0:1}}"!="0" & (${{LEN(${{FROM}})}}=7 | ${{LEN(${{FROM}})}}=8)]?Set(FROM={plan.area}${{FROM}}))
 same => n,ExecIf($["${{FROM}}"!="" & ${{DIALPLAN_EXISTS(switchboards,${{FROM}},1)}}]?MSet(FROM=,OWN=1))"""


def _masked(plan: Plan) -> str:
    """A pair for `assign`: telephones show of a caller what the pages show (dashboard.display).

    What the whole number is needed for has FROM. The name that a carrier sent may be a number too.
    """
    area = plan.area
    short = f"${{LEN(${{FROM}})}}<{LONG}"
    head = f'${{IF($["${{FROM:0:{len(area)}}}"="{area}"]?{area}:${{FROM:0:3}})}}'
    tail = f"${{IF($[{short}]?${{FROM:-{ENDING_OF_SHORT}}}:${{FROM:-{ENDING}}})}}"
    shown = f"${{IF($[{short}]?:{head})}}****{tail}"
    hidden = '$["${FROM}"=""]'
    what = f"CALLERID(${{IF({hidden}?name:all)}})"
    return f"{what}=${{IF({hidden}?:{shown} <{shown}>)}}"


def _recorded(plan: Plan, rank: str, *more: str) -> str:
    """The steps that put a call on record, before it is answered."""
    in_second = '$[("${GLOBAL(SECOND)}"="${EPOCH}")*0${GLOBAL(IN_SECOND)}+1]'
    counted = assign(
        "GLOBAL(SERIAL)=$[${LOCK(serial)}*0+1+0${GLOBAL(SERIAL)}]",
        f"IN_SECOND={in_second}",
        f"GLOBAL(IN_SECOND)={in_second}",
        "GLOBAL(SECOND)=${EPOCH}",
        "ARRIVED=${EPOCH}",
        f"RANK={rank}",
    )
    last = assign(
        "RECORDED=${UNLOCK(serial)}",
        *TOLD,
        'PLACE=${IF($["${TURN_PLACE}"=""]?${CUT(UNIQUEID,.,2)}:${TURN_PLACE})}',
        _masked(plan),
        *more,
    )
    return f"""\
; On record: KIND, LINE, DIALLED, FROM. The lock makes the serial numbers, and their order in the log, gapless: it is taken
; before anything else of its step is read.
 same => n(count),{counted}
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,ARRIVE,${{GLOBAL(SERIAL)}}|${{KIND}}|${{LINE}}|${{DIALLED}}|${{FROM}}|${{CARRIER}})
 same => n,{last}"""
