// What is typed into a form with data-keep stays in this tab until the server has taken it: Esc, a reload, an ended session and a dropped network lose nothing.
// In the tab and not in the browser: workstations are shared, and what was never sent goes when the tab is closed.
const { login, keptWords } = document.body.dataset;
const SENT = 'kept-sent'; // the form that led to this page
const known = new WeakSet();

const keyOf = (form) => `kept:${login}:${new URL(form.getAttribute('action'), location).pathname}`;
const texts = (form) => [...form.querySelectorAll('textarea, input:is([type=text], [type=date], :not([type]))')].filter((each) => !each.readOnly);
const fields = (form) => [...texts(form), ...form.querySelectorAll('select')];

function keep(form) {
  if (texts(form).some((each) => each.value)) sessionStorage.setItem(keyOf(form), JSON.stringify(Object.fromEntries(fields(form).map((each) => [each.name, each.value]))));
  else sessionStorage.removeItem(keyOf(form));
}

function bringBack(form) {
  known.add(form);
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)));
  if (!kept) return keep(form); // sent back by the server, with what is wrong about it
  const lost = fields(form).filter((each) => each.name in kept && each.value !== kept[each.name]);
  for (const each of lost) each.value = kept[each.name];
  if (!lost.length) return;
  form.closest('details')?.setAttribute('open', '');
  const words = document.createElement('p');
  Object.assign(words, { className: 'sub', role: 'status', textContent: keptWords });
  texts(form)[0].closest('label').before(words);
}

function look() {
  for (const form of document.querySelectorAll('form[data-keep]')) if (!known.has(form)) bringBack(form);
}

document.addEventListener('input', ({ target }) => { if (target.form?.matches('[data-keep]')) keep(target.form); });
document.addEventListener('htmx:afterSwap', look);
// Before the answer is shown, which may be the same form again, empty.
document.addEventListener('htmx:beforeOnLoad', ({ detail: { elt, xhr, requestConfig } }) => {
  if (requestConfig.verb === 'post' && xhr.status < 300 && elt.matches('[data-keep]')) sessionStorage.removeItem(keyOf(elt));
});
document.addEventListener('submit', ({ target }) => {
  if (target.matches('[data-keep]:not([hx-post])')) sessionStorage.setItem(SENT, keyOf(target));
});

// A form that is a page's own was taken when it led to another page, and neither to the sign-in page nor to an error.
const [{ type }] = performance.getEntriesByType('navigation');
if (type === 'navigate' && !document.querySelector('[data-refused]')) sessionStorage.removeItem(sessionStorage.getItem(SENT));
sessionStorage.removeItem(SENT);
look();
