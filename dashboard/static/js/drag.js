// A cell that is dragged to another one: the two exchange their shifts, and undo takes either back.
import { exchange } from './grid.js';

const grid = document.querySelector('.grid');
const cell = (event) => event.target.closest?.('td[draggable]');
let from = null;

function mark(target) {
  const before = grid.querySelector('.drop');
  if (target === before) return;
  before?.classList.remove('drop');
  target?.classList.add('drop');
  document.dispatchEvent(new CustomEvent('roster:over', { detail: { from, to: target?.id } }));
}

grid.addEventListener('dragstart', (event) => { from = cell(event)?.id; event.dataTransfer.effectAllowed = 'move'; });
grid.addEventListener('dragover', (event) => { if (from && cell(event)) { event.preventDefault(); mark(cell(event)); } });
grid.addEventListener('dragend', () => { mark(null); from = null; });
grid.addEventListener('drop', (event) => {
  const to = cell(event);
  if (!from || !to || to.id === from) return;
  event.preventDefault();
  exchange(from, to.id);
});
