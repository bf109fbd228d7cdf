"""What asterisk-ami's parser and writer get wrong, each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.asterisk.message import LINE_LIMIT, Message, UnsafeValue, parse, require_safe


def test_only_cr_lf_ends_a_line() -> None:
    text = "Event: X\r\nName: 张\u2028三\r\nA: 1\u0085B: 2\u2029\x0b\x0c\n3"
    assert parse(text).headers == (
        ("Event", "X"),
        ("Name", "张\u2028三"),
        ("A", "1\u0085B: 2\u2029\x0b\x0c\n3"),
    )


def test_repeated_headers_are_kept() -> None:
    found = parse(
        "Event: UserEvent\r\nUniqueid: 1\r\nOutput: a\r\nOutput: \r\nOutput: b\r\nUniqueid: 2"
    )
    assert found.all("Output") == ["a", "", "b"]
    assert found.get("Uniqueid") == "2"


def test_a_value_needs_no_space_before_it_and_may_be_empty_or_hold_colons() -> None:
    found = parse(
        "Response: Success\r\nKey:v\r\nEmpty:\r\nBlank: \r\nTime: 10:00: late\r\nIndented:   x"
    )
    assert found.headers[1:] == (
        ("Key", "v"),
        ("Empty", ""),
        ("Blank", ""),
        ("Time", "10:00: late"),
        ("Indented", "  x"),
    )


def test_what_is_not_a_header_is_passed_over() -> None:
    assert parse("Event: X\r\nnonsense\r\nA: 1").headers == (("Event", "X"), ("A", "1"))
    assert parse("") == Message()
    assert parse("").name == parse("").response == parse("").get("A") == ""


def test_an_event_is_not_a_response_though_it_carries_one() -> None:
    found = parse("Event: OriginateResponse\r\nResponse: Failure")
    assert (found.name, found.response) == ("OriginateResponse", "")


@pytest.mark.parametrize("bad", ["x\r\n\r\nAction: Command", "a\nb", "a\rb", "a\0b", "\ud800"])
def test_a_value_that_would_end_its_line_is_refused(bad: str) -> None:
    with pytest.raises(UnsafeValue) as refusal:
        require_safe([("Key", bad)])
    assert refusal.value.value == bad
    with pytest.raises(UnsafeValue):
        require_safe([(bad, "value")])


def test_a_line_longer_than_asterisk_reads_is_refused() -> None:
    most = LINE_LIMIT - len("Val: ")
    require_safe([("Val", "x" * most)])
    with pytest.raises(UnsafeValue):
        require_safe([("Val", "x" * (most + 1))])
    with pytest.raises(UnsafeValue):
        require_safe([("Val", "咨" * (most // 3 + 1))])


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=60)
_NAME = st.text(st.sampled_from("abcXYZ-()/"), min_size=1, max_size=12)


@given(st.lists(st.tuples(_NAME, _TEXT), max_size=8))
def test_what_is_safe_is_read_as_it_was_written(headers: list[tuple[str, str]]) -> None:
    require_safe(headers)
    written = "\r\n".join(f"{name}: {value}" for name, value in headers)
    assert parse(written).headers == tuple(headers)
