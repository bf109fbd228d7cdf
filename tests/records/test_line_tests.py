from sqlalchemy.orm import Session

from records.alarms import open_alarms
from records.line_tests import LastTest, count, latest, latest_made, note, settle_alarms
from routing.line_tests import Result, Seen
from routing.plan import Line
from tests.records.builders import after

OLD, OLDER = Line("old", "老热线", "22770001"), Line("older", "更老的线", "22770002")
PASSED = Seen(Result.PASSED, "telecom", "old")
WRONG = Seen(Result.ELSEWHERE, "unicom", "older", ("telecom",))


def alarms(db: Session) -> list[tuple[str, object, object]]:
    found = [alarm for alarm in open_alarms(db) if alarm.kind == "test_call"]
    return [(alarm.subject, alarm.detail["result"], alarm.raised_at) for alarm in found]


def carriers(db: Session) -> list[str]:
    return [alarm.subject for alarm in open_alarms(db) if alarm.kind == "carrier"]


def test_the_last_test_of_each_line_is_told(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    note(db, "older", Seen(Result.UNANSWERED, "mobile"), after(10))
    note(db, "old", PASSED, after(20))
    assert latest(db) == {
        "old": LastTest(after(20), PASSED),
        "older": LastTest(after(10), Seen(Result.UNANSWERED, "mobile")),
    }
    assert (count(db, "old"), count(db, "older"), count(db, "new")) == (2, 1, 0)


def test_what_was_seen_is_kept(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    assert latest(db) == {"old": LastTest(after(0), WRONG)}


def test_a_failure_is_an_alarm_with_what_was_seen_last_until_a_test_passes(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    settle_alarms(db, (OLD, OLDER), after(0))
    assert alarms(db) == [("old", "elsewhere", after(0))]
    note(db, "old", Seen(Result.REFUSED, "telecom"), after(60))
    settle_alarms(db, (OLD, OLDER), after(60))
    assert alarms(db) == [("old", "refused", after(60))]
    note(db, "old", PASSED, after(120))
    settle_alarms(db, (OLD, OLDER), after(120))
    assert alarms(db) == []


def test_a_carrier_that_takes_no_call_is_an_alarm_until_it_takes_one(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    settle_alarms(db, (OLD, OLDER), after(0))
    assert carriers(db) == ["telecom"]
    note(db, "older", Seen(Result.REFUSED, "unicom", "", ("telecom", "unicom")), after(60))
    settle_alarms(db, (OLD, OLDER), after(60))
    assert carriers(db) == ["unicom", "telecom"]
    note(db, "old", Seen(Result.PASSED, "telecom", "old", ("unicom",)), after(120))
    settle_alarms(db, (OLD, OLDER), after(120))
    assert carriers(db) == ["unicom"]


def test_a_test_that_was_not_made_says_nothing_about_line_or_carrier(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    settle_alarms(db, (OLD,), after(0))
    full = Seen(Result.FULL, "", refused_by=("unicom",))
    note(db, "old", full, after(60))
    settle_alarms(db, (OLD,), after(60))
    assert alarms(db) == [("old", "elsewhere", after(0))] and carriers(db) == ["telecom"]
    assert latest(db) == {"old": LastTest(after(60), full)}
    assert latest_made(db) == {"old": LastTest(after(0), WRONG)}
    assert count(db, "old") == 2


def test_a_line_that_is_no_longer_there_raises_no_alarm(db: Session) -> None:
    note(db, "old", WRONG, after(0))
    settle_alarms(db, (OLD, OLDER), after(0))
    settle_alarms(db, (OLDER,), after(60))
    assert alarms(db) == []
