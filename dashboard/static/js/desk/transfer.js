// Hold, and handing the caller on: the telephone holds and asks, the server hands on, the record goes along.
import { serverNow } from '../time.js';

const by = (id) => document.getElementById(id);

export class Transfer {
  #words; #telephone; #drafts; #colleague = null; // whom the page may ring: {person, name}

  constructor(words, telephone, drafts) {
    this.#words = words;
    this.#telephone = telephone;
    this.#drafts = drafts;
    document.addEventListener('asked', ({ target }) => this.#ask(target.dataset));
    document.addEventListener('handed', () => this.#drafts.pass());
  }

  // The browser's telephone holds the caller and rings the colleague; another telephone is told what to dial.
  #ask(colleague) {
    this.#colleague = colleague;
    const telephone = this.#telephone();
    if (['talking', 'held'].includes(telephone?.state)) { telephone.ask(); return; }
    by('dial').textContent = this.#words.dial.replace('{name}', colleague.name);
  }

  show(state) {
    if (state !== 'elsewhere') by('dial').textContent = '';
    const held = Boolean(this.#telephone()?.held); // also while Asterisk cannot be told anything
    const [hold, pass, complete, clock] = ['b-hold', 'b-pass', 'b-complete', 'held'].map(by);
    hold.disabled = state !== 'talking' && state !== 'held';
    hold.setAttribute('aria-pressed', held);
    hold.querySelector('span').textContent = held ? this.#words.back : this.#words.hold;
    pass.disabled = hold.disabled && state !== 'elsewhere'; // a desk phone holds by itself, and the server hands on
    pass.hidden = state === 'asking';
    complete.hidden = state !== 'asking';
    if (state === 'asking') complete.querySelector('span').textContent = this.#words.complete.replace('{name}', this.#colleague.name);
    if (held && clock.hidden) clock.dataset.up = Math.round(serverNow());
    clock.hidden = !held;
    by('talk').toggleAttribute('data-behind', held);
  }

  // The colleague knows now; their telephone must be free before the caller can ring there.
  complete() {
    const { person } = this.#colleague;
    this.#telephone().hangUp();
    window.htmx.ajax('POST', by('b-complete').dataset.url, { values: { person }, swap: 'none' });
  }
}
