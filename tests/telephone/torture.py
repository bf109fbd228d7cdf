"""SIP that nobody should send: the cases of RFC 4475, each made from one good INVITE.

A case is named by the section of RFC 4475 that describes it. Pure: no message is sent here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

SDP = (
    "v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
    "m=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


@dataclass(frozen=True)
class Message:
    """A request as text, before it is spoilt."""

    address: str  # whom it comes from, and where answers go
    port: int
    name: str  # tells it apart from others: Call-ID, branch and tag
    dialled: str = "968908"
    caller: str = "13800000001"
    display: str = '"caller"'
    method: str = "INVITE"
    first: str | None = None  # another request line
    headers: tuple[str, ...] = ()
    body: str | None = None

    def lines(self) -> list[str]:
        uri = f"sip:{self.dialled}@127.0.0.1"
        return [
            self.first or f"{self.method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address}:{self.port};branch=z9hG4bK{self.name}",
            f"From: {self.display} <sip:{self.caller}@{self.address}>;tag=f{self.name}",
            f"To: <{uri}>",
            f"Call-ID: {self.name}@torture",
            f"CSeq: 1 {self.method}",
            f"Contact: <sip:{self.address}:{self.port}>",
            "Max-Forwards: 70",
            *self.headers,
        ]

    def text(self) -> str:
        return written(self.lines(), self.payload())

    def payload(self) -> str:
        return SDP.format(address=self.address) if self.body is None else self.body


def written(lines: Iterable[str], body: str, length: object = None) -> str:
    size = len(body.encode()) if length is None else length
    head = [*lines, "Content-Type: application/sdp", f"Content-Length: {size}"]
    return "\r\n".join(head) + "\r\n\r\n" + body


def swapped(good: Message, header: str, *others: str) -> str:
    """The message with the lines `others` in the place of `header`."""
    lines: list[str] = []
    for line in good.lines():
        lines += others if line.startswith(f"{header}:") else [line]
    return written(lines, good.payload())


Spoil = Callable[[Message], str]


def _more(*headers: str) -> Spoil:
    return lambda good: replace(good, headers=headers).text()


def _first(line: str) -> Spoil:
    return lambda good: replace(good, first=line).text()


def _length(value: object) -> Spoil:
    return lambda good: written(good.lines(), good.payload(), value)


def _instead(header: str, *others: str) -> Spoil:
    return lambda good: swapped(good, header, *others)


def _tortuous(good: Message) -> str:
    """Everything that the grammar lets through: folded lines, odd case, blanks, short names."""
    lines = [
        line.replace("Call-ID:", "i  :").replace("From:", "f\t:").replace("Max-Forwards: 70", "")
        for line in good.lines()
    ]
    more = [
        "MAX-FORWARDS :\r\n 068",
        "NewFangledHeader:   newfangled value\r\n continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;",
        'Route: <sip:127.0.0.1;unknownwith=value;lr>;a="\\"quoted\\""',
    ]
    return written([line for line in lines if line] + more, good.payload())


CASES: dict[str, Spoil] = {
    "3.1.1.1 tortuous": _tortuous,
    "3.1.1.2 method of odd signs": lambda good: replace(good, method="!i*_%.'`+~x-").text(),
    "3.1.1.3 escapes": lambda good: replace(good, dialled="96%38908", caller="%31380").text(),
    "3.1.1.4 escaped nulls": lambda good: replace(good, caller="null-%00-null").text(),
    "3.1.1.5 percent in a method": lambda good: replace(good, method="RE%47IST%45R").text(),
    "3.1.1.6 no blank before <": lambda good: good.text().replace('"caller" <', '"caller"<'),
    "3.1.1.7 very long values": lambda good: replace(
        good, display='"' + "I have a user name of extreme proportion " * 200 + '"'
    ).text(),
    "3.1.1.8 bytes after the body": lambda good: written(
        good.lines(), good.payload() + good.text(), len(good.payload())
    ),
    "3.1.1.9 semicolon in the user": lambda good: replace(good, dialled="968908;a=b;c").text(),
    "3.1.1.10 many transports": _instead(
        "Via",
        *(
            f"Via: SIP/2.0/{kind} 127.0.0.1;branch=z9hG4bK{kind}"
            for kind in ("TCP", "SCTP", "TLS", "UNKNOWN")
        ),
    ),
    "3.1.1.11 several parts": _more("Content-Type: multipart/mixed;boundary=7a9cbec02ceef655"),
    "3.1.1.12 odd reason": lambda good: f"SIP/2.0 200 = 2**3 * 5**2 \u043d\r\n{_tail(good)}",
    "3.1.1.13 no reason": lambda good: f"SIP/2.0 100 \r\n{_tail(good)}",
    "3.1.2.1 stray separators": _instead("Via", "Via: SIP/2.0/UDP 127.0.0.1;branch=a;;,;,,"),
    "3.1.2.2 longer than it is": _length(9999),
    "3.1.2.3 negative length": _length(-999),
    "3.1.2.4 large scalars": _instead("CSeq", "CSeq: 36893488147419103232 INVITE"),
    "3.1.2.4 large hops": _instead("Max-Forwards", "Max-Forwards: 300"),
    "3.1.2.4 large port": _instead("Contact", "Contact: <sip:a@127.0.0.1:36893488147419103232>"),
    "3.1.2.5 response of large scalars": lambda good: (
        f"SIP/2.0 503 No\r\nRetry-After: 949302838503028349304023988\r\n{_tail(good)}"
    ),
    "3.1.2.6 open quote": lambda good: replace(good, display='"Mr. X').text(),
    "3.1.2.7 < > in the request": _first("INVITE <sip:968908@127.0.0.1> SIP/2.0"),
    "3.1.2.8 blank in the request": _first("INVITE sip:968908@127.0.0.1; lr SIP/2.0"),
    "3.1.2.9 several blanks": _first("INVITE  sip:968908@127.0.0.1  SIP/2.0"),
    "3.1.2.10 blank at the end": _first("INVITE sip:968908@127.0.0.1 SIP/2.0  "),
    "3.1.2.11 headers in the request": _first(
        "INVITE sip:968908@127.0.0.1?Route=%3Csip%3A SIP/2.0"
    ),
    "3.1.2.12 bad date": _more("Date: Fri, 01 Jan 2010 16:00:00 EST"),
    "3.1.2.13 contact without <": _instead("Contact", "Contact: sip:a@b.c?Route=%3Csip:d%3E"),
    "3.1.2.14 blanks in an address": lambda good: replace(good, caller='"a b').text(),
    "3.1.2.15 name that needs quotes": lambda good: replace(good, display="Bell, Alexander").text(),
    "3.1.2.16 version of the future": _first("INVITE sip:968908@127.0.0.1 SIP/7.0"),
    "3.1.2.17 two methods": _instead("CSeq", "CSeq: 8 OPTIONS"),
    "3.1.2.18 two unknown methods": _instead("CSeq", "CSeq: 8 NEWMETHOD"),
    "3.1.2.19 response out of range": lambda good: f"SIP/2.0 4294967301 better\r\n{_tail(good)}",
    "3.2.1 no branch": _instead("Via", "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK"),
    "3.3.1 headers missing": lambda good: written(
        [line for line in good.lines() if not line.startswith(("To:", "Call-ID:"))], good.payload()
    ),
    "3.3.2 unknown scheme": _first("INVITE nobodyKnowsThisScheme:opaque SIP/2.0"),
    "3.3.3 known scheme, not ours": _first("INVITE soap.beep://192.0.2.103:3002 SIP/2.0"),
    "3.3.4 unknown scheme in To": _instead("To", "To: <isbn:2983792873>"),
    "3.3.5 unknown demand": _more("Require: nothingSupportsThis", "Proxy-Require: norThis"),
    "3.3.6 unknown body": _more("Content-Type: application/unknownformat"),
    "3.3.7 unknown authorization": _more("Authorization: NoOneKnowsThisScheme opaque=here"),
    "3.3.8 repeated single headers": _more(
        "Call-ID: another@torture", "CSeq: 59 INVITE", "Max-Forwards: 70", "To: <sip:b@c.d>"
    ),
    "3.3.9 several lengths": _more("Content-Length: 5", "Content-Length: 99999"),
    "3.3.10 broadcast": _instead("Via", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKcast"),
    "3.3.11 no hops left": _instead("Max-Forwards", "Max-Forwards: 0"),
    "3.3.12 parameter in contact": _more("Contact: sip:+19725552222@127.0.0.1;unknownparam"),
    "3.3.15 no acceptable answer": _more("Accept: text/nobodywantsthis"),
    "3.4.1 of the year 1999": _instead("Via", "Via: SIP/2.0/UDP 127.0.0.1"),
    "no body at all": lambda good: written(good.lines(), ""),
    "body that is no SDP": lambda good: replace(good, body="m=\r\nv=" + "\0" * 40).text(),
    "300 diversions": _more(*(f"Diversion: <sip:{n}@127.0.0.1>" for n in range(300))),
    "60 kB in one header": _more("X-Long: " + "a" * 60_000),
    "1,000 headers": _more(*(f"X-{n}: {n}" for n in range(1000))),
    "nothing": lambda _: "",
    "blank lines": lambda _: "\r\n" * 40,
    "zeros": lambda _: "\0" * 400,
}


def _tail(good: Message) -> str:
    return good.text().split("\r\n", 1)[1]


def mutated(good: Message, chance: random.Random) -> bytes:
    """The message with some bytes changed, doubled, cut out or moved."""
    data = bytearray(good.text().encode())
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        piece = data[at : at + chance.randint(1, 30)]
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at:at] = piece * chance.randint(1, 20)
            case 2:
                del data[at : at + len(piece)]
            case _:
                data[chance.randrange(len(data)) : 0] = piece
        data = data or bytearray(b"\n")
    return bytes(data[:60_000])
