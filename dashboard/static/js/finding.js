// "/" goes to the search field.
import { free } from './keys.js';

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || !free(event)) return;
  event.preventDefault();
  document.querySelector('[data-find]')?.focus();
});
