"""pjsip.conf: the carriers' trunks and the counsellors' telephones."""

from __future__ import annotations

from routing.asterisk.instance import Instance
from routing.plan import Carrier, Counsellor, Plan


def sip(plan: Plan, counsellors: tuple[Counsellor, ...], instance: Instance) -> str:
    parts = [_general(instance), *(_carrier(c, plan, instance) for c in plan.carriers), _TEMPLATES]
    parts += [_telephone(c, plan, instance) for c in counsellors]
    return "\n".join(parts)


def _general(instance: Instance) -> str:
    # pjsip_only: a slow AMI client must never make the trunk refuse calls (measured).
    return f"""\
[global]
type=global
user_agent=hotline
endpoint_identifier_order=ip,username,auth_username
taskprocessor_overload_trigger=pjsip_only
keep_alive_interval=0

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
qualify_frequency=0

[{carrier.id}]
type=identify
endpoint={carrier.id}
match={carrier.address}/32
"""


_TEMPLATES = """\
[telephone](!)
type=endpoint
transport=udp
context=from-counsellor
disallow=all
allow=alaw,ulaw
direct_media=no
device_state_busy_at=1
language=zh
dtmf_mode=auto_info
identify_by=username,auth_username
"""


def _telephone(person: Counsellor, plan: Plan, instance: Instance) -> str:
    aor = f"contact={person.contact}" if person.contact else "remove_existing=yes"
    return f"""\
[{person.id}](telephone)
auth={person.id}
aors={person.id}
callerid={person.id} <{person.id}>
from_domain={instance.sip_address}
rtp_timeout={plan.limits.rtp_timeout}

[{person.id}]
type=auth
auth_type=digest
username={person.id}
password={person.secret or "unset"}

[{person.id}]
type=aor
max_contacts=1
{aor}
"""
