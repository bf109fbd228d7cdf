// A cell that is dragged to another one: the two exchange their shifts, and undo takes either back.
import { put } from './grid.js';

const grid = document.querySelector('.grid');
const cell = (event) => event.target.closest?.('td[draggable]');
let from = null;

function mark(target) {
  grid.querySelector('.drop')?.classList.remove('drop');
  target?.classList.add('drop');
}

grid.addEventListener('dragstart', (event) => { from = cell(event)?.id; event.dataTransfer.effectAllowed = 'move'; });
grid.addEventListener('dragover', (event) => { if (from && cell(event)) { event.preventDefault(); mark(cell(event)); } });
grid.addEventListener('dragend', () => { from = null; mark(null); });
grid.addEventListener('drop', (event) => {
  const to = cell(event);
  if (!from || !to || to.id === from) return;
  event.preventDefault();
  const [one, other] = [document.getElementById(from).dataset.shift, to.dataset.shift];
  put(from, other);
  put(to.id, one);
});
