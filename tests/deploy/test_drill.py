from datetime import UTC, datetime, timedelta

from deploy.drill import in_words
from records.drills import Drill, Outcome
from records.figures import Figures

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Quanzhou
FIGURES = Figures(
    offered=12,
    answered=7,
    abandoned=1,
    promised=2,
    cut_off=0,
    refused=1,
    answer_rate=0.6,
    service_level=0.5,
    asa_seconds=20.0,
    longest_wait_seconds=42.0,
)


def test_a_report_names_who_answered_and_what_was_lost() -> None:
    drill = Drill("promise", "王督导", "每月演练", NOON, NOON + timedelta(minutes=10))
    found = Outcome(FIGURES, {"陈思远": 3, "林静": 4}, to_call_back=2)
    assert list(in_words(drill, drill.ends, found)) == [
        "drill of 2026-03-02 12:00:00 to 12:10:00: everything to promise, by 王督导: 每月演练",
        "12 calls: 7 answered, 2 promised a call-back, 2 lost, 1 still waiting",
        "  陈思远 answered 3",
        "  林静 answered 4",
        "  lost: 1 hung up before, 1 refused, 0 cut off",
        "2 callers are still to be called back",
    ]
