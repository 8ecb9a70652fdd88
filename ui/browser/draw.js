// A field to draw a curve on, with a finger or the mouse: one height for each place from left to right, said on release.
const PLACES = 64;

function paint(canvas, heights) {
  const pen = canvas.getContext('2d'), { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  pen.strokeStyle = getComputedStyle(canvas).color;
  pen.lineWidth = 3;
  pen.beginPath();
  heights.forEach((at, i) => {
    if (at !== null) pen.lineTo(i / (PLACES - 1) * width, (1 - at) / 2 * height);
  });
  pen.stroke();
}

// The places that a stroke passes over, also between two events.
function mark(heights, from, to) {
  const [first, last] = from.place < to.place ? [from, to] : [to, from];
  for (let i = first.place; i <= last.place; i++) {
    const share = last.place === first.place ? 1 : (i - first.place) / (last.place - first.place);
    heights[i] = first.at + share * (last.at - first.at);
  }
}

export default function ({ parentElement, setStateValue }) {
  const canvas = parentElement.querySelector('canvas');
  const heights = canvas.heights ??= Array(PLACES).fill(null);
  let last = null;
  const place = event => {
    const box = canvas.getBoundingClientRect(), within = value => Math.min(1, Math.max(0, value));
    return { place: Math.round(within((event.clientX - box.left) / box.width) * (PLACES - 1)),
      at: 1 - 2 * within((event.clientY - box.top) / box.height) };
  };
  const move = event => {
    if (!last) return;
    const now = place(event);
    mark(heights, last, now);
    last = now;
    paint(canvas, heights);
  };
  canvas.onpointerdown = event => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    move(event);
  };
  canvas.onpointermove = move;
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!last) return;
    last = null;
    const points = heights.flatMap((at, i) => at === null ? [] : [`${(2 * i / (PLACES - 1) - 1).toFixed(3)},${at.toFixed(3)}`]);
    if (points.length > 1) setStateValue('drawn', points.join(';'));
  };
  canvas.ondblclick = () => {
    heights.fill(null);
    paint(canvas, heights);
  };
  paint(canvas, heights);
}
