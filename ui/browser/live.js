// One instance a view. A native slider tells Streamlit its value on release only; while one is held, this reads it
// once an animation frame and says it, the next value when the answer to the last one is here: the server works on it
// while the browser paints. The same word asks for the next frame of a stream, so that neither can overtake the other.
const views = new Map();
const PATIENCE = 3000; // ms after which a redraw that never came is asked for again
const PRESSED = 30000; // ms for which a stream waits for the answer to a button: a slow line takes its time

// Motion stops where the system asks for that: a stream waits until somebody presses Play.
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const holder = key => document.querySelector('.st-key-' + CSS.escape(key.replace(/[^a-zA-Z0-9_-]/g, '-')));
const input = (view, name) => holder(view.sliders[name])?.querySelector('input[type=range]');

function look(view) {
  const range = view.held && input(view, view.held);
  if (!range || range.value === view.last) return;
  view.last = range.value;
  view.word = { name: view.held, from: view.from, value: Number(range.value) };
  view.unsaid = true;
  say(view);
}

// The word on the held slider goes with every request: of two that meet on the way, Streamlit keeps the later one.
function say(view, beat = 0) {
  if (!beat && (!view.unsaid || performance.now() - view.sent < PATIENCE)) return;
  view.unsaid = false;
  view.sent = performance.now();
  view.trigger('ask', { held: view.word, beat, still: calm.matches });
}

function follow() {
  let any = false;
  for (const view of views.values()) {
    look(view);
    any ||= Boolean(view.held);
  }
  if (any) requestAnimationFrame(follow);
}

document.addEventListener('pointerdown', event => {
  for (const view of views.values())
    for (const name of Object.keys(view.sliders)) {
      if (!holder(view.sliders[name])?.contains(event.target)) continue;
      const range = input(view, name);
      if (!range || range.disabled) continue;
      Object.assign(view, { held: name, from: Number(range.value), last: range.value, word: null });
      requestAnimationFrame(follow);
    }
}, true);

// The input has its last value one frame after the release. It is said too: a slider that ends where it was taken
// commits nothing, and the charts must come back with it. After a commit the server takes no notice of it.
for (const end of ['pointerup', 'pointercancel'])
  document.addEventListener(end, () => requestAnimationFrame(() => {
    for (const view of views.values()) {
      look(view);
      view.held = null;
    }
  }), true);

// On a phone the controls fold to the one that was used last, until the box above them is ticked.
const TRAY = '[class*="st-key-main-"]', FOLD = '.fold input';
const part = (tray, thing) => [...tray?.children || []].slice(1).find(child => child.contains(thing)); // not the box

function mark(tray, used) {
  for (const child of tray.children) child.toggleAttribute('data-used', child === used);
  tray.setAttribute('data-marked', '');
}

for (const start of ['pointerdown', 'focusin'])
  document.addEventListener(start, event => {
    const tray = event.target.closest?.(TRAY), used = part(tray, event.target);
    if (used) mark(tray, used);
  }, true);
document.addEventListener('change', event => {
  if (event.target.matches?.(FOLD)) event.target.closest(TRAY).toggleAttribute('data-all', event.target.checked);
}, true);

// Before any was used, that is the first one with a number: what the reader is asked to drag.
function fold(view, tries = 40) {
  clearTimeout(view.folding);
  const first = Object.keys(view.sliders).map(name => input(view, name)).find(range => range && !range.disabled);
  const tray = first?.closest(TRAY), child = part(tray, first);
  if (child && !tray.hasAttribute('data-marked') && !child.querySelector('[data-testid="stExpander"]')) mark(tray, child);
  const some = Object.keys(view.sliders).length; // they may be still to come
  if (some && !first && tries) view.folding = setTimeout(fold, 250, view, tries - 1);
}

// From a key on, the server's values count again.
document.addEventListener('keydown', () => { for (const view of views.values()) view.word = null; }, true);

// A preset or a claim moves sliders on the server. Until its answer is here the browser holds the old values, and a
// beat would bring them back: a stream waits for the answer, which has a higher count of such moves.
const MOVERS = '[class*="st-key-presets-"] button, [class*="st-key-decide-"] button';
let moves = 0, movesThen = -1, pressed = -PRESSED;
document.addEventListener('click', event => {
  if (event.target.closest?.(MOVERS)) [movesThen, pressed] = [moves, performance.now()];
}, true);
const answered = () => moves > movesThen || performance.now() - pressed > PRESSED;

function beat(view, data) {
  clearTimeout(view.timer);
  if (!data.beat) return;
  const wait = Math.max(0, (view.due || 0) - performance.now());
  view.timer = setTimeout(() => {
    const ready = answered() && !document.hidden;
    view.due = performance.now() + (ready ? data.beat : 50);
    if (ready) say(view, data.redraw);
    view.timer = setTimeout(() => beat(view, data), ready ? PATIENCE : 50); // until the next redraw takes its place
  }, wait);
}

// A screen reader that comes to a chart reads its title, and then the sentence of the view.
// In a new tab the charts come later than this, once Vega is loaded, and one after the other.
function describe(name, count, tries = 60) {
  const view = document.querySelector('.st-key-charts-' + CSS.escape(name));
  const sentence = view?.querySelector('[data-testid="stText"]');
  const charts = view?.querySelectorAll('[data-testid="stVegaLiteChart"]');
  if (tries && !(sentence && charts.length >= count)) {
    setTimeout(describe, 250, name, count, tries - 1);
    return;
  }
  if (!sentence) return;
  sentence.id = 'sentence-' + name;
  for (const chart of charts) chart.setAttribute('aria-describedby', sentence.id);
}

export default function ({ data, key, setTriggerValue }) {
  const view = views.get(key) || { sent: -PATIENCE };
  views.set(key, view);
  Object.assign(view, { sliders: data.sliders, trigger: setTriggerValue });
  if (data.moves > moves) { moves = data.moves; view.word = null; }
  view.sent = -PATIENCE;
  look(view);
  say(view);
  requestAnimationFrame(() => { describe(data.view, data.charts); fold(view); });
  beat(view, data);
  return () => { clearTimeout(view.timer); clearTimeout(view.folding); views.delete(key); };
}

// A chart knows what lies under the pointer from its last move, and a finger comes down without one.
document.addEventListener('pointerdown', event => {
  if (event.pointerType === 'mouse' || !event.target.matches?.('canvas.marks')) return;
  const { clientX, clientY, pointerId, pointerType } = event;
  event.target.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, pointerId, pointerType, bubbles: true }));
}, true);
