// Saves each answer of <form data-autosave="address"> as it is given. What could not be sent stays in a queue (in
// memory only: a shared tablet keeps nothing) and is tried again, later and later, and at once when the network is back.
// Without this module the form is an ordinary form with a button.
//
// The server answers {"saved": true, "progress": {"answered": 11, "total": 17}} or, with a status 4xx, {"error": "…"}.
// What it answers goes on as an event of the form, with the control: "kijk:saved", or "kijk:refused".
// Beside an answer goes what its sender saw before (an <input type="hidden" data-seen name="was-…">), so that the server
// can tell when a colleague answered in between.
// The words come from the form: data-saving, data-saved, data-unsaved, data-signed-out.

import { FIRST_WAIT, LONGEST_WAIT, onFlush, PATIENCE, readJson, renewToken } from "./saving.js";

const QUICK = 400; // a save faster than this is not announced as "saving": that would only be restless
const PAUSE = 1500; // typing that stops this long is saved: not every text is left before the screen goes dark

export function startAutosave(form) {
  const saver = new Autosave(form);
  form.addEventListener("change", (event) => saver.take(event.target));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) saver.takeLater(event.target);
  });
  // Choosing again what was carried over confirms it; the browser sends no "change" for that.
  form.addEventListener("click", (event) => {
    if (event.target.matches?.(".choices--carried input:checked")) saver.take(event.target);
  });
  form.addEventListener("submit", (event) => {
    // Without a network the browser would throw the page away, and the unsent answers with it.
    if (!navigator.onLine && saver.hasUnsent()) event.preventDefault();
    else saver.leaveToForm();
  });
  onFlush(() => {
    saver.takeTyped();
    return saver.running;
  });
  window.addEventListener("online", () => saver.sendNow());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") saver.sendNow();
    else saver.takeTyped();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saver.hasUnsent()) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers ask only then
  });
  return saver;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.waiting = new Map(); // name of the field -> its control; a later answer replaces an earlier one
    this.sending = false;
    this.wait = FIRST_WAIT;
    this.timer = undefined;
    this.submitted = false;
    this.typed = undefined; // a text that is being typed, and the timer that will save it
    this.typing = undefined;
  }

  takeLater(control) {
    clearTimeout(this.typing);
    this.typed = control;
    this.typing = setTimeout(() => this.takeTyped(), PAUSE);
  }

  takeTyped() {
    if (this.typed) this.take(this.typed);
  }

  take(control) {
    if (control === this.typed) {
      clearTimeout(this.typing);
      this.typed = undefined;
    }
    if (!control.name || control.closest("[data-autosave-ignore]")) return;
    this.waiting.delete(control.name);
    this.waiting.set(control.name, control);
    showError(control, "");
    this.sendNow();
  }

  hasUnsent() {
    return !this.submitted && (this.sending || this.waiting.size > 0 || this.typed !== undefined);
  }

  // The form itself is being sent, with every answer in it: nothing is lost by leaving.
  leaveToForm() {
    this.submitted = true;
    clearTimeout(this.timer);
  }

  sendNow() {
    clearTimeout(this.timer);
    if (!this.sending && !this.submitted && this.waiting.size > 0) this.running = this.sendAll();
  }

  async sendAll() {
    this.sending = true;
    let goingWell = true;
    while (goingWell && this.waiting.size > 0) {
      const [name, control] = this.waiting.entries().next().value;
      this.waiting.delete(name);
      goingWell = await this.sendOne(name, control);
    }
    this.sending = false;
    if (goingWell) {
      this.wait = FIRST_WAIT;
    } else {
      this.timer = setTimeout(() => this.sendNow(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
  }

  async sendOne(name, control) {
    const slow = setTimeout(() => this.say(control, "saving"), QUICK);
    const outcome = await this.post(control);
    clearTimeout(slow);
    if (outcome.again) {
      if (!this.waiting.has(name)) this.waiting.set(name, control);
      this.say(control, outcome.signedOut ? "signedOut" : "unsaved");
      return false;
    }
    if (outcome.error) {
      this.say(control, "");
      showError(control, outcome.error);
      this.tell("kijk:refused", control, outcome.answer);
    } else {
      this.say(control, "saved");
      confirmCarried(control.closest("[data-choices]"));
      showProgress(outcome.answer.progress);
      this.tell("kijk:saved", control, outcome.answer);
    }
    return true;
  }

  tell(name, control, answer) {
    this.form.dispatchEvent(new CustomEvent(name, { detail: { ...answer, control } }));
  }

  async post(control, fresh = false) {
    let response;
    const body = this.body(control);
    try {
      response = await fetch(this.form.dataset.autosave || this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "manual", // a redirect means the sign-in page
        keepalive: true, // goes on when the page is left
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return { again: true };
    }
    const answer = await readJson(response);
    if (response.ok && answer?.saved) {
      const seen = seenOf(this.form, control);
      if (seen) seen.value = answer.mark ?? body.get(control.name);
      return { answer };
    }
    if (answer?.error && response.status < 500 && response.status !== 429) return { error: answer.error, answer };
    if (response.status >= 500 || response.status === 429) return { again: true };
    // Signed out, or signed in again in another tab, which makes this page's token stale: fetch a fresh one, once.
    if (!fresh && (await renewToken(this.form))) return this.post(control, true);
    return { again: true, signedOut: true };
  }

  // Hidden fields (the token among them) and the one answer; the others were sent in their turn. The key of the draft
  // goes with a text alone: where the session has ended, the server keeps as a draft what a request with the key has.
  body(control) {
    const data = new FormData();
    const seen = seenOf(this.form, control);
    if (seen) data.append(seen.name, seen.value);
    for (const hidden of this.form.querySelectorAll("input[type=hidden]:not([data-seen])")) {
      if (hidden.name !== "draft_key" || control.matches("textarea")) data.append(hidden.name, hidden.value);
    }
    data.append(control.name, control.type === "checkbox" && !control.checked ? "" : control.value);
    return data;
  }

  say(control, state) {
    const place = control.closest("[data-choices]")?.querySelector("[data-status]") ?? this.form.querySelector("[data-status]");
    if (!place) return;
    place.textContent = (state && this.form.dataset[state]) || "";
    place.dataset.state = state;
  }
}

export function seenOf(form, control) {
  return form.elements[`was-${control.name.replace(/^[ms]-/, "")}`];
}

// What was carried over from the last registration has now been said again.
function confirmCarried(group) {
  group?.classList.remove("choices--carried");
  group?.querySelector("[data-carried]")?.remove();
}

function showError(control, text) {
  const place = control.closest("[data-choices], .field")?.querySelector("[data-error]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

function showProgress(progress) {
  if (!progress) return;
  for (const place of document.querySelectorAll("[data-progress]")) {
    const words = place.dataset.progressText
      .replace("{answered}", progress.answered)
      .replace("{total}", progress.total);
    place.querySelector("[data-progress-words]").textContent = words;
    const bar = place.querySelector("progress");
    bar.max = progress.total;
    bar.value = progress.answered;
  }
}
