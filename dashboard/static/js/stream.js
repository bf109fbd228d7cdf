// Panels come from the server when they have changed; focus, scroll and what is being read survive the swap.
const url = document.body.dataset.stream;
let source;

function open() {
  source = new EventSource(url);
  source.addEventListener('panel', (event) => swap(JSON.parse(event.data)));
  source.addEventListener('beat', (event) => tell('beat', JSON.parse(event.data)));
  source.addEventListener('error', again);
}

// The browser tries again by itself, unless it was refused: too many streams, or no longer signed in.
async function again() {
  if (source.readyState !== EventSource.CLOSED) return;
  const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => null);
  if (answer?.type === 'opaqueredirect') location.reload();
  else setTimeout(open, 5000);
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function swap({ name, html }) {
  const panel = document.getElementById(`p-${name}`);
  if (!panel) return;
  const focused = panel.contains(document.activeElement) ? document.activeElement.closest('[data-key]') : null;
  const key = focused?.dataset.key;
  const scrolls = [...panel.querySelectorAll('.scroll')].map((box) => [box.scrollLeft, box.scrollTop]);
  const before = new Set(keys(panel));
  panel.innerHTML = html;
  window.htmx?.process(panel);
  panel.querySelectorAll('.scroll').forEach((box, n) => { [box.scrollLeft, box.scrollTop] = scrolls[n] || [0, 0]; });
  if (key) panel.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  tell('panel', { panel, added: [...panel.querySelectorAll('[data-key]')].filter((each) => !before.has(each.dataset.key)) });
}

function keys(panel) {
  return [...panel.querySelectorAll('[data-key]')].map((each) => each.dataset.key);
}

open();
window.addEventListener('pagehide', () => source.close());
window.addEventListener('pageshow', (event) => { if (event.persisted) open(); });
