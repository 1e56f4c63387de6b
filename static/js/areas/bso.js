// The keyboard in a BSO group's grid: arrows go from square to square, 1 to 5 choose, + and - go half a point. Hangs on
// <form data-bso-grid>, beside autosave.js, which saves what is chosen.

for (const form of document.querySelectorAll("form[data-bso-grid]")) start(form);

function start(form) {
  if (!form.querySelector("[data-point]")) return;
  for (const hint of document.querySelectorAll("[data-grid-hint]")) hint.hidden = false;
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-point]") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (move(event.target, event.key) || choose(event.target, event.key)) event.preventDefault();
  });
  form.addEventListener("kijk:saved", ({ detail }) => tellReplaced(form, detail));
}

function move(control, key) {
  const row = control.closest("tr");
  const column = [...row.querySelectorAll("[data-point]")].indexOf(control);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    focusOn([...row.querySelectorAll("[data-point]")][column + (key === "ArrowRight" ? 1 : -1)]);
    return true;
  }
  if (key !== "ArrowUp" && key !== "ArrowDown") return false;
  const rows = [...row.parentElement.rows].filter((each) => each.querySelector("[data-point]"));
  focusOn(rows[rows.indexOf(row) + (key === "ArrowDown" ? 1 : -1)]?.querySelectorAll("[data-point]")[column]);
  return true;
}

function focusOn(control) {
  control?.focus();
}

function choose(control, key) {
  const now = Number(control.value);
  if (/^[1-5]$/.test(key)) return set(control, Number(key) * 2);
  if (key === "+" || key === "=") return set(control, now ? now + 1 : 6);
  if (key === "-") return set(control, now ? now - 1 : 6);
  return false;
}

function set(control, value) {
  const kept = Math.min(10, Math.max(2, value));
  if (String(kept) !== control.value) {
    control.value = String(kept);
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return true;
}

// The last one wins, and never silently: whose point was replaced is said, and a button puts it back.
function tellReplaced(form, { control, replaced }) {
  const place = form.querySelector("[data-conflict]");
  place.replaceChildren();
  if (!replaced) return;
  const said = document.createElement("p");
  const words = form.dataset.replaced.replace("{by}", replaced.by).replace("{label}", replaced.label);
  said.textContent = `${control.getAttribute("aria-label")}: ${words}`;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button--secondary button--small";
  undo.textContent = form.dataset.undo;
  undo.addEventListener("click", () => {
    place.replaceChildren();
    set(control, Number(replaced.value));
    control.focus();
  });
  place.append(said, undo);
}
