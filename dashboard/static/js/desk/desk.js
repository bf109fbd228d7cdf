// The desk: joins telephone, record and keys.
import { serverNow } from '../time.js';
import { whenAlone } from './alone.js';
import { ring } from './bell.js';
import { Drafts } from './drafts.js';
import { Elsewhere } from './elsewhere.js';
import { judge, read, write } from './form.js';
import { ask } from './server.js';
import { Telephone } from './telephone.js';
import { Transfer } from './transfer.js';

const by = (id) => document.getElementById(id);
const TALKS = ['talking', 'cut', 'held', 'asking'];
const LIVE = ['ringing', ...TALKS];
const panel = by('phone');
if (panel) begin();

function begin() {
  const words = JSON.parse(panel.dataset.words);
  const drafts = new Drafts(by('record').dataset.person);
  const transfer = new Transfer(words, () => telephone, drafts);
  const elsewhere = new Elsewhere();
  const buttons = { answer: by('b-answer'), mute: by('b-mute'), hold: by('b-hold'), pass: by('b-pass'), complete: by('b-complete'), end: by('b-end'), crisis: by('b-crisis'), test: by('b-test'), save: by('b-save'), submit: by('b-submit') };
  const { title } = document;
  let telephone = null;
  let before = 'off';
  let phone = 'off'; // as `before`, or why there is none
  let crisis = null; // {on, answered}, until the server has heard it

  // ---- the telephone

  function show(state) { phone = state; paint(); }

  function paint() {
    const state = elsewhere.talk && !LIVE.includes(phone) ? 'elsewhere' : phone;
    document.body.dataset.phone = state;
    const live = LIVE.includes(state);
    panel.toggleAttribute('data-live', live || state === 'elsewhere');
    if (by('phone-state').textContent !== words[state]) by('phone-state').textContent = words[state];
    buttons.answer.disabled = state !== 'ringing';
    buttons.end.disabled = !live && state !== 'testing';
    buttons.test.hidden = state !== 'ready';
    document.title = state === 'ringing' ? `${words.ringing} · ${title}` : title;
    buttons.mute.disabled = !['talking', 'cut', 'asking'].includes(state);
    const [talks, called] = [[...TALKS, 'elsewhere'].includes(state), buttons.crisis.getAttribute('aria-pressed') === 'true'];
    buttons.crisis.disabled = !talks && !called;
    buttons.crisis.querySelector('span').textContent = !called ? words.crisis : talks ? words.called : words.calledBefore;
    const muted = Boolean(telephone?.muted);
    buttons.mute.setAttribute('aria-pressed', muted);
    buttons.mute.querySelector('span').textContent = muted ? words.muted : words.mute;
    transfer.show(state);
    ring(state === 'ringing');
  }

  function changed() {
    const { state } = telephone;
    const began = state === 'talking' && before === 'ringing';
    if (state === 'ringing' && before !== 'ringing') { by('who').textContent = caller(); by('what').textContent = ''; }
    if (began && !telephone.colleague) answered();
    if (!LIVE.includes(state) && by('who').textContent) over();
    show(state);
    if (state !== before) document.dispatchEvent(new Event('phone'));
    before = state;
  }

  function answered() {
    const now = Math.round(serverNow());
    Object.assign(by('talk').dataset, { up: now });
    by('talk').hidden = false;
    press(false);
    drafts.begin({ answered: now, who: by('who').textContent, line: by('what').textContent });
  }

  function over() {
    by('who').textContent = by('what').textContent = '';
    by('talk').hidden = true;
  }

  // On a desk phone or a mobile: its record begins as soon as the call is on record.
  elsewhere.addEventListener('changed', () => {
    const { talk } = elsewhere;
    if (talk) {
      const { who, line } = by('caller').dataset;
      by('who').textContent = who;
      by('what').textContent = line;
      if (by('talk').dataset.up !== String(Math.round(talk.answered))) press(false);
      by('talk').dataset.up = Math.round(talk.answered);
      by('talk').hidden = false;
      if (talk.call) drafts.begin({ answered: talk.answered, who, line, call: talk.call });
    } else if (!LIVE.includes(phone)) over();
    paint();
  });
  document.addEventListener('handed', () => elsewhere.leave());

  const caller = () => (telephone.colleague ? words.colleague : telephone.number === panel.dataset.own ? words.ours : masked(telephone.number));
  const masked = (number) => (/^\d*\*{4}\d+$/.test(number) ? number : words.hidden); // as Asterisk sends it

  async function connect() {
    const { status, said } = await ask('/desk/telephone');
    if (status === 404) { show('none'); return; }
    if (status !== 200) { show('unregistered'); setTimeout(connect, 3000); return; }
    try {
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true }); // asked before anybody calls
      microphone.getTracks().forEach((track) => track.stop());
    } catch { show('denied'); setTimeout(connect, 5000); return; }
    telephone = new Telephone(said, by('sound'));
    telephone.addEventListener('state', changed);
    telephone.start();
  }

  // What the server knows of the caller replaces what the telephone told.
  document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
    const caller = target.id === 'call' ? by('caller') : null;
    if (target.id === 'call' && phone !== 'off') elsewhere.see(caller, LIVE.includes(before) || phone === 'other');
    if (!caller || !LIVE.includes(before)) return;
    by('who').textContent = caller.dataset.who;
    by('what').textContent = caller.dataset.line;
    if (before !== 'ringing') drafts.describe(caller.dataset.who, caller.dataset.line);
  });
  // A session that has ended leads to the sign-in page: not in the middle of a call or of a record.
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    if (event.detail.xhr.status !== 401 || (!drafts.current && !LIVE.includes(before) && !document.querySelector('dialog textarea')?.value)) return;
    event.preventDefault();
    say('ended');
  });
  addEventListener('beforeunload', (event) => { if (TALKS.includes(before)) event.preventDefault(); });

  // ---- danger: one press, no question; a second one takes it back

  function press(on) {
    buttons.crisis.setAttribute('aria-pressed', on);
    paint();
  }

  async function report() {
    const said = crisis;
    if (!said) return;
    const { status } = await ask('/desk/crisis', said);
    if (status === 204 && crisis === said) crisis = null;
    if (crisis) setTimeout(report, 2000);
  }

  function toggleCrisis() {
    const on = buttons.crisis.getAttribute('aria-pressed') !== 'true';
    press(on);
    const idle = !crisis;
    crisis = { on, answered: Number(by('talk').dataset.up) };
    if (idle) report();
  }

  // ---- the record

  function list() {
    const open = [...drafts.all.values()].sort((a, b) => b.answered - a.answered);
    by('p-open').hidden = open.length === 0;
    by('open').replaceChildren(...open.map((draft) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${clock(draft.answered)} ${draft.line} ${draft.who}`;
      if (draft === drafts.current) button.setAttribute('aria-current', 'true');
      button.addEventListener('click', () => drafts.choose(draft));
      item.append(button);
      return item;
    }));
    const { current } = drafts;
    by('about').textContent = current ? `${clock(current.answered)} ${current.line} ${current.who}` : words.empty;
  }

  const clock = (epoch) => new Date(epoch * 1000).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });

  drafts.addEventListener('chosen', () => {
    write(drafts.current ? drafts.current.fields : null);
    buttons.save.disabled = buttons.submit.disabled = !drafts.current;
    list();
  });
  drafts.addEventListener('described', list);
  function say(word, at) {
    by('kept').textContent = word === 'saved' ? `${clock(at)} ${words.saved}` : words[word];
    by('kept').toggleAttribute('data-trouble', !['saved', 'submitted', 'passed', 'waiting'].includes(word));
  }

  drafts.addEventListener('status', ({ detail: { word, at } }) => {
    say(word, at);
    if (word === 'submitted' && !TALKS.includes(before) && !elsewhere.talk) press(false); // the alarm ends with it
  });
  by('record').addEventListener('input', () => { judge(); drafts.change(read()); });
  by('record').addEventListener('submit', (event) => { event.preventDefault(); submit(); });

  function submit() {
    const open = judge();
    if (!drafts.current) return;
    if (open.length) { focus(open[0]); return; }
    drafts.submit();
  }

  const focus = (name) => {
    const found = document.querySelectorAll(`[name=${name}]`);
    ([...found].find((each) => each.checked) ?? found[0])?.focus();
  };

  // ---- keys and buttons

  const acts = { answer: () => telephone?.answer(), mute: () => telephone?.mute(), hold: () => telephone?.hold(), complete: () => transfer.complete(), end: () => telephone?.hangUp(), test: () => telephone?.test(), crisis: toggleCrisis, save: () => drafts.save() };
  for (const [name, act] of Object.entries(acts)) buttons[name].addEventListener('click', act);
  const keys = { F2: 'answer', F4: 'end', F6: 'mute', F7: 'hold', F9: 'crisis' };
  document.addEventListener('keydown', (event) => {
    const name = keys[event.key];
    if (name) { event.preventDefault(); if (!buttons[name].disabled) acts[name](); }
    else if (event.key === 'F8') { event.preventDefault(); (buttons.complete.hidden ? buttons.pass : buttons.complete).click(); }
    else if (event.ctrlKey && event.key === 's') { event.preventDefault(); drafts.save(); }
    else if (event.ctrlKey && event.key === 'Enter') { event.preventDefault(); submit(); }
    else if (event.altKey && event.key === '3') { event.preventDefault(); by('refer').focus(); }
    else if (event.altKey && (event.key === '1' || event.key === '2')) { event.preventDefault(); focus(event.key === '1' ? 'suicidal' : 'hopelessness'); }
  });

  write(null);
  list();
  drafts.load();
  if ('none' in panel.dataset) show('none'); else whenAlone(connect, () => show('other'));
}
