// A presenter's keys turn the steps of a lesson. Its page keys always do, whatever was touched last; the arrows do where
// nothing else listens to them.
const KEYS = { PageDown: 'next', ArrowRight: 'next', PageUp: 'back', ArrowLeft: 'back' };
const TYPING = 'textarea, select, [contenteditable=true], input:not([type=range]):not([type=checkbox]):not([type=radio])';
const MOVED = 'input, [role=slider], [role=tab], [role=radio], [role=option], [role=dialog], [role=combobox]';

if (!window.lessonKeys) {
  window.lessonKeys = true;
  document.addEventListener('keydown', event => {
    const way = KEYS[event.key], at = event.target;
    if (!way || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (at.closest?.(TYPING) || (event.key.startsWith('Arrow') && at.closest?.(MOVED))) return;
    const button = document.querySelector(`.st-key-lesson-${way} button`);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }, true);
}

export default function () {}
