"""A second Asterisk as the telephone network: it brings back to us what we send out."""

from __future__ import annotations

import socket
import subprocess

from routing.asterisk.base import base
from routing.asterisk.instance import Instance
from routing.asterisk.process import AsteriskSilent, find_program, start, tell, write_files
from routing.plan import Plan
from tests.telephone.exchange import ROOT, TELECOM, free_port, until

_PJSIP = """\
[global]
type=global
endpoint_identifier_order=ip

[udp]
type=transport
protocol=udp
bind={address}:{port}

[hotline]
type=endpoint
transport=udp
context=from-hotline
disallow=all
allow=alaw
aors=hotline
direct_media=no
trust_id_inbound=yes
trust_id_outbound=yes
identify_by=ip

[hotline]
type=aor
contact=sip:127.0.0.1:{hotline}

[hotline]
type=identify
endpoint=hotline
match=127.0.0.1/32
"""


class Network:
    """Runs beside an Asterisk of ours, `near`, at the address of one of its carriers.

    `numbers`: the number that was dialled -> what is done with the call, one dialplan step; any
    other number is brought back as it was dialled.
    """

    def __init__(
        self,
        near: Instance,
        plan: Plan,
        port: int,
        numbers: dict[str, str],
        address: str = TELECOM,
    ) -> None:
        self._program = find_program(ROOT / ".tools")
        self.instance = Instance(
            near.folder.parent / f"network-{address}",
            near.modules,
            near.data,
            near.prompts,
            address,
            port,
            free_port(socket.SOCK_STREAM),
            "secret",
            rtp_first=15000,
            rtp_last=15999,
        )
        steps = "".join(
            f"exten => {number},1,{step}\n same => n,Hangup()\n" for number, step in numbers.items()
        )
        files = base(plan, self.instance) | {
            "cli.conf": "",
            "pjsip.conf": _PJSIP.format(address=address, port=port, hotline=near.sip_port),
            "extensions.conf": f"[from-hotline]\n{steps}exten => _X.,1,{brought_back()}\n",
        }
        write_files(self.instance, files)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = start(self._program, self.instance)
        until(self._booted, what="the network is up")

    def _booted(self) -> bool:
        try:
            return "fully booted" in self.cli("core waitfullybooted")
        except AsteriskSilent:
            return False

    def cli(self, command: str) -> str:
        return tell(self._program, self.instance, command)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def brought_back(number: str = "${EXTEN}", after: int = 0) -> str:
    """The step that brings a call back to us, as a call to `number`."""
    dial = f"Dial(PJSIP/{number}@hotline,30)"
    return f"Wait({after})\n same => n,{dial}" if after else dial
