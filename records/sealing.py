"""What is written about a call is encrypted before it reaches the database.

The key lies outside of it (`secrets.json`): a stolen backup of the database tells no story.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """A text was sealed with a key that is not here, or was changed since."""


class Seal:
    """Seals with the first key, opens with any of them: a new one is put before the old ones."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError unless each is 32 bytes in URL-safe base64."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, text: str) -> str:
        return self.close_bytes(text.encode()).decode()

    def close_bytes(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealBroken(
                "a recording cannot be opened; is secrets.json of this city?"
            ) from error

    def open(self, sealed: str) -> str:
        """Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken("a note cannot be read; is secrets.json of this database?") from error


def new_key() -> str:
    return Fernet.generate_key().decode()
