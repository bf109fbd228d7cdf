"""SIPp scenarios, put together from steps: people who call and people who answer. Pure text.

A caller's line of the injection file is `dialled;caller`, read as [field0] and [field1].
"""

from __future__ import annotations

from dataclasses import dataclass

_SDP = """\
v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
a=ptime:20"""

_SDP_BODY = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{_SDP}"
_NO_BODY = "Content-Length: 0\n"

_OK = """\
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""


@dataclass(frozen=True)
class Stay:
    """Stay on the line for so many milliseconds; None: for SIPp's own -d."""

    milliseconds: int | None = None


@dataclass(frozen=True)
class StayBetween:
    """Stay on the line for some time between two, in milliseconds, all as likely."""

    shortest: int
    longest: int


@dataclass(frozen=True)
class Press:
    keys: str


@dataclass(frozen=True)
class HangUp:
    pass


@dataclass(frozen=True)
class AwaitHangUp:
    """Stay until the hotline hangs up."""


Step = Stay | StayBetween | Press | HangUp | AwaitHangUp


def caller(*steps: Step, media: str = "", headers: str = "", hops: int = 70) -> str:
    """Somebody who dials, is answered, does `steps`. `media`: an A-law file to speak, in a loop.

    `headers`: whole lines more in the INVITE; `hops`: its Max-Forwards.
    """
    more = f"{headers}\n{_SDP_BODY}" if headers else _SDP_BODY
    body = _request("INVITE", 1, "", more).replace("Max-Forwards: 70", f"Max-Forwards: {hops}")
    body += '<recv response="100" optional="true"/>\n<recv response="180" optional="true"/>\n'
    body += '<recv response="183" optional="true"/>\n<recv response="200" rtd="true" rrs="true"/>\n'
    body += _request("ACK", 1) + _speak(media)
    number = 2
    for step in steps:
        text, used = _step(step, number)
        body += text
        number += used
    return _document("caller", body)


def _step(step: Step, number: int) -> tuple[str, int]:
    match step:
        case Stay(None):
            return "<pause/>\n", 0
        case Stay(milliseconds):
            return f'<pause milliseconds="{milliseconds}"/>\n', 0
        case StayBetween(shortest, longest):
            return f'<pause distribution="uniform" min="{shortest}" max="{longest}"/>\n', 0
        case Press(keys):
            return "".join(_key(key, number + n) for n, key in enumerate(keys)), len(keys)
        case HangUp():
            return _request("BYE", number) + '<recv response="200"/>\n', 1
        case AwaitHangUp():
            return f'<recv request="BYE" timeout="600000"/>\n{_OK}', 0


def _key(key: str, number: int) -> str:
    wait = '<recv response="200"/>\n<pause milliseconds="250"/>\n'
    return _request("INFO", number, more=_dtmf(key)) + wait


def counsellor(
    ring_ms: int = 200, talk_ms: int | None = None, media: str = "", press: str = ""
) -> str:
    """Somebody whose phone rings and who answers after `ring_ms`, and presses the key `press`.

    They hang up first after `talk_ms`; None: they talk until the other side hangs up.
    """
    acts = talk_ms is not None or bool(press)
    body = _INCOMING_KEPT if acts else '<recv request="INVITE" rrs="true"/>\n'
    body += _answer(180, "Ringing")
    body += f'<recv request="CANCEL" timeout="{ring_ms}" ontimeout="pick"/>\n{_CANCELLED}'
    body += f'<label id="pick"/>\n{_answer(200, "OK", _SDP_BODY)}<recv request="ACK"/>\n'
    body += _speak(media)
    if press:
        body += '<pause milliseconds="500"/>\n' + _request_back("INFO", 1, _dtmf(press))
    if talk_ms is None:
        body += _OK_ON_BYE
    else:
        body += f'<pause milliseconds="{talk_ms}"/>\n' + _request_back("BYE", 2, _NO_BODY)
    return _document("counsellor", f'{body}<label id="over"/>\n')


def silent() -> str:
    """Somebody whose phone rings and who never answers."""
    return _document(
        "silent",
        f"""<recv request="INVITE" rrs="true"/>
{_answer(180, "Ringing")}<recv request="CANCEL" timeout="600000"/>
{_CANCELLED}<label id="over"/>
""",
    )


def refusing(code: int = 503, words: str = "Service Unavailable") -> str:
    """A carrier that takes no calls."""
    refuse = _answer(code, words)
    body = f'<recv request="INVITE"/>\n{refuse}<recv request="ACK"/>\n'
    return _document("refusing", body)


def dial_with_password(code: str) -> str:
    """A counsellor's phone dials `code`; [field0] is the person, [field1] a password block."""
    uri = f"sip:{code}@[remote_ip]:[remote_port]"

    def request(method: str, number: int, more: str = _NO_BODY, to: str = "") -> str:
        retransmit = "" if method == "ACK" else ' retrans="500"'
        return f"""<send{retransmit}><![CDATA[
{method} {uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]p[call_number]
To: <{uri}>{to}
Call-ID: [call_id]
CSeq: {number} {method}
Contact: <sip:[field0]@[local_ip]:[local_port]>
Max-Forwards: 70
{more}
]]></send>
"""

    body = request("INVITE", 1, _SDP_BODY) + '<recv response="401" auth="true"/>\n'
    body += request("ACK", 1, to="[peer_tag_param]")
    body += request("INVITE", 2, f"[field1]\n{_SDP_BODY}")
    body += '<recv response="100" optional="true"/>\n<recv response="180" optional="true"/>\n'
    body += '<recv response="200" rrs="true"/>\n' + request("ACK", 2, to="[peer_tag_param]")
    body += f'<recv request="BYE" timeout="60000"/>\n{_OK}'
    return _document("phone", body)


def register_with_password() -> str:
    """A telephone registers; [field0] is the person, [field1] a password block."""

    def request(number: int, more: str = "") -> str:
        return f"""<send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]>;tag=[pid]r[call_number]
To: <sip:[field0]@[local_ip]>
Call-ID: [call_id]
CSeq: {number} REGISTER
Contact: <sip:[field0]@[local_ip]:[local_port]>
Expires: 300
Max-Forwards: 70
{more}{_NO_BODY}
]]></send>
"""

    body = request(1) + '<recv response="401" auth="true"/>\n'
    body += request(2, "[field1]\n") + '<recv response="200"/>\n'
    return _document("register", body)


def _request(method: str, number: int, to: str = "[peer_tag_param]", more: str = "") -> str:
    uri = "[next_url]" if to else "sip:[field0]@[remote_ip]:[remote_port]"
    routes = "[routes]\n" if to else ""
    retransmit = "" if method == "ACK" else ' retrans="500"'
    return f"""<send{retransmit}><![CDATA[
{method} {uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
{routes}From: "[field1]" <sip:[field1]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[field0]@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: {number} {method}
Contact: <sip:[field1]@[local_ip]:[local_port]>
Max-Forwards: 70
{more or _NO_BODY}
]]></send>
"""


def _answer(code: int, words: str, more: str = _NO_BODY) -> str:
    retransmit = ' retrans="500"' if code >= 200 else ""
    return f"""<send{retransmit}><![CDATA[
SIP/2.0 {code} {words}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]s[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
{more}
]]></send>
"""


_CANCELLED = f"""{_OK}<send retrans="500"><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]s[call_number]
[last_Call-ID:]
CSeq: [last_cseq_number] INVITE
Content-Length: 0

]]></send>
<recv request="ACK" next="over"/>
"""

_OK_ON_BYE = f'<recv request="BYE" timeout="3600000"/>\n{_OK}'

# Both expressions in one <action>: SIPp reads no second one.
_INCOMING_KEPT = """\
<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="them"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="us"/>
</action></recv>
"""


def _request_back(method: str, number: int, more: str) -> str:
    """A request by the one who was called."""
    return f"""<send retrans="500"><![CDATA[
{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From:[$us];tag=[pid]s[call_number]
To:[$them]
Call-ID: [call_id]
CSeq: {number} {method}
Max-Forwards: 70
{more}
]]></send>
<recv response="200"/>
"""


def _dtmf(key: str) -> str:
    return (
        f"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=160"
    )


def _speak(media: str) -> str:
    if not media:
        return ""
    return f'<nop><action><exec rtp_stream="{media},-1,8,PCMA/8000"/></action></nop>\n'


def _document(name: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
        f'<scenario name="{name}">\n{body}</scenario>\n'
    )
