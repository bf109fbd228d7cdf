// A letter uses the button that bears it: of the dialog while it is open, else of the row that has the focus, else of a panel's head, or of the page that is a dialog's own.
import { awake } from './keys.js';

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.repeat || event.key.length !== 1 || !awake(event)) return;
  const letter = `[data-letter="${CSS.escape(event.key.toLowerCase())}"]`;
  const dialog = document.querySelector('dialog[open]');
  const row = document.activeElement.closest('[data-row]');
  const button = dialog ? dialog.querySelector(letter) : row?.querySelector(letter) ?? document.querySelector(`:is(.panel > header, #main > .task) ${letter}`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
