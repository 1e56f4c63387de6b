// Keeps what is typed in a form as a draft: when typing stops, and when the page is hidden or left. The place
// <p data-draft="address"> in the form says how that went, in words of its own: data-saved, data-unsaved,
// data-signed-out, data-offline. Nothing is kept in the browser: a shared tablet keeps nothing. The form hears
// "draft:tried"; it tells "draft:kept" where something else keeps the text, and "draft:renewed" when it began anew.
//
// The server answers {"saved": true, "at": "14:32"} or, with a status 4xx, {"error": "…"}.
import { FIRST_WAIT, LONGEST_WAIT, onFlush, PATIENCE, readJson, renewToken } from "./saving.js";

export { flushDrafts } from "./saving.js";

const PAUSE = 2000; // typing that stops this long is saved
const LONGEST = 15000; // and typing that does not stop is, after this long
const KEEPALIVE_MOST = 60000; // a browser lets no more go on after the page is left
const NEVER = "[type=hidden], [type=password], [type=file]";

export function startDraft(place) {
  const draft = new Draft(place);
  draft.form.addEventListener("input", () => draft.saveSoon());
  draft.form.addEventListener("submit", (event) => draft.submit(event));
  draft.form.addEventListener("draft:kept", () => {
    draft.failed = false; // on the device: nothing is lost with the page
  });
  draft.form.addEventListener("draft:renewed", () => draft.begin());
  document.addEventListener("visibilitychange", () => draft.save(document.visibilityState === "hidden"));
  window.addEventListener("pagehide", () => draft.save(true));
  window.addEventListener("pageshow", () => {
    if (draft.submitted) draft.begin(); // back from where the form led
  });
  window.addEventListener("online", () => draft.save());
  window.addEventListener("beforeunload", (event) => {
    if (!draft.failed || !draft.hasUnsent()) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers ask only then
  });
  onFlush(() => draft.save());
}

class Draft {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.begin();
  }

  // The server knows an opened page by a name: what comes late of a page whose form was saved, it drops.
  begin() {
    clearTimeout(this.timer);
    this.page = Date.now().toString(36) + Math.random().toString(36).slice(2);
    this.number = 0;
    this.submitted = false;
    this.failed = false;
    this.wait = FIRST_WAIT;
    this.kept = contentOf(this.form);
  }

  hasUnsent() {
    return !this.submitted && contentOf(this.form) !== this.kept;
  }

  saveSoon() {
    this.submitted = false;
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(PAUSE, Math.max(0, this.since + LONGEST - Date.now())));
  }

  // One save at a time; but a page that is left does not wait for the one before.
  async save(leaving = false) {
    clearTimeout(this.timer);
    if (!leaving) await this.running;
    const content = contentOf(this.form);
    if (!this.hasUnsent() || (leaving && content === this.sending)) return;
    this.running = this.send(content);
    await this.running;
  }

  async send(content) {
    this.sending = content;
    this.since = undefined;
    const outcome = await this.post(content);
    if (this.sending === content) this.sending = undefined;
    this.failed = outcome.state !== "saved";
    this.say(outcome.state, outcome);
    if (outcome.state === "saved" || outcome.error) {
      this.kept = content;
      this.wait = FIRST_WAIT;
    } else {
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
      this.timer = setTimeout(() => this.save(), this.wait);
    }
    const detail = { saved: !this.failed, unsent: this.hasUnsent(), error: outcome.error };
    this.form.dispatchEvent(new CustomEvent("draft:tried", { detail }));
  }

  async post(content, fresh = false) {
    const body = new URLSearchParams(content);
    for (const name of ["csrfmiddlewaretoken", "draft_key"]) body.set(name, this.form.elements[name].value);
    this.number += 1;
    body.set("draft_page", this.page);
    body.set("draft_number", this.number);
    let response;
    try {
      response = await fetch(this.place.dataset.draft, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "manual", // a redirect means the sign-in page
        keepalive: body.toString().length < KEEPALIVE_MOST,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return { state: "unsaved" };
    }
    const answer = await readJson(response);
    if (response.ok && answer?.saved) return { state: "saved", at: answer.at };
    if (answer?.error && response.status < 500) return { state: "unsaved", error: answer.error };
    if (response.type !== "opaqueredirect" && ![401, 403].includes(response.status)) return { state: "unsaved" };
    // Signed out, or signed in again in another tab: then a fresh token helps, once.
    if (!fresh && (await renewToken(this.form))) return this.post(content, true);
    return { state: "signedOut" };
  }

  // What was typed goes along with the form. It is saved here too, for when the form does not arrive.
  submit(event) {
    if (navigator.onLine) {
      void this.save(true);
      this.form.elements.draft_page.value = this.page;
      this.submitted = true;
    } else {
      event.preventDefault(); // the browser would throw the page away, and the text with it
      this.say("offline");
    }
  }

  say(state, { at, error } = {}) {
    const words = error ?? this.place.dataset[state].replace("{at}", at);
    if (this.place.textContent !== words) this.place.textContent = words;
    this.place.dataset.state = state;
  }
}

function contentOf(form) {
  const data = new FormData(form);
  for (const control of form.querySelectorAll(NEVER)) data.delete(control.name);
  return new URLSearchParams(data).toString();
}
