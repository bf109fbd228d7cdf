// One page at a time is the telephone: a second one would take the registration away from the first.
export function whenAlone(begin, otherwise) {
  navigator.locks.request('telephone', { ifAvailable: true }, (lock) => {
    if (lock) { begin(); return new Promise(() => {}); } // held until the page is closed
    otherwise();
    return navigator.locks.request('telephone', () => { begin(); return new Promise(() => {}); });
  });
}
