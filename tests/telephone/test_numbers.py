"""Every number in every written form reaches somebody on duty; the record bears its line."""

from deploy.sample_city import scenario
from routing.numbers import written_forms
from routing.plan import Line
from tests.telephone.conftest import Build
from tests.telephone.exchange import counsellor, plan, until

OLD_LINES = tuple(
    Line(f"old{n}", f"老热线{n}", f"227700{n:02}", site="first" if n % 2 else "second")
    for n in range(1, 27)
)


def test_all_27_numbers_in_each_written_form_are_answered_by_somebody_on_duty(
    exchange: Build,
) -> None:
    people = tuple(counsellor(f"p{n}", "first" if n % 2 else "second") for n in range(12))
    x = exchange(plan(lines=OLD_LINES), people)
    on_duty = [p.id for p in people[:8]]
    x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
    x.on_duty(*on_duty)
    expected = [
        (line.id, form, f"138{n:04}{k:04}")
        for n, line in enumerate(x.plan.lines)
        for k, form in enumerate(written_forms(line.number, x.plan.area))
    ]
    assert len(expected) == 27 * 6
    lines = [(form, caller) for _, form, caller in expected]
    counts = x.call(lines, scenario.AwaitHangUp(), rate=6).wait()
    assert (counts.created, counts.successful) == (162, 162)
    until(lambda: len(x.events("BYE")) == 162, what="every call is over in the log")
    arrivals = x.events("ARRIVE")
    assert sorted((f[7], f[8], f[9]) for f in arrivals) == sorted(expected)
    assert {f[10] for f in arrivals} == {"telecom"}
    answered = x.answered_by()
    assert [f[1] for f in arrivals if f[1] not in answered] == []
    assert set(answered.values()) <= set(on_duty)


def test_a_number_that_no_line_has_is_answered_and_recorded_as_unknown(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("lin"),))
    x.phones(scenario.counsellor())
    x.on_duty("lin")
    assert x.call([("5551234", "13800000001")]).wait().successful == 1
    until(lambda: x.events("BYE"))
    (arrival,) = x.events("ARRIVE")
    assert arrival[7:9] == ["unknown", "5551234"]
    assert list(x.answered_by().values()) == ["lin"]


def test_whoever_hangs_up_at_once_is_on_record_too(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("lin"),))
    callers = [("968908", f"139{n:08}") for n in range(60)]
    x.call(callers, scenario.HangUp(), rate=40).wait()
    until(lambda: len(x.events("BYE")) == 60)
    assert sorted(f[9] for f in x.events("ARRIVE")) == [caller for _, caller in callers]
    assert [int(f[5]) for f in x.events("ARRIVE")] == list(range(1, 61))


def test_callers_numbers_are_brought_to_one_form_and_hidden_ones_to_none(exchange: Build) -> None:
    x = exchange(plan(), (counsellor("lin"),))
    forms = {
        "13800138000": "13800138000",
        "+8613800138000": "13800138000",
        "008613800138000": "13800138000",
        "013800138000": "13800138000",
        "22771234": "059522771234",
        "059522771234": "059522771234",
        "+8659522771234": "059522771234",
        "anonymous": "",
        "unknown1": "",
    }
    x.call([("968908", caller) for caller in forms]).wait()
    until(lambda: len(x.events("BYE")) == len(forms))
    assert sorted(f[9] for f in x.events("ARRIVE")) == sorted(forms.values())
