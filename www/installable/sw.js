// The service worker of the installable page. It fetches the files of its build, each with the hash that the build gave it,
// and nothing else: whatever the page asks for comes from these files or fails.

// Filled in by the build: its hash, and the files as `[path, integrity]`.
const BUILD = '@build@';
const FILES = ['@files@'];

const PREFIX = 'hushcap-';
const NAME = PREFIX + BUILD;

self.addEventListener('install', (event) => {
  // The page has loaded all it needs: a new build may take over at once.
  self.skipWaiting();
  event.waitUntil(precache());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => event.respondWith(answer(event.request)));

async function precache() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map(([path, integrity]) => new Request(path, { integrity, cache: 'reload' })));
}

async function forgetOthers() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function answer(request) {
  const cache = await caches.open(NAME);
  const asked = request.mode === 'navigate' ? new URL('./', self.registration.scope) : request;
  return (await cache.match(asked, { ignoreSearch: true })) ?? Response.error();
}
