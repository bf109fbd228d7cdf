"""What a caller goes through: greeting, queue, own site, promise, and the end of the call."""

from __future__ import annotations

from routing.asterisk.dialplan import periods
from routing.asterisk.dialplan.words import (
    ON_CALL,
    QUEUE,
    STAND_IN,
    STEER_KEY,
    TOLD,
    assign,
    last_tier,
    reach,
    reach_first,
    wished,
)
from routing.calls import Rank
from routing.order import RANK_STEP, STEPS
from routing.plan import PLACES, WAITS, Counsellor, Line, Plan, old_phones

SECOND_LOOK = 3  # seconds: the clock frees a person within one, app_queue looks once a second
CONGESTION = 42  # the hangup cause that becomes 503 Service Unavailable
SILENT = 44  # the hangup cause of a call whose media stopped without a BYE: its carrier died
BETWEEN_KEYS = 8  # seconds until a caller who keys in a number has finished
AFTER_CRISIS_KEY = 4  # the same after the crisis key alone, with which a number may begin
CUT_OFF_SECONDS = 3600  # whoever was cut off and calls again within this comes before the others

_WAITING = f"${{QUEUE_WAITING_COUNT({QUEUE})}}"
_SWITCHED = '("${TIER}${DB(switch/tier)}"!="" & "${PROMISED}"="")'
_BUSY = f"${{QUEUE_MEMBER({QUEUE},free)}}<=0${{GLOBAL(STANDING)}}"
_TO_BE_TOLD = f'("${{TOLD}}"="" & "${{RANK}}"!="crisis" & {_WAITING}>0 & {_BUSY})'


def full(plan: Plan) -> str:
    prompts = plan.prompts
    return f"""\
; Too many at once. Callers hear it, and are called back; above a number of channels they are refused with a 503
; and a task. The crisis key works, and so does a flag that is on record.
[full]
exten => s,1,Set(GROUP(full)=message)
 same => n,GotoIf($[${{GROUP_COUNT(message@full)}}>{plan.limits.messages}]?refuse)
 same => n,Answer(,i)
 same => n,UserEvent(Stage,Stage: promising)
 same => n,Set(NUMBER=${{FROM}})
 same => n,ExecIf($["${{NUMBER}}"!=""]?Gosub(promise-note,s,1))
 same => n,Read(KEY,${{P}}/{prompts.overload},1,,1,3)
 same => n,Set(FULL=)
 same => n,GotoIf($["${{KEY}}"="{plan.crisis_key}"]?danger)
 same => n,GotoIf($["${{NUMBER}}"!=""]?over)
 same => n,Gosub(number,s,1)
 same => n,GotoIf($["${{NUMBER}}"="{plan.crisis_key}"]?danger)
 same => n,ExecIf($[${{REGEX("^[0-9]{{7,15}}$" ${{NUMBER}})}}]?Gosub(promise-note,s,1))
 same => n(over),Hangup()
 same => n(danger),Set(GROUP(full)=)
 same => n,Set(RANK=crisis)
 same => n,Goto(wait,s,1)
 same => n(refuse),QueueLog({QUEUE},${{UNIQUEID}},NONE,REFUSE,overload)
 same => n,Hangup({CONGESTION})
"""


def join_at_once(plan: Plan) -> str:
    """The last steps of the usual call: greeted, nothing pressed, nothing on record, into the queue.

    Whoever is to go by [wait] instead, as ever, goes to `chosen`.
    """
    at_once = periods.at_once(plan)
    place = f"$[{STEPS[Rank.NORMAL] + 1}*{RANK_STEP}-1-${{PLACE}}]"
    reached = f"${{IF($[0${{AT_ONCE}}]?{ON_CALL}:{STAND_IN})}}" if at_once else STAND_IN
    places = assign(
        f"QUEUE_PRIO={place}",
        f"SHARED(PRIO)={place}",
        "STARTED=${EPOCH}",
        *reach_first(reached),
    )
    rule = "${IF($[0${AT_ONCE}]?crisis:normal)}" if at_once else "normal"
    return f"""\
 same => n,{places}
 same => n,GotoIf($["${{KEY}}${{DB(switch/tier)}}/${{RANK}}"!="/normal" | ({_WAITING}=0 & ({_wishful(plan)})) | ({_WAITING}>0 & {_BUSY})]?chosen)
 same => n,Queue({QUEUE},iIC,,,{last_tier(plan)[1]},,,{rule})
 same => n,Goto(wait,s,left)"""


def _wishful(plan: Plan) -> str:
    old = '"${OLD}"!="" | ' if old_phones(plan) else ""
    return f'{old}"${{SITE}}"!="" | ("${{FROM}}"!="" & "${{DB(spoke/${{FROM}})}}"!="")'


def wait(plan: Plan) -> str:
    limits, prompts = plan.limits, plan.prompts
    last, seconds = last_tier(plan)
    step = "+".join(f'("${{RANK}}"="{rank}")*{step}' for rank, step in STEPS.items() if step)
    priority = f"$[({step})*{RANK_STEP}+{RANK_STEP - 1}-${{PLACE}}]"
    soon, rule = '"${RANK}"="crisis"', "${RANK}"
    if periods.at_once(plan):
        soon += " | 0${AT_ONCE}"
        rule = "${IF($[0${AT_ONCE}]?crisis:${RANK})}"
    places = assign(
        f"QUEUE_PRIO={priority}",
        f"SHARED(PRIO)={priority}",
        *TOLD,
        'STARTED=${IF($["${STARTED}"=""]?${EPOCH}:${STARTED})}',
        *reach(f'${{IF($[{soon}]?{ON_CALL}:${{IF($["${{REACH}}"=""]?{STAND_IN}:${{REACH}})}})}}'),
    )
    left = f"$[${{STARTED}}+{seconds}-${{EPOCH}}]"
    wish = f'("${{RANK}}"="normal" & "${{KIND}}"!="callback" & {_WAITING}=0 & ({_wishful(plan)}))'
    wider = f"${{IF($[${{REACH}}<{ON_CALL}]?{ON_CALL}:{last})}}"
    wishes = "".join(
        f"exten => {wish.key},1,{wished(wish, limits.needs_hold)}\n same => n,Goto(wait,s,again)\n"
        for wish in plan.wishes
    )
    waits = "".join(
        f" same => n,ExecIf($[${{MINUTES}}<={n}]"
        f"?Set(SAY=${{P}}/{prompts.place}-${{AHEAD}}&${{P}}/{prompts.minutes}-{n}))\n"
        for n in reversed(WAITS)
    )
    return f"""\
; One queue, one order: rank, then the instant of the first INVITE. The number in UNIQUEID counts channels as
; Asterisk makes them on INVITE, so it is that order, exactly; leaving and joining again never changes it.
; Most callers join at once; what others need first, and a rank that is not the usual one, is looked for in one step.
[wait]
exten => s,1(again),{places}
 same => n,GotoIf($["${{RANK}}"!="normal" | {_SWITCHED} | {wish} | {_TO_BE_TOLD}]?first)
 same => n(join),Queue({QUEUE},iIC,,,${{IF($[{left}<1]?1:{left})}},,,{rule})
 same => n(left),GotoIf($[${{REGEX("EMPTY$" ${{QUEUESTATUS}})}} & "${{THROWN}}"!=""]?usual)
 same => n,GotoIf($[${{REGEX("EMPTY$" ${{QUEUESTATUS}})}} & ${{REACH}}<{last}]?wider)
 same => n,GotoIf($["${{QUEUESTATUS}}"="CONTINUE"]?over)
 same => n,Goto(promise,s,1)
 same => n(wider),{assign(*reach(wider))}
 same => n,Goto(join)
 same => n(usual),{assign("THROWN=", *reach(STAND_IN))}
 same => n,Goto(join)
 same => n(over),Hangup()
 same => n(first),GotoIf($["${{RANK}}"="normal"]?stage)
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,RANK,${{RANK}})
 same => n(stage),UserEvent(Stage,Stage: waiting)
 same => n,GotoIf($[{_SWITCHED}]?switch)
 same => n(usually),GotoIf($[{wish}]?wish)
 same => n(told),GotoIf($[{_TO_BE_TOLD}]?place,s,1)
 same => n,Goto(join)
 same => n(switch),GotoIf($["${{TIER}}"!=""]?switch,${{TIER}},1)
 same => n,Set(SWITCH=${{DB(switch/tier)}})
 same => n,GotoIf($[0${{CUT(SWITCH,|,2)}}>${{EPOCH}}]?switch,${{CUT(SWITCH,|,1)}},1)
 same => n,Goto(usually)
 same => n(wish),Gosub(own-site,s,1)
 same => n,MSet(SITE=,OLD=)
 same => n,Goto(told)

; The emergency switch: everything goes first to the tier that is named, until the instant that is named. A caller who
; is handed on to a tier (TIER) goes the same way, once.
; Nobody there: all tiers, as ever. Crisis calls ring everybody rather than being promised something.
[switch]
exten => oncall,1,{assign("THROWN=1", "TIER=", *reach(ON_CALL, least=1))}
 same => n,Goto(wait,s,join)
exten => partner,1,{assign("THROWN=1", "TIER=", *reach(last, least=ON_CALL + 1))}
 same => n,Goto(wait,s,join)
exten => promise,1,GotoIf($["${{RANK}}"="crisis"]?wait,s,join)
 same => n,Set(QUEUESTATUS=JOINEMPTY)
 same => n,Goto(promise,s,1)
exten => _[a-z].,1,Goto(wait,s,join)

; Keys that a waiting caller may press. Leaving the queue for them and joining again changes no place.
[waiting-keys]
exten => {plan.crisis_key},1,MSet(RANK=crisis,__WANTED=)
 same => n,Goto(wait,s,again)
exten => {plan.calm_key},1,Set(CHANNEL(musicclass)=${{IF($["${{CHANNEL(musicclass)}}"="relax"]?calm:relax)}})
 same => n,Goto(wait,s,again)
exten => {plan.place_key},1,Set(TOLD=)
 same => n,Goto(wait,s,again)
exten => {plan.call_back_key},1,GotoIf($["${{PROMISED}}"!=""]?said)
 same => n,Set(NUMBER=${{FROM}})
 same => n,GotoIf($["${{NUMBER}}"!=""]?note)
 same => n,Gosub(number,s,1)
 same => n,GotoIf($["${{NUMBER}}"="{plan.crisis_key}"]?{plan.crisis_key},1)
 same => n,GotoIf($[${{REGEX("^[0-9]{{7,15}}$" ${{NUMBER}})}}=0]?wait,s,again)
 same => n(note),MSet(WISH=1,__MEETS=${{CHANNEL(name)}})
 same => n,Gosub(promise-note,s,1)
 same => n(said),Read(KEY,${{P}}/{prompts.wish},1,,1,1)
 same => n,GotoIf($["${{KEY}}"="{plan.crisis_key}"]?{plan.crisis_key},1)
 same => n,Goto(wait,s,again)
{wishes}exten => _[0-9],1,Goto(wait,s,again)
exten => {STEER_KEY},1,GotoIf($["${{STEER}}"=""]?wait,s,again)
 same => n,Set(TO=${{STEER}})
 same => n,Set(STEER=)
 same => n,Goto(steer,${{TO}},1)

; How many are ahead, by rank and place, and what that means in time: (ahead + 1) calls of the length that calls
; have lately, shared by those who serve now. Told once, and again by a key; never to somebody in danger, and not
; while somebody on duty is free (STANDING: members who ring only later): the next ring comes at once.
[place]
exten => s,1,Set(TOLD=1)
 same => n,Set(AHEAD=0)
 same => n(next),Set(OTHER=${{QUEUE_GET_CHANNEL({QUEUE},$[${{AHEAD}}+1])}})
 same => n,GotoIf($["${{OTHER}}"="" | 0${{SHARED(PRIO,${{OTHER}})}}<${{QUEUE_PRIO}}]?counted)
 same => n,Set(AHEAD=$[${{AHEAD}}+1])
 same => n,GotoIf($[${{AHEAD}}<={len(PLACES)}]?next)
 same => n(counted),GotoIf($[${{AHEAD}}=0 | 0${{GLOBAL(SERVING)}}=0]?wait,s,join)
 same => n,Set(MINUTES=$[(${{AHEAD}}+1)*0${{GLOBAL(HANDLE)}}/(60*${{GLOBAL(SERVING)}})])
 same => n,Set(SAY=${{P}}/{prompts.long_wait})
{waits} same => n,ExecIf($[${{AHEAD}}>{len(PLACES)}]?Set(SAY=${{P}}/{prompts.long_wait}))
 same => n,Read(KEY,${{SAY}},1,,1,0.1)
 same => n,GotoIf($["${{KEY}}"=""]?wait,s,join)
 same => n,Goto(waiting-keys,${{KEY}},1)
"""


def own_site(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
    def site(name: str) -> str:
        mine = [c.id for c in counsellors if c.site == name]
        steps = [f"exten => {name},1,NoOp()"]
        steps += [f" same => n,Gosub(own-site-free,s,1({person}))" for person in mine]
        return "\n".join([*steps, " same => n,Return()"])

    sites = "\n".join(site(s.id) for s in plan.sites)
    old, seconds = "", str(plan.limits.own_site_ring)
    if old_phones(plan):
        old = """\
 same => n,ExecIf($["${OLD}"!=""]?Gosub(old-phones,${OLD},1))
 same => n,GotoIf($["${RING}"!=""]?ring)
 same => n,Set(OLD=)
"""
        seconds = f'${{IF($["${{OLD}}"=""]?{seconds}:{plan.limits.old_phones_ring})}}'
    return f"""\
; A wish, not a right, and only when nobody waits: the line's former telephones, where it has any; else the person
; whom the caller spoke with rings shortly, if free; else the caller's own site.
[own-site]
exten => s,1,Set(RING=)
{old} same => n,Set(MEMBERS=,${{QUEUE_MEMBER_LIST({QUEUE})}},)
 same => n,Set(SPOKE=${{IF($["${{FROM}}"=""]?:${{FILTER(a-z0-9,${{CUT(DB(spoke/${{FROM}}),|,1)}})}})}})
 same => n,ExecIf($["${{SPOKE}}"!=""]?Gosub(own-site-free,s,1(${{SPOKE}})))
 same => n,GotoIf($["${{RING}}"!=""]?ring)
 same => n,ExecIf($["${{SPOKE}}"!=""]?Gosub(own-site-soon,s,1))
 same => n,GotoIf($["${{WANTED}}"!=""]?no)
 same => n,ExecIf($["${{SITE}}"!=""]?Gosub(own-site-people,${{SITE}},1))
 same => n,GotoIf($["${{RING}}"=""]?no)
 same => n(ring),Set(EXITCONTEXT=waiting-keys)
 same => n,Set(RANG=${{EPOCH}})
 same => n,Dial(${{RING:1}},{seconds},diIm(calm)U(own-site-answered^${{UNIQUEID}}^${{EPOCH}}))
 same => n,GotoIf($["${{DIALSTATUS}}"="ANSWER"]?over)
 same => n(no),Return()
 same => n(over),Hangup()

[own-site-people]
{sites}
{_former_telephones(plan)}
[own-site-free]
exten => s,1,Set(LEG=Local/${{ARG1}}@leg/n)
 same => n,GotoIf($[${{REGEX(",${{LEG}}," ${{MEMBERS}})}}=0]?no)
 same => n,GotoIf($["${{EXTENSION_STATE(${{ARG1}}${{GLOBAL(AT_${{ARG1}})}}@leg-hints)}}"!="NOT_INUSE"]?no)
 same => n,GotoIf($["${{QUEUE_MEMBER({QUEUE},paused,${{LEG}})}}"!="0" | "${{QUEUE_MEMBER({QUEUE},penalty,${{LEG}})}}"!="0"]?no)
 same => n,Set(RING=${{RING}}&${{LEG}})
 same => n(no),Return()

; Whoever they spoke with is writing, and soon free: others leave the call to that person until then.
[own-site-soon]
exten => s,1,GotoIf($[${{REGEX(",Local/${{SPOKE}}@leg/n," ${{MEMBERS}})}}=0]?no)
 same => n,Set(LEASE=${{DB(lease/${{SPOKE}})}})
 same => n,Set(ENDS=0${{CUT(LEASE,|,1)}})
 same => n,GotoIf($["${{CUT(LEASE,|,2)}}"!="wrapup" | ${{ENDS}}>${{EPOCH}}+{plan.limits.needs_hold}]?no)
 same => n,MSet(__WANTED=${{SPOKE}},__WANTED_UNTIL=$[${{ENDS}}+{SECOND_LOOK}])
 same => n(no),Return()

[own-site-answered]
exten => s,1,Set(WHO=${{CUT(CHANNEL(name),/,2)}})
 same => n,QueueLog({QUEUE},${{ARG1}},${{CUT(WHO,@,1)}},SITECONNECT,$[${{EPOCH}}-${{ARG2}}])
 same => n,Return()
"""


def _former_telephones(plan: Plan) -> str:
    lines = "\n".join(_line_telephones(line) for line in plan.lines if line.old_phones)
    return (
        f"\n; Those that are not in a call, and have not been taken out of use for a while.\n[old-phones]\n{lines}\n"
        if lines
        else ""
    )


def _line_telephones(line: Line) -> str:
    steps = [f"exten => {line.id},1,NoOp()"]
    if line.old_phones_in:
        steps.append(f' same => n,GotoIf($["${{PERIOD}}"!="{line.old_phones_in}"]?no)')
    steps += [
        f' same => n,ExecIf($["${{DB(lease/o{number})}}"="" & "${{DEVICE_STATE(Custom:o{number})}}"!="INUSE"]'
        f"?Set(RING=${{RING}}&Local/o{number}@leg/n))"
        for number in line.old_phones
    ]
    return "\n".join([*steps, " same => n(no),Return()"])


def promise(plan: Plan) -> str:
    prompts, limits = plan.prompts, plan.limits
    return f"""\
; The last tier: a promise on record, before a word is said about it. Whoever stays on the line goes on waiting.
[promise]
exten => s,1,UserEvent(Stage,Stage: promising)
 same => n,GotoIf($["${{PROMISED}}"!=""]?stay)
 same => n,Set(NUMBER=${{FROM}})
 same => n,GotoIf($["${{NUMBER}}"=""]?ask)
 same => n,Gosub(promise-note,s,1)
 same => n,Read(KEY,${{P}}/{prompts.promise},1,,1,2)
 same => n,GotoIf($["${{KEY}}"="{plan.crisis_key}"]?waiting-keys,{plan.crisis_key},1)
 same => n,Goto(stay)
 same => n(ask),Gosub(number,s,1)
 same => n,GotoIf($["${{NUMBER}}"="{plan.crisis_key}"]?waiting-keys,{plan.crisis_key},1)
 same => n,GotoIf($[${{REGEX("^[0-9]{{7,15}}$" ${{NUMBER}})}}=0]?unheard)
 same => n,Gosub(promise-note,s,1)
 same => n,Playback(${{P}}/{prompts.promised})
 same => n,Goto(stay)
 same => n(unheard),Playback(${{P}}/{prompts.keep_waiting})
 same => n(stay),Set(STARTED=${{EPOCH}})
 same => n,Set(REACH={last_tier(plan)[0]})
 same => n,GotoIf($[${{REGEX("EMPTY$" ${{QUEUESTATUS}})}}]?hold,s,1)
 same => n,Goto(wait,s,again)

; Nobody at all is there: music, with the same keys as in the queue, and another look after a while.
[hold]
include => waiting-keys
exten => s,1,WaitExten(10,m(${{IF($["${{CHANNEL(musicclass)}}"="relax"]?relax:calm)}}))
 same => n,Goto(wait,s,again)
exten => i,1,Goto(hold,s,1)

; A hidden caller keys in where to call back. Mobile numbers begin with {plan.crisis_key} as well: alone it means danger, so that the
; second key is waited for less long than any other one. Whoever is that slow is served at once, and needs no call-back.
[number]
exten => s,1,Read(NUMBER,${{P}}/{prompts.key_in_number},1,,1,{BETWEEN_KEYS})
 same => n,GotoIf($["${{NUMBER}}"=""]?done)
 same => n,Read(REST,,1,,1,${{IF($["${{NUMBER}}"="{plan.crisis_key}"]?{AFTER_CRISIS_KEY}:{BETWEEN_KEYS})}})
 same => n,GotoIf($["${{REST}}"=""]?done)
 same => n,Set(NUMBER=${{NUMBER}}${{REST}})
 same => n,Read(REST,,13,,1,{BETWEEN_KEYS})
 same => n,Set(NUMBER=${{NUMBER}}${{REST}})
 same => n(done),Return()

[promise-note]
exten => s,1,Set(PROMISED=${{EPOCH}})
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,PROMISE,${{NUMBER}}|${{IF($["${{ROUND}}"!=""]?loop:${{IF($["${{FULL}}"="1"]?overload:${{IF($["${{WISH}}"=""]?nobody:wish)}})}})}}|$[${{EPOCH}}+{limits.call_back_minutes * 60}])
 same => n,Set(DB(known/${{NUMBER}})=${{EPOCH}})
 same => n,Return()
"""


def bye() -> str:
    return f"""\
[bye]
exten => s,1,GotoIf($["${{RECORDED}}"="" | "${{WISH}}"!="" | "${{HANGUPCAUSE}}"="{SILENT}"]?odd)
 same => n(over),QueueLog({QUEUE},${{UNIQUEID}},NONE,BYE,${{HANGUPCAUSE}})
 same => n,Return()
 same => n(odd),ExecIf($["${{RECORDED}}"=""]?Gosub(record,s,1))
 same => n,ExecIf($["${{KIND}}"="inbound" & "${{FROM}}"!=""]?Set(DB(known/${{FROM}})=${{EPOCH}}))
 same => n,ExecIf($["${{KIND}}"="inbound" & "${{FROM}}"!="" & "${{HANGUPCAUSE}}"="{SILENT}"]?Set(DB(cutoff/${{FROM}})=$[${{EPOCH}}+{CUT_OFF_SECONDS}]))
 same => n,ExecIf($["${{WISH}}"!="" & "${{SHARED(MET)}}"=""]?Gosub(turn-keep,s,1))
 same => n,Goto(over)
"""
