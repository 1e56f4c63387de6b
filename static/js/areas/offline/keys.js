// The key of this person on this device (OBS-2.3), and sealing with it. It is in this page's memory alone, cannot be
// taken out of it, and goes after half an hour without a touch, or when the screen is locked.
import { deviceId } from "./device.js";

const IDLE = 30 * 60 * 1000;
const PATIENCE = 15000;

export class Keys {
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

  get present() {
    return this.kept.has(this.newest);
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

export async function seal(key, version, owner, id, content) {
  const note = { id, owner, created: Date.now(), version, iv: crypto.getRandomValues(new Uint8Array(12)) };
  const plain = new TextEncoder().encode(JSON.stringify(content));
  note.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: note.iv, additionalData: boundTo(note) }, key, plain);
  return note;
}

export async function unseal(key, note) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: note.iv, additionalData: boundTo(note) }, key, note.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}
