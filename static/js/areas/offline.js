// Notes without a network (OBS-2.2, OBS-2.3, OBS-2.4). What is typed without one waits on the device, sealed with
// AES-GCM under a key that the server derives for this person on this device. The key is in this page's memory alone,
// cannot be taken out of it, and goes after half an hour without a touch, or when the screen is locked. What waits
// carries the server's own ids and no name; it is sent as soon as the same person has a page open with a network.
//
// <div data-unsent data-owner data-key data-late data-save data-worker …>, with what it says in its other data- attributes
const BASE = "kijk-notes";
const IDLE = 30 * 60 * 1000;
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;
const MOST = 50;
const PATIENCE = 15000;
const QUICK = 4000;
const AGAIN = 30000;
const FIELDS = ["text", "context", "observed_on"];

// -- what is on the device

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("notes", { keyPath: "id" });
      asked.result.createObjectStore("device", { keyPath: "name" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function withStore(name, mode, work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const deed = base.transaction(name, mode, { durability: "strict" });
      const asked = work(deed.objectStore(name));
      deed.oncomplete = () => resolve(asked?.result);
      deed.onerror = deed.onabort = () => reject(deed.error);
    });
  } finally {
    base.close();
  }
}

// Made once and in one transaction: two pages that begin at the same time must not each have their own.
async function deviceId() {
  const fresh = { name: "id", value: crypto.randomUUID() };
  let found;
  await withStore("device", "readwrite", (store) => {
    const asked = store.get("id");
    asked.onsuccess = () => {
      found = asked.result ?? fresh;
      if (!asked.result) store.put(fresh);
    };
  });
  return found.value;
}

// Whoever's it is, what is older than a week goes.
async function waiting(owner) {
  const all = await withStore("notes", "readonly", (store) => store.getAll());
  const old = all.filter((note) => Date.now() - note.created > KEPT_FOR);
  for (const note of old) await forget(note.id);
  return all.filter((note) => note.owner === owner && !old.includes(note)).sort((one, other) => one.created - other.created);
}

function forget(id) {
  return withStore("notes", "readwrite", (store) => store.delete(id));
}

// -- the key

class Keys {
  constructor(place) {
    this.place = place;
    this.kept = new Map();
    this.newest = undefined;
    this.token = "";
    for (const sign of ["pointerdown", "keydown"]) window.addEventListener(sign, () => this.touched(), { passive: true, capture: true });
    this.touched();
  }

  touched() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.leave(), IDLE);
  }

  // What was typed and not saved is sealed first, while there is a key to do it with.
  async leave() {
    await this.park?.();
    this.drop();
  }

  drop() {
    this.kept.clear();
    this.newest = undefined;
    this.token = "";
  }

  // Asks for a key; the answer brings a fresh token for sending too. Without a network, or signed out: undefined.
  async fetch(version = "") {
    const address = new URL(this.place.dataset.key, window.location);
    address.searchParams.set("apparaat", await deviceId());
    if (version) address.searchParams.set("versie", version);
    try {
      const answer = await fetch(address, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 410) return { isGone: true };
      if (!answer.ok) return undefined;
      const given = await answer.json();
      if (given.owner !== this.place.dataset.owner) return undefined; // somebody else signed in meanwhile
      const bytes = Uint8Array.from(atob(given.key), (sign) => sign.charCodeAt(0));
      const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
      bytes.fill(0);
      this.kept.set(given.version, key);
      if (!version) this.newest = given.version;
      this.token = given.token;
      this.touched();
      return { key };
    } catch {
      return undefined;
    }
  }

  async of(version) {
    const key = this.kept.get(version);
    return key ? { key } : this.fetch(version);
  }
}

const boundTo = (note) => new TextEncoder().encode(`${note.owner}|${note.id}`);

async function seal(key, version, owner, id, content) {
  const note = { id, owner, created: Date.now(), version, iv: crypto.getRandomValues(new Uint8Array(12)) };
  const plain = new TextEncoder().encode(JSON.stringify(content));
  note.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: note.iv, additionalData: boundTo(note) }, key, plain);
  return note;
}

async function unseal(key, note) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: note.iv, additionalData: boundTo(note) }, key, note.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

// -- sending, and saying how many wait

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
      if (event.data === "locking" || event.data === "locked") this.keys.drop();
    });
    this.stuck = new Map();
  }

  async count() {
    this.left = (await waiting(this.words.owner)).length;
    return this.left;
  }

  async show() {
    const count = await this.count();
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
    await withStore("notes", "readwrite", (store) => store.put(note));
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
    if (answer?.ok) await forget(note.id);
    else if (answer && [409, 413, 422].includes(answer.status)) await this.stick(note, content, (await readError(answer)) ?? this.words.refused);
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

// -- the form of a note, when there is no network

async function hasNetwork() {
  if (!navigator.onLine) return false;
  try {
    await fetch(document.body.dataset.session, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(QUICK) });
    return true;
  } catch {
    return false;
  }
}

function startForm(form, queue) {
  queue.keys.fetch();
  // Who goes on after a break has a key again, as long as there is a network to get it by.
  form.addEventListener("focusin", () => {
    if (!queue.keys.newest && navigator.onLine) queue.keys.fetch();
  });
  // What stands in the form without a network, half a note perhaps, is put on the device when nobody is there any more.
  const park = async () => {
    const content = contentOf(form);
    if (content.fields.text.trim() && !(await hasNetwork())) await queue.add({ ...content, parked: true }, form.elements.entry_id.value);
  };
  queue.keys.park = park;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !navigator.onLine) park();
  });
  let passed = false;
  form.addEventListener(
    "submit",
    async (event) => {
      if (passed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (await hasNetwork()) {
        await forget(form.elements.entry_id.value);
        passed = true;
        form.requestSubmit();
      } else await keep(form, queue);
    },
    { capture: true },
  );
  window.addEventListener("pageshow", () => {
    passed = false;
  });
}

function contentOf(form) {
  const data = new FormData(form);
  return { fields: Object.fromEntries(FIELDS.map((name) => [name, data.get(name) ?? ""])), children: data.getAll("children"), lines: [...new Set(data.getAll("lines"))] };
}

async function keep(form, queue) {
  const say = (words) => {
    const status = form.querySelector("[data-draft]");
    status.textContent = words;
    status.dataset.state = "unsaved";
  };
  const content = contentOf(form);
  if (!content.fields.text.trim() || content.children.length === 0) return say(queue.words.unfinished);
  const outcome = await queue.add(content, form.elements.entry_id.value);
  if (outcome !== "kept") return say(queue.words[outcome]);
  say(queue.words.kept);
  form.querySelector("[data-draft]").dataset.state = "saved";
  renew(form);
}

// Ready for the next: a note of its own, with a draft of its own.
function renew(form) {
  const id = crypto.randomUUID();
  form.elements.entry_id.value = id;
  form.elements.draft_key.value = `note:${id}`;
  form.elements.text.value = "";
  form.elements.context.value = "";
  for (const box of form.querySelectorAll("[name=children]:checked, [name=lines]:checked")) box.checked = false;
  form.dispatchEvent(new Event("note:emptied"));
  form.elements.text.focus();
}

// -- signing out with notes that wait

function startSignOut(queue) {
  const dialog = document.getElementById("unsent-question");
  let leaving;
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target === leaving || event.target.getAttribute("action") !== queue.words.signOut || !queue.left) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leaving = event.target;
      const line = dialog.querySelector("[data-unsent-count]");
      line.textContent = queue.left === 1 ? queue.words.one : queue.words.many.replace("{n}", queue.left);
      dialog.showModal();
    },
    { capture: true },
  );
  dialog.querySelector("[data-unsent-leave]").addEventListener("click", () => {
    queue.keys.drop();
    leaving.submit();
  });
  dialog.addEventListener("close", () => {
    leaving = undefined;
  });
  dialog.querySelector("[data-unsent-stay]").addEventListener("click", () => dialog.close());
}

const place = document.querySelector("[data-unsent]");
if (place && window.isSecureContext && "indexedDB" in window) {
  const queue = new Queue(place);
  startSignOut(queue);
  for (const form of document.querySelectorAll("form[data-note]")) startForm(form, queue);
  navigator.serviceWorker?.register(place.dataset.worker, { scope: "/" }).catch(() => {}); // the queue works without it
  queue.send();
}
