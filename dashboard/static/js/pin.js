// Space, or the button beside the grid, locks the chosen cell for the solver and unlocks it again.
import { inTurn, send } from './edits.js';
import { free } from './keys.js';

const grid = document.querySelector('.grid');
const button = document.querySelector('[data-lock]');

function pin() {
  const id = grid.querySelector('td.sel')?.id;
  if (id) inTurn(() => send(grid.dataset.pin, id));
}

button?.addEventListener('click', pin);
document.addEventListener('keydown', (event) => {
  const inside = grid.contains(event.target) || event.target === document.body;
  if (!button || event.key !== ' ' || !free(event) || !inside) return;
  event.preventDefault();
  pin();
});
