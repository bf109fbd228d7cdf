// Before anything is saved: what each choice for the chosen cell would do, and while a cell is dragged, what to drop it here.
import { parts } from './edits.js';

const effects = document.getElementById('effects');
const sum = document.getElementById('effects-sum');
const SETTLED = 150;   // ms that the choice must stay, so that moving about asks nothing
let chosen = document.querySelector('.grid td.sel')?.id;
let waiting = 0;

function ask(id, other) {
  clearTimeout(waiting);
  if (!effects) return;
  window.htmx.trigger(effects, 'htmx:abort'); // an answer to what was chosen before says nothing now
  if (!id) { effects.replaceChildren(); sum.replaceChildren(); return; }
  const [person, day] = parts(id);
  const values = { person, day };
  if (other) [values.other_person, values.other_day] = parts(other);
  const get = () => window.htmx.ajax('GET', effects.dataset.url, { target: effects, source: effects, values }).catch(() => {}); // trouble.js says it
  waiting = setTimeout(get, SETTLED);
}

document.addEventListener('roster:chosen', (event) => { chosen = event.detail; ask(chosen); });
document.addEventListener('roster:over', (event) => {
  const { from, to } = event.detail;
  if (to && to !== from) ask(from, to);
  else ask(chosen);
});
ask(chosen);
