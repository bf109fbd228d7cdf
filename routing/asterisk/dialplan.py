"""extensions.conf: the path of a call, compiled. Pure text from a pure plan.

Read it as the call goes: DIDs, arrive, greet, wait, (own site), promise, bye; then the counsellor's
leg; then the clock that keeps the queue's members equal to the duty table.
"""

from __future__ import annotations

from collections.abc import Iterable

from routing.asterisk.instance import Instance
from routing.numbers import written_forms
from routing.plan import Carrier, Counsellor, Line, Plan

QUEUE = "city"
STAND_IN = 5  # penalty of on-call staff while a rostered person is absent
ON_CALL = 10  # penalty of on-call staff otherwise
RANK_STEP = 2**28  # between two ranks in QUEUE_PRIO; a call's place within its rank fits below it
FINGERPRINT = "@fingerprint@"  # replaced by the compiler with that of all files
SILENT = 44  # the hangup cause of a call whose media stopped without a BYE: its carrier died
CUT_OFF_SECONDS = 3600  # whoever was cut off and calls again within this comes before the others
BEAT_SECONDS = 5  # the clock is taken for dead when it has not ticked for so long


# What an event about a caller's stage says of the caller.
_WHO = "Line: ${LINE},Rank: ${RANK},Arrived: ${ARRIVED},Caller: ${FROM}"


def dialplan(plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance) -> str:
    """The whole extensions.conf. `counsellors` are those who may be rung, in a stable order."""
    parts = [
        _general(plan, instance),
        _numbers(plan),
        _switchboards(plan),
        _arrive(plan),
        _rank(),
        _forwarded(plan, counsellors),
        _record(plan),
        _greet(plan),
        _wait(plan),
        _own_site(plan, counsellors),
        _promise(plan),
        _bye(),
        _legs(plan, counsellors),
        _ring(plan),
        _phones(plan),
        _clock(plan, counsellors),
    ]
    return "\n".join(parts)


def _general(plan: Plan, instance: Instance) -> str:
    return f"""\
[general]
static=yes
writeprotect=yes
clearglobalvars=no

[globals]
P={instance.prompts}
SLOT_SECONDS={plan.limits.slot}
PLAN={FINGERPRINT}
"""


def _numbers(plan: Plan) -> str:
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


def _switchboards(plan: Plan) -> str:
    own = {line.number for line in plan.lines} | {site.switchboard for site in plan.sites}
    numbers = sorted(number for number in own if number)
    forms = dict.fromkeys(form for n in numbers for form in (n, plan.area + n))
    entries = "\n".join(f"exten => {form},1,Return()" for form in forms)
    return f"""\
; Numbers of our own: as a caller's number they say that forwarding has hidden the caller's.
[switchboards]
{entries}
"""


def _arrive(plan: Plan) -> str:
    return f"""\
; The first step of every call, before it is answered: it is on record. ARG1 kind, ARG2 line, ARG3 dialled,
; ARG4 site, ARG5 needed qualification. Whoever hangs up before that is done is recorded by the handler.
[arrive]
exten => s,1,GotoIf($["${{ARG1}}"="inbound" & "${{FORWARDING}}"=""]?forwarded,s,1)
 same => n(known),Set(CHANNEL(hangup_handler_push)=bye,s,1(${{ARG1}},${{ARG2}},${{ARG3}}))
 same => n,Gosub(record,s,1(${{ARG1}},${{ARG2}},${{ARG3}}))
 same => n,Set(LINE=${{ARG2}})
 same => n,Set(SITE=${{ARG4}})
 same => n,Set(__NEEDS=${{ARG5}})
 same => n,Set(__NEEDS_UNTIL=$[${{EPOCH}}+{plan.limits.needs_hold}])
 same => n,Set(ARRIVED=${{EPOCH}})
 same => n,Set(RANK=normal)
 same => n,ExecIf($["${{FROM}}"!="" & "${{ARG1}}"="inbound"]?Gosub(rank,s,1))
 same => n,Set(__HOTLINE=${{LINE}}\\;${{RANK}}\\;${{ARRIVED}}\\;${{FROM}})
 same => n,ExecIf($[${{EPOCH}}-0${{GLOBAL(BEAT)}}>{BEAT_SECONDS}]?Originate(Local/tick@duty/n,exten,duty,anchor,1,,a))
 same => n,Return()
"""


def _rank() -> str:
    return """\
; What is on record of this number until a certain instant: flagged as in danger, or cut off before.
[rank]
exten => s,1,GotoIf($[0${DB(crisis/${FROM})}>${EPOCH}]?crisis)
 same => n,ExecIf($[0${DB(cutoff/${FROM})}>${EPOCH}]?Set(RANK=cutoff))
 same => n,Return()
 same => n(crisis),Set(RANK=crisis)
 same => n,Return()
"""


def _forwarded(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    limits = plan.limits
    mobiles = sorted({c.mobile for c in counsellors if c.mobile})
    return f"""\
; Which number was dialled at first, and whether the call has been through us already. Diversion names the latest
; diverting number first (RFC 5806), History-Info the earliest (RFC 7044). What they say is filtered to digits.
; FIRST: the earliest number of a line that was forwarded here; ROUND: the call came round.
[forwarded]
exten => s,1,Set(FORWARDING=looked)
 same => n,Set(FIRST=)
 same => n,Set(N=1)
 same => n,Set(HEADER=${{PJSIP_HEADER(read,X-Hotline)}})
 same => n,ExecIf($[${{LEN(${{HEADER}})}}>0]?Set(__ROUND=1))
 same => n,Set(HOPS=${{FILTER(0-9,${{PJSIP_HEADER(read,Max-Forwards)}})}})
 same => n,ExecIf($["${{HOPS}}"!="" & 0${{HOPS:0:9}}<{limits.least_hops}]?Set(__ROUND=1))
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

; The number in HEADER, and whether a line has it.
exten => number,1,Set(NUMBER=${{CUT(HEADER,<,2)}})
 same => n,ExecIf($[${{LEN(${{NUMBER}})}}=0]?Set(NUMBER=${{HEADER}}))
 same => n,Set(NUMBER=${{CUT(NUMBER,@,1)}})
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


def _record(plan: Plan) -> str:
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
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,ARRIVE,${{SERIAL}}|${{ARG1}}|${{ARG2}}|${{ARG3}}|${{FROM}}|${{CARRIER}})
 same => n,Set(RECORDED=1)
 same => n,Set(HELD=${{UNLOCK(serial)}})
 same => n,Return()
"""


def _greet(plan: Plan) -> str:
    prompts = plan.prompts
    return f"""\
; One choice only: the crisis key. Pressing nothing is right too.
[greet]
exten => s,1,Answer(,i)
 same => n,GotoIf($["${{ROUND}}"!=""]?promise,s,1)
 same => n,UserEvent(Stage,Stage: greeting,{_WHO})
 same => n,Read(KEY,${{P}}/{prompts.greeting}&${{P}}/{prompts.privacy},1,,1,0.5)
 same => n,ExecIf($["${{KEY}}"="{plan.crisis_key}"]?Set(RANK=crisis))
 same => n,Goto(wait,s,1)
"""


def _wait(plan: Plan) -> str:
    limits = plan.limits
    return f"""\
; One queue, one order: rank, then the instant of the first INVITE. The number in UNIQUEID counts channels as
; Asterisk makes them on INVITE, so it is that order, exactly; leaving and joining again never changes it.
[wait]
exten => s,1,Set(STARTED=${{EPOCH}})
 same => n,Set(REACH={STAND_IN})
 same => n(again),Set(STEP=$[("${{RANK}}"="crisis")*2+("${{RANK}}"="cutoff")])
 same => n,Set(QUEUE_PRIO=$[${{STEP}}*{RANK_STEP}+{RANK_STEP - 1}-${{CUT(UNIQUEID,.,2)}}])
 same => n,Set(__HOTLINE=${{LINE}}\\;${{RANK}}\\;${{ARRIVED}}\\;${{FROM}})
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,RANK,${{RANK}})
 same => n,UserEvent(Stage,Stage: waiting,{_WHO})
 same => n,ExecIf($["${{RANK}}"="crisis"]?Set(REACH={ON_CALL}))
 same => n,Set(QUEUE_MIN_PENALTY=0)
 same => n,Set(SWITCH=${{DB(switch/tier)}})
 same => n,GotoIf($["${{SWITCH}}"!="" & "${{PROMISED}}"="" & 0${{CUT(SWITCH,|,2)}}>${{EPOCH}}]?switch,${{CUT(SWITCH,|,1)}},1)
 same => n,ExecIf($["${{RANK}}"="normal" & "${{SITE}}"!=""]?Gosub(own-site,s,1))
 same => n,Set(SITE=)
 same => n(join),Set(QUEUE_MAX_PENALTY=${{REACH}})
 same => n,Set(LEFT=$[${{STARTED}}+{limits.on_call_tier}-${{EPOCH}}])
 same => n,GotoIf($[${{LEFT}}<1]?promise,s,1)
 same => n,Queue({QUEUE},iIC,,,${{LEFT}},,,${{RANK}})
 same => n,GotoIf($[${{REGEX("EMPTY$" ${{QUEUESTATUS}})}} & ${{REACH}}<{ON_CALL}]?wider)
 same => n,GotoIf($["${{QUEUESTATUS}}"="CONTINUE"]?over)
 same => n,Goto(promise,s,1)
 same => n(wider),Set(REACH={ON_CALL})
 same => n,Set(QUEUE_MIN_PENALTY=0)
 same => n,Goto(join)
 same => n(over),Hangup()

; The emergency switch: everything goes first to the tier that is named, until the instant that is named.
; Nobody there: all tiers, as ever. Crisis calls ring everybody rather than being promised something.
[switch]
exten => oncall,1,Set(SITE=)
 same => n,Set(REACH={ON_CALL})
 same => n,Set(QUEUE_MIN_PENALTY=1)
 same => n,Goto(wait,s,join)
exten => promise,1,GotoIf($["${{RANK}}"="crisis"]?wait,s,join)
 same => n,Set(QUEUESTATUS=JOINEMPTY)
 same => n,Goto(promise,s,1)
exten => _[a-z].,1,Goto(wait,s,join)

; Keys that a waiting caller may press.
[waiting-keys]
exten => {plan.crisis_key},1,Set(RANK=crisis)
 same => n,Goto(wait,s,again)
"""


def _own_site(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    def site(name: str) -> str:
        mine = [c.id for c in counsellors if c.site == name]
        steps = [f"exten => {name},1,NoOp()"]
        steps += [f" same => n,Gosub(own-site-free,s,1({person}))" for person in mine]
        return "\n".join([*steps, " same => n,Return()"])

    sites = "\n".join(site(s.id) for s in plan.sites)
    return f"""\
; A wish, not a right: the caller's own site rings shortly, only when nobody waits.
[own-site]
exten => s,1,GotoIf($[${{QUEUE_WAITING_COUNT({QUEUE})}}>0]?no)
 same => n,Set(RING=)
 same => n,Set(MEMBERS=,${{QUEUE_MEMBER_LIST({QUEUE})}},)
 same => n,Gosub(own-site-people,${{SITE}},1)
 same => n,GotoIf($["${{RING}}"=""]?no)
 same => n,Set(EXITCONTEXT=waiting-keys)
 same => n,Set(RANG=${{EPOCH}})
 same => n,Dial(${{RING:1}},{plan.limits.own_site_ring},diIm(calm)U(own-site-answered^${{UNIQUEID}}^${{EPOCH}}))
 same => n,GotoIf($["${{DIALSTATUS}}"="ANSWER"]?over)
 same => n(no),Return()
 same => n(over),Hangup()

[own-site-people]
{sites}

[own-site-free]
exten => s,1,Set(LEG=Local/${{ARG1}}@leg/n)
 same => n,GotoIf($[${{REGEX(",${{LEG}}," ${{MEMBERS}})}}=0]?no)
 same => n,GotoIf($["${{EXTENSION_STATE(${{ARG1}}@leg-hints)}}"!="NOT_INUSE"]?no)
 same => n,GotoIf($["${{QUEUE_MEMBER({QUEUE},paused,${{LEG}})}}"!="0" | "${{QUEUE_MEMBER({QUEUE},penalty,${{LEG}})}}"!="0"]?no)
 same => n,Set(RING=${{RING}}&${{LEG}})
 same => n(no),Return()

[own-site-answered]
exten => s,1,Set(WHO=${{CUT(CHANNEL(name),/,2)}})
 same => n,QueueLog({QUEUE},${{ARG1}},${{CUT(WHO,@,1)}},SITECONNECT,$[${{EPOCH}}-${{ARG2}}])
 same => n,Return()
"""


def _promise(plan: Plan) -> str:
    prompts, limits = plan.prompts, plan.limits
    return f"""\
; The last tier: a promise on record, before a word is said about it. Whoever stays on the line goes on waiting.
[promise]
exten => s,1,UserEvent(Stage,Stage: promising,{_WHO})
 same => n,GotoIf($["${{PROMISED}}"!=""]?stay)
 same => n,Set(NUMBER=${{FROM}})
 same => n,GotoIf($["${{NUMBER}}"=""]?ask)
 same => n,Gosub(promise-note,s,1)
 same => n,Read(KEY,${{P}}/{prompts.promise},1,,1,2)
 same => n,GotoIf($["${{KEY}}"="{plan.crisis_key}"]?waiting-keys,{plan.crisis_key},1)
 same => n,Goto(stay)
 same => n(ask),Read(NUMBER,${{P}}/{prompts.key_in_number},15,,1,8)
 same => n,GotoIf($["${{NUMBER}}"="{plan.crisis_key}"]?waiting-keys,{plan.crisis_key},1)
 same => n,GotoIf($[${{REGEX("^[0-9]{{7,15}}$" ${{NUMBER}})}}=0]?unheard)
 same => n,Gosub(promise-note,s,1)
 same => n,Playback(${{P}}/{prompts.promised})
 same => n,Goto(stay)
 same => n(unheard),Playback(${{P}}/{prompts.keep_waiting})
 same => n(stay),Set(STARTED=${{EPOCH}})
 same => n,Set(REACH={ON_CALL})
 same => n,ExecIf($[${{REGEX("EMPTY$" ${{QUEUESTATUS}})}}]?MusicOnHold(calm,10))
 same => n,Goto(wait,s,again)

[promise-note]
exten => s,1,Set(PROMISED=${{EPOCH}})
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,PROMISE,${{NUMBER}}|${{IF($["${{ROUND}}"=""]?nobody:loop)}}|$[${{EPOCH}}+{limits.call_back_minutes * 60}])
 same => n,Set(DB(known/${{NUMBER}})=${{EPOCH}})
 same => n,Return()
"""


def _bye() -> str:
    return f"""\
[bye]
exten => s,1,ExecIf($["${{RECORDED}}"=""]?Gosub(record,s,1(${{ARG1}},${{ARG2}},${{ARG3}})))
 same => n,ExecIf($["${{ARG1}}"="inbound" & "${{FROM}}"!=""]?Set(DB(known/${{FROM}})=${{EPOCH}}))
 same => n,ExecIf($["${{ARG1}}"="inbound" & "${{FROM}}"!="" & "${{HANGUPCAUSE}}"="{SILENT}"]?Set(DB(cutoff/${{FROM}})=$[${{EPOCH}}+{CUT_OFF_SECONDS}]))
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,BYE,${{HANGUPCAUSE}})
 same => n,Return()
"""


def _legs(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    legs = "\n".join(_leg(c, plan) for c in counsellors)
    hints = "\n".join(f"exten => {c.id},hint,{_hint(c)}" for c in counsellors)
    return f"""\
; One leg per person: the only thing the queue rings.
[leg]
{legs}

[leg-hints]
{hints}
"""


def _leg(person: Counsellor, plan: Plan) -> str:
    forwarded = person.device == "mobile"
    device = _outward(plan, person.mobile or "") if forwarded else f"PJSIP/{person.id}"
    skills = "".join(f"/{q}" for q in sorted(person.qualifications))
    ring = plan.limits.on_call_ring if forwarded else plan.limits.ring
    arguments = f"{person.id},{device},{ring},{skills}/,{'confirm' if forwarded else ''}"
    return f"exten => {person.id},1,Gosub(ring,s,1({arguments}))\n same => n,Hangup(${{WHY}})"


def _outward(plan: Plan, number: str) -> str:
    """The ways to a number outside, one by each carrier, in the order in which they are tried."""
    return "|".join(f"PJSIP/{c.prefix}{number}@{c.id}" for c in plan.carriers)


def _hint(person: Counsellor) -> str:
    own = f"Custom:{person.id}"
    return own if person.device == "mobile" else f"PJSIP/{person.id}&{own}"


def _ring(plan: Plan) -> str:
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
 same => n(sure),Set(DB(miss/${{ARG1}})=0)
 same => n,Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE)
 same => n,Return()

; After the call: time to write. The lease ends by Asterisk's own clock. A leg that was answered and lost at once,
; because a colleague was quicker, needs none.
[leg-over]
exten => s,1,Set(LEASE=${{DB(lease/${{PERSON}})}})
 same => n,GotoIf($["${{DIALSTATUS}}"!="ANSWER" | "${{UNCONFIRMED}}"!="" | 0${{ANSWEREDTIME}}<1]?free)
 same => n,GotoIf($["${{LEASE}}"!="" | {limits.wrap_up}=0]?free)
 same => n,Gosub(lease,s,1(${{PERSON}},$[${{EPOCH}}+{limits.wrap_up}],wrapup))
 same => n,Return()
 same => n(free),ExecIf($["${{CUT(LEASE,|,2)}}"!="wrapup"]?Set(DEVICE_STATE(Custom:${{PERSON}})=NOT_INUSE))
 same => n,Return()

; A pause or a time to write, on record with its end (0: none). ARG1 person, ARG2 until, ARG3 reason.
[lease]
exten => s,1,Set(DB(lease/${{ARG1}})=${{ARG2}}|${{ARG3}})
 same => n,UserEvent(Lease,Person: ${{ARG1}},Until: ${{ARG2}},Reason: ${{ARG3}})
 same => n,ExecIf($["${{ARG3}}"="wrapup"]?Set(DEVICE_STATE(Custom:${{ARG1}})=INUSE):PauseQueueMember({QUEUE},Local/${{ARG1}}@leg/n,,${{ARG3}}))
 same => n,Return()
"""


def _phones(plan: Plan) -> str:
    prompts = plan.prompts
    carriers = "\n".join(_try_carrier(carrier, plan) for carrier in plan.carriers)
    allowed = "\n".join(f"exten => {number},1,Return()" for number in _may_dial(plan))
    return f"""\
; What a counsellor can dial: *81 signs in, *80 signs out, a number calls out and shows the hotline's.
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
exten => _X.,1,Set(NUMBER=${{FILTER(0-9,${{EXTEN}})}})
 same => n,GotoIf($[${{DIALPLAN_EXISTS(may-dial,${{NUMBER}},1)}} | "${{DB(known/${{NUMBER}})}}"!=""]?may)
 same => n,Log(WARNING,${{CHANNEL(endpoint)}} may not dial ${{NUMBER}}: neither the plan nor a call knows it)
 same => n,Answer()
 same => n,Playback(${{P}}/{prompts.wrong})
 same => n,Hangup()
 same => n(may),Set(CARRIER={plan.carriers[0].id})
 same => n,Gosub(arrive,s,1(outgoing,city,${{NUMBER}},,))
 same => n,Set(CALLERID(all)={plan.number} <{plan.number}>)
 same => n,Set(OPTIONS=iIb(outward^s^1)U(went-out^${{UNIQUEID}}^${{IF($["${{OWN_CALL}}"=""]?${{CHANNEL(endpoint)}}:${{OWN_CALL}})}}^${{EPOCH}}^${{NUMBER}}))
{carriers}
 same => n,Hangup()
exten => _[*#].,1,Answer()
 same => n,Playback(${{P}}/{prompts.wrong})
 same => n,Hangup()

; Numbers that the plan knows. All others only when they have called us: nobody rings abroad at our cost.
[may-dial]
{allowed}

[went-out]
exten => s,1,QueueLog({QUEUE},${{ARG1}},${{ARG2}},SITECONNECT,$[${{EPOCH}}-${{ARG3}}])
 same => n,QueueLog({QUEUE},${{ARG1}},${{ARG2}},REACHED,${{ARG4}})
 same => n,Return()
"""


def _try_carrier(carrier: Carrier, plan: Plan) -> str:
    last = carrier is plan.carriers[-1]
    over = " same => n,GotoIf($[${REGEX("
    failed = '"^(CHANUNAVAIL|CONGESTION)$" ${DIALSTATUS})}=0]?over)'
    dial = f" same => n,Dial(PJSIP/{carrier.prefix}${{NUMBER}}@{carrier.id},60,${{OPTIONS}})"
    return f"{dial}\n same => n(over),NoOp()" if last else f"{dial}\n{over}{failed}"


def _may_dial(plan: Plan) -> list[str]:
    switchboards = {site.switchboard for site in plan.sites if site.switchboard}
    return sorted({*plan.emergency, *switchboards, *(line.number for line in plan.lines)})


def _clock(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    resets = _steps(f"Gosub(reset,s,1({c.id}))" for c in counsellors)
    return f"""\
; Asterisk's own clock: each second it makes the queue's members equal to the duty table, and ends leases.
; Nothing is remembered between two seconds, so nothing can be stale; it adds before it removes.
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
 same => n,Set(ENTRIES=${{DB(duty/${{SLOT}}/0)}})
 same => n,GotoIf($["${{ENTRIES}}"=""]?done)
 same => n,Set(HAVE=,${{QUEUE_MEMBER_LIST({QUEUE})}},)
 same => n,Set(ROSTERED=,)
 same => n,Set(WANT=,)
 same => n,Set(STANDBY=)
 same => n,Set(ABSENT=0)
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
 same => n,EndWhile
 same => n,Set(HAVE=${{QUEUE_MEMBER_LIST({QUEUE})}})
 same => n,While($["${{SET(LEG=${{SHIFT(HAVE)}})}}"!=""])
 same => n,ExecIf($[${{REGEX(",${{LEG}}," ${{WANT}})}}=0]?Gosub(duty,leave,1))
 same => n,EndWhile
 same => n(done),Return()

; One entry: "lin" needs a sign-in, "lin!" needs none, "lin~" is on call, "-" is nobody.
exten => entry,1,Set(MARK=${{ENTRY:-1}})
 same => n,GotoIf($["${{ENTRY}}"="-"]?no)
 same => n,Set(ROSTERED=${{ROSTERED}}Local/${{FILTER(a-z0-9,${{ENTRY}})}}@leg/n,)
 same => n,GotoIf($["${{MARK}}"="~"]?standby)
 same => n,GotoIf($["${{MARK}}"="!"]?in)
 same => n,GotoIf($[0${{DB(signed/${{ENTRY}})}}>${{EPOCH}}]?in)
 same => n,Set(ABSENT=$[${{ABSENT}}+1])
 same => n(no),Return()
 same => n(standby),Set(STANDBY=${{STANDBY}},${{ENTRY:0:-1}})
 same => n,Return()
 same => n(in),Gosub(duty,member,1(${{FILTER(a-z0-9,${{ENTRY}})}},0))
 same => n,Return()

exten => member,1,Set(LEG=Local/${{ARG1}}@leg/n)
 same => n,Set(WANT=${{WANT}}${{LEG}},)
 same => n,GotoIf($[${{REGEX(",${{LEG}}," ${{HAVE}})}}]?there)
 same => n,AddQueueMember({QUEUE},${{LEG}},${{ARG2}},,${{ARG1}},hint:${{ARG1}}@leg-hints)
 same => n,Return()
 same => n(there),ExecIf($["${{QUEUE_MEMBER({QUEUE},penalty,${{LEG}})}}"!="${{ARG2}}"]?Set(QUEUE_MEMBER({QUEUE},penalty,${{LEG}})=${{ARG2}}))
 same => n,Return()

; The shift is over (or signed out): calls in progress go on. A sign-in ends with the shift it was for.
exten => leave,1,RemoveQueueMember({QUEUE},${{LEG}})
 same => n,GotoIf($[${{REGEX(",${{LEG}}," ${{ROSTERED}})}}]?no)
 same => n,Set(WHO=${{CUT(LEG,/,2)}})
 same => n,Set(WHO=${{CUT(WHO,@,1)}})
 same => n,Set(GONE=${{DB_DELETE(signed/${{WHO}})}})
 same => n,UserEvent(Signed,Person: ${{WHO}},Until: 0)
 same => n(no),Return()

exten => leases,1,Set(KEYS=${{DB_KEYS(lease)}})
 same => n,While($["${{SET(WHO=${{SHIFT(KEYS)}})}}"!=""])
 same => n,Gosub(duty,lease,1)
 same => n,EndWhile
 same => n,Return()

exten => lease,1,Set(LEASE=${{DB(lease/${{WHO}})}})
 same => n,Set(UNTIL=0${{CUT(LEASE,|,1)}})
 same => n,Set(REASON=${{CUT(LEASE,|,2)}})
 same => n,Set(LEG=Local/${{WHO}}@leg/n)
 same => n,GotoIf($[${{UNTIL}}>0 & ${{UNTIL}}<=${{EPOCH}}]?end)
 same => n,ExecIf($["${{REASON}}"!="wrapup" & "${{QUEUE_MEMBER({QUEUE},paused,${{LEG}})}}"="0"]?PauseQueueMember({QUEUE},${{LEG}},,${{REASON}}))
 same => n,Return()
 same => n(end),Set(GONE=${{DB_DELETE(lease/${{WHO}})}})
 same => n,Set(DEVICE_STATE(Custom:${{WHO}})=NOT_INUSE)
 same => n,ExecIf($["${{QUEUE_MEMBER({QUEUE},paused,${{LEG}})}}"="1"]?UnpauseQueueMember({QUEUE},${{LEG}}))
 same => n,UserEvent(Lease,Person: ${{WHO}},Until: 0,Reason: none)
 same => n,Return()

; At boot no one talks: whoever has no time to write is free. A Custom state would outlive a crash.
exten => reset,1,Set(GLOBAL(RESET)=done)
{resets}
 same => n,Return()

[reset]
exten => s,1,Set(LEASE=${{DB(lease/${{ARG1}})}})
 same => n,Set(DEVICE_STATE(Custom:${{ARG1}})=${{IF($["${{CUT(LEASE,|,2)}}"="wrapup"]?INUSE:NOT_INUSE)}})
 same => n,Return()
"""


def _steps(applications: Iterable[str]) -> str:
    return (
        "\n".join(f" same => n,{application}" for application in applications)
        or " same => n,NoOp()"
    )
