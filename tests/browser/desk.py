"""Somebody at the desk in a real browser, on a real hotline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from dashboard.passwords import hash_password
from deploy.sample_city.scenario import AwaitHangUp
from records import users
from tests.telephone.exchange import until
from tests.telephone.house import House

PASSWORD = "a password of the test"
# Remembers each connection of the page, so that its packets can be counted.
WITNESS = """
const Real = RTCPeerConnection; window.seen = [];
window.RTCPeerConnection = class extends Real {
  constructor(...all) { super(...all); seen.push(this); }
};
"""
PACKETS = """async () => {
  const found = { in: 0, out: 0 };
  for (const each of seen) for (const row of (await each.getStats()).values()) {
    if (row.type === 'inbound-rtp') {
      found.in += row.packetsReceived;
      found.energy = row.totalAudioEnergy;
    }
    if (row.type === 'outbound-rtp') found.out += row.packetsSent;
  }
  return found;
}"""


# Which of some tones the page hears just now.
TONES = """async (wanted) => {
  const sound = document.getElementById('sound');
  for (let n = 0; n < 100 && !sound.srcObject; n += 1)
    await new Promise((done) => setTimeout(done, 50));
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(sound.srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const loudest = new Map(wanted.map((hertz) => [hertz, -Infinity]));
  for (let n = 0; n < 10; n += 1) {
    await new Promise((done) => setTimeout(done, 100));
    analyser.getFloatFrequencyData(bins);
    for (const hertz of wanted) {
      const at = Math.round(hertz * analyser.fftSize / context.sampleRate);
      loudest.set(hertz, Math.max(loudest.get(hertz), bins[at]));
    }
  }
  await context.close();
  return wanted.filter((hertz) => loudest.get(hertz) > -50);
}"""  # decibels below full scale: a tone of the test's is louder than -25, silence below -90


def add_user(real: House, who: str, name: str) -> None:
    with real.hotline.store.session() as session:
        users.add_user(session, who, name, "counsellor", hash_password(PASSWORD), who)


@contextmanager
def at_desk(
    real: House, browser: Browser, who: str, *, scheme: str = "http", password: str = PASSWORD
) -> Iterator[Page]:
    """Signed in by the form, the telephone registered; no script may fail until the end."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", ignore_https_errors=True
    )
    page = context.new_page()
    page.add_init_script(WITNESS)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{scheme}://{real.hotline.facts.listen.web}/sign-in?next=/desk")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    expect(page.locator("#phone-state")).to_have_text("话机就绪", timeout=20_000)
    yield page
    context.close()
    assert troubles == []


def rung(real: House, page: Page, number: str = "13812345678") -> None:
    """Somebody calls, speaks a tone, and stays until the hotline hangs up."""
    tone = real.folder / "tone.alaw"
    tone.write_bytes(bytes((0x2A, 0xAA) * 4000))  # a square wave of 4 kHz, loud
    real.call([("968908", number)], AwaitHangUp(), media=str(tone))
    expect(page.locator("#phone-state")).to_have_text("来电振铃", timeout=20_000)


def answer(page: Page) -> None:
    page.keyboard.press("F2")
    expect(page.locator("#phone-state")).to_have_text("正在通话")


def hears_both_ways(page: Page) -> None:
    """From now on, two seconds of packets arrive in each direction."""
    before = page.evaluate(PACKETS)

    def flowing() -> bool:
        now = page.evaluate(PACKETS)
        return bool(now["in"] > before["in"] + 100 and now["out"] > before["out"] + 100)

    until(flowing, what=f"sound in both directions, beyond {before}")
