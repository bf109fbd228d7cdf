// A request that failed is said, not swallowed.
const trouble = document.getElementById('trouble');
const inDialog = () => document.querySelector('dialog[open] [data-trouble]'); // the page behind it cannot be heard

function say(text) {
  const place = inDialog() ?? trouble;
  place.textContent = text;
  place.hidden = false;
}

document.addEventListener('htmx:responseError', ({ detail: { xhr } }) => say(xhr.responseText.trim() || trouble.dataset.down));
document.addEventListener('htmx:sendError', () => say(trouble.dataset.down));
document.addEventListener('htmx:afterRequest', ({ detail }) => { if (detail.successful) for (const each of [trouble, inDialog()]) if (each) each.hidden = true; });
