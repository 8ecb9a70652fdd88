// The browser's history holds pages, views, opened claims and steps of a lesson. A value that the server sets (by a
// preset, a tap, a claim, a step) changes the address of the view that is open, and Streamlit would add an entry for each:
// Back would go through all.
if (!history.words) {
  const push = history.pushState.bind(history);
  history.words = [];
  history.pushState = (state, title, to) => {
    const now = new URL(location.href), next = new URL(to ?? now, now);
    if (next.pathname !== now.pathname) return push(state, title, to);
    const moved = history.words.some(word => now.searchParams.get(word) !== next.searchParams.get(word));
    if (!moved) return history.replaceState(state, title, to);
    // A link to another page is followed in two steps: from the sheet, Streamlit writes /Answer_sheet?claim=3-1 and then
    // /Momentum?claim=3-1. The first is no place to come back to: only a page with tabs has such words of its own.
    if (document.querySelector('[role=tablist]')) push(state, title, to);
  };
}

export default function ({ data }) { history.words = data.words; }
