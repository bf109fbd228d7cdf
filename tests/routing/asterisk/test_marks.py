import pytest

from routing.asterisk.marks import commands


def test_a_number_has_one_mark_at_most() -> None:
    assert commands("13800000001", "limited", 99) == (
        "database del crisis 13800000001",
        "database put limited 13800000001 99",
    )
    assert commands("13800000001", "none", 99) == (
        "database del crisis 13800000001",
        "database del limited 13800000001",
    )


@pytest.mark.parametrize("number", ["", "138 0000", "1;core stop now", "abc", "1" * 16])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="it must be 5 to 15 digits"):
        commands(number, "limited", 99)


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="mark is 'rude'; it must be one of crisis, limited, none"):
        commands("13800000001", "rude", 99)
