// Ctrl+K: to any page, by its name, by how the name sounds, or by its initials.
const palette = document.getElementById('palette');
const field = palette.querySelector('input');
const none = palette.querySelector('[data-none]');
const rows = [...palette.querySelectorAll('li')];
const links = () => rows.filter((row) => !row.hidden).map((row) => row.firstElementChild);

function open() {
  field.value = '';
  find();
  palette.showModal();
}

function find() {
  const words = field.value.toLowerCase().split(/\s+/);
  for (const row of rows) row.hidden = !words.every((word) => row.dataset.foundBy.includes(word));
  none.textContent = links().length ? '' : none.dataset.none;
}

function move(step) {
  const stops = [field, ...links()];
  stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
}

field.addEventListener('input', find);
palette.addEventListener('keydown', (event) => {
  if (event.isComposing) return; // Enter and arrows are the input method's
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(step);
  else if (event.key === 'Enter' && document.activeElement === field) links()[0]?.click();
  else return;
  event.preventDefault();
});
palette.addEventListener('click', (event) => { if (event.target === palette) palette.close(); });
document.querySelector('[data-palette-open]').addEventListener('click', open);
document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (!document.querySelector('dialog[open]')) open();
});
