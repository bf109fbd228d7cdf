"""hotline.toml changed as the pages do it, without an Asterisk; with one: tests/telephone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.deps import PlanChange, PlanMoved, PlanNotApplied
from deploy.applying import as_applied, keep_applied
from deploy.plan_file import HotlineFile
from routing.asterisk import process
from routing.plan import Limits
from tests.telephone.house import House

EXTRA = {"id": "extra", "name": "新线", "number": "22770009", "site": "first", "needs": ""}
ADD = PlanChange("lines", "extra", EXTRA)
GO = PlanChange("lines", "old", None)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[House]:
    """Installed and applied, with one old line; its Asterisk does not run."""
    made = House(tmp_path, ["anna"], limits=Limits(), lines=[("old", "22770001")])
    process.write_files(made.hotline.instance, made.hotline.compiled())
    keep_applied(made.hotline)
    yield made
    made.stop()


@pytest.fixture
def file(city: House) -> HotlineFile:
    return HotlineFile(city.hotline)


def text(city: House) -> str:
    return city.hotline.file.read_text("utf-8")


def numbers(city: House) -> list[str]:
    return [line.number for line in as_applied(city.hotline).plan.lines]


def test_a_change_is_shown_then_made(city: House, file: HotlineFile) -> None:
    before = text(city)
    seen = file.preview(ADD)
    (said,) = seen.changes
    assert said["en"] == "line extra comes: extra, 新线, 22770009, first"
    assert (text(city), numbers(city)) == (before, ["968908", "22770001"])
    file.write(ADD, seen.mark)
    assert file.entry("lines", "extra") == {n: v for n, v in EXTRA.items() if v}
    assert file.mark() == seen.mark
    file.apply(ADD)
    assert numbers(city) == ["968908", "22770001", "22770009"]
    assert file.preview(ADD).changes == ()


def test_a_line_that_goes_is_named_by_the_change(city: House, file: HotlineFile) -> None:
    file.write(GO, file.preview(GO).mark)
    file.apply(GO)
    assert numbers(city) == ["968908"]
    assert file.preview(GO).changes == ()  # somebody has taken it out already


def test_another_number_that_would_go_is_refused(city: House, file: HotlineFile) -> None:
    city.hotline.file.write_text(text(city).replace("22770001", "22770002"), "utf-8")
    (fault,) = file.preview(ADD).faults[:1]
    assert "number 22770001 would no longer be answered by its line" in fault
    with pytest.raises(PlanNotApplied, match="22770001"):
        file.apply(ADD)


def test_all_faults_are_told_by_their_fields(file: HotlineFile) -> None:
    wrong = EXTRA | {"name": "a;b", "number": "x", "site": "nowhere"}
    seen = file.preview(PlanChange("lines", "extra", wrong))
    assert set(seen.fields) == {"name", "number"}
    double = file.preview(PlanChange("lines", "extra", EXTRA | {"number": "22770001"}))
    assert (set(double.fields), double.faults, double.possible) == ({"number"}, (), False)
    lost = file.preview(PlanChange("lines", "extra", EXTRA | {"site": "nowhere"}))
    assert lost.fields == {"site": "is 'nowhere'; it must be one of ['first']"}


def test_what_is_wrong_elsewhere_is_told_too(city: House, file: HotlineFile) -> None:
    seen = file.preview(PlanChange("lines", "city", None))
    assert seen.faults == ("line 2: number: 968908 has no line; add a line with number = '968908'",)
    city.hotline.file.write_text("oops", "utf-8")
    assert "it is not valid TOML" in file.preview(ADD).faults[0]
    assert file.entry("lines", "old") is None


def test_what_was_edited_meanwhile_is_not_overwritten(city: House, file: HotlineFile) -> None:
    seen = file.preview(ADD)
    edited = text(city) + "\n# by hand\n"
    city.hotline.file.write_text(edited, "utf-8")
    with pytest.raises(PlanMoved):
        file.write(ADD, seen.mark)
    assert text(city) == edited


def test_the_check_is_told_beforehand(file: HotlineFile) -> None:
    assert file.findings(ADD) == ()
    moved = PlanChange("sites", "second", {"id": "second", "name": "第二医院"})
    assert file.findings(moved) == ()
    (said,) = file.findings(PlanChange("sites", "first", None))
    assert said["en"] == "anna: site 'first' is not in hotline.toml"
