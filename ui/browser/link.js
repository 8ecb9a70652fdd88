// Copies a link that holds every value of the view: its defaults, and over them what is kept of the address.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no clipboard without https, or none in this frame: the old way
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

// A frame of another page may neither copy nor ask: the link stands beside the button, selected.
function shown(button, text) {
  const field = button.parentElement.querySelector('input') ?? document.createElement('input');
  Object.assign(field, { readOnly: true, value: text });
  field.setAttribute('aria-label', 'This browser does not let the page copy. The link:');
  button.after(field);
  field.select();
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  button.onclick = async () => {
    const place = location.pathname.replace('/~/+/', '/'); // in the frame of Community Cloud; without it, it wakes the app
    const url = new URL(place, location.origin);
    const now = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(data.link)) url.searchParams.set(name, value);
    for (const name of data.kept) if (now.has(name)) url.searchParams.set(name, now.get(name));
    const done = await copied(url.href);
    if (!done) shown(button, url.href);
    button.textContent = done ? 'Copied' : 'Copy link';
    setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
  };
}
