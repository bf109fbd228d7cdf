// What is typed is kept at once in this browser, and by the server as soon as it answers; what the server has is not
// kept here any longer. A reload, a crash, a dropped network lose nothing.
import { ask } from './server.js';

const SOON = 700; const LATER = 3000; // milliseconds
const SAME = 30; // seconds between two ideas of when one call was answered
const TEXTS = ['actions', 'account'];
const UNCHOSEN = ['', 'ordinary'];

export class Drafts extends EventTarget {
  #person; #timer = null; #busy = false;
  all = new Map(); // answered (epoch seconds, text) -> draft
  current = null;

  constructor(person) { super(); this.#person = person; }

  get #prefix() { return `note:${this.#person}:`; }

  async load() {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(this.#prefix))) {
      const draft = JSON.parse(localStorage.getItem(key));
      this.all.set(draft.key, draft);
    }
    this.choose(this.#newest());
    await this.#fetch();
    if (!this.current) this.choose(this.#newest());
    this.#schedule(0);
  }

  // A call was answered: its record begins, empty. `call` is its number on record, where that is known; it may have begun before.
  begin({ answered, who, line, call = null }) {
    const known = call && [...this.all.values()].find((each) => each.call === call || (!each.call && Math.abs(each.answered - answered) < SAME));
    if (known) { known.call = call; this.choose(known); return; }
    const draft = { key: String(answered), call, answered, who, line, revision: 1, acked: 0, fields: {}, submit: false };
    this.all.set(draft.key, draft);
    this.#keep(draft);
    this.choose(draft);
    this.#schedule(SOON);
  }

  choose(draft) { this.current = draft ?? null; this.#tell('chosen'); }

  describe(who, line) {
    if (!this.current || (this.current.who === who && this.current.line === line)) return;
    Object.assign(this.current, { who, line });
    if (this.current.revision > this.current.acked) this.#keep(this.current);
    this.#tell('described');
  }

  change(fields) {
    if (!this.current || this.current.closed) return;
    Object.assign(this.current, { fields, revision: this.current.revision + 1 });
    this.#keep(this.current);
    this.#schedule(SOON);
  }

  submit() {
    if (!this.current) return;
    if (this.current.closed) { this.#drop(this.current); return; }
    this.current.submit = true;
    this.#keep(this.current);
    this.#schedule(0);
  }

  // The caller was handed on, and the record goes along: what the server has is not this page's any more.
  pass() {
    const draft = this.current;
    if (!draft || draft.closed) return;
    draft.passed = true;
    if (draft.revision > draft.acked) { this.#keep(draft); this.#schedule(0); } else this.#leave(draft);
  }

  save() { this.#schedule(0); }

  #unsent() { return [...this.all.values()].filter((each) => !each.closed && (each.revision > each.acked || each.submit)); }
  #newest() { return [...this.all.values()].sort((a, b) => b.answered - a.answered)[0]; }
  #keep(draft) { localStorage.setItem(this.#prefix + draft.key, JSON.stringify(draft)); }
  #forget(draft) { localStorage.removeItem(this.#prefix + draft.key); }
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
  #say(word, draft) { if (draft === this.current) this.#tell('status', { word, at: draft.saved }); }

  #schedule(after) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sync(), after);
  }

  async #sync() {
    if (this.#busy) { this.#schedule(SOON); return; }
    this.#busy = true;
    for (const draft of this.#unsent()) await this.#send(draft);
    this.#busy = false;
    if (this.#unsent().length) this.#schedule(LATER);
  }

  async #send(draft) {
    if (!draft.call && !(await this.#find(draft))) return;
    const { revision, fields } = draft;
    if (revision > draft.acked) {
      const { status, said } = await ask(`/desk/notes/${draft.call}`, { revision, acked: draft.acked, fields });
      if (status === 403) { this.#end(draft, 'late'); return; }
      if (status === 409) { await this.#overtaken(draft); return; }
      if (status !== 200) { this.#failed(status, draft); return; }
      Object.assign(draft, { acked: revision, saved: said.saved, who: said.who, line: said.line });
      if (draft.revision !== revision) { this.#keep(draft); return; }
      if (!draft.submit) this.#forget(draft);
      this.#say('saved', draft);
      if (draft.passed) { this.#leave(draft); return; }
    }
    if (draft.submit) await this.#close(draft);
  }

  async #find(draft) {
    const { status, said } = await ask(`/desk/find?answered=${draft.answered}`);
    if (status !== 200) { this.#failed(status, draft); return false; }
    if (!said.call) { this.#say('waiting', draft); return false; }
    draft.call = said.call;
    this.#keep(draft);
    return true;
  }

  async #close(draft) {
    const { status } = await ask(`/desk/notes/${draft.call}/submit`, {});
    if (status === 422) { draft.submit = false; this.#forget(draft); this.#say('refusedField', draft); return; }
    if (status !== 200 && status !== 409) { this.#failed(status, draft); return; }
    this.#say('submitted', draft);
    this.#drop(draft);
  }

  #leave(draft) {
    this.#say('passed', draft);
    this.#drop(draft);
  }

  // Nothing is sent any more; what was not sent stays here to be read, until it is dismissed by submitting it.
  #end(draft, word) {
    Object.assign(draft, { closed: true, submit: false, revision: 0, acked: 0 });
    this.#keep(draft);
    this.#say(word, draft);
  }

  #drop(draft) {
    this.#forget(draft);
    this.all.delete(draft.key);
    if (draft === this.current) this.choose(this.#newest()); else this.#tell('described');
  }

  // Another page of the same person has written since: what it chose counts, and our text is put below its own. When the record was
  // submitted there, ours stays here.
  async #overtaken(draft) {
    const mine = draft.fields;
    const wasCurrent = draft === this.current;
    draft.revision = draft.acked = -1;
    this.#forget(draft);
    if (!(await this.#fetch())) { Object.assign(draft, { fields: mine, revision: 1, acked: 0 }); this.#keep(draft); return; }
    if (draft.acked === -1) { this.#end(draft, 'closed'); return; }
    const fields = { ...draft.fields };
    for (const [name, value] of Object.entries(mine)) {
      if (!TEXTS.includes(name)) fields[name] = UNCHOSEN.includes(fields[name]) ? value : fields[name];
      else if (value && !fields[name].includes(value)) fields[name] = [fields[name], value].filter(Boolean).join('\n');
    }
    const merged = Object.keys(fields).some((name) => fields[name] !== draft.fields[name]);
    if (merged) { Object.assign(draft, { fields, revision: draft.revision + 1 }); this.#keep(draft); }
    if (wasCurrent) { this.choose(draft); this.#say('newer', draft); }
  }

  async #fetch() {
    const { status, said } = await ask('/desk/drafts');
    if (status !== 200) return false;
    for (const kept of said) {
      const mine = [...this.all.values()].find((each) => each.call === kept.call || Math.abs(each.answered - kept.answered) < 2);
      if (mine && mine.revision > kept.revision) { Object.assign(mine, { call: kept.call, acked: kept.revision }); continue; }
      const key = mine?.key ?? String(kept.answered);
      const draft = Object.assign(mine ?? {}, { ...kept, key, acked: kept.revision, submit: false });
      this.all.set(key, draft);
      this.#forget(draft);
      if (draft === this.current) this.choose(draft);
    }
    this.#tell('described');
    return true;
  }

  #failed(status, draft) {
    const ended = status === 401 || status === 400;
    this.#say(ended ? 'ended' : status === 422 ? 'refusedField' : 'local', draft);
    if (ended) ask('/desk/drafts'); // brings the token of a session that was begun since
  }
}
