// The roster grid by keyboard: arrows move, digits set a shift, 0 clears, F8 goes to the next finding, Ctrl+Z undoes.
import { inTurn, send } from './edits.js';
import { free } from './keys.js';

const grid = document.querySelector('.grid');
const edit = grid.dataset.edit;
const shifts = (grid.dataset.shifts || '').split(' ');
const undo = document.querySelector('[data-undo]');
const done = [];   // what undo takes back: [id, shift before]
const surprises = new Map();   // cells that somebody else has changed: id -> when it was seen, and what was there
let here = grid.querySelector('td[role=gridcell]')?.id;

const cell = (id) => document.getElementById(id);

function go(id, focus = true) {
  const next = cell(id);
  if (!next) return;
  const old = here && cell(here);
  if (old) { old.tabIndex = -1; old.classList.remove('sel'); }
  here = id;
  next.tabIndex = 0;
  next.classList.add('sel');
  document.dispatchEvent(new CustomEvent('roster:chosen', { detail: id }));
  if (!focus) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function step(down, right) {
  const now = cell(here);
  const row = now.parentElement;
  const target = down > 0 ? row.nextElementSibling : down < 0 ? row.previousElementSibling : row;
  const next = target?.children[now.cellIndex + right];
  if (next?.id) go(next.id);
}

export function put(id, shift) {
  const at = performance.now();
  if (edit && id) inTurn(() => set(id, shift, at));
}

// What each has is looked at when it is their turn: keys before it may have changed either.
export function exchange(one, other) {
  const at = performance.now();
  inTurn(async () => {
    const [first, second] = [cell(one).dataset.shift, cell(other).dataset.shift];
    await set(one, second, at);
    await set(other, first, at);
  });
}

// `at` is when the key was pressed: `was` is what stood there then, or what keys before it have made of it.
async function set(id, shift, at, remember = true) {
  const before = cell(id).dataset.shift;
  if (before === shift) return;
  const was = surprises.get(id)?.at > at ? surprises.get(id).was : before;
  const row = new Map([...cell(id).parentElement.querySelectorAll('td[role=gridcell]')].map((td) => [td.id, td.dataset.shift]));
  document.getElementById(`moved-${id}`)?.remove();
  cell(id).classList.add('saving');
  try {
    await send(edit, id, { shift, was });
  } finally {
    cell(id).classList.remove('saving');
  }
  const saved = cell(id).dataset.shift === shift;
  if (saved) row.set(id, shift);
  for (const [each, had] of row) if (cell(each).dataset.shift !== had) surprises.set(each, { at: performance.now(), was: had });
  if (saved && remember) done.push([id, before]);
  undo.disabled = done.length === 0;
  restore();
}

// The row was drawn anew: the place in it is kept.
function restore() {
  const held = document.activeElement === document.body || grid.contains(document.activeElement);
  go(here, held);
}

// htmx puts a cell's attributes as the server sent them a moment after the swap.
document.addEventListener('htmx:afterSettle', () => { if (here && !grid.querySelector('.sel')) restore(); });

function takeBack() {
  const [from, at] = [here, performance.now()];
  inTurn(async () => {
    const step = done.pop();
    if (!step) return;
    if (here === from) go(step[0]); // nobody is led away from where they went meanwhile
    await set(step[0], step[1], at, false);
  });
}

function nextFinding() {
  const links = [...document.querySelectorAll('#findings [data-goto]')].map((link) => link.dataset.goto);
  const unique = [...new Set(links)];
  if (unique.length) go(unique[(unique.indexOf(here) + 1) % unique.length]);
}

const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener('keydown', (event) => {
  if (!here || !free(event)) return;
  const inside = grid.contains(event.target) || event.target === document.body;
  if (event.key === 'F8') nextFinding();
  else if (event.ctrlKey && event.key === 'z') takeBack();
  else if (event.ctrlKey || event.shiftKey || !inside) return;
  else if (moves[event.key]) step(...moves[event.key]);
  else if (event.key === '0' || event.key === 'Delete') put(here, '');
  else if (/^[1-9]$/.test(event.key) && shifts[event.key - 1]) put(here, shifts[event.key - 1]);
  else return;
  event.preventDefault();
});
grid.addEventListener('focusin', (event) => { const td = event.target.closest('td[role=gridcell]'); if (td && td.id !== here) go(td.id, false); });
grid.addEventListener('click', (event) => { const td = event.target.closest('td[role=gridcell]'); if (td) go(td.id); });
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-goto]');
  if (link && cell(link.dataset.goto)) { event.preventDefault(); go(link.dataset.goto); }
});
for (const each of document.querySelectorAll('[data-set]')) each.addEventListener('click', () => put(here, each.dataset.set));
undo?.addEventListener('click', takeBack);
// A cell may have been clicked before this was here.
go(document.activeElement.closest('td[role=gridcell]')?.id ?? here, false);
