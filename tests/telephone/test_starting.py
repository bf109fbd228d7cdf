"""`main.py run` on this machine: what it refuses, and that it ends what it began."""

import os
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from config.listening import split
from deploy.assembly import Hotline, load
from tests.telephone.exchange import ROOT, SHORT, until
from tests.telephone.house import SHIFTS, hotline_toml
from tests.telephone.phone import Phone, Websocket


def city(folder: Path, more: str = "") -> Hotline:
    config = folder / "config"
    config.mkdir()
    limits = type(SHORT)(**{**vars(SHORT), "slot": 900})
    text = hotline_toml(limits, (), auto=True, more=more)
    (config / "hotline.toml").write_text(text, encoding="utf-8")
    (config / "rules.toml").write_text(SHIFTS, encoding="utf-8")
    return load(ROOT, config / "hotline.toml", config / "rules.toml")


def start(hotline: Hotline, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "terminal").open("ab") as terminal:
        return subprocess.Popen(
            [sys.executable, ROOT / "main.py", *hotline.arguments, "run", "--city", "off"],
            stdout=terminal,
            stderr=subprocess.STDOUT,
        )


def answers(hotline: Hotline) -> bool:
    address = (hotline.facts.listen.web_address, hotline.facts.listen.web_port)
    try:
        with socket.create_connection(address, 1) as page:
            page.sendall(b"GET /sign-in HTTP/1.0\r\n\r\n")
            return page.recv(100).startswith(b"HTTP/1.0 200")
    except OSError:
        return False


def trusting(hotline: Hotline) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(hotline.data / "tls" / "authority.pem"))


def answers_securely(hotline: Hotline) -> bool:
    address = (hotline.facts.listen.web_address, hotline.facts.listen.web_port)
    try:
        with (
            socket.create_connection(address, 1) as line,
            trusting(hotline).wrap_socket(line, server_hostname=address[0]) as page,
        ):
            page.sendall(b"GET /sign-in HTTP/1.0\r\n\r\n")
            answer = page.recv(4000)
    except OSError:
        return False
    return answer.startswith(b"HTTP/1.0 200") and b"; Secure" in answer


def asterisk(hotline: Hotline) -> int:
    return int((hotline.data / "asterisk" / "pid").read_text())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_starts_restarts_what_dies_adopts_what_outlives_it_and_stops_all(tmp_path: Path) -> None:
    hotline = city(tmp_path)
    first = start(hotline, tmp_path)
    until(lambda: answers(hotline), seconds=60, what="the pages answer")
    old = asterisk(hotline)
    os.kill(old, signal.SIGKILL)
    until(lambda: asterisk(hotline) != old and alive(asterisk(hotline)), what="it was restarted")
    kept = asterisk(hotline)
    first.kill()
    first.wait(10)
    assert alive(kept), "calls go on without us"
    until(lambda: not answers(hotline), what="the control plane has ended with its parent")
    second = start(hotline, tmp_path)
    until(lambda: answers(hotline), seconds=60, what="the pages answer again")
    assert asterisk(hotline) == kept
    second.send_signal(signal.SIGINT)
    assert second.wait(60) == 0
    until(lambda: not alive(kept), what="Ctrl-C has stopped Asterisk too")
    said = (tmp_path / "terminal").read_text(encoding="utf-8")
    assert "Asterisk ended (code -9)" in said
    assert "Asterisk is running already; it goes on with its calls" in said
    assert said.splitlines()[-1].endswith("stopped")


def test_a_port_that_another_program_uses_is_named(tmp_path: Path) -> None:
    hotline = city(tmp_path)
    listen = hotline.facts.listen
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((listen.sip_address, listen.sip_port))
        process = start(hotline, tmp_path)
        assert process.wait(60) == 2
    said = (tmp_path / "terminal").read_text(encoding="utf-8")
    assert f"Asterisk (SIP) needs {listen.sip}, which another program uses" in said
    assert "[listen]" in said


def test_with_a_certificate_of_its_own_everything_is_reached_securely(tmp_path: Path) -> None:
    hotline = city(tmp_path, '[tls]\ncertificate = "local"')
    process = start(hotline, tmp_path)
    try:
        until(lambda: answers_securely(hotline), seconds=60, what="the pages answer by https")
        listen = hotline.facts.listen
        with closing(Websocket(split(listen.browser_phones), trusting(hotline))) as wire:
            assert Phone(wire, "nobody-web", "guessed").register() == 401
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    said = (tmp_path / "terminal").read_text(encoding="utf-8")
    assert f"https://{hotline.facts.listen.web}/" in said


@pytest.mark.parametrize("command", ["run", "control"])
def test_a_certificate_that_is_not_there_is_named_and_nothing_is_started(
    tmp_path: Path, command: str
) -> None:
    hotline = city(tmp_path, '[tls]\ncertificate = "city.pem"\nkey = "city.key"')
    result = subprocess.run(
        [sys.executable, ROOT / "main.py", *hotline.arguments, command],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == (
        f"error: the certificate {tmp_path / 'city.pem'} cannot be read: No such file or directory;"
        " [tls] certificate must be a PEM file that this user may read, or"
        ' certificate = "local" to have one made here\n'
    )
    assert not (hotline.data / "asterisk").exists()


def test_an_hour_without_anybody_is_found_by_check(tmp_path: Path) -> None:
    hotline = city(tmp_path)
    result = subprocess.run(
        [sys.executable, ROOT / "main.py", *hotline.arguments, "check"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = result.stdout.decode()
    assert result.returncode == 1
    assert "nobody is on duty from" in said
    assert said.endswith("1 lines, 0 people, 1 finding(s)\n")
