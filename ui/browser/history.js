// The browser's history holds pages, views, opened claims and steps of a lesson. A value that the server sets (by a
// preset, a tap, a claim, a step) changes the address of the view that is open, and Streamlit would add an entry for each:
// Back would go through all.
const WORDS = ['view', 'claim', 'lesson', 'step'];

if (!history.ours) {
  const push = history.pushState.bind(history);
  history.ours = true;
  history.pushState = (state, title, to) => {
    const now = new URL(location.href), next = new URL(to ?? now, now);
    if (next.pathname !== now.pathname) return push(state, title, to);
    const moved = WORDS.some(word => now.searchParams.get(word) !== next.searchParams.get(word));
    if (!moved) return history.replaceState(state, title, to);
    // Of a link to another page Streamlit writes the question mark's part first, under the name of this page.
    if (document.querySelector('[role=tablist]')) push(state, title, to);
  };
}

export default function () {}
