// The telephone in the page. It registers with Asterisk itself: the web server may die, the call goes on.
import { UA, WebSocketInterface } from '/static/vendor/jssip.js';

const REFUSED = [401, 403, 404, 407];
const TEST_SECONDS = 10;
const SOUND = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

// States: unregistered, refused, ready, testing (one's own headset), ringing, talking, cut (talking, while Asterisk cannot be told anything),
// held (the caller hears music), asking (a colleague, meanwhile).
export class Telephone extends EventTarget {
  #agent; #sound; #session = null; #asking = null; #testing = false; #colleague = false; #host; #registered = false; #refused = false; #connected = false;

  constructor({ address, uri, name, secret }, sound) {
    super();
    this.#sound = sound;
    this.#host = uri.split('@')[1];
    this.#agent = new UA({
      sockets: [new WebSocketInterface(address)],
      uri, password: secret, authorization_user: name,
      session_timers: false, register_expires: 120, user_agent: 'hotline desk',
      connection_recovery_min_interval: 1, connection_recovery_max_interval: 10,
    });
    this.#agent.on('connected', () => { this.#connected = true; this.#tell(); });
    this.#agent.on('disconnected', () => { this.#connected = this.#registered = false; this.#tell(); });
    this.#agent.on('registered', () => { this.#registered = true; this.#refused = false; this.#tell(); });
    this.#agent.on('unregistered', () => { this.#registered = false; this.#tell(); });
    this.#agent.on('registrationFailed', ({ response }) => {
      this.#registered = false;
      this.#refused = REFUSED.includes(response?.status_code);
      this.#tell();
    });
    this.#agent.on('newRTCSession', (event) => this.#comes(event));
  }

  get state() {
    if (this.#session) {
      if (this.#testing) return 'testing';
      if (!this.#session.isEstablished()) return 'ringing';
      if (!this.#connected) return 'cut';
      return this.#asking ? 'asking' : this.held ? 'held' : 'talking';
    }
    if (this.#registered) return 'ready';
    return this.#refused ? 'refused' : 'unregistered';
  }

  get number() { return this.#session?.remote_identity.uri.user ?? ''; }
  get held() { return Boolean(this.#session?.isOnHold().local); }
  get colleague() { return this.#colleague; } // a colleague calls, who asks something
  get muted() { return Boolean(this.#session?.isMuted().audio); }

  start() { this.#agent.start(); }
  answer() { if (this.state === 'ringing') this.#session.answer(SOUND); }
  hangUp() { (this.#asking ?? this.#session)?.terminate(); }

  hold() {
    if (this.state === 'talking') this.#session.hold({}, () => this.#tell());
    else if (this.state === 'held') this.#session.unhold({}, () => this.#tell());
    this.#tell();
  }

  // Rings the colleague whom the server has allowed just now; the caller hears music until taken back.
  ask() {
    if (this.state === 'talking') this.hold();
    if (this.state !== 'held') return;
    this.#asking = this.#agent.call(`sip:colleague@${this.#host}`, SOUND);
    const over = () => { this.#asking = null; this.#hear(this.#session?.connection); this.#tell(); };
    this.#asking.on('ended', over);
    this.#asking.on('failed', over);
    this.#listen(this.#asking);
    this.#tell();
  }

  // Asterisk sends back what it hears; meanwhile nobody is put through, as the telephone is busy.
  test() {
    if (this.state !== 'ready') return;
    this.#testing = true;
    this.#take(this.#agent.call(`sip:headset@${this.#host}`, SOUND));
    setTimeout(() => { if (this.#testing) this.hangUp(); }, TEST_SECONDS * 1000);
  }

  mute() {
    if (!this.#session?.isEstablished()) return;
    if (this.muted) this.#session.unmute({ audio: true }); else this.#session.mute({ audio: true });
    this.#tell();
  }

  #comes({ originator, session, request }) {
    if (originator !== 'remote') return;
    if (this.#session) { session.terminate({ status_code: 486 }); return; }
    this.#colleague = Boolean(request.getHeader('X-Colleague'));
    this.#take(session);
  }

  #take(session) {
    this.#session = session;
    this.#listen(session);
    session.on('accepted', () => this.#tell());
    session.on('confirmed', () => this.#tell());
    const over = () => {
      this.#session = null;
      this.#testing = this.#colleague = false;
      this.#sound.srcObject = null;
      this.#asking?.terminate();
      this.#tell();
    };
    session.on('ended', over);
    session.on('failed', over);
    this.#tell();
  }

  #listen(session) {
    const listen = (connection) => connection.addEventListener('track', () => this.#hear(connection));
    if (session.connection) listen(session.connection); else session.on('peerconnection', ({ peerconnection }) => listen(peerconnection));
  }

  #hear(connection) {
    this.#sound.srcObject = connection ? new MediaStream(connection.getReceivers().map(({ track }) => track)) : null;
  }

  #tell() { this.dispatchEvent(new Event('state')); }
}
