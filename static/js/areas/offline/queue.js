// Sending what waits, and saying how many notes do (OBS-2.2). One queue a page, that its scripts share.
import { forget, keep, waiting } from "./device.js";
import { Keys, seal, unseal } from "./keys.js";

const MOST = 50;
const PATIENCE = 15000;
const AGAIN = 30000;

class Queue {
  constructor(place) {
    this.place = place;
    this.words = place.dataset;
    this.keys = new Keys(place);
    this.list = place.querySelector("[data-unsent-stuck]");
    place.querySelector("[data-unsent-send]").addEventListener("click", () => this.send());
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.send();
    });
    const tabs = "BroadcastChannel" in window ? new BroadcastChannel("kijk-session") : undefined;
    tabs?.addEventListener("message", (event) => {
      if (event.data === "locking" || event.data === "locked") this.keys.leave();
    });
    this.stuck = new Map();
  }

  // Half a note that is still open in a form is one to lose by signing out, and none to speak of while it is typed.
  async show() {
    const all = await waiting(this.words.owner);
    this.left = all.length;
    const count = all.filter((note) => note.id !== this.open).length;
    const words = count === 1 ? this.words.one : this.words.many.replace("{n}", count);
    const line = this.place.querySelector("[data-unsent-count]");
    this.place.hidden = count === 0;
    if (count && line.textContent !== words) line.textContent = words;
  }

  async add(content, id) {
    const all = await waiting(this.words.owner);
    if (all.length >= MOST && !all.some((note) => note.id === id)) return "full";
    const version = this.keys.newest;
    const key = this.keys.kept.get(version);
    if (!key) return "locked";
    const note = await seal(key, version, this.words.owner, id, content);
    await keep(note);
    await this.show();
    return "kept";
  }

  // One page sends at a time, and each note once: the server keeps an entry once in any case.
  async send() {
    await this.show();
    if (!this.left || this.busy) return;
    this.busy = true;
    try {
      if ("locks" in navigator) await navigator.locks.request("kijk-notes-send", () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.busy = false;
      await this.show();
    }
    clearTimeout(this.timer);
    if (this.left > this.stuck.size) this.timer = setTimeout(() => this.send(), AGAIN);
  }

  async sendAll() {
    if (!(await this.keys.fetch())) return;
    for (const note of await waiting(this.words.owner)) {
      if (this.stuck.has(note.id)) continue;
      const found = await this.keys.of(note.version);
      if (found?.isGone) await this.stick(note, undefined, this.words.gone);
      else if (!found || !(await this.sendOne(note, found.key))) return;
    }
  }

  // Says whether to go on with the next one.
  async sendOne(note, key) {
    let content;
    try {
      content = await unseal(key, note);
    } catch {
      await this.stick(note, undefined, this.words.gone);
      return true;
    }
    const answer = content.parked ? await this.saveDraft(note.id, content) : await this.post(this.words.late, bodyOf(note, content));
    if (answer?.ok) {
      await forget(note.id);
      if (content.parked) this.parkedSent?.(note.id);
    } else if (answer && [409, 413, 422].includes(answer.status)) await this.stick(note, content, (await readError(answer)) ?? this.words.refused);
    else return false; // signed out, no network, too many at once: it stays
    return true;
  }

  async post(address, body) {
    try {
      return await fetch(address, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": this.keys.token },
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return undefined;
    }
  }

  // A note the server does not take is shown to who wrote it, with what can be done.
  async stick(note, content, why) {
    this.stuck.set(note.id, content);
    const entry = this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    entry.querySelector("[data-why]").textContent = why;
    entry.querySelector("[data-text]").textContent = content?.fields.text ?? "";
    entry.querySelector("[data-again]").hidden = !content;
    entry.querySelector("[data-again]").addEventListener("click", () => this.goOn(note, content));
    entry.querySelector("[data-drop]").addEventListener("click", async () => {
      await forget(note.id);
      this.stuck.delete(note.id);
      entry.remove();
      await this.show();
    });
    this.list.append(entry);
  }

  // As a draft on the server, which the form then goes on with.
  async goOn(note, content) {
    const answer = await this.saveDraft(note.id, content);
    if (!answer?.ok) return;
    await forget(note.id);
    window.location.assign(`${this.words.form}?concept=${encodeURIComponent(`note:${note.id}`)}`);
  }

  saveDraft(id, content) {
    const chosen = content.parked ? content.children.map((child) => ["children", child]) : [];
    const body = new URLSearchParams([...Object.entries(content.fields), ...content.lines.map((line) => ["lines", line]), ...chosen]);
    body.set("draft_key", `note:${id}`);
    return this.post(this.words.save, body);
  }
}

function bodyOf(note, content) {
  const body = new URLSearchParams([...Object.entries(content.fields), ...content.children.map((id) => ["children", id]), ...content.lines.map((id) => ["lines", id])]);
  body.set("entry_id", note.id);
  body.set("typed_at", new Date(note.created).toISOString());
  return body;
}

async function readError(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return undefined;
  }
}

const place = document.querySelector("[data-unsent]");
export const queue = place && window.isSecureContext && "indexedDB" in window ? new Queue(place) : undefined;
