// New alarms sound, and the browser shows them, once somebody has switched that on here.
import { strike } from './desk/bell.js';

const button = document.querySelector('[data-alarm-switch]');
const shows = 'Notification' in window;
let on = localStorage.getItem('alarms') === 'on';

button.addEventListener('click', () => {
  on = !on;
  localStorage.setItem('alarms', on ? 'on' : 'off');
  show();
  if (!on) return;
  strike();
  if (shows && Notification.permission === 'default') Notification.requestPermission();
});

document.addEventListener('panel', ({ detail: { panel, added } }) => {
  const texts = panel.id === 'p-alarms' ? added.map((each) => each.dataset.say).filter(Boolean) : [];
  if (!on || !texts.length) return;
  strike();
  if (shows && Notification.permission === 'granted') new Notification(document.title, { body: texts.join('; '), tag: 'alarms' });
});

function show() {
  button.setAttribute('aria-pressed', String(on));
}

show();
