// Why the chosen cell of the roster is as it is: Enter, or the button beside the grid.
import { parts } from './edits.js';
import { free } from './keys.js';

const grid = document.querySelector('.grid');
const button = document.querySelector('[data-why]');

function ask(source) {
  const id = grid.querySelector('td.sel')?.id;
  if (!id) return;
  const [person, day] = parts(id);
  window.htmx.ajax('GET', button.dataset.why, { target: '#dialog', source, values: { person, day } });
}

button?.addEventListener('click', () => ask(button));
document.addEventListener('keydown', (event) => {
  if (!button || event.key !== 'Enter' || !free(event) || !grid.contains(event.target)) return;
  event.preventDefault();
  ask(event.target);
});
