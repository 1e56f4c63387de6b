// The form of a note when there is no network (OBS-2.2, OBS-2.3). What is typed is sealed on the device as long as the
// server does not take it, and the form is ready for the next note when one was kept there. That the session ends is
// said above the form, for a dialog would stand before what is being typed.
//
// <form data-note>, with <div data-session-banner data-ending data-over data-locked> above it
import { onLeave } from "../saving.js";
import { forget } from "./offline/device.js";
import { queue } from "./offline/queue.js";

const QUICK = 4000;
const FIELDS = ["text", "context", "observed_on"];

async function hasNetwork() {
  if (!navigator.onLine) return false;
  try {
    await fetch(document.body.dataset.session, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(QUICK) });
    return true;
  } catch {
    return false;
  }
}

class NoteForm {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-draft]");
    this.banner = document.querySelector("[data-session-banner]");
    this.unsaved = false;
    this.passed = false;
    queue.open = this.id;
    queue.keys.fetch();
    queue.keys.park = () => this.park();
    queue.parkedSent = (id) => this.offer(id);
    onLeave(() => this.park());
    // Who goes on after a break has a key again, as long as there is a network to get it by.
    form.addEventListener("focusin", () => {
      if (!queue.keys.present && navigator.onLine) queue.keys.fetch();
    });
    form.addEventListener("input", () => {
      this.unsaved = true;
    });
    form.addEventListener("draft:tried", (event) => this.draftTried(event.detail));
    form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    document.addEventListener("session:ending", (event) => this.tell(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && !navigator.onLine) this.park();
    });
    window.addEventListener("pageshow", () => {
      this.passed = false;
    });
  }

  get id() {
    return this.form.elements.entry_id.value;
  }

  get content() {
    const data = new FormData(this.form);
    return { fields: Object.fromEntries(FIELDS.map((name) => [name, data.get(name) ?? ""])), children: data.getAll("children"), lines: [...new Set(data.getAll("lines"))] };
  }

  // Half a note that the server does not have goes on the device, as long as there is a key to seal it with.
  async park() {
    const content = this.content;
    if (!this.unsaved || !content.fields.text.trim()) return;
    if ((await queue.add({ ...content, parked: true }, this.id)) !== "kept") return;
    this.parked = true;
    this.form.dispatchEvent(new Event("draft:kept"));
  }

  async draftTried({ saved, unsent, error }) {
    this.unsaved = unsent;
    if (saved && this.parked) {
      this.parked = false;
      await forget(this.id);
    } else if (!saved && !error) {
      await this.park();
      if (this.parked) this.say(queue.words.parked);
    }
  }

  async submit(event) {
    if (this.passed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await hasNetwork()) {
      await forget(this.id);
      this.passed = true;
      this.form.requestSubmit();
    } else await this.keep();
  }

  async keep() {
    const content = this.content;
    if (!content.fields.text.trim() || content.children.length === 0) return this.say(queue.words.unfinished);
    const outcome = await queue.add(content, this.id);
    if (outcome !== "kept") return this.say(queue.words[outcome]);
    this.renew();
    await queue.show();
    this.say(queue.words.kept, "saved");
  }

  // Ready for the next: a note of its own, with a draft of its own.
  renew() {
    const { elements } = this.form;
    elements.entry_id.value = queue.open = crypto.randomUUID();
    elements.draft_key.value = `note:${this.id}`;
    elements.text.value = "";
    elements.context.value = "";
    for (const box of this.form.querySelectorAll("[name=children]:checked, [name=lines]:checked")) box.checked = false;
    this.unsaved = this.parked = false;
    this.form.dispatchEvent(new Event("note:emptied"));
    this.form.dispatchEvent(new Event("draft:renewed"));
    elements.text.focus();
  }

  // Half a note of before is a draft at the server now: a page on which nothing was typed yet shows it.
  offer(id) {
    const isShown = id === this.id || document.querySelector(`[name="key"][value="note:${id}"]`);
    if (!isShown && !this.content.fields.text && this.content.children.length === 0) window.location.reload();
  }

  // Without a network nobody can say that they are still there.
  tell(event) {
    const { ending, over, reached } = event.detail;
    const yields = ending && !reached;
    if (yields) event.preventDefault();
    const words = yields ? this.banner.dataset[!queue.keys.present ? "locked" : over ? "over" : "ending"] : "";
    if (this.banner.textContent !== words) this.banner.textContent = words;
  }

  say(words, state = "unsaved") {
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.dataset.state = state;
  }
}

if (queue) for (const form of document.querySelectorAll("form[data-note]")) new NoteForm(form);
