from routing.asterisk.compile import compile_plan
from routing.asterisk.references import dangling, read
from tests.routing.asterisk.golden import INSTANCE, PEOPLE, PLAN

TEXT = """\
[one]
exten => s,1(first),Set(A=1)
 same => n,GotoIf($["${A}"=""]?:away)
 same => n,GotoIf($["${A}"=""]?here:first)
 same => n(here),GotoIf($["${A}"=""]?there)
 same => n,Gosub(two,s,1(${A}))
 same => n,Goto(three,s,1)
[two]
exten => s,1,NoOp()
 same => n,Gosub(one,s,nowhere)
"""


def test_the_compiled_plan_leads_somewhere_everywhere() -> None:
    text = compile_plan(PLAN, PEOPLE, INSTANCE)["extensions.conf"]
    assert len(read(text)) > 20
    assert list(dangling(text)) == []


def test_each_jump_to_nothing_and_each_stop_is_told() -> None:
    ends = ("Hangup", "Return", "Goto", "Wait")
    assert list(dangling(TEXT)) == [
        'one s: GotoIf($["${A}"=""]?:away) leads to away, which there is not',
        'one s: GotoIf($["${A}"=""]?there) leads to there, which there is not',
        "one s: Goto(three,s,1) leads to three,s,1, which there is not",
        f"two s: ends with Gosub(one,s,nowhere); a path must end with one of {ends}",
        "two s: Gosub(one,s,nowhere) leads to one,s,nowhere, which there is not",
    ]
