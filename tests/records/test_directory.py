"""The referral directory: found by hanzi, pinyin, initials and number; nothing is deleted."""

import pytest
from sqlalchemy.orm import Session

from records import directory
from records.directory import Entry, EntryMissing, Kind, sound
from tests.records.builders import NOON, after

CLINIC = Entry(
    Kind.CLINIC, "示例市第三医院心理科", "0595-1234567", "工作日 8:00–17:00", "示例路 1 号"
)
POLICE = Entry(Kind.POLICE, "示例派出所", "110")


@pytest.fixture
def filled(db: Session) -> tuple[int, int]:
    return directory.add(db, CLINIC, NOON).id, directory.add(db, POLICE, NOON).id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [CLINIC.name, POLICE.name]),
        ("第三医院", [CLINIC.name]),
        ("disanyiyuan", [CLINIC.name]),
        ("DSYY", [CLINIC.name]),
        ("slpcs", [POLICE.name]),
        ("0595-1234567", [CLINIC.name]),
        ("05951234567", [CLINIC.name]),
        ("示例路 心理", [CLINIC.name]),
        ("%", []),
        ("没有", []),
        ("\0", [CLINIC.name, POLICE.name]),
    ],
)
def test_an_entry_is_found_by(
    db: Session, filled: tuple[int, int], text: str, found: list[str]
) -> None:
    assert [row.name for row in directory.search(db, text)] == found


def test_a_kind_narrows_the_search(db: Session, filled: tuple[int, int]) -> None:
    assert [row.name for row in directory.search(db, "", Kind.POLICE)] == [POLICE.name]


def test_a_changed_entry_is_found_by_its_new_name(db: Session, filled: tuple[int, int]) -> None:
    directory.change(db, filled[1], Entry(Kind.CIVIL, "示例救助站", "12345"), after(9))
    assert [row.name for row in directory.search(db, "jiuzhuzhan")] == ["示例救助站"]
    assert directory.search(db, "paichusuo") == []


def test_a_removed_entry_is_not_found_and_not_changed(db: Session, filled: tuple[int, int]) -> None:
    directory.remove(db, filled[0], after(9))
    assert [row.name for row in directory.search(db)] == [POLICE.name]
    with pytest.raises(EntryMissing):
        directory.change(db, filled[0], CLINIC, after(10))


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        (("", "110"), "name"),
        (("a", ""), "phone"),
        (("", "none"), "name phone"),
        (("a", "1", "长" * 201), "hours"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_all_at_once(fields: tuple[str, ...], bad: str) -> None:
    with pytest.raises(ValueError, match=f"^{bad}$"):
        Entry(Kind.OTHER, *fields)


def test_polyphones_sound_as_they_are_said() -> None:
    assert sound("重庆银行") == "chongqingyinhang cqyh"
