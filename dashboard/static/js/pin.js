// Space, or the button beside the grid, locks the chosen cell for the solver and unlocks it again.
import { free } from './keys.js';

const grid = document.querySelector('.grid');
const button = document.querySelector('[data-lock]');

function pin() {
  const id = grid.querySelector('td.sel')?.id;
  if (!id) return;
  const [person, day] = [id.slice(2, id.lastIndexOf('-')), id.slice(id.lastIndexOf('-') + 1)];
  window.htmx.ajax('POST', grid.dataset.pin, { swap: 'none', values: { person, day } });
}

button?.addEventListener('click', pin);
document.addEventListener('keydown', (event) => {
  if (!button || event.key !== ' ' || !free(event) || !grid.contains(event.target)) return;
  event.preventDefault();
  pin();
});
