"""Segments on a real disk, with a fake Asterisk that appends, reopens, dies and is killed."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.asterisk import segments
from routing.asterisk.segments import rotate, step, turn
from routing.calls import Cursor, Ended, Fact, Unreadable

LIMIT = 200
BEGINNING = Cursor()


class Killed(Exception):
    """The control plane died here."""


class Asterisk:
    """Writes one file until it is asked to reopen its log; what it wrote is in `written`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[str] = []
        self.log = (folder / "queue_log").open("ab", buffering=0)

    def say(self, event: str = "BYE|16") -> None:
        uniqueid = f"1795485793.{len(self.written)}"
        self.log.write(f"1795485795|{uniqueid}|city|NONE|{event}\n".encode())
        self.written.append(uniqueid)

    def reopen(self) -> None:
        self.log.close()
        self.log = (self.folder / "queue_log").open("ab", buffering=0)


@dataclass
class Book:
    """Facts and cursor, kept together or not at all."""

    cursor: Cursor = BEGINNING
    facts: list[Fact] = field(default_factory=list)

    def read_cursor(self) -> Cursor:
        return self.cursor

    def commit(self, facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        assert before == self.cursor
        self.cursor, self.facts = after, [*self.facts, *facts]

    @property
    def ended(self) -> list[str]:
        return [fact.uniqueid for fact in self.facts if isinstance(fact, Ended)]


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def asterisk(tmp_path: Path) -> Asterisk:
    return Asterisk(tmp_path)


def read_all(asterisk: Asterisk, book: Book) -> None:
    while turn(asterisk.folder, book.read_cursor, book.commit, asterisk.reopen, LIMIT):
        pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("queue_log*"))


def test_no_file_is_no_progress(tmp_path: Path, book: Book) -> None:
    assert not step(tmp_path, book.read_cursor, book.commit)
    assert (book.cursor, book.facts) == (Cursor(), [])


def test_each_line_once(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    read_all(asterisk, book)
    asterisk.say()
    asterisk.say()
    read_all(asterisk, book)
    read_all(asterisk, book)
    assert book.ended == asterisk.written


def test_a_line_that_is_being_written_waits(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    asterisk.log.write(b"1795485795|1795485793.1|ci")
    read_all(asterisk, book)
    assert book.facts == [Ended(0, 1795485795, "1795485793.0")]
    asterisk.log.write(b"ty|NONE|BYE|16\n")
    read_all(asterisk, book)
    assert book.ended == ["1795485793.0", "1795485793.1"]


def test_long_segments_are_closed_read_and_deleted(asterisk: Asterisk, book: Book) -> None:
    for _ in range(20):
        asterisk.say()
        read_all(asterisk, book)
    read_all(asterisk, book)
    assert book.ended == asterisk.written
    assert book.cursor.segment == 5
    assert names(asterisk.folder) == ["queue_log"]


def test_what_comes_between_the_renaming_and_the_reopening_is_read(
    asterisk: Asterisk, book: Book
) -> None:
    def late() -> None:
        asterisk.say()
        asterisk.reopen()
        asterisk.say()

    asterisk.say()
    read_all(asterisk, book)
    assert rotate(asterisk.folder, book.cursor, late, 1)
    read_all(asterisk, book)
    assert book.ended == asterisk.written
    assert (book.cursor.segment, names(asterisk.folder)) == (2, ["queue_log"])


def test_a_short_segment_is_left_alone(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    assert not rotate(asterisk.folder, book.cursor, asterisk.reopen, LIMIT)
    assert names(asterisk.folder) == ["queue_log"]


def test_asterisk_that_does_not_answer_is_asked_again(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    read_all(asterisk, book)

    def silent() -> None:
        raise ConnectionError("no answer")

    for _ in range(2):
        with pytest.raises(ConnectionError):
            turn(asterisk.folder, book.read_cursor, book.commit, silent, 1)
        assert names(asterisk.folder) == ["queue_log.000001"]
        asterisk.say()  # it still writes to the renamed file
        assert step(asterisk.folder, book.read_cursor, book.commit)
    read_all(asterisk, book)
    asterisk.say()
    read_all(asterisk, book)
    assert book.ended == asterisk.written
    assert names(asterisk.folder) == ["queue_log"]


def test_the_next_segment_is_not_renamed_before_the_old_one_is_read(
    asterisk: Asterisk, book: Book
) -> None:
    asterisk.say()
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    asterisk.say()
    assert not rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    assert names(asterisk.folder) == ["queue_log", "queue_log.000001"]


def test_the_line_in_which_asterisk_died_does_not_stall_the_reader(
    asterisk: Asterisk, book: Book
) -> None:
    asterisk.say()
    asterisk.log.write(b"1795485795|1795485793.1|ci")
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    asterisk.written.append("died")
    asterisk.say()
    read_all(asterisk, book)
    assert book.facts == [
        Ended(0, 1795485795, "1795485793.0"),
        Unreadable(0, 1795485795, "1795485795|1795485793.1|ci"),
        Ended(0, 1795485795, "1795485793.2"),
    ]
    assert names(asterisk.folder) == ["queue_log"]


def test_a_torn_line_waits_while_asterisk_may_complete_it(asterisk: Asterisk, book: Book) -> None:
    asterisk.log.write(b"1795485795|1795485793.0|ci")
    asterisk.written.append("whole")
    rotate(asterisk.folder, book.cursor, lambda: None, 1)
    read_all_but_reopen(asterisk, book)
    assert book.facts == []
    asterisk.log.write(b"ty|NONE|BYE|16\n")
    read_all(asterisk, book)
    assert book.ended == ["1795485793.0"]


def read_all_but_reopen(asterisk: Asterisk, book: Book) -> None:
    while step(asterisk.folder, book.read_cursor, book.commit):
        pass


def test_zeros_longer_than_a_piece_do_not_stall_the_reader(
    asterisk: Asterisk, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "CHUNK", 64)
    asterisk.log.write(b"\0" * 200 + b"\n")
    asterisk.say()
    read_all(asterisk, book)
    assert len(book.facts) == 2
    assert book.ended == asterisk.written


def test_small_pieces_give_the_same(
    asterisk: Asterisk, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "CHUNK", 7)
    for _ in range(5):
        asterisk.say()
    read_all(asterisk, book)
    assert book.ended == asterisk.written


def test_a_closed_segment_in_pieces_is_cut_between_its_lines(
    asterisk: Asterisk, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "CHUNK", 60)  # one line and a half
    for _ in range(5):
        asterisk.say()
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    read_all(asterisk, book)
    assert book.facts == [Ended(0, 1795485795, uniqueid) for uniqueid in asterisk.written]


def test_beginning_a_segment_twice_overwrites_nothing(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    for _ in range(2):
        segments.begin_segment(asterisk.folder, book.cursor, asterisk.reopen)
        asterisk.say()
    assert names(asterisk.folder) == ["queue_log", "queue_log.000001"]
    read_all(asterisk, book)
    assert book.ended == asterisk.written


def test_files_are_their_owners_alone(asterisk: Asterisk, book: Book) -> None:
    (asterisk.folder / "queue_log").chmod(0o644)
    asterisk.say()
    read_all(asterisk, book)
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in asterisk.folder.glob("queue_log.*")}
    assert modes == {0o600}


def test_nothing_is_deleted_that_is_not_committed(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)

    def fail(_facts: tuple[Fact, ...], _before: Cursor, _after: Cursor) -> None:
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            step(asterisk.folder, book.read_cursor, fail)
    assert names(asterisk.folder) == ["queue_log", "queue_log.000001"]
    read_all(asterisk, book)
    assert book.ended == asterisk.written


def test_other_files_are_left_alone(asterisk: Asterisk, book: Book) -> None:
    others = ["queue_log.bak", "queue_log.1", "queue_log.000001.gz", "queue_log.00000\u0661"]
    for name in others:
        (asterisk.folder / name).touch()
    asterisk.say()
    read_all(asterisk, book)
    rotate(asterisk.folder, book.cursor, asterisk.reopen, 1)
    read_all(asterisk, book)
    assert names(asterisk.folder) == sorted(["queue_log", *others])


def test_only_one_process_takes_its_turn(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    inner: list[bool] = []

    def commit(facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        other = Book()
        inner.append(turn(asterisk.folder, other.read_cursor, other.commit, asterisk.reopen, LIMIT))
        assert other.facts == []
        book.commit(facts, before, after)

    assert turn(asterisk.folder, book.read_cursor, commit, asterisk.reopen, LIMIT)
    assert (inner, book.ended) == ([False], asterisk.written)


def test_segments_that_somebody_took_away_are_on_record(asterisk: Asterisk, book: Book) -> None:
    asterisk.say()
    read_all(asterisk, book)
    (asterisk.folder / "queue_log").rename(asterisk.folder / "queue_log.000004")
    asterisk.reopen()
    asterisk.say()
    read_all(asterisk, book)
    (gap,) = [fact for fact in book.facts if isinstance(fact, Unreadable)]
    assert gap.line == (
        "the records from segment 1, byte 41 are not there; read on from the beginning of segment 4"
    )
    assert book.ended == ["1795485793.0", "1795485793.0", "1795485793.1"]
    assert book.cursor.segment == 5


@pytest.mark.parametrize("lines", [0, 1, 5])
def test_a_log_that_somebody_emptied_is_read_from_its_beginning(
    asterisk: Asterisk, book: Book, lines: int
) -> None:
    for _ in range(2):
        asterisk.say()
    asterisk.log.write(b"1795485795|1795485793.20|city|NONE|SOMETHING|1234567\n")
    read_all(asterisk, book)
    (asterisk.folder / "queue_log").unlink()
    asterisk.reopen()
    for _ in range(lines):
        asterisk.say()
    read_all(asterisk, book)
    assert book.ended == asterisk.written
    assert [fact.line for fact in book.facts if isinstance(fact, Unreadable)] == [
        "the records from segment 1, byte 135 are not there;"
        " read on from the beginning of segment 1"
    ]


# ---- Killed at each single step


class Mortal:
    """Lets so many calls through, and dies at the next: before it, or just after it."""

    def __init__(self, lives: int, *, after: bool) -> None:
        self.lives, self.after = lives, after

    def __call__(self, do: Callable[[], object]) -> None:
        self.lives -= 1
        if self.lives < 0 and not self.after:
            raise Killed
        do()
        if self.lives < 0:
            raise Killed


def live_once(asterisk: Asterisk, book: Book, mortal: Mortal) -> None:
    """A life of the control plane: read, rotate, read, until death or until all is done."""

    def commit(facts: tuple[Fact, ...], before: Cursor, after: Cursor) -> None:
        mortal(lambda: book.commit(facts, before, after))

    def reopen() -> None:
        mortal(asterisk.reopen)

    for _ in range(3):
        asterisk.say()
        while turn(asterisk.folder, book.read_cursor, commit, reopen, 100):
            mortal(lambda: None)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("lives", range(12))
def test_killed_anywhere_each_line_counts_once(
    asterisk: Asterisk, book: Book, lives: int, *, after: bool
) -> None:
    for _ in range(3):
        with pytest.raises(Killed):
            while True:
                live_once(asterisk, book, Mortal(lives, after=after))
                lives -= 3
        asterisk.say()
    read_all(asterisk, book)
    read_all(asterisk, book)
    assert book.ended == asterisk.written
    assert names(asterisk.folder) == ["queue_log"]


@given(data=st.data())
def test_whatever_happens_when_each_line_counts_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    asterisk, book = Asterisk(tmp_path_factory.mktemp("log")), Book()

    def begin() -> None:
        rotate(asterisk.folder, book.cursor, lambda: None, 1)

    happenings: dict[str, Callable[[], object]] = {
        "say": asterisk.say,
        "reopen": asterisk.reopen,
        "begin": begin,
        "step": lambda: step(asterisk.folder, book.read_cursor, book.commit),
    }
    for name in data.draw(st.lists(st.sampled_from(sorted(happenings)), max_size=30)):
        happenings[name]()
    asterisk.reopen()
    while step(asterisk.folder, book.read_cursor, book.commit):
        pass
    assert book.ended == asterisk.written
    asterisk.log.close()
