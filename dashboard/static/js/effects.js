// Before anything is saved: what each choice for the chosen cell would do, and while a cell is dragged, what to drop it here.
import { parts } from './edits.js';

const effects = document.getElementById('effects');
const SETTLED = 150;   // ms that the choice must stay, so that moving about asks nothing
let chosen = null;
let waiting = 0;

function ask(id, other) {
  if (!effects || !id) return;
  const [person, day] = parts(id);
  const values = { person, day };
  if (other) [values.other_person, values.other_day] = parts(other);
  clearTimeout(waiting);
  waiting = setTimeout(() => window.htmx.ajax('GET', effects.dataset.url, { target: effects, source: effects, values }), SETTLED);
}

document.addEventListener('roster:chosen', (event) => { chosen = event.detail; ask(chosen); });
document.addEventListener('roster:over', (event) => {
  const { from, to } = event.detail;
  if (to && to !== from) ask(from, to);
  else ask(chosen);
});
