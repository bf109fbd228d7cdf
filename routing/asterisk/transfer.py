"""A caller handed on: what is written on the channel before it is sent to CONTEXT. Pure."""

from __future__ import annotations

CONTEXT = "transfer"
FAMILY = "consult"  # Asterisk's database: person -> whom the person may dial, until when
ASKED_SECONDS = 60  # on a desk phone there is a key to press and a number to dial
TIERS = ("oncall", "partner")


def variables(by: str, person: str = "", tier: str = "") -> dict[str, str]:
    """Hand the caller on to a person, to a tier of TIERS, or to whoever is on duty.

    Nobody takes the call: it comes back to `by`, then it waits before all who are in no danger.
    Raises ValueError for a tier that there is not.
    """
    if tier not in ("", *TIERS):
        raise ValueError(f"tier is {tier!r}; it must be one of {', '.join(TIERS)}, or none")
    return {"TO": person, "BACK": by, "TIER": tier}


def asked(colleague: str, now: int) -> str:
    """What stands in Asterisk's database while this colleague may be dialled."""
    return f"{colleague}|{now + ASKED_SECONDS}"
