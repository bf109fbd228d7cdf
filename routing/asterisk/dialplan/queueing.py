"""What a caller goes through: greeting, queue, own site, promise, and the end of the call."""

from __future__ import annotations

from routing.asterisk.dialplan.words import ON_CALL, QUEUE, STAND_IN, WHO
from routing.plan import Counsellor, Plan

RANK_STEP = 2**28  # between two ranks in QUEUE_PRIO; a call's place within its rank fits below it
SILENT = 44  # the hangup cause of a call whose media stopped without a BYE: its carrier died
CUT_OFF_SECONDS = 3600  # whoever was cut off and calls again within this comes before the others


def greet(plan: Plan) -> str:
    prompts = plan.prompts
    return f"""\
; One choice only: the crisis key. Pressing nothing is right too.
[greet]
exten => s,1,Answer(,i)
 same => n,GotoIf($["${{ROUND}}"!=""]?promise,s,1)
 same => n,UserEvent(Stage,Stage: greeting,{WHO})
 same => n,Read(KEY,${{P}}/{prompts.greeting}&${{P}}/{prompts.privacy},1,,1,0.5)
 same => n,ExecIf($["${{KEY}}"="{plan.crisis_key}"]?Set(RANK=crisis))
 same => n,Goto(wait,s,1)
"""


def wait(plan: Plan) -> str:
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
 same => n,UserEvent(Stage,Stage: waiting,{WHO})
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


def own_site(plan: Plan, counsellors: tuple[Counsellor, ...]) -> str:
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


def promise(plan: Plan) -> str:
    prompts, limits = plan.prompts, plan.limits
    return f"""\
; The last tier: a promise on record, before a word is said about it. Whoever stays on the line goes on waiting.
[promise]
exten => s,1,UserEvent(Stage,Stage: promising,{WHO})
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


def bye() -> str:
    return f"""\
[bye]
exten => s,1,ExecIf($["${{RECORDED}}"=""]?Gosub(record,s,1(${{ARG1}},${{ARG2}},${{ARG3}})))
 same => n,ExecIf($["${{ARG1}}"="inbound" & "${{FROM}}"!=""]?Set(DB(known/${{FROM}})=${{EPOCH}}))
 same => n,ExecIf($["${{ARG1}}"="inbound" & "${{FROM}}"!="" & "${{HANGUPCAUSE}}"="{SILENT}"]?Set(DB(cutoff/${{FROM}})=$[${{EPOCH}}+{CUT_OFF_SECONDS}]))
 same => n,QueueLog({QUEUE},${{UNIQUEID}},NONE,BYE,${{HANGUPCAUSE}})
 same => n,Return()
"""
