// Pictures come from the server as they change. Each says which one it follows; a page that has another one asks for all anew.
import { change, whole } from './panels.js';

const url = document.body.dataset.stream;
let source;
let has = null; // the number of the picture that is shown

function open() {
  source = new EventSource(url);
  source.addEventListener('picture', (event) => take(JSON.parse(event.data)));
  source.addEventListener('error', again);
}

function take({ from, to, panels, beat }) {
  try {
    if (from !== undefined && from !== has) throw new Error('a picture was missed');
    has = null;
    for (const [name, panel] of Object.entries(panels)) {
      const element = document.getElementById(`p-${name}`);
      if (element) (from === undefined ? whole : change)(element, panel);
    }
    has = to;
  } catch (error) {
    console.error(error);
    source.close();
    setTimeout(open, 1000);
    return;
  }
  document.dispatchEvent(new CustomEvent('beat', { detail: beat }));
}

// The browser tries again by itself, unless it was refused: too many streams, or no longer signed in.
async function again() {
  if (source.readyState !== EventSource.CLOSED) return;
  const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => null);
  if (answer?.type === 'opaqueredirect') location.reload();
  else setTimeout(open, 5000);
}

open();
window.addEventListener('pagehide', () => source.close());
window.addEventListener('pageshow', (event) => { if (event.persisted) open(); });
