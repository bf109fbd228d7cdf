"""What stands in Asterisk's database for the emergency switch."""

import pytest

from routing.asterisk.switch import commands, thrown


def test_a_tier_is_thrown_until_an_instant_and_brought_back() -> None:
    assert commands("oncall", 1000) == ("database put switch tier oncall|1000",)
    assert commands(None, 1000) == ("database del switch tier",)


def test_a_tier_that_there_is_not_is_refused() -> None:
    with pytest.raises(
        ValueError, match="tier is 'moon'; it must be one of oncall, partner, promise"
    ):
        commands("moon", 1000)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("promise|1000", ("promise", 1000)),
        ("promise|999", None),
        ("moon|1000", None),
        ("promise", None),
        ("promise|soon", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_known_tier_with_an_end_ahead_is_thrown(
    value: str | None, found: tuple[str, int] | None
) -> None:
    assert thrown(value, 999) == found
