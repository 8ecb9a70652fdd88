// Copies a link that holds every value of the panel: its defaults, and over them what the address says.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard without https: the old way
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  button.onclick = async () => {
    const url = new URL(location.pathname, location.origin);
    const now = new URLSearchParams(location.search);
    url.searchParams.set('look', data.panel);
    for (const [name, value] of Object.entries(data.link))
      url.searchParams.set(name, name === 'v' ? value : now.get(name) ?? value);
    await copy(url.href);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
  };
}
