// Hold, and handing the caller on: the telephone holds and asks, the server hands on, the record goes along.
import { serverNow } from '../time.js';

const by = (id) => document.getElementById(id);

export class Transfer {
  #words; #telephone; #drafts; #colleague = null; // whom the page may ring: {person, name}

  constructor(words, telephone, drafts) {
    this.#words = words;
    this.#telephone = telephone;
    this.#drafts = drafts;
    document.addEventListener('asked', ({ target }) => { this.#colleague = target.dataset; telephone()?.ask(); });
    document.addEventListener('handed', () => this.#drafts.pass());
  }

  show(state) {
    const held = state === 'held' || state === 'asking';
    const [hold, pass, complete, clock] = ['b-hold', 'b-pass', 'b-complete', 'held'].map(by);
    hold.disabled = state !== 'talking' && state !== 'held';
    hold.setAttribute('aria-pressed', held);
    hold.querySelector('span').textContent = held ? this.#words.back : this.#words.hold;
    pass.disabled = hold.disabled && state !== 'none'; // a desk phone holds by itself, and the server hands on
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
