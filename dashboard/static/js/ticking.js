// Clocks tick here: durations since (data-up) and until (data-down) an instant, and bars that fill up.
import { serverNow } from './time.js';

const two = (n) => String(n).padStart(2, '0');

export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

function tick() {
  const now = serverNow();
  for (const each of document.querySelectorAll('time[data-up]')) show(each, now - each.dataset.up);
  for (const each of document.querySelectorAll('time[data-down]')) show(each, each.dataset.down - now);
  for (const each of document.querySelectorAll('progress[data-up]')) each.value = Math.min(each.max, now - each.dataset.up);
}

function show(element, seconds) {
  const text = duration(seconds);
  if (element.textContent !== text) element.textContent = text;
}

tick();
setInterval(tick, 500);
document.addEventListener('panel', tick);
document.addEventListener('htmx:afterSwap', tick);
