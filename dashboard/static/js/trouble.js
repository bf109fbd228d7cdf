// A request that failed is said, not swallowed.
const trouble = document.getElementById('trouble');

function say(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}

document.addEventListener('htmx:responseError', ({ detail: { xhr } }) => say(xhr.responseText.trim() || trouble.dataset.down));
document.addEventListener('htmx:sendError', () => say(trouble.dataset.down));
document.addEventListener('htmx:afterRequest', ({ detail }) => { if (detail.successful) trouble.hidden = true; });
