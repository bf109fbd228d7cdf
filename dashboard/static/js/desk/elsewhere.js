// A call that was answered on a desk phone or a mobile: the server tells of it, as the browser's telephone knows nothing.
const SOON = 1500; // milliseconds until a call that goes on is on record
const GONE = 'desk-call-gone'; // outlives a reload, after which the call it ended still is the server's for some seconds

export class Elsewhere extends EventTarget {
  #gone = localStorage.getItem(GONE); // a call that the browser carried, or that was handed on; until the server tells of something else
  talk = null; // {id, answered (epoch seconds), call: its number on record, 0 when that is written, null when unknown}

  // `caller` is what the server knows now; `here`: this browser's telephone has the call, in this tab or another one.
  see(caller, here) {
    const { id, talk, call } = caller?.dataset ?? {};
    if (!talk) this.#forget(null);
    if (here && talk) this.#forget(id);
    if (here) return;
    const found = talk && id !== this.#gone ? { id, answered: Number(talk), call: call ? Number(call) : null } : null;
    this.#set(found);
    if (found && found.call === null) setTimeout(() => document.dispatchEvent(new Event('phone')), SOON);
  }

  leave() {
    this.#forget(this.talk?.id ?? this.#gone);
    this.#set(null);
  }

  #forget(id) {
    this.#gone = id;
    if (id === null) localStorage.removeItem(GONE);
    else localStorage.setItem(GONE, id);
  }

  #set(found) {
    const same = found?.id === this.talk?.id && found?.call === this.talk?.call;
    this.talk = found;
    if (!same) this.dispatchEvent(new Event('changed'));
  }
}
