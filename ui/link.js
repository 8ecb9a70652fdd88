// Copies a link that holds every value of the panel.
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
    url.search = new URLSearchParams(data).toString();
    await copy(url.href);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
  };
}
