// What saving in the background needs, whatever it is that is saved.

export const PATIENCE = 15000;
export const FIRST_WAIT = 1000;
export const LONGEST_WAIT = 30000;
const FLUSH = 3000;

const flushers = [];

// Registers what sends unsaved text at once; it may return a promise.
export function onFlush(flush) {
  flushers.push(flush);
}

// Sends all unsaved text of the page, before it is locked or left. The promise never fails and never takes long.
export function flushDrafts() {
  const patience = new Promise((done) => setTimeout(done, FLUSH));
  return Promise.race([Promise.allSettled(flushers.map((flush) => flush())), patience]);
}

const keepers = [];

// Registers what keeps unsaved text on the device, for when the server no longer takes it; it may return a promise.
export function onLeave(keep) {
  keepers.push(keep);
}

// Keeps all unsaved text on the device, before a page goes whose session is over. As sure and as short as flushing.
export function keepText() {
  const patience = new Promise((done) => setTimeout(done, FLUSH));
  return Promise.race([Promise.allSettled(keepers.map((keep) => keep())), patience]);
}

export async function readJson(response) {
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return null;
  try {
    return await response.json();
  } catch {
    return null;
  }
}

// After signing in again in another tab the token of this page's form is stale: puts a fresh one in the form.
export async function renewToken(form) {
  const mine = form.elements.csrfmiddlewaretoken;
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
    if (!response.ok || !fresh || !mine) return false;
    mine.value = fresh.value;
    return true;
  } catch {
    return false;
  }
}
