// A call that was answered on a desk phone or a mobile: the server tells of it, as the browser's telephone knows nothing.
const SOON = 1500; // milliseconds until a call that goes on is on record

export class Elsewhere extends EventTarget {
  #gone = null; // a call that the browser carried, or that was handed on; until the server tells of something else
  talk = null; // {id, answered (epoch seconds), call: its number on record, 0 when that is written, null when unknown}

  // `caller` is what the server knows now; `here`: this browser's telephone has the call, in this tab or another one.
  see(caller, here) {
    const { id, talk, call } = caller?.dataset ?? {};
    if (!talk) this.#gone = null;
    if (here && talk) this.#gone = id;
    if (here) return;
    const found = talk && id !== this.#gone ? { id, answered: Number(talk), call: call ? Number(call) : null } : null;
    this.#set(found);
    if (found && found.call === null) setTimeout(() => document.dispatchEvent(new Event('phone')), SOON);
  }

  leave() {
    this.#gone = this.talk?.id ?? this.#gone;
    this.#set(null);
  }

  #set(found) {
    const same = found?.id === this.talk?.id && found?.call === this.talk?.call;
    this.talk = found;
    if (!same) this.dispatchEvent(new Event('changed'));
  }
}
