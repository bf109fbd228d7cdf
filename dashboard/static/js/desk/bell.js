// The bell: two soft tones, made here. A browser lets it sound only after the page was touched once.
let context = null;
let timer = null;

export function strike() {
  context ??= new AudioContext();
  context.resume();
  const now = context.currentTime;
  for (const [at, pitch] of [[0, 660], [0.22, 550]]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, now + at);
    volume.gain.exponentialRampToValueAtTime(0.001, now + at + 0.9);
    tone.connect(volume).connect(context.destination);
    tone.start(now + at);
    tone.stop(now + at + 1);
  }
}

export function ring(on) {
  if (!on) { clearInterval(timer); timer = null; return; }
  if (timer) return;
  strike();
  timer = setInterval(strike, 3000);
}
