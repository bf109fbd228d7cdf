// The server's clock, as far as this page knows it: the beats correct it.
let ahead = Number(document.body.dataset.now || Date.now() / 1000) - Date.now() / 1000;

export const serverNow = () => Date.now() / 1000 + ahead;

document.addEventListener('beat', (event) => { ahead = event.detail.now - Date.now() / 1000; });
