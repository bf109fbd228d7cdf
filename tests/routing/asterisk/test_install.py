from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from routing.asterisk.compile import compile_plan
from routing.asterisk.install import (
    NotLoaded,
    Unsafe,
    apply,
    catch_up,
    difference,
    guard,
    installed,
    verify,
)
from routing.asterisk.instance import Instance
from routing.plan import Counsellor, Line
from tests.routing.asterisk.golden import INSTANCE, PEOPLE, PLAN

NOBODY: frozenset[str] = frozenset()


def here(folder: Path) -> Instance:
    return replace(INSTANCE, folder=PurePosixPath(folder / "asterisk"))


def test_the_same_files_are_no_difference() -> None:
    files = compile_plan(PLAN, PEOPLE, INSTANCE)
    change = difference(files, files)
    assert change.empty
    assert (change.added, change.removed, change.needs_restart) == ((), (), ())


def test_a_new_line_and_a_new_person_are_told_by_name() -> None:
    old = compile_plan(PLAN, PEOPLE, INSTANCE)
    plan = replace(PLAN, lines=(*PLAN.lines, Line("new", "新线", "22770009")))
    new = compile_plan(plan, (*PEOPLE, Counsellor("zoe", "新人", "first")), INSTANCE)
    change = difference(new, old)
    assert sorted(change.files) == ["extensions.conf", "pjsip.conf"]
    assert "from-carrier 22770009" in change.added
    assert "leg zoe" in change.added
    assert len(change.added) == 7
    assert change.removed == ()


def test_the_guard_refuses_to_take_away_a_number_or_somebody_on_duty() -> None:
    old = compile_plan(PLAN, PEOPLE, INSTANCE)
    fewer = compile_plan(replace(PLAN, lines=PLAN.lines[:2]), PEOPLE[1:], INSTANCE)
    change = difference(fewer, old)
    with pytest.raises(Unsafe) as refused:
        guard(change, frozenset({"chen", "lin"}))
    said = str(refused.value)
    assert "number 22770002 would no longer be answered by its line" in said
    assert "chen is on duty and would no longer ring" in said
    assert "lin is on duty" not in said


def test_a_number_that_is_meant_to_go_may_go_in_all_its_forms() -> None:
    old = compile_plan(PLAN, PEOPLE, INSTANCE)
    fewer = compile_plan(replace(PLAN, lines=PLAN.lines[:2]), PEOPLE, INSTANCE)
    gone = frozenset(line.number for line in PLAN.lines[2:])
    guard(difference(fewer, old), NOBODY, gone)
    with pytest.raises(Unsafe):
        guard(difference(fewer, old), NOBODY, frozenset(sorted(gone)[1:]))


def test_somebody_who_is_not_on_duty_may_go() -> None:
    old = compile_plan(PLAN, PEOPLE, INSTANCE)
    guard(difference(compile_plan(PLAN, PEOPLE[1:], INSTANCE), old), frozenset({"lin"}))


def test_files_are_written_privately_and_reloaded_module_by_module(tmp_path: Path) -> None:
    instance = here(tmp_path)
    files = compile_plan(PLAN, PEOPLE, instance)
    apply(instance, difference(files, installed(instance)), None)
    assert installed(instance) == files
    assert {p.stat().st_mode & 0o777 for p in Path(instance.etc).glob("*.conf")} == {0o600}
    changed = compile_plan(PLAN, PEOPLE[:2], instance)
    reloaded: list[str] = []
    apply(instance, difference(changed, installed(instance)), reloaded.append)
    assert reloaded == ["res_pjsip", "pbx_config"]
    assert installed(instance) == changed


def test_what_needs_a_restart_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    instance = here(tmp_path)
    files = compile_plan(PLAN, PEOPLE, instance)
    apply(instance, difference(files, {}), None)
    moved = compile_plan(PLAN, PEOPLE, replace(instance, rtp_first=14000, rtp_last=14999))
    with pytest.raises(Unsafe, match=r"rtp\.conf can only change with a restart"):
        apply(instance, difference(moved, files), lambda module: None)
    assert installed(instance) == files


def test_verify_compares_the_fingerprint() -> None:
    files = compile_plan(PLAN, PEOPLE, INSTANCE)
    mark = next(
        line for line in files["extensions.conf"].splitlines() if line.startswith("PLAN=")
    ).removeprefix("PLAN=")
    verify(files, lambda name: mark)
    with pytest.raises(NotLoaded, match=f"Asterisk runs plan old, installed is {mark}"):
        verify(files, lambda name: "old")


def test_what_lies_on_the_disk_and_was_never_told_is_told_the_dialplan_last() -> None:
    files = compile_plan(PLAN, PEOPLE, INSTANCE)
    mark = files["extensions.conf"].partition("\nPLAN=")[2].split()[0]
    reloaded: list[str] = []
    assert not catch_up(files, lambda name: mark, reloaded.append)
    assert reloaded == []
    assert catch_up(files, lambda name: "old", reloaded.append)
    assert reloaded[-1] == "pbx_config"
    assert sorted(reloaded) == [
        "app_queue",
        "http",
        "logger",
        "manager",
        "pbx_config",
        "res_musiconhold",
        "res_pjsip",
    ]
