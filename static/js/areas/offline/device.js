// What waits on the device: sealed notes, and the device's own id (OBS-2.2, OBS-2.3).
const BASE = "kijk-notes";
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;

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
export async function deviceId() {
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
export async function waiting(owner) {
  const all = await withStore("notes", "readonly", (store) => store.getAll());
  const old = all.filter((note) => Date.now() - note.created > KEPT_FOR);
  for (const note of old) await forget(note.id);
  return all.filter((note) => note.owner === owner && !old.includes(note)).sort((one, other) => one.created - other.created);
}

export function keep(note) {
  return withStore("notes", "readwrite", (store) => store.put(note));
}

export function forget(id) {
  return withStore("notes", "readwrite", (store) => store.delete(id));
}
