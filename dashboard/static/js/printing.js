// The print button and its key; the browser makes paper or a PDF of the page.
import { free } from './keys.js';

const button = document.querySelector('[data-print]');
button?.addEventListener('click', () => window.print());
document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'p' || event.ctrlKey || !button || !free(event)) return;
  event.preventDefault();
  window.print();
});
