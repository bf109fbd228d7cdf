// J and K walk through the rows of the page; Enter uses the first button of a row.
import { free } from './keys.js';

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || !free(event)) return;
  const rows = [...document.querySelectorAll('[data-row]')].filter((row) => row.offsetParent !== null);
  const at = rows.indexOf(document.activeElement);
  if (event.key === 'j') go(rows[Math.min(rows.length - 1, at + 1)]);
  else if (event.key === 'k') go(rows[Math.max(0, at - 1)]);
  else if (event.key === 'Enter' && at >= 0) rows[at].querySelector('button, a')?.click();
});

function go(row) {
  row?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}
