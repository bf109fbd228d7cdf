// Panels as the server sends them (dashboard/panels.py): whole, or what changed. An element that stays as it was stays the
// very same element, so that focus, scroll and what is being read survive. What does not fit throws an error.
const orders = new Map(); // panel -> the keys of its rows

export function whole(panel, { head, rows, tail }) {
  const scrolls = [...panel.querySelectorAll('.scroll')].map((box) => [box.scrollLeft, box.scrollTop]);
  return within(panel, () => {
    panel.innerHTML = head + Object.values(rows).join('') + tail;
    orders.set(panel, Object.keys(rows));
    panel.querySelectorAll('.scroll').forEach((box, n) => { [box.scrollLeft, box.scrollTop] = scrolls[n] || [0, 0]; });
    return [...panel.children];
  });
}

export function change(panel, { head, tail, rows = {}, order = orders.get(panel) }) {
  return within(panel, () => {
    const fresh = [];
    if (head !== undefined) mend(panel, parse(head + tail), fresh);
    const list = panel.querySelector('[data-rows]');
    const found = new Map([...(list?.children ?? [])].map((row) => [row.dataset.key, row]));
    for (const [key, html] of Object.entries(rows)) found.set(key, mended(found.get(key), parse(html).firstElementChild, fresh));
    arrange(list, order.map((key) => found.get(key)));
    orders.set(panel, order);
    return fresh;
  });
}

// The same focus after it as before it; what is new is told.
function within(panel, work) {
  const before = new Set(keyed(panel).map((each) => each.dataset.key));
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.closest('[data-key]')?.dataset.key;
  const fresh = work();
  for (const each of fresh) window.htmx?.process(each);
  if (focused && document.activeElement !== focused && key) panel.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  const added = [...new Set(fresh.flatMap(keyed))].filter((each) => !before.has(each.dataset.key));
  document.dispatchEvent(new CustomEvent('panel', { detail: { panel, added } }));
}

const keyed = (element) => [...(element.matches('[data-key]') ? [element] : []), ...element.querySelectorAll('[data-key]')];

function parse(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

function mended(old, wanted, fresh) {
  if (old && same(old, wanted)) { mend(old, wanted, fresh); return old; }
  old?.replaceWith(wanted);
  fresh.push(wanted);
  return wanted;
}

// Makes what is in `old` equal to what is in `wanted`, apart from the rows of a list.
function mend(old, wanted, fresh) {
  const [had, wants] = [[...old.childNodes], [...wanted.childNodes]];
  wants.forEach((node, n) => {
    if (had[n] && same(had[n], node)) {
      if (!had[n].dataset || !('rows' in had[n].dataset)) mend(had[n], node, fresh);
      return;
    }
    if (had[n]) had[n].replaceWith(node); else old.append(node);
    if (node.nodeType === Node.ELEMENT_NODE) fresh.push(node);
  });
  had.slice(wants.length).forEach((node) => node.remove());
}

const same = (one, other) => one.cloneNode(false).isEqualNode(other.cloneNode(false));

function arrange(list, rows) {
  const kept = new Set(rows);
  if (kept.size !== rows.length || kept.has(undefined) || (rows.length && !list)) throw new Error('a change does not fit');
  for (const row of [...(list?.children ?? [])]) if (!kept.has(row)) row.remove();
  let at = list?.firstElementChild ?? null;
  for (const row of rows) {
    if (row === at) at = at.nextElementSibling; else list.insertBefore(row, at);
  }
}
