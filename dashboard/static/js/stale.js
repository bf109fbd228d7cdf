// The page says itself when it is no longer true: the server says so, or nothing was heard for a while.
import { serverNow } from './time.js';
import { duration } from './ticking.js';

const body = document.body;
const banner = document.getElementById('stale');
const quiet = Number(body.dataset.quiet) * 1000;
let asOf = Number(body.dataset.asOf);
let heard = performance.now();

const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit' });
const wall = () => (asOf ? clock.format(new Date(asOf * 1000)) : '–');

document.addEventListener('beat', ({ detail }) => {
  heard = performance.now();
  asOf = detail.as_of;
  mark(detail.fresh);
});

function mark(fresh) {
  for (const each of document.querySelectorAll('[data-wall]')) each.textContent = wall();
  if (fresh === (body.dataset.state === 'fresh') && (fresh || banner.dataset.shown)) return;
  body.dataset.state = fresh ? 'fresh' : 'stale';
  banner.replaceChildren(...(fresh ? [] : words()));
  banner.dataset.shown = fresh ? '' : 'yes';
}

// Written once and not again while it lasts: a screen reader would repeat it every second.
function words() {
  const title = document.createElement('b');
  title.textContent = `${banner.dataset.title} `;
  if (asOf) {
    const since = document.createElement('time');
    since.dataset.up = String(asOf);
    since.setAttribute('aria-hidden', 'true');
    since.textContent = duration(serverNow() - asOf);
    title.append(since);
  }
  const text = document.createElement('span');
  text.textContent = banner.dataset.text.replace('TIME', wall());
  return [document.getElementById('stale-icon').content.cloneNode(true), title, text];
}

setInterval(() => { if (performance.now() - heard > quiet) mark(false); }, 500);
if (body.dataset.state === 'stale') mark(false);
