// Says after a second that an answer is still to come, and for how long: others are answered first, or the line is slow.
// The browser alone counts, from the request that it sent to the end of the run that answers it; the server has no part.
const PATIENCE = 1000; // ms
const SHOWN = 100; // ms after a message until the page shows that a run has begun, or ended
// The first byte of a request to run the page, or a part of it: protobuf's tag of `BackMsg.rerun_script`. Had Streamlit
// another one, only a wait until the server begins would not be told.
const RERUN = 0x5a;

const app = () => document.querySelector('[data-testid="stApp"]')?.dataset;
const running = () => !['notRunning', 'initial', undefined].includes(app()?.testScriptState);

function strip() {
  const made = Object.assign(document.createElement('div'), { id: 'waiting' });
  made.setAttribute('role', 'status');
  made.setAttribute('aria-live', 'polite'); // the words alone, once: the seconds are for the eye
  made.hidden = true; // nothing to be seen yet; it stays in the page, or its first words would not be read aloud
  made.innerHTML = '<span></span><span aria-hidden="true"></span>';
  return made;
}

function start() {
  const shown = document.body.appendChild(strip()), lines = new WeakSet();
  let asked = 0, answered = 0, since = null, timer = null; // how many requests were sent, and how many were taken up
  const write = (words, seconds) => {
    [shown.firstChild.textContent, shown.lastChild.textContent, shown.hidden] = [words, seconds, !words];
  };
  const tell = () => {
    write('Waiting for the server', `: ${Math.round((performance.now() - since) / 1000)} s`);
    timer = setTimeout(tell, PATIENCE);
  };
  const look = () => {
    const waits = app()?.testConnectionState === 'CONNECTED' && (asked > answered || running());
    if (waits === (since !== null)) return;
    clearTimeout(timer);
    since = waits ? performance.now() : null;
    if (waits) timer = setTimeout(tell, PATIENCE);
    else write('', '');
  };
  const { send } = WebSocket.prototype;
  const heard = () => { // it may be a whole answer: then the page never shows that a run has begun
    const taken = asked;
    setTimeout(() => { answered = Math.max(answered, taken); look(); }, SHOWN);
  };
  WebSocket.prototype.send = function (data) {
    if (data?.[0] === RERUN) { asked += 1; look(); }
    if (!lines.has(this)) { lines.add(this); this.addEventListener('message', heard); }
    return send.call(this, data);
  };
  new MutationObserver(() => { // a run has ended, or the line has
    if (!running() || app()?.testConnectionState !== 'CONNECTED') answered = asked;
    look();
  }).observe(document.body, { subtree: true, attributeFilter: ['data-test-script-state', 'data-test-connection-state'] });
  look();
}

if (!window.waiting) {
  window.waiting = true;
  start();
}

export default function () {}
