// Changes of a draft go to the server one after the other, in the order of the keys: an answer draws a whole row, and must
// know of every change before it. htmx alone would keep only the last of those that wait.
const grid = document.querySelector('.grid');
let last = Promise.resolve();
let waiting = 0;

// The person and the day of a cell, by its id.
export const parts = (id) => [id.slice(2, id.lastIndexOf('-')), id.slice(id.lastIndexOf('-') + 1)];

export function inTurn(change) {
  waiting += 1;
  // One that failed holds up no other; trouble.js says it.
  last = last.then(change).catch((error) => error && console.error(error)).finally(() => { waiting -= 1; });
}

export function send(url, id, values) {
  const [person, day] = parts(id);
  return window.htmx.ajax('POST', url, { source: grid, swap: 'none', values: { person, day, ...values } });
}

// Leaving now would lose what waits: the browser asks.
window.addEventListener('beforeunload', (event) => { if (waiting) event.preventDefault(); });
