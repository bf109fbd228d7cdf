// The form as plain fields, and back; the level that follows from both scores; what is still lacking.
const form = document.getElementById('record');
const fields = document.getElementById('fields');
const level = document.getElementById('level');
const lacks = document.getElementById('lacks');
const LEVELS = JSON.parse(level.dataset.words);
const NAMES = JSON.parse(lacks.dataset.words);

export const read = () => Object.fromEntries(new FormData(form));

export function write(values) {
  fields.disabled = values === null;
  for (const each of fields.querySelectorAll('input, textarea')) {
    const value = values?.[each.name] ?? (each.name === 'kind' ? 'ordinary' : '');
    if (each.type === 'radio') each.checked = each.value === value; else each.value = value;
  }
  judge();
}

// As records.note.level_of: the higher of both scores; suicidal thought of 9 and 10 is a crisis.
function levelOf({ suicidal, hopelessness }) {
  if (!suicidal || !hopelessness) return '';
  if (Number(suicidal) >= 9) return 'crisis';
  const highest = Math.max(Number(suicidal), Number(hopelessness));
  return highest < 4 ? 'low' : highest < 7 ? 'middle' : 'high';
}

// Fields without which it is not submitted.
export function judge() {
  const values = read();
  const found = levelOf(values);
  if (level.dataset.level !== found) {
    level.dataset.level = found;
    level.querySelector('b').textContent = LEVELS[found] ?? '–';
  }
  const wanted = ['problem', 'suicidal', 'hopelessness'];
  if (found === 'high' || found === 'crisis') wanted.push('actions');
  const open = fields.disabled || values.kind !== 'ordinary' ? [] : wanted.filter((name) => !values[name]);
  lacks.textContent = open.length ? `${lacks.dataset.before}${open.map((name) => NAMES[name]).join(lacks.dataset.between)}` : '';
  return open;
}

// On a score its own digit is chosen; 10 is one step after 9, so that no digit ever means two scores.
fields.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !/^\d$/.test(event.key)) return;
  const step = event.target.closest('.scale')?.querySelector(`[value="${event.key}"]`);
  step?.focus();
  step?.click();
});
