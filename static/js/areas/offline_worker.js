// The service worker (OBS-2.2). It keeps the look of one page that says there is no network, and that page: static
// files and nothing else. What anybody's page holds never comes into a cache, for a tablet is shared: every page and
// every answer comes from the network or not at all.
//
// GIVEN is put above this by the server: files (addresses of static files), page (the address of the offline page), on.
const CACHE = `kijk-static-${hash(JSON.stringify(GIVEN))}`;
const FILES = new Set(GIVEN.files.map((file) => new URL(file, self.location).pathname));

self.addEventListener("install", (event) => {
  event.waitUntil(GIVEN.on ? keep() : Promise.resolve());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (!GIVEN.on || request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (FILES.has(url.pathname)) event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => noNetwork()));
});

async function keep() {
  const cache = await caches.open(CACHE);
  // Without cookies: what is kept is what nobody in particular gets.
  await cache.addAll([...FILES].map((file) => new Request(file, { credentials: "omit", cache: "no-cache" })));
  const page = await fetch(new Request(GIVEN.page, { credentials: "omit", cache: "no-cache" }));
  if (page.ok && !page.redirected) await cache.put(GIVEN.page, page);
}

async function noNetwork() {
  return (await caches.match(GIVEN.page)) ?? Response.error();
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kijk-") && (!GIVEN.on || name !== CACHE)).map((name) => caches.delete(name)));
  if (GIVEN.on) return true; // pages that are open get it when they are opened next
  // Switched off for the organisation: what waited on the device goes, and this worker too.
  self.indexedDB.deleteDatabase("kijk-notes");
  return self.registration.unregister();
}

function hash(text) {
  let sum = 0;
  for (const sign of text) sum = (Math.imul(sum, 31) + sign.codePointAt(0)) | 0;
  return (sum >>> 0).toString(36);
}
