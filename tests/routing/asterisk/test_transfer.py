import pytest

from routing.asterisk.transfer import ASKED_SECONDS, asked, variables


def test_what_is_written_on_the_caller_s_channel() -> None:
    assert variables("lin", person="chen") == {"TO": "chen", "BACK": "lin", "TIER": ""}
    assert variables("lin", tier="oncall") == {"TO": "", "BACK": "lin", "TIER": "oncall"}
    with pytest.raises(ValueError, match="tier is 'duty'; it must be one of oncall, partner"):
        variables("lin", tier="duty")


def test_a_colleague_may_be_dialled_for_a_while() -> None:
    assert asked("chen", 1000) == f"chen|{1000 + ASKED_SECONDS}"
