// Parts that the server sends into the dialog open it; "done" from the server, or a cancel button, closes it.
const dialog = document.getElementById('dialog');
let opener = null;

document.addEventListener('htmx:beforeRequest', (event) => {
  if (event.detail.target === dialog && !dialog.open) opener = event.detail.elt.dataset.key || event.detail.elt;
});
document.addEventListener('htmx:afterSwap', (event) => {
  const nothing = event.detail.xhr?.getResponseHeader('HX-Reswap') === 'none'; // it has just been closed
  if (event.detail.target !== dialog || nothing) return;
  if (dialog.open) (dialog.querySelector('[autofocus]') ?? dialog).focus(); // an answer within it: the keys stay here
  else dialog.showModal();
});
document.addEventListener('done', () => dialog.close());
dialog.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]') || event.target.closest('[data-goto]')) dialog.close();
});
dialog.addEventListener('close', () => {
  if (dialog.querySelector('[data-changed]')) location.reload(); // the page behind shows what was before
  dialog.replaceChildren();
  const back = typeof opener === 'string' ? document.querySelector(`[data-key="${CSS.escape(opener)}"]`) : opener;
  back?.focus();
});
// Without the dialog the same part is a page of its own: there, cancelling goes back.
document.getElementById('main').addEventListener('click', (event) => { if (event.target.closest('[data-close]')) history.back(); });
