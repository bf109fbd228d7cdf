import difflib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.writing import NoSuchEntry, NotWritable, replace_file, with_entry

SHIPPED = (Path(__file__).parents[2] / "config" / "hotline.toml").read_text("utf-8")
LINE = {"id": "extra", "name": "新线", "number": "22770099", "site": "", "old_phones": ["22780120"]}


def difference(table: str, id_: str, values: dict[str, Any] | None, text: str = SHIPPED) -> str:
    """Lines that come and go."""
    after = with_entry(text, table, id_, values).splitlines()
    told = difflib.unified_diff(text.splitlines(), after, n=0, lineterm="")
    return "\n".join(line for line in told if not line.startswith(("---", "+++", "@@")))


def test_a_line_is_added_below_the_others() -> None:
    added = difference("lines", "extra", LINE)
    assert added == (
        '+\n+[[lines]]\n+id = "extra"\n+name = "新线"\n+number = "22770099"\n'
        '+old_phones = ["22780120"]'
    )


def test_a_site_is_added_before_what_follows() -> None:
    text = with_entry(SHIPPED, "sites", "new", {"id": "new", "name": "新院", "auto_sign_in": True})
    new = '[[sites]]\nid = "new"\nname = "新院"\nauto_sign_in = true\n\n[[lines]]\nid = "city"\n'
    assert text.count(new) == 1


def test_an_entry_before_the_words_on_the_next_table_leaves_them_there() -> None:
    text = '[[sites]]\nid = "a"\nname = "甲"\n\n# lines\n[[lines]]\nid = "x"\n'
    added = with_entry(text, "sites", "b", {"id": "b"})
    assert added.endswith('name = "甲"\n\n[[sites]]\nid = "b"\n\n# lines\n[[lines]]\nid = "x"\n')


def test_only_what_changes_is_written() -> None:
    values = {
        "id": "qingshao",
        "name": "青年线",
        "number": "22770020",
        "site": "",
        "needs": "minors",
    }
    assert difference("lines", "qingshao", values) == (
        '-name = "青少年线"\n+name = "青年线"\n-site = "shisan"'
    )
    assert difference("sites", "shiyi", {"id": "shiyi", "auto_sign_in": True}) == ""


def test_no_comment_goes_with_an_entry() -> None:
    for id_ in ("city", "licheng", "yiwu", "national"):
        gone = with_entry(SHIPPED, "lines", id_, None)
        assert [line for line in SHIPPED.splitlines() if line.startswith("#")] == [
            line for line in gone.splitlines() if line.startswith("#")
        ]
        left = tomllib.loads(gone)["lines"]
        assert id_ not in [line["id"] for line in left]
        assert len(left) == 27


def test_what_was_added_and_taken_out_leaves_no_trace() -> None:
    assert (
        with_entry(with_entry(SHIPPED, "lines", "extra", LINE), "lines", "extra", None) == SHIPPED
    )


def test_what_cannot_be_done() -> None:
    with pytest.raises(NoSuchEntry):
        with_entry(SHIPPED, "lines", "nowhere", None)
    with pytest.raises(NotWritable):
        with_entry('lines = [{id = "a"}]\n', "lines", "b", {"id": "b"})


def test_entries_between_other_tables_come_together_and_none_is_lost() -> None:
    text = '[[lines]]\nid = "a"\n[[sites]]\nid = "s"\n[[lines]]\nid = "b"\n'
    added = tomllib.loads(with_entry(text, "lines", "c", {"id": "c"}))
    assert added == {"lines": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "sites": [{"id": "s"}]}


def test_the_file_is_replaced_whole_with_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    replace_file(file, "新")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == ("新", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_replaced_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").mkdir()  # nothing can be renamed onto a folder
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "hotline.toml", "新")
    assert [path.name for path in tmp_path.iterdir()] == ["hotline.toml"]
