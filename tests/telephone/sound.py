"""Tones over RTP: everybody speaks one of their own, and it is measured who hears whom."""

from __future__ import annotations

import math
import socket
import struct
import threading
import time
from collections import deque

from tests.telephone.exchange import until

RATE = 8000
PACKET = 160  # samples, 20 ms: whole turns of every multiple of 50 Hz
SECOND = 50  # packets
LOUD = 0.02  # of full scale: far below a tone that was sent, far above what leaks into its bin


class Sound:
    """The sound of one telephone: it speaks its tone to whoever it hears.

    `hertz` is a multiple of 50. SIPp does the signalling: see `in_scenario`.
    """

    def __init__(self, address: str, hertz: int) -> None:
        self.hertz = hertz
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.settimeout(0.2)
        self._other: tuple[str, int] | None = None
        self._heard: deque[bytes] = deque(maxlen=SECOND)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=do) for do in (self._listen, self._speak)]
        for thread in self._threads:
            thread.start()

    def in_scenario(self, text: str) -> str:
        """The same SIPp scenario, with its sound sent here."""
        return text.replace("[media_port]", str(self._socket.getsockname()[1]))

    def hears(self, others: list[Sound]) -> list[int]:
        """Whose tones are in a whole second that begins now."""
        return self.tones([other.hertz for other in others])

    def tones(self, wanted: list[int]) -> list[int]:
        """Which of these are in a whole second that begins now, in hertz."""
        self._heard.clear()
        until(lambda: len(self._heard) == SECOND, what="a second of sound")
        sound = b"".join(self._heard)
        return [hertz for hertz in wanted if strength(sound, hertz) > LOUD]

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(10)
        self._socket.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                packet, self._other = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            if len(packet) == 12 + PACKET and packet[1] & 0x7F == 8:
                self._heard.append(packet[12:])

    def _speak(self) -> None:
        spoken, number = tone(self.hertz), 0
        began = time.monotonic()
        while not self._over.wait(max(0.0, began + number * 0.02 - time.monotonic())):
            number += 1
            if self._other is not None:
                head = struct.pack(">BBHII", 0x80, 8, number & 0xFFFF, number * PACKET, self.hertz)
                self._socket.sendto(head + spoken, self._other)


def tone(hertz: int) -> bytes:
    """A packet of A-law, a quarter of full scale."""
    turn = 2 * math.pi * hertz / RATE
    return bytes(to_alaw(8192 * math.sin(turn * n)) for n in range(PACKET))


def strength(alaw: bytes, hertz: int) -> float:
    """The amplitude of that tone in the sound, of full scale."""
    turn = 2 * math.pi * hertz / RATE
    samples = [_SAMPLES[code] for code in alaw]
    real = sum(s * math.cos(turn * n) for n, s in enumerate(samples))
    imaginary = sum(s * math.sin(turn * n) for n, s in enumerate(samples))
    return 2 * math.hypot(real, imaginary) / (32768 * len(samples))


def from_alaw(code: int) -> int:
    """ITU-T G.711: a sign, three bits of segment, four of the place in it."""
    code ^= 0x55
    segment, place = code >> 4 & 7, code & 15
    size = (place << 4) + 8 if segment == 0 else (place + 16 << 4) + 8 << segment - 1
    return size if code & 0x80 else -size


def to_alaw(sample: float) -> int:
    return min(range(256), key=lambda code: abs(_SAMPLES[code] - sample))


_SAMPLES = [from_alaw(code) for code in range(256)]
