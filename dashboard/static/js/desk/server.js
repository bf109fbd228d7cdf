// Asking the web server, which may be gone: the answer is a status and, if there is one, what it says.
const headers = { ...JSON.parse(document.body.getAttribute('hx-headers')), 'Content-Type': 'application/json' };

export async function ask(path, body) {
  const how = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  try {
    const answer = await fetch(path, { ...how, signal: AbortSignal.timeout(8000), redirect: 'manual' });
    // Who signed in anew in another tab has another token; this page goes on with it.
    headers['X-CSRF-Token'] = answer.headers.get('X-CSRF-Token') ?? headers['X-CSRF-Token'];
    const status = answer.type === 'opaqueredirect' ? 401 : answer.status;
    const json = answer.headers.get('Content-Type')?.startsWith('application/json');
    return { status, said: json ? await answer.json() : null };
  } catch {
    return { status: 0, said: null };
  }
}
