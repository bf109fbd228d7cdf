"""The command line: plain errors, exit codes, nothing lost."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select, text

from dashboard.deps import TryOutFailed
from deploy.assembly import Hotline, hold, load
from deploy.trying import try_out
from main import main
from records import rosters
from records.audit_log import entries
from records.people import absences, people
from records.store import open_store
from records.tables import CallRow, Person
from scheduler.problem import Roster
from tests.records.builders import answered
from tests.telephone.exchange import SHORT
from tests.telephone.house import SHIFTS, hotline_toml

pytestmark = pytest.mark.slow  # each of them starts Python several times
ROOT = Path(__file__).parents[1]
MONDAY = date(2026, 11, 23)


@pytest.fixture
def city(tmp_path: Path) -> Hotline:
    config = tmp_path / "config"
    config.mkdir()
    limits = type(SHORT)(**{**vars(SHORT), "slot": 900})
    (config / "hotline.toml").write_text(hotline_toml(limits, (), auto=True), encoding="utf-8")
    (config / "rules.toml").write_text(SHIFTS, encoding="utf-8")
    return load(ROOT, config / "hotline.toml", config / "rules.toml")


def run(city: Hotline, *arguments: str, typed: str = "") -> tuple[int, str]:
    """Exit code, and what was printed on both."""
    result = subprocess.run(
        [sys.executable, ROOT / "main.py", *city.arguments, *arguments],
        input=typed.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return result.returncode, (result.stdout + result.stderr).decode()


def here(city: Hotline, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The same within this process, which is quicker."""
    code = main([*city.arguments, *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def change(city: Hotline, old: str, new: str) -> Path:
    path = Path(city.arguments[1])
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "control",
        "check",
        "roster",
        "people",
        "calls",
        "user",
        "roster make",
        "roster explain",
        "roster repair",
        "roster whatif",
        "roster demand",
        "roster export",
        "roster import",
        "apply",
        "switch",
        "explain",
        "backup",
        "restore",
        "retention",
    ],
)
def test_every_command_has_help(city: Hotline, command: str) -> None:
    code, said = run(city, *command.split(), "--help")
    assert code == 0
    assert said.startswith("usage: main.py ")


def test_broken_toml_is_told_with_its_place_and_nothing_starts(city: Hotline) -> None:
    path = change(city, "[limits]", "[limits")
    before, _, _ = path.read_text(encoding="utf-8").partition("[limits")
    code, said = run(city, "run")
    assert code == 2
    assert str(path) in said
    assert "it is not valid TOML" in said
    assert f"line {before.count(chr(10)) + 1}," in said
    assert not city.data.exists()


def test_all_faults_of_a_file_are_told_at_once(city: Hotline) -> None:
    change(city, "ring = 4", "rign = 4")
    change(city, 'number = "968908"\nname = "泉州', 'number = "968909"\nname = "泉州')
    code, said = run(city, "check")
    assert code == 2
    assert "limits.rign: is not a known key; did you mean ring?" in said


def test_a_database_of_a_newer_version_is_left_alone(city: Hotline) -> None:
    with city.store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    city.store.close()
    code, said = run(city, "calls")
    assert code == 2
    assert "9999" in said
    assert "newer" in said


def test_a_data_folder_that_cannot_be_written_is_named(city: Hotline) -> None:
    (Path(city.arguments[1]).parents[1] / "var").write_text("a file where a folder should be")
    code, said = run(city, "calls")
    assert code == 2
    assert f"cannot write the data folder {city.data}" in said
    assert "[data] folder" in said


def test_a_second_instance_on_the_same_folder_is_refused(city: Hotline) -> None:
    city.store.close()
    lock = hold(city.data / "run.lock")
    code, said = run(city, "run", "--city", "off")
    assert code == 2
    assert f"the hotline is running already on {city.data}; stop it first" in said
    del lock


def test_people_are_imported_all_or_none(city: Hotline, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        'id,name,site\nlin,林婉如,first\nchen,"陈""\r\n思远",first\nWU,吴,nowhere\n', "utf-8"
    )
    code, said = run(city, "people", "import", str(file))
    assert code == 2
    assert "B3: person name is" in said
    assert "C4: site is 'nowhere'; it must be one of first" in said
    with city.store.read() as session:
        assert people(session) == []
    file.write_text("id,name,site\nlin,林婉如,first\nchen,陈思远,first\n", "utf-8")
    assert run(city, "people", "import", str(file)) == (
        0,
        "2 people imported; a running hotline knows them within a minute\n",
    )
    code, said = run(city, "people", "list")
    assert [line.split()[0] for line in said.splitlines()] == ["chen", "lin"]


def test_a_telephone_is_told_its_secret_and_a_new_one_is_on_record(city: Hotline) -> None:
    with city.store.session() as session:
        session.add(Person(id="lin", name="林", site="first", qualifications=[], secret="s3cret"))
        fixed = Person(
            id="wu", name="吴", site="first", qualifications=[], contact="sip:wu@10.1.1.1"
        )
        session.add(fixed)
    code, said = run(city, "people", "phone", "lin")
    assert (code, said.splitlines()) == (
        0,
        [
            f"server    {city.facts.listen.sip} (UDP)",
            "name      lin",
            "secret    s3cret",
            "sound     RTP, G.711 A-law",
        ],
    )
    code, said = run(city, "people", "phone", "lin", "--new")
    with city.store.read() as session:
        lin = session.get(Person, "lin")
        assert lin is not None
        assert f"secret    {lin.secret}\n" in said
        assert len(lin.secret) == 24
        done = [(row.what, row.object, row.detail) for row in entries(session)]
        assert done == [("secret.new", "lin", {}), ("secret.look", "lin", {})]
    assert run(city, "people", "phone", "nobody")[0] == 2
    code, said = run(city, "people", "phone", "wu")
    assert (code, "has the fixed contact sip:wu@10.1.1.1" in said) == (2, True)


def test_the_first_administrator_is_made_on_the_command_line(city: Hotline) -> None:
    add = ("user", "add", "chief", "--name", "管理员", "--role", "administrator")
    code, said = run(city, *add, typed="short\n")
    assert (code, said) == (2, "error: the password has 5 characters; it must have at least 10\n")
    code, said = run(city, *add[:-1], "king", typed="long enough it is\n")
    assert code == 2
    assert "role is 'king'; it must be one of supervisor" in said
    assert run(city, *add, typed="long enough it is\n") == (0, "done\n")
    code, said = run(city, *add, typed="long enough it is\n")
    assert (code, said) == (2, "error: there is a user 'chief' already\n")
    assert run(city, "user", "list")[1].split() == ["chief", "administrator", "管理员"]


def draft(city: Hotline, cells: dict[str, tuple[str | None, ...]]) -> int:
    with city.store.session() as session:
        session.add_all(
            Person(id=p, name=f"人{p}", site="first", qualifications=["crisis"]) for p in cells
        )
        at = datetime.now(UTC)
        return rosters.save_draft(session, MONDAY, Roster(cells), None, None, "test", at).id


def test_a_roster_that_leaves_an_hour_empty_is_not_published_without_a_name(city: Hotline) -> None:
    number = str(draft(city, {"lin": ("round", None), "chen": ("round", None)}))
    code, said = run(city, "roster", "audit", number)
    assert code == 1
    assert re.search(r"硬性 HARD  11月24日（周二）：.* / Tue 11-24: .* \(never_empty\)", said)
    code, said = run(city, "roster", "publish", number, "--by", "施以宁")
    assert code == 2
    assert "hard rules are broken" in said
    code, said = run(
        city, "roster", "publish", number, "--by", "施以宁", "--override", "台风停工一天"
    )
    assert code == 0
    with city.store.read() as session:
        row = rosters.by_id(session, int(number))
    assert run(city, "roster", "list") == (
        0,
        f"{number:>4}  已发布 published 2026-11-23   2 天 days\n",
    )
    assert (row.status, row.override_by, row.override_reason) == (
        "published",
        "施以宁",
        "台风停工一天",
    )


def test_a_pair_that_names_nobody_is_found_by_the_check_and_no_roster_is_made(
    city: Hotline,
) -> None:
    draft(city, {"lin": (None,), "chen": (None,)})
    rules = Path(city.arguments[3])
    pair = '\n[[pairs]]\none = "lin"\nother = "chem"\nkind = "apart"\n'
    rules.write_text(rules.read_text(encoding="utf-8") + pair, encoding="utf-8")
    fault = (
        "rules.toml pairs[0].other：没有人员“chem”；是否应为 chen？ / "
        "rules.toml pairs[0].other: is 'chem', whom nobody knows; did you mean chen?"
    )
    code, said = run(city, "check")
    assert (code, fault in said.splitlines()) == (1, True)
    assert run(city, "roster", "make", "--days", "1") == (2, f"error: {fault}\n")


def published(city: Hotline) -> str:
    """lin and chen hold the two days, wu is free."""
    cells: dict[str, tuple[str | None, ...]] = {"lin": ("round", None), "chen": ("round", None)}
    cells |= {"wu": (None, "round"), "cai": (None, "round"), "xu": (None, None)}
    number = str(draft(city, cells))
    assert run(city, "roster", "publish", number, "--by", "施以宁")[0] == 0
    return number


def test_a_sickness_is_mended_and_kept_as_a_draft(city: Hotline) -> None:
    number = published(city)
    sick = ("roster", "repair", number, "--sick", "lin", "2026-11-23", "2026-11-23")
    at = ("--at", "2026-11-22 12:00", "--seconds", "20")
    code, said = run(city, *sick, *at, "--save", "1", "--by", "施以宁")
    assert code == 0, said
    assert said.splitlines()[:2] == [
        "办法 1：牵动 1 人 1 个班，已证最少；空缺 0 人时；代价 -6 / "
        "way 1: 1 people, 1 shifts, proved the least; 0 person-hours open; price -6",
        "  2026-11-23 人xu: 休 → 昼",
    ]
    with city.store.read() as session:
        kept = rosters.latest_draft(session)
        away = absences(session, MONDAY, MONDAY)
    assert kept is not None
    assert rosters.roster_of(kept).cells["xu"] == ("round", None)
    assert [(row.person, row.reason) for row in away] == [("lin", "病假")]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (
            ("--sick", "lin", "2026-11-24", "2026-11-23"),
            "--sick ends on 2026-11-23; it must end on",
        ),
        (("--swap", "lin", "lin", "2026-11-23"), "--swap names 'lin' twice; it must name two"),
        (("--need", "2026-11-23", "25-3", "5"), "the hours are 25-3; they must be like 18-22"),
        (("--need", "2026-11-23", "1-3", "5", "crisi"), "is 'crisi'; it must be one of crisis"),
    ],
)
def test_what_cannot_have_happened_is_refused_in_the_words_it_was_told(
    city: Hotline, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], fault: str
) -> None:
    number = published(city)
    code, said = here(city, capsys, "roster", "repair", number, *asked)
    assert (code, fault in said) == (2, True)


def test_a_city_without_people_or_files_is_told_what_to_do(
    city: Hotline, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    no_people = "error: there are no people yet; add them: main.py people import FILE\n"
    assert here(city, capsys, "roster", "make") == (2, no_people)
    assert here(city, capsys, "roster", "explain") == (2, no_people)
    told = "还没有排班；计算：main.py roster make / no rosters yet; make one: main.py roster make\n"
    assert here(city, capsys, "roster", "list") == (0, told)
    assert here(city, capsys, "roster", "make", "--seconds", "0") == (
        2,
        "error: --seconds is 0; it must be more than 0\n",
    )
    gone = f"error: {tmp_path / 'gone.xlsx'} cannot be opened: No such file or directory\n"
    assert here(city, capsys, "roster", "import", str(tmp_path / "gone.xlsx")) == (2, gone)
    folder = f"error: {tmp_path} cannot be opened: Is a directory\n"
    assert here(city, capsys, "roster", "make", "--needs", str(tmp_path)) == (2, folder)


def test_a_swap_is_checked_and_an_unlawful_one_is_not_saved_without_a_reason(city: Hotline) -> None:
    number = published(city)
    at = ("--at", "2026-11-22 12:00")
    code, said = run(city, "roster", "repair", number, "--give", "lin", "xu", "2026-11-23", *at)
    assert (code, said.splitlines()[-1]) == (0, "可以，代价 +0 / lawful, price +0")
    asked = ("roster", "repair", number, "--swap", "lin", "wu", "2026-11-23", *at, "--save", "1")
    code, said = run(city, *asked)
    assert code == 2
    assert "不可以 / not lawful" in said
    assert "hard rules are broken" in said
    assert run(city, *asked, "--override", "台风", "--by", "施以宁")[0] == 1
    with city.store.read() as session:
        kept = rosters.latest_draft(session)
    assert kept is not None
    assert (kept.override_by, kept.override_reason) == ("施以宁", "台风")
    past = ("--at", "2026-11-23 12:00")
    code, said = run(city, "roster", "repair", number, "--give", "lin", "xu", "2026-11-23", *past)
    assert code == 2
    assert "has begun; what is past never moves" in said


def test_a_cell_and_an_hour_have_their_reasons(city: Hotline) -> None:
    number = published(city)
    code, said = run(city, "roster", "explain", number, "--cell", "lin", "2026-11-23")
    assert code == 0
    assert said.splitlines()[0] == "人lin 11月23日（周一）：昼 / 人lin, Mon 11-23: 昼"
    assert "可以：人xu（休 → 昼）" in said
    code, said = run(city, "roster", "explain", number, "--hour", "2026-11-24", "3")
    assert code == 0
    assert said.splitlines()[0] == (
        "11月24日（周二）03:00–04:00在岗：人cai、人wu / Tue 11-24 03:00–04:00 on duty: 人cai, 人wu"
    )
    code, said = run(city, "roster", "explain", number, "--hour", "2026-11-29", "3")
    assert code == 2
    assert "2026-11-23 to 2026-11-24" in said


def test_a_draft_is_tried_out_on_the_forecast_and_not_on_calls_that_are_not_there(
    city: Hotline, tmp_path: Path
) -> None:
    number = str(draft(city, {"lin": ("round", "round"), "chen": ("round", "round")}))
    file = tmp_path / "line.png"
    code, said = run(city, "roster", "whatif", number, "--replications", "3", "--plot", str(file))
    assert code == 0
    *lines, plotted = said.splitlines()
    assert plotted == str(file) and file.read_bytes().startswith(b"\x89PNG")
    assert lines[0] == (
        f"排班 {number}，模拟 3 次，95 % 区间 / roster {number}, 3 replications, 95 % intervals"
    )
    assert [line.split()[0] for line in lines[3:]] == [*(f"{h:02}:00" for h in range(24)), "all"]
    code, said = run(city, "roster", "whatif", number, "--replay")
    assert code == 2
    tried = try_out(city, int(number), replay=False)
    assert len(tried.hours) == 24
    assert sum(each.calls.mean for each in tried.hours) == pytest.approx(tried.total.calls.mean)
    with pytest.raises(TryOutFailed, match="no calls are on record"):
        try_out(city, int(number), replay=True)
    assert "no calls are on record" in said
    code, said = run(city, "roster", "whatif", number, "--replications", "1")
    assert (code, said) == (2, "error: --replications is 1; it must be 2 to 1000\n")


def test_needs_are_told_with_their_reasons_and_absurd_horizons_refused(city: Hotline) -> None:
    code, said = run(city, "roster", "demand", "--first", "2026-11-23", "--days", "1")
    assert code == 0
    assert len(said.splitlines()) == 24
    assert said.startswith("11-23 00:00  无记录，按示例：话务量 ")
    code, said = run(city, "roster", "demand", "--days", "1", "--plot", "-")
    assert code == 0
    assert "load and people needed" in said
    code, said = run(city, "roster", "make", "--days", "1", "--plot", "plan.svg")
    assert code == 2
    assert said.startswith("error: --plot is 'plan.svg'; it must be a file whose name ends in .png")
    for days, action in (("0", "demand"), ("400", "make"), ("400", "explain")):
        code, said = run(city, "roster", action, "--days", days)
        assert (code, said) == (2, f"error: horizon: days is {days}; it must be 1 to 366\n")


def test_a_roster_is_exported_in_four_forms(city: Hotline, tmp_path: Path) -> None:
    number = str(draft(city, {"lin": ("round", None), "chen": (None, "round")}))
    for form, begins in (("xlsx", b"PK"), ("csv", b"\xef\xbb"), ("json", b"{"), ("ics", b"BEGIN")):
        out = tmp_path / f"roster.{form}"
        code, said = run(city, "roster", "export", number, "--format", form, "--out", str(out))
        assert (code, said) == (0, f"{out}：2 人，2 天 / 2 people, 2 days\n")
        assert out.read_bytes().startswith(begins)
    code, said = run(city, "roster", "export", number, "--person", "eve")
    assert (code, said) == (2, "error: --person is 'eve'; it must be somebody on the roster\n")


def test_plans_from_excel_are_kept_all_or_none(city: Hotline, tmp_path: Path) -> None:
    draft(city, {"lin": ("round", None), "chen": (None, "round")})
    book = Workbook()
    sheet = book.create_sheet("absences")
    sheet.append(["person", "first", "last", "reason"])
    sheet.append(["lin", "2026-11-23", "2026-11-24", "年假"])
    sheet.append(["eve", "2026-11-23", "2026-11-24", "年假"])
    file = tmp_path / "plans.xlsx"
    book.save(file)
    code, said = run(city, "roster", "import", str(file))
    wrong = "absences!A3: person is 'eve'; it must be the id of somebody who is active"
    assert (code, said) == (2, f"error: {wrong}\n")
    sheet["A3"] = "chen"
    book.save(file)
    code, said = run(city, "roster", "import", str(file))
    assert (code, said) == (
        0,
        "已导入 2 条请假、0 条意愿 / 2 absences and 0 wishes imported\n",
    )
    with city.store.read() as session:
        assert [row.person for row in absences(session, MONDAY, MONDAY)] == ["chen", "lin"]


def test_a_roster_that_does_not_exist_is_an_error(city: Hotline) -> None:
    code, said = run(city, "roster", "audit", "7")
    assert (code, said) == (2, "error: there is no roster 7; see: main.py roster list\n")


def test_calls_are_listed_with_masked_numbers(city: Hotline) -> None:
    assert run(city, "calls") == (0, "0 of 0 calls\n")
    with city.store.session() as session:
        session.add_all([answered(1, caller="1234567"), answered(2, caller="")])
    said = run(city, "calls")[1]
    assert [line.split()[3] for line in said.splitlines()[:2]] == ["hidden", "****67"]


def test_what_has_been_kept_long_enough_is_told_and_cleared(city: Hotline) -> None:
    path = Path(city.arguments[1])
    path.write_text(path.read_text("utf-8") + "\n[retention]\nnumbers = 30\n", "utf-8")
    arrived = datetime.now(UTC) - timedelta(days=31)
    with city.store.session() as session:
        session.add(answered(1, arrived_at=arrived))
    code, said = run(city, "retention")
    assert (code, said.splitlines()) == (
        0,
        [
            "numbers    30 days      1",
            "notes      kept         0",
            "calls      kept         0",
            "audit      kept         0",
            "recordings kept         0",
            "nothing was changed; to clear: main.py retention --clear",
        ],
    )
    assert run(city, "retention", "--clear")[1].splitlines()[-1] == "cleared"
    with city.store.read() as session:
        assert session.scalars(select(CallRow.caller)).all() == [""]


def test_a_backup_is_a_private_file_and_is_restored_elsewhere(
    city: Hotline, tmp_path: Path
) -> None:
    with city.store.session() as session:
        session.add(Person(id="lin", name="林", site="first", qualifications=[]))
    city.store.close()
    file = tmp_path / "city.backup"
    code, said = run(city, "backup", str(file))
    assert (code, said.splitlines()[-1]) == (0, "it opens every note: keep it as you keep the keys")
    city.data.rename(tmp_path / "old")
    code, said = run(city, "restore", str(file))
    assert code == 0, said
    with open_store(city.url).read() as session:
        assert [person.id for person in people(session)] == ["lin"]


NIGHT = """[[periods]]
id = "night"
begins = "22:00"
ends = "06:00"
greeting = "夜间好。"

[[carriers]]"""


def test_explain_tells_what_would_happen_to_a_call(city: Hotline) -> None:
    code, said = run(city, "explain", "968908", "--from", "13800000001", "--at", "2026-12-24 03:00")
    assert code == 0
    assert said.splitlines()[:5] == [
        "968908 at 2026-12-24 03:00: 总线",
        "  hears 'greeting'",
        "  hears 'privacy'",
        "  waits with rank normal",
        "  a call-back is promised and on record (nobody)",
    ]
    change(city, "[[carriers]]", NIGHT)
    code, said = run(city, "explain", "968908", "--at", "2026-12-24 03:00")
    assert said.splitlines()[:2] == [
        "968908 at 2026-12-24 03:00, period night: 总线",
        "  hears 'greeting-night'",
    ]
    code, said = run(city, "explain", "968908", "--at", "tomorrow")
    assert (code, said) == (2, "error: --at is 'tomorrow'; it must be like '2026-12-24 03:00'\n")
