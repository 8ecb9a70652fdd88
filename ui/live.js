// One instance a panel. A native slider tells Streamlit its value on release only; while one is held, this
// reads it once an animation frame and sends it as a trigger, the next one when the last has been drawn.
const panels = new Map();
const PATIENCE = 2000; // ms after which a redraw that never came is no longer waited for

const holder = key => document.querySelector('.st-key-' + CSS.escape(key.replace(/[^a-zA-Z0-9_-]/g, '-')));
const input = (panel, name) => holder(panel.sliders[name])?.querySelector('input[type=range]');

function look(panel) {
  const range = panel.held && input(panel, panel.held);
  if (!range || range.value === panel.last) return;
  panel.last = range.value;
  panel.next = { name: panel.held, from: panel.from, value: Number(range.value) };
  send(panel);
}

function send(panel) {
  if (!panel.next || performance.now() - panel.sent < PATIENCE) return;
  const next = panel.next;
  panel.next = null;
  panel.sent = performance.now();
  panel.trigger('moved', next);
}

function follow() {
  let any = false;
  for (const panel of panels.values()) {
    look(panel);
    any ||= Boolean(panel.held);
  }
  if (any) requestAnimationFrame(follow);
}

document.addEventListener('pointerdown', event => {
  for (const panel of panels.values())
    for (const name of Object.keys(panel.sliders)) {
      if (!holder(panel.sliders[name])?.contains(event.target)) continue;
      const range = input(panel, name);
      if (!range || range.disabled) continue;
      Object.assign(panel, { held: name, from: Number(range.value), last: range.value });
      requestAnimationFrame(follow);
    }
}, true);

// The input has its last value one frame after the release. It is sent too: a slider that ends where it was taken
// commits nothing, and the charts must come back with it. After a commit the server takes no notice of it.
for (const end of ['pointerup', 'pointercancel'])
  document.addEventListener(end, () => requestAnimationFrame(() => {
    for (const panel of panels.values()) {
      look(panel);
      panel.held = null;
    }
  }), true);

// A preset, a tap or a claim moves sliders on the server. Until its answer is here the browser holds the old values, and
// a beat would bring them back: a stream waits for the answer, which has a higher count of such moves.
const MOVERS = '[class*="st-key-presets-"] button, [class*="st-key-decide-"] button, [data-testid="stVegaLiteChart"]';
let puts = 0, putsThen = -1, pressed = -PATIENCE;
document.addEventListener('click', event => {
  if (event.target.closest?.(MOVERS)) [putsThen, pressed] = [puts, performance.now()];
}, true);
const answered = () => puts > putsThen || performance.now() - pressed > PATIENCE;

function visible(key) {
  const box = holder(key)?.getBoundingClientRect();
  return box && box.bottom > 0 && box.top < innerHeight && !document.hidden;
}

// The numbers of the rows of charts that can be seen; the others wait until they can.
function rowsOnScreen(name) {
  const rows = [];
  for (let row = 0; holder(`row-${name}-${row}`); row++)
    if (visible(`row-${name}-${row}`)) rows.push(row);
  return rows;
}

// A lesson link names its panel (in its query: Streamlit drops what follows a #); the charts above may still be growing when it is first looked for.
function arrive(name) {
  if (new URLSearchParams(location.search).get('look') !== name) return;
  const go = () => document.getElementById(name)?.scrollIntoView();
  const timers = [0, 500, 1500].map(wait => setTimeout(go, wait));
  for (const touch of ['wheel', 'pointerdown', 'keydown'])
    addEventListener(touch, () => timers.forEach(clearTimeout), { once: true, passive: true });
}

// A stream plays while it, or its buttons, can be seen: nobody waits for a panel that trains below the fold.
function beat(panel, data) {
  clearTimeout(panel.timer);
  if (!data.beat) return;
  const wait = Math.max(0, (panel.due || 0) - performance.now());
  panel.timer = setTimeout(() => {
    const seen = visible('charts-' + data.panel) || visible('play-' + data.panel);
    if (!seen || !answered()) { panel.due = performance.now() + (seen ? 30 : 200); return beat(panel, data); }
    panel.due = performance.now() + data.beat;
    panel.trigger('beat', { ack: data.ack, rows: rowsOnScreen(data.panel) });
  }, wait);
}

export default function ({ data, key, setTriggerValue }) {
  const panel = panels.get(key) || { sent: -PATIENCE, looked: 0 };
  if (!panels.has(key)) arrive(data.panel);
  panels.set(key, panel);
  Object.assign(panel, { sliders: data.sliders, trigger: setTriggerValue });
  puts = Math.max(puts, data.puts);
  requestAnimationFrame(() => { panel.sent = -PATIENCE; send(panel); });
  beat(panel, data);
  if (data.look > panel.looked) document.getElementById(data.panel)?.scrollIntoView({ behavior: 'smooth' });
  panel.looked = data.look;
  return () => { clearTimeout(panel.timer); panels.delete(key); };
}
