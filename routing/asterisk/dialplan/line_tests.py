"""Test calls: out through a carrier to a number of our own, and known again when they come in."""

from __future__ import annotations

from routing.asterisk.dialplan.words import QUEUE
from routing.asterisk.line_test import (
    CALL,
    CAME,
    DIALLED,
    DIGITS,
    FAMILY,
    FULL,
    RINGING,
    SIGN,
)
from routing.plan import Plan

PATIENCE = 5  # seconds after the greeting until the caller is no test; [test-out] is gone by then


def line_tests(plan: Plan) -> str:
    prompts = plan.prompts
    return f"""\
; Whoever comes under our own number while a test call is under way: the test itself sends {SIGN} and its secret digits
; into the greeting. Anybody else was hidden by forwarding, and goes on as every caller does, greeted already.
[test]
exten => s,1,MSet(GREETED=1,TEST=${{DB({FAMILY}/{CALL})}})
 same => n,Answer(,i)
 same => n,Read(KEY,${{P}}/{prompts.greeting}&${{P}}/{prompts.privacy},1,,1,{PATIENCE})
 same => n,GotoIf($["${{KEY}}"!="{SIGN}"]?caller)
 same => n,Read(KEY,,{DIGITS},,1,{PATIENCE})
 same => n,GotoIf($["{SIGN}${{KEY}}"="${{CUT(TEST,|,1)}}"]?passed)
 same => n(caller),ExecIf($["${{KEY}}"="{plan.crisis_key}"]?Set(RANK=crisis))
 same => n,Goto(inbound,s,placed)
 same => n(passed),QueueLog({QUEUE},${{UNIQUEID}},NONE,TESTED,${{CUT(TEST,|,3)}}|${{CUT(TEST,|,4)}})
 same => n,Set(DB({FAMILY}/{CAME})=${{CUT(TEST,|,1)}}|${{LINE}}|${{CARRIER}})
 same => n,Hangup()

; The half that goes out: its tones last about three seconds from the answer, and it has hung up before the half that
; came in would be put through to anybody. It is counted on its trunk as a call is, and takes no channel that a caller may
; need: ROOM says how many others there may be, and is empty where they are not counted.
[test-out]
exten => call,1,Set(CALLERID(all)={plan.number} <{plan.number}>)
 same => n,GotoIf($["${{ROOM}}"!="" & ${{GROUP_COUNT(${{TRUNK}}@trunk)}}>0${{ROOM}}]?full)
 same => n,Set(GROUP(trunk)=${{TRUNK}})
 same => n,Dial(${{WAY}},{RINGING},gD(w${{TOKEN}}))
 same => n,Set(DB({FAMILY}/{DIALLED})=${{TOKEN}}|${{DIALSTATUS}})
 same => n,Hangup()
 same => n(full),Set(DB({FAMILY}/{DIALLED})=${{TOKEN}}|{FULL})
 same => n,Hangup()
exten => sent,1,Wait(1)
 same => n,Hangup()
"""
