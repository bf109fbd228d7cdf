// Keys: "?" shows them all; they can be switched off; letters mean nothing while somebody types.
const sheet = document.getElementById('keys');
const button = document.querySelector('[data-keys-switch]');
let on = !document.cookie.includes('keys=off');

export function awake(event) {
  const typing = event.target.closest('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]');
  return on && !typing && !event.altKey && !event.metaKey;
}

export function free(event) {
  return awake(event) && !document.querySelector('dialog[open]');
}

function show() {
  if (button) button.textContent = on ? button.dataset.off : button.dataset.on;
}

button?.addEventListener('click', () => {
  on = !on;
  document.cookie = `keys=${on ? 'on' : 'off'}; path=/; max-age=31536000; samesite=lax`;
  show();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '?' && sheet && free(event)) { event.preventDefault(); sheet.showModal(); }
});
show();
