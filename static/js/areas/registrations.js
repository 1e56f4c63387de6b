// Two people in one registration, and what notes propose. Hangs on <form data-replaced>, beside autosave.js.
// The last answer wins, and never silently: the server names whose answer was replaced, and a button puts it back. Who
// comes back to the page sees what others answered in the meantime.

import { seenOf } from "../autosave.js";

const AT_MOST_EVERY = 5000; // looking again at the server, in milliseconds

for (const form of document.querySelectorAll("form[data-replaced][data-autosave]")) start(form);

function start(form) {
  form.addEventListener("kijk:saved", (event) => afterSaving(form, event.detail));
  form.addEventListener("kijk:refused", (event) => {
    if (event.detail.theirs !== undefined) showTheirs(form, event.detail);
  });
  form.addEventListener("click", (event) => takeProposal(event));
  const look = refresher(form);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  window.addEventListener("focus", look);
}

function afterSaving(form, { control, replaced }) {
  const place = conflictOf(control);
  place?.replaceChildren();
  control.closest("[data-milestone]")?.querySelector("[data-proposal]")?.remove();
  if (control.matches("textarea")) control.defaultValue = control.value;
  if (!replaced || !place) return;
  const said = paragraph(form.dataset.replaced.replace("{by}", replaced.by).replace("{label}", replaced.label));
  place.append(said, button(form.dataset.undo, () => choose(control, replaced.value)));
}

// A text is no choice of which the last can win: both stand on the page until somebody has put them together.
function showTheirs(form, { control, theirs, mark }) {
  const mine = control.value;
  const quote = document.createElement("blockquote");
  quote.textContent = theirs;
  const seen = seenOf(form, control);
  const save = (text) => {
    seen.value = mark;
    control.value = text;
    control.dispatchEvent(new Event("change", { bubbles: true }));
    control.focus();
  };
  conflictOf(control).replaceChildren(
    paragraph(form.dataset.theirs),
    quote,
    button(form.dataset.takeBoth, () => save([theirs, control.value || mine].filter(Boolean).join("\n\n"))),
    button(form.dataset.keepMine, () => save(control.value || mine)),
  );
}

function takeProposal(event) {
  const proposed = event.target.closest("[data-propose]");
  if (!proposed) return;
  event.preventDefault();
  const milestone = proposed.closest("[data-milestone], [data-choices]");
  choose(milestone.querySelector("input[type=radio]"), proposed.dataset.propose);
}

function choose(control, value) {
  const group = control.closest("[data-choices]");
  const radio = group.querySelector(`input[type="radio"][value="${CSS.escape(value)}"]`);
  radio.focus();
  radio.click();
}

function refresher(form) {
  let last = Date.now();
  return async () => {
    if (Date.now() - last < AT_MOST_EVERY) return;
    last = Date.now();
    const page = await fetchPage();
    if (page) for (const seen of page.querySelectorAll("form[data-replaced] [data-seen]")) update(form, seen);
  };
}

async function fetchPage() {
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null; // it is looked at again the next time
  }
}

// Puts a colleague's answer in place, unless something of one's own is still on its way.
function update(form, fresh) {
  const seen = form.elements[fresh.name];
  if (!seen || seen.value === fresh.value) return;
  const control = controlOf(form, seen);
  const theirs = controlOf(fresh.form, fresh);
  if (!control || !theirs || isOwn(form, control, seen)) return;
  seen.value = fresh.value;
  if (control.matches("textarea")) {
    control.value = control.defaultValue = theirs.value;
  } else {
    for (const radio of radiosOf(form, control)) radio.checked = radio.value === fresh.value;
    const group = control.closest("[data-choices]");
    if (!theirs.closest(".choices--carried")) {
      group.classList.remove("choices--carried");
      group.querySelector("[data-carried]")?.remove();
    }
  }
  const status = control.closest("[data-choices]")?.querySelector("[data-status]");
  if (status) status.textContent = form.dataset.refreshed;
}

function controlOf(form, seen) {
  const name = seen.name.slice("was-".length);
  const found = form.elements[`m-${name}`] ?? form.elements[`s-${name}`] ?? form.elements[name];
  return found instanceof RadioNodeList ? found[0] : found;
}

function radiosOf(form, control) {
  return form.querySelectorAll(`input[type="radio"][name="${CSS.escape(control.name)}"]`);
}

function isOwn(form, control, seen) {
  if (control.matches("textarea")) return control.value !== control.defaultValue;
  const chosen = [...radiosOf(form, control)].find((radio) => radio.checked);
  return (chosen?.value ?? "") !== seen.value;
}

function conflictOf(control) {
  return (control.closest("[data-milestone]") ?? control.closest("[data-choices]"))?.querySelector("[data-conflict]");
}

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--secondary button--small";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}
