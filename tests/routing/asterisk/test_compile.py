"""The compiler, by golden files; written anew by `python -m tests.routing.asterisk.golden`."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.asterisk.compile import compile_plan
from routing.asterisk.instance import Instance
from routing.numbers import written_forms
from routing.plan import Counsellor, Line
from tests.routing.asterisk.golden import FOLDER, INSTANCE, PEOPLE, PLAN


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.conf")), ids=lambda path: path.name)
def test_a_small_city_compiles_to_its_golden_file(path: object) -> None:
    files = compile_plan(PLAN, PEOPLE, INSTANCE)
    assert files[path.name] == path.read_text("utf-8")  # type: ignore[attr-defined]


def test_every_file_has_its_golden_one() -> None:
    assert sorted(compile_plan(PLAN, PEOPLE, INSTANCE)) == sorted(
        path.name for path in FOLDER.glob("*.conf")
    )


def test_the_order_of_the_people_does_not_matter() -> None:
    assert compile_plan(PLAN, PEOPLE, INSTANCE) == compile_plan(PLAN, PEOPLE[::-1], INSTANCE)


def test_any_change_changes_the_fingerprint() -> None:
    def mark(files: dict[str, str]) -> str:
        return next(li for li in files["extensions.conf"].splitlines() if li.startswith("PLAN="))

    other = replace(PLAN, limits=replace(PLAN.limits, rtp_timeout=61))
    assert mark(compile_plan(PLAN, PEOPLE, INSTANCE)) != mark(compile_plan(other, PEOPLE, INSTANCE))


def test_talks_are_recorded_after_the_notice_and_only_where_that_is_wanted() -> None:
    without = compile_plan(PLAN, PEOPLE, INSTANCE)["extensions.conf"]
    text = compile_plan(replace(PLAN, record=True), PEOPLE, INSTANCE)["extensions.conf"]
    added = set(text.splitlines()) - set(without.splitlines())
    (step,) = (line for line in added if not line.startswith("PLAN="))
    assert step == " same => n,MixMonitor(${UNIQUEID}.alaw,b)"


@given(st.integers(1, 9), st.from_regex(r"[1-9]\d{7}", fullmatch=True))
def test_every_form_of_every_number_is_an_extension(lines: int, number: str) -> None:
    more = tuple(Line(f"l{n}", f"线{n}", str(int(number) + n)) for n in range(lines))
    plan = replace(PLAN, lines=(PLAN.lines[0], *more))
    text = compile_plan(plan, (), INSTANCE)["extensions.conf"]
    for line in plan.lines:
        for form in written_forms(line.number, plan.area):
            found = text.split(f"\nexten => {form},1,")[1].split("\n")[0]
            assert f"LINE={line.id},DIALLED={form}," in found


@pytest.mark.parametrize(
    "name", ["a\r\nexten => x", 'a"b', "a;b", "a|b", "${EVIL}", "a,b", "a\u2028b", "x" * 41, " "]
)
def test_names_that_could_be_read_as_dialplan_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="it must be a text of 1 to 40 characters"):
        Counsellor("lin", name, "first")
    with pytest.raises(ValueError, match="it must be a text of 1 to 40 characters"):
        Line("old", name, "22770001")


@pytest.mark.parametrize("folder", ["/var/hot line", "/var/a;b", "/var/a,b"])
def test_folders_that_could_be_read_as_dialplan_are_refused(folder: str) -> None:
    with pytest.raises(ValueError, match="must not hold a blank"):
        replace(INSTANCE, prompts=PurePosixPath(folder))


def test_an_instance_refuses_a_secret_that_is_not_plain() -> None:
    with pytest.raises(ValueError, match="ami_secret must be letters and digits"):
        Instance(**{**vars(INSTANCE), "ami_secret": "a\nb"})
