"""How Asterisk itself runs: folders, modules, logs, manager, media, the queue."""

from __future__ import annotations

from routing.asterisk.dialplan.words import ON_CALL, PARTNER, QUEUE
from routing.asterisk.instance import Instance, Phones
from routing.plan import Plan

AMI_USER = "control"

MODULES = [
    "res_timing_timerfd",
    "res_musiconhold",
    "res_crypto",
    "res_http_websocket",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_acl",
    "res_pjsip_authenticator_digest",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_dlg_options",
    "res_pjsip_dtmf_info",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs",
    "res_pjsip_logger",
    "res_pjsip_nat",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_path",
    "res_pjsip_pubsub",
    "res_pjsip_registrar",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_pjsip_session",
    "res_pjsip_transport_websocket",
    "res_pjsip_empty_info",
    "res_rtp_asterisk",
    "res_srtp",
    "chan_pjsip",
    "res_manager_devicestate",
    "res_clioriginate",
    "res_security_log",
    "codec_ulaw",
    "codec_alaw",
    "codec_a_mu",
    "format_wav",
    "format_pcm",
    "bridge_builtin_features",
    "bridge_native_rtp",
    "bridge_simple",
    "bridge_holding",
    "bridge_softmix",
    "pbx_config",
    "app_dial",
    "app_echo",
    "app_queue",
    "app_playback",
    "app_read",
    "app_senddtmf",
    "app_stack",
    "app_exec",
    "app_while",
    "app_originate",
    "app_userevent",
    "app_db",
    "app_mixmonitor",
    "app_chanspy",
    "app_verbose",
    "func_callerid",
    "func_channel",
    "func_cut",
    "func_db",
    "func_devstate",
    "func_extstate",
    "func_global",
    "func_groupcount",
    "func_lock",
    "func_logic",
    "func_math",
    "func_strings",
    "func_dialplan",
    "func_pjsip_endpoint",
    "func_pjsip_contact",
]


def base(plan: Plan, instance: Instance) -> dict[str, str]:
    """File name -> text, for everything that does not depend on lines and people."""
    return {
        "asterisk.conf": _asterisk(instance),
        "modules.conf": _modules(),
        "logger.conf": _LOGGER,
        "manager.conf": _manager(instance),
        "rtp.conf": f"[general]\nrtpstart={instance.rtp_first}\nrtpend={instance.rtp_last}\n",
        "http.conf": _http(instance.phones),
        "musiconhold.conf": _music(instance),
        "cli.conf": _CLI,
        "cli_permissions.conf": "[general]\ndefault_perm=permit\n",
        "features.conf": "[general]\n",
        "udptl.conf": "[general]\n",
        "acl.conf": "",
        "ccss.conf": "[general]\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "stasis.conf": _STASIS,
        "indications.conf": _INDICATIONS,
        "pjproject.conf": "",
        "codecs.conf": "",
        "extconfig.conf": "",
        "sorcery.conf": "",
        "queues.conf": _queue(plan, instance),
        "queuerules.conf": _tiers(plan),
    }


def _asterisk(instance: Instance) -> str:
    folder = instance.folder
    return f"""\
[directories]
astetcdir => {instance.etc}
astmoddir => {instance.modules}
astvarlibdir => {folder}/lib
astdbdir => {folder}/db
astkeydir => {folder}/keys
astdatadir => {instance.data}
astagidir => {folder}/agi
astspooldir => {folder}/spool
astrundir => {folder}/run
astlogdir => {instance.log}
astsbindir => {folder}/run

[options]
documentation_language = en_US
defaultlanguage = zh
nocolor = yes
live_dangerously = no

[files]
astctlpermissions = 0600
"""


def _modules() -> str:
    loads = "\n".join(f"load = {name}.so" for name in MODULES)
    return f"[modules]\nautoload = no\n{loads}\n"


# rotatestrategy is not used: the control plane renames the queue log itself and asks for a reload.
_LOGGER = """\
[general]
dateformat = %F %T.%3q
queue_log = yes
queue_log_to_file = yes

[logfiles]
messages = notice,warning,error
security = security
"""


def _manager(instance: Instance) -> str:
    return f"""\
[general]
enabled = yes
webenabled = no
port = {instance.ami_port}
bindaddr = 127.0.0.1
displayconnects = no
timestampevents = yes
disabledevents = Newexten,VarSet

[{AMI_USER}]
secret = {instance.ami_secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.0/255.0.0.0
read = system,call,agent,user
write = system,call,agent,user,reporting,originate,command
writetimeout = 5000
"""


def _http(phones: Phones) -> str:
    """Browsers' telephones come in here, and nothing else is served.

    A websocket counts as a session for as long as it lasts; Asterisk's own limit is 100.
    """
    door = phones.websocket
    if door is None:
        return "[general]\nenabled=no\n"
    if phones.certificate:
        where = (
            "enabled=no\n"
            "tlsenable=yes\n"
            f"tlsbindaddr={door.address}:{door.port}\n"
            f"tlscertfile={phones.certificate}\n"
            f"tlsprivatekey={phones.key}\n"
            "tlsdisablev1=yes\n"
            "tlsdisablev11=yes\n"
        )
    else:
        where = f"enabled=yes\nbindaddr={door.address}\nbindport={door.port}\n"
    closed = "sessionlimit=2000\nenable_static=no\nenable_status=no\n"
    return f"[general]\nservername=hotline\n{where}{closed}"


_CLI = """\
[startup_commands]
channel originate Local/tick@duty/n extension anchor@duty = yes
"""

# Nobody listens to these; to make them was a fifth of what a call costs (bench/calls.py).
_STASIS = """\
[declined_message_types]
decline = ast_channel_varset_type
decline = ast_rtp_rtcp_sent_type
decline = ast_rtp_rtcp_received_type
"""

_INDICATIONS = """\
[general]
country = cn

[cn]
description = China
ringcadence = 1000,4000
dial = 450
busy = 450/350,0/350
ring = 450/1000,0/4000
congestion = 450/700,0/700
"""


def _music(instance: Instance) -> str:
    # default: what a caller hears on hold who has chosen nothing else
    folders = {"default": "moh", "calm": "moh", "relax": "relax"}
    return "\n".join(
        f"[{name}]\nmode=files\ndirectory={instance.prompts}/{folder}\n"
        for name, folder in folders.items()
    )


def _tiers(plan: Plan) -> str:
    # The last figure raises those on duty to the on-call staff's penalty: from then on all ring in
    # turn. Without it app_queue would try a silent member of the first tier for ever.
    limits = plan.limits

    def rule(name: str, on_call: int, partner: int) -> str:
        steps = [(on_call, ON_CALL), *([(partner, PARTNER)] if plan.partners else [])]
        changes = "".join(f"penaltychange => {at},{reach},0,{reach}\n" for at, reach in steps)
        return f"[{name}]\n{changes}"

    usual = (limits.on_duty_tier, limits.on_call_tier)
    rules = [rule(name, *usual) for name in ("normal", "raised", "cutoff", "limited")]
    return "\n".join([*rules, rule("crisis", limits.ring, limits.ring + limits.on_call_ring)])


def _queue(plan: Plan, instance: Instance) -> str:
    # The member's leg gives up before the queue does, so that a missed ring is the leg's to count.
    limits = plan.limits
    patience = max(limits.ring, limits.on_call_ring + limits.confirm) + 5
    nobody = "penalty,paused,unavailable,invalid,unknown"
    return f"""\
[general]
persistentmembers = no
autofill = yes
log_membername_as_agent = yes
shared_lastcall = no

[{QUEUE}]
strategy = rrmemory
musicclass = calm
context = waiting-keys
timeout = {patience}
retry = 1
timeoutpriority = conf
timeoutrestart = no
autofill = yes
ringinuse = no
weight = 0
wrapuptime = 0
joinempty = {nobody}
leavewhenempty = {nobody}
reportholdtime = no
announce-frequency = 0
announce-position = no
announce-holdtime = no
periodic-announce = {instance.prompts}/{plan.prompts.waiting}
periodic-announce-frequency = 40
setinterfacevar = no
setqueueentryvar = no
"""
