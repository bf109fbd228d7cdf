"""AMI messages: text in, fields out; fields in, text out. No sockets.

asterisk-ami's own parser breaks values at U+2028 and U+0085, keeps the last of repeated headers and
drops `Key:value`; its writer lets a CR or LF in a value begin another action. Hence this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LINE_LIMIT = 1022  # bytes; one more and Asterisk, whose buffer has 1024, reads nonsense


class UnsafeValue(ValueError):
    """A value that would end its line, or could not be sent whole."""

    def __init__(self, value: str, right: str = "without CR, LF and NUL") -> None:
        super().__init__(f"{value!r} cannot be sent to Asterisk; it must be {right}")
        self.value = value


@dataclass(frozen=True)
class Message:
    """One message: its headers in order, repeated ones included."""

    headers: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """A header's value; the last one of repeated ones, as a UserEvent's own come last."""
        for key, value in reversed(self.headers):
            if key == name:
                return value
        return default

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def name(self) -> str:
        """The event's name; "" for a response."""
        return self._first("Event")

    @property
    def response(self) -> str:
        """Success, Error, Goodbye…; "" for an event."""
        return self._first("Response")

    def _first(self, name: str) -> str:
        return self.headers[0][1] if self.headers and self.headers[0][0] == name else ""


def parse(text: str) -> Message:
    """The message that stands before an empty line. Only CR LF ends a line.

    >>> parse("Event: X\\r\\nOutput: a\\r\\nOutput:b").all("Output")
    ['a', 'b']
    """
    lines = (line.partition(":") for line in text.split("\r\n"))
    return Message(tuple((key, value.removeprefix(" ")) for key, colon, value in lines if colon))


def message(*headers: tuple[str, str], **fields: str) -> Message:
    return Message((*headers, *fields.items()))


def require_safe(headers: Iterable[tuple[str, str]]) -> None:
    """Raises UnsafeValue for whatever could not be sent as one header line."""
    for name, value in headers:
        for text in (name, value):
            if any(sign in text for sign in "\r\n\0") or not _encodable(text):
                raise UnsafeValue(text)
        if len(f"{name}: {value}".encode()) > LINE_LIMIT:
            raise UnsafeValue(value, f"a line of at most {LINE_LIMIT} bytes with its name {name}")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
