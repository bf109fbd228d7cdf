"""Passwords are kept as argon2id hashes (RFC 9106, the low-memory choice)."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Each check takes 64 MB: many sign-ins at once must queue for memory instead of exhausting it.
_AT_ONCE = threading.BoundedSemaphore(2)
# The hash of a password that nobody has: an unknown login must take as long as a wrong password.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$OmKeAw5mAx9UJgFdBtRpu"
    "A$SmgB5rIU8tw/YetuZLhk5/A88HqduL2wW/2/ZZdX3g8"
)


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to the hash; None (an unknown login) never matches, as slowly."""
    with _AT_ONCE:
        try:
            good = _HASHER.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return good and password_hash is not None
