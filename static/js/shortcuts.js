// Keys 1, 2, 3 and 0 answer the milestone that has the focus and go on to the next. They only work inside a group of
// answers, so that they never get in the way of typing or of a screen reader. The arrow keys stay the browser's own.

export function startShortcuts(root) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const group = event.target.closest?.("[data-choices]");
    if (!group || isForTyping(event.target)) return;
    const radio = group.querySelector(`input[type="radio"][data-key="${CSS.escape(event.key)}"]`);
    if (!radio || radio.disabled) return;
    event.preventDefault();
    radio.focus();
    radio.click();
    goToNext(root, group, radio);
  });
}

function isForTyping(element) {
  return element.matches("textarea, select, input:not([type=radio])");
}

// After the last milestone the focus stays, unless the page says where to go on: data-after-choices.
function goToNext(root, group, radio) {
  const groups = [...root.querySelectorAll("[data-choices]")];
  const next = groups[groups.indexOf(group) + 1];
  const target = next
    ? next.querySelector("input[type=radio]:checked:not(:disabled)") ?? next.querySelector("input[type=radio]:not(:disabled)")
    : root.querySelector("[data-after-choices]");
  (target ?? radio).focus({ preventScroll: true });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  (next ?? target ?? radio).scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}
