"""pjsip.conf: the carriers' trunks and the counsellors' telephones."""

from __future__ import annotations

import hashlib

from routing.asterisk.dialplan.words import WEB
from routing.asterisk.instance import Instance, Phones
from routing.plan import Carrier, Counsellor, Plan

LONGEST_REGISTRATION = 600  # seconds: telephones that vanish are forgotten after this


def sip(plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance) -> str:
    parts = [_general(instance), *_doors(instance.phones)]
    parts += [_carrier(c, plan, instance) for c in plan.carriers]
    parts += [_desk_template(instance.phones), _BROWSER]
    parts += [_telephones(c, plan, instance) for c in counsellors]
    return "\n".join(parts)


def _general(instance: Instance) -> str:
    # pjsip_only: a slow AMI client must never make the trunk refuse calls (measured).
    # unidentified_request_count: Asterisk's own 5 would leave slow guesses of names out of the log.
    return f"""\
[global]
type=global
user_agent=hotline
endpoint_identifier_order=ip,username,auth_username
taskprocessor_overload_trigger=pjsip_only
keep_alive_interval=0
unidentified_request_count=1

[system]
type=system
threadpool_initial_size=4
threadpool_auto_increment=4
threadpool_max_size=32
disable_tcp_switch=yes

[udp]
type=transport
protocol=udp
bind={instance.sip_address}:{instance.sip_port}
"""


def _doors(phones: Phones) -> list[str]:
    """The websocket's own address is http.conf's: a transport of that kind only names it."""
    found = []
    if phones.websocket:
        secure = "wss" if phones.certificate else "ws"
        found.append(f"[{secure}]\ntype=transport\nprotocol={secure}\nbind=0.0.0.0\n")
    if phones.tls:
        found.append(
            "[tls]\n"
            "type=transport\n"
            "protocol=tls\n"
            f"bind={phones.tls.address}:{phones.tls.port}\n"
            f"cert_file={phones.certificate}\n"
            f"priv_key_file={phones.key}\n"
            "method=tlsv1_2\n"
        )
    return found


def _carrier(carrier: Carrier, plan: Plan, instance: Instance) -> str:
    # send_connected_line=no: otherwise the carrier is told which counsellor answered.
    return f"""\
[{carrier.id}]
type=endpoint
transport=udp
context=from-carrier
set_var=CARRIER={carrier.id}
disallow=all
allow=alaw,ulaw
aors={carrier.id}
direct_media=no
trust_id_inbound=yes
send_pai=yes
send_connected_line=no
from_user={plan.number}
from_domain={instance.sip_address}
rtp_timeout={plan.limits.rtp_timeout}
language=zh
dtmf_mode=auto_info
identify_by=ip

[{carrier.id}]
type=aor
contact=sip:{carrier.address}:{carrier.port}
qualify_frequency={carrier.qualify}

[{carrier.id}]
type=identify
endpoint={carrier.id}
match={carrier.address}/32
"""


def _desk_template(phones: Phones) -> str:
    # With srtp nothing goes over UDP: the keys of the media would be read on the way.
    wire = "transport=tls\nmedia_encryption=sdes" if phones.srtp else "media_encryption=no"
    return f"""\
[telephone](!)
type=endpoint
{wire}
context=from-counsellor
disallow=all
allow=alaw,ulaw
direct_media=no
rewrite_contact=yes
device_state_busy_at=1
language=zh
dtmf_mode=auto_info
identify_by=username,auth_username
"""


# alaw: every browser speaks it (RFC 7874), and nothing has to be transcoded for the carriers.
_BROWSER = """\
[browser](!)
type=endpoint
webrtc=yes
dtls_auto_generate_cert=yes
context=from-browser
disallow=all
allow=alaw,ulaw
direct_media=no
device_state_busy_at=1
language=zh
dtmf_mode=auto_info
identify_by=username,auth_username
"""


def _telephones(person: Counsellor, plan: Plan, instance: Instance) -> str:
    """Who has no fixed contact may register a desk phone, a browser, or both, with one secret."""
    name, phones = person.id, instance.phones
    registered = (
        f"max_contacts=1\nremove_existing=yes\nremove_unavailable=yes\n"
        f"default_expiration={LONGEST_REGISTRATION}\nmaximum_expiration={LONGEST_REGISTRATION}\n"
        f"qualify_frequency={phones.qualify}\n"
    )
    over = r"\;transport=tls" if phones.srtp else ""
    fixed = f"contact={person.contact}{over}\n"
    parts = [
        _endpoint(name, "telephone", person, plan, instance),
        f"[{name}]\n"
        "type=auth\n"
        "auth_type=digest\n"
        f"username={name}\n"
        f"password={person.secret or _nobody_knows(person, instance)}\n",
        f"[{name}]\ntype=aor\n{fixed if person.contact else registered}",
    ]
    if person.contact is None:
        parts += [
            _endpoint(f"{name}{WEB}", "browser", person, plan, instance),
            f"[{name}{WEB}]\ntype=aor\n{registered}",
        ]
    return "\n".join(parts)


def _endpoint(name: str, template: str, person: Counsellor, plan: Plan, instance: Instance) -> str:
    return f"""\
[{name}]({template})
auth={person.id}
aors={name}
callerid={person.id} <{person.id}>
from_domain={instance.sip_address}
rtp_timeout={plan.limits.rtp_timeout}
"""


def _nobody_knows(person: Counsellor, instance: Instance) -> str:
    """Without a secret nobody registers: not even somebody who has read this."""
    return hashlib.sha256(f"{instance.ami_secret} {person.id}".encode()).hexdigest()
