// New alarms and tasks are spoken politely, only the added ones, never the whole list.
const say = document.getElementById('say');

document.addEventListener('panel', ({ detail: { panel, added } }) => {
  if (!('announce' in panel.dataset)) return;
  const texts = added.map((each) => each.dataset.say).filter(Boolean);
  if (texts.length) say.textContent = texts.join('; ');
});
