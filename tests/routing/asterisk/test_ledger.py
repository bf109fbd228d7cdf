from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.asterisk.ledger import read
from routing.calls import (
    Arrived,
    Booted,
    CallFact,
    Connected,
    Cursor,
    Ended,
    Fact,
    HandedOn,
    Kind,
    LineTested,
    Missing,
    Promised,
    Rank,
    Reached,
    Refused,
    Rung,
    Unreadable,
    Waiting,
)

START = Cursor(segment=3, offset=100, boot=2, serial=0)

# What a real Asterisk wrote.
BOOT = "1795485789|NONE|NONE|NONE|QUEUESTART|"
ARRIVE = "1795485793|1795485793.2|city|NONE|ARRIVE|1|inbound|city|968908|059513800131|telecom"
BYE = "1795485795|1795485793.2|city|NONE|BYE|16"
WHOLE_CALL = f"""\
{BOOT}
1795485791|1795485789.1|city|c1|ADDMEMBER|
{ARRIVE}
1795485794|1795485793.2|city|NONE|RANK|normal
1795485794|1795485793.2|city|NONE|ENTERQUEUE||13800131|1
1795485794|1795485793.2|city|c1|CONNECT|0|1795485794.3|0
1795485795|1795485793.2|city|NONE|COMPLETECALLER|0|1|1
{BYE}
1795485798|1795485796.6|city|c2|SITECONNECT|1
"""
ARRIVED = Arrived(
    3, 1795485793, "1795485793.2", 1, Kind.INBOUND, "city", "968908", "059513800131", "telecom"
)
WHOLE_FACTS = (
    Booted(3, 1795485789),
    ARRIVED,
    Waiting(3, 1795485794, "1795485793.2", Rank.NORMAL),
    Connected(3, 1795485794, "1795485793.2", "c1", 0),
    Ended(3, 1795485795, "1795485793.2"),
    Connected(3, 1795485798, "1795485796.6", "c2", 1, own_site=True),
)


def facts_of(text: str, cursor: Cursor = START) -> tuple[Fact, ...]:
    """The facts of whole lines, read in one go; all of it is behind the cursor then."""
    data = text.encode() + b"\n"
    facts, after = read(cursor, data)
    assert after.offset == cursor.offset + len(data)
    return facts


def by_chunks(data: bytes, sizes: list[int], cursor: Cursor) -> tuple[tuple[Fact, ...], Cursor]:
    """Read a growing file: at each look so many bytes more are there."""
    facts: list[Fact] = []
    begin, there = cursor.offset, 0
    for size in [*sizes, len(data)]:
        there = min(len(data), there + size)
        found, cursor = read(cursor, data[cursor.offset - begin : there])
        facts += found
    return tuple(facts), cursor


def test_a_whole_call() -> None:
    data = WHOLE_CALL.encode()
    assert read(START, data) == (WHOLE_FACTS, Cursor(3, 100 + len(data), 3, 1))


def test_byte_by_byte() -> None:
    data = WHOLE_CALL.encode()
    assert by_chunks(data, [1] * len(data), START) == read(START, data)


def test_something_trailing_is_left_for_the_next_time() -> None:
    data = WHOLE_CALL.encode()
    assert read(START, data + b"1795485799|1795485796.6|city|NO") == read(START, data)


def test_nothing_says_nothing() -> None:
    assert read(START, b"") == ((), START)
    assert read(START, b"1795485799|17954") == ((), START)
    assert read(START, b"\n\n") == ((), replace(START, offset=102))


@pytest.mark.parametrize("torn", ["1795485795|17", BYE[:-4], BYE[:-1], BYE, "BYE", "\0\0"])
def test_an_unfinished_line_at_the_end_of_a_closed_file_is_counted(torn: str) -> None:
    data = f"{BOOT}\n{torn}".encode()
    at = 1795485795 if "|" in torn else 0
    facts, after = read(START, data, closed=True)
    assert facts == (
        Booted(3, 1795485789),
        Unreadable(3, at, torn.replace("\0", "\N{REPLACEMENT CHARACTER}")),
    )
    assert after == Cursor(3, 100 + len(data), 3)
    assert read(after, b"", closed=True) == ((), after)


CALL = "1795485793.2"
AT = 1795485794


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        (BOOT, Booted(3, 1795485789)),
        (ARRIVE, replace(ARRIVED, boot=2)),
        (
            f"{AT}|{CALL}|city|NONE|ARRIVE|1|test|jinjiang|85660001||telecom",
            Arrived(2, AT, CALL, 1, Kind.TEST, "jinjiang", "85660001", "", "telecom"),
        ),
        (f"{AT}|{CALL}|city|NONE|RANK|crisis", Waiting(2, AT, CALL, Rank.CRISIS)),
        (f"{AT}|{CALL}|city|c1|CONNECT|7|1795485794.3|4", Connected(2, AT, CALL, "c1", 4)),
        (
            f"{AT}|{CALL}|city|c2|SITECONNECT|1",
            Connected(2, AT, CALL, "c2", 1, own_site=True),
        ),
        (f"{AT}|{CALL}|city|c1|HANDED|c2", HandedOn(2, AT, CALL, "c1")),
        (f"{AT}|{CALL}|city|c2|TAKEN|3", Connected(2, AT, CALL, "c2", 3)),
        (f"{AT}|{CALL}|city|c2|SITEMISS|8", Rung(2, AT, CALL, "c2", 8)),
        (f"{AT}|{CALL}|city|c1|RINGNOANSWER|20000", Rung(2, AT, CALL, "c1", 20)),
        (f"{AT}|{CALL}|city|c1|RINGNOANSWER|1500", Rung(2, AT, CALL, "c1", 2)),
        (
            f"{AT}|{CALL}|city|NONE|PROMISE|13800138000|nobody|1795487594",
            Promised(2, AT, CALL, "13800138000", "nobody", 1795487594),
        ),
        (f"{AT}|{CALL}|city|NONE|TESTED|old|unicom", LineTested(2, AT, CALL, "old", "unicom")),
        (f"{AT}|{CALL}|city|NONE|REFUSE|flood", Refused(2, AT, CALL, "flood")),
        (
            f"{AT}|{CALL}|city|c1|REACHED|059513800131",
            Reached(2, AT, CALL, "059513800131"),
        ),
        (f"{AT}|{CALL}|city|NONE|BYE|16", Ended(2, AT, CALL)),
        (f"{AT}|{CALL}|city|NONE|BYE|", Ended(2, AT, CALL)),
        (f"{AT}|quanzhou-{CALL}|city|NONE|BYE|16", Ended(2, AT, f"quanzhou-{CALL}")),
    ],
)
def test_each_kind_of_line(line: str, fact: Fact) -> None:
    assert facts_of(line) == (fact,)


@pytest.mark.parametrize(
    "line",
    [
        f"{AT}|{CALL}|city|NONE|ENTERQUEUE||13800131|1",
        f"{AT}|{CALL}|city|NONE|ABANDON|1|1|30",
        f"{AT}|{CALL}|city|c1|COMPLETEAGENT|0|1|1",
        f"{AT}|{CALL}|city|NONE|EXITWITHTIMEOUT|1|1|60",
        f"{AT}|NONE|city|c1|PAUSE|wrapup",
        f"{AT}|NONE|NONE|NONE|CONFIGRELOAD|",
        f"{AT}|{CALL}|city|NONE|SOMETHINGNEW|1|2|3|4",
    ],
)
def test_what_says_nothing_of_a_record_is_passed_over(line: str) -> None:
    assert facts_of(line) == ()


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "|",
        "||||||||||||",
        f"{AT}|{CALL}|city|NONE|",
        f"{AT}|{CALL}|city|NONE|bye|16",
        f"{AT}||city|NONE|BYE|16",  # of no call
        f"soon|{CALL}|city|NONE|BYE|16",
        f"-5|{CALL}|city|NONE|BYE|16",
        f"99999999999999999999|{CALL}|city|c1|",
        f"１７９５４８５７９４|{CALL}|city|NONE|BYE|16",
        f"{AT}|{'9' * 300}|city|NONE|BYE|16",
        f"{AT}|{CALL}|city|NONE|ARRIVE|1|party|city|968908|059513800131|telecom",
        f"{AT}|{CALL}|city|NONE|ARRIVE|-1|inbound|city|968908|059513800131|telecom",
        f"{AT}|{CALL}|city|NONE|ARRIVE|99999999999|inbound|city|968908|059513800131|telecom",
        f"{AT}|{CALL}|city|NONE|ARRIVE|1|inbound|city|968908|059513800131",
        f"{AT}|{CALL}|city|NONE|ARRIVE|1|inbound|city|968908|0595|telecom|more",
        f"{AT}|{CALL}|city|NONE|RANK|first",
        f"{AT}|{CALL}|city||CONNECT|7|1795485794.3|4",
        f"{AT}|{CALL}|city|c1|CONNECT|7|1795485794.3|",
        f"{AT}|{CALL}|city|c1|RINGNOANSWER|",
        f"{AT}|{CALL}|city|c1|RINGNOANSWER|²",
        f"{AT}|{CALL}|city|NONE|PROMISE|13800138000|nobody|tomorrow",
        f"{AT}|{CALL}|city|NONE|REACHED",
        f"{AT}|{CALL}|city|NONE|PROMISE|13800138000|nobody|99999999999999999999",
    ],
)
def test_a_line_that_makes_no_sense_is_counted(line: str) -> None:
    at = AT if line.startswith(str(AT)) else 0
    assert facts_of(f"{line}\n{BYE}") == (Unreadable(2, at, line), Ended(2, 1795485795, CALL))


def test_zeros_of_a_power_cut_reach_no_database() -> None:
    (fact,) = facts_of("\0" * 5)
    assert fact == Unreadable(2, 0, "\N{REPLACEMENT CHARACTER}" * 5)


def test_bytes_that_are_no_text() -> None:
    facts, after = read(START, b"\xff\xfe\n")
    assert facts == (Unreadable(2, 0, "\N{REPLACEMENT CHARACTER}" * 2),)
    assert after.offset == 103


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_only_a_line_feed_ends_a_line(end: str) -> None:
    line = f"{AT}|{CALL}|city|NONE|REFUSE|a{end}b"
    assert facts_of(line) == (Refused(2, AT, CALL, f"a{end}b"),)


@given(cut=st.integers(1, len(ARRIVE)))
@example(cut=len("1795485793|1795485793.2|city|NONE|ARRIVE|1|inbound|city|968908|0595138"))
def test_a_line_that_died_with_asterisk(cut: int) -> None:
    torn = ARRIVE[:cut]
    assert facts_of(torn + BOOT) == (Unreadable(2, 1795485789, torn), Booted(3, 1795485789))


@given(cut=st.integers(1, len(ARRIVE)))
def test_a_line_for_which_the_disk_had_no_room(cut: int) -> None:
    torn = ARRIVE[:cut]
    assert facts_of(torn + BYE) == (Unreadable(2, 1795485795, torn), Ended(2, 1795485795, CALL))


def test_two_torn_lines_in_a_row() -> None:
    assert facts_of(ARRIVE[:20] + BYE[:38] + BOOT) == (
        Unreadable(2, 1795485795, ARRIVE[:20]),
        Unreadable(2, 1795485789, BYE[:38]),
        Booted(3, 1795485789),
    )


def arrive(serial: int) -> str:
    return f"{AT}|{AT}.{serial}|city|NONE|ARRIVE|{serial}|inbound|city|968908||telecom"


def arrivals(serials: list[int], cursor: Cursor = START) -> list[object]:
    facts = facts_of("\n".join(map(arrive, serials)), cursor)
    return [fact.serial if isinstance(fact, Arrived) else fact for fact in facts]


def test_missing_serial_numbers_are_counted() -> None:
    assert arrivals([1, 2, 5, 6]) == [1, 2, Missing(2, AT, 2, 2), 5, 6]


def test_missing_at_the_beginning_of_a_boot() -> None:
    assert arrivals([3]) == [Missing(2, AT, 0, 2), 3]


def test_missing_across_two_reads() -> None:
    assert arrivals([9], replace(START, serial=7)) == [Missing(2, AT, 7, 1), 9]


def test_an_arrival_that_overtook_is_no_new_gap() -> None:
    assert arrivals([1, 3, 2, 4]) == [1, Missing(2, AT, 1, 1), 3, 2, 4]


def test_counting_anew_means_a_boot_whose_line_was_lost() -> None:
    facts, after = read(START, f"{arrive(1)}\n{arrive(2)}\n{arrive(1)}\n".encode())
    assert [type(fact) for fact in facts] == [Arrived, Arrived, Booted, Arrived]
    assert [fact.boot for fact in facts] == [2, 2, 3, 3]
    assert (after.boot, after.serial) == (3, 1)


def test_each_boot_counts_its_calls_from_one() -> None:
    facts = facts_of(f"{arrive(1)}\n{BOOT}\n{arrive(1)}\n{BOOT}\n{arrive(1)}")
    assert [(type(f).__name__, f.boot) for f in facts] == [
        ("Arrived", 2),
        ("Booted", 3),
        ("Arrived", 3),
        ("Booted", 4),
        ("Arrived", 4),
    ]


FIELDS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)
LINES = st.one_of(
    st.sampled_from([line for line in WHOLE_CALL.splitlines() if line]),
    st.lists(FIELDS, max_size=12).map("|".join),
    st.tuples(st.sampled_from(WHOLE_CALL.splitlines()), st.integers(0, 80)).map(
        lambda pair: pair[0][: pair[1]]
    ),
    st.builds(arrive, st.integers(1, 9)),
)


@given(lines=st.lists(LINES, max_size=12), tail=LINES, sizes=st.lists(st.integers(0, 60)))
def test_however_it_is_cut_the_facts_are_the_same(
    lines: list[str], tail: str, sizes: list[int]
) -> None:
    data = "".join(f"{line}\n" for line in lines).encode() + tail.encode()
    assert by_chunks(data, sizes, START) == read(START, data)


@given(data=st.binary(max_size=300))
def test_no_bytes_whatever_stop_the_reader(data: bytes) -> None:
    facts, after = read(START, data + b"\n")
    assert after.offset == START.offset + len(data) + 1
    for fact in facts:
        assert isinstance(fact, CallFact | Booted | Missing | Unreadable)
