/* Tells while typing how much room a text for a report has left. Nothing is cut off: too much is told, and refused on saving. */

function tell(part, area, count) {
  const most = Number(area.dataset.most);
  const left = most - area.value.length;
  const words = left < 0 ? part.dataset.over : part.dataset.left;
  part.classList.toggle("counted--over", left < 0);
  // Read aloud only near the end, so that a screen reader is not interrupted at every letter.
  count.setAttribute("aria-live", left < most / 10 ? "polite" : "off");
  count.textContent = words.replace("{n}", String(Math.abs(left)));
}

for (const part of document.querySelectorAll("[data-counted]")) {
  const area = part.querySelector("textarea[data-most]");
  const count = part.querySelector("[data-count]");
  if (area && count) {
    area.addEventListener("input", () => tell(part, area, count));
    tell(part, area, count);
  }
}
