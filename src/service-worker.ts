/// <reference no-default-lib="true"/>
/// <reference lib="ES2023" />
/// <reference lib="WebWorker" />
/// <reference types="@sveltejs/kit" />
// Offline after the first visit: everything that the build made, what stands in static, and the prerendered pages are
// kept under this build's version; older versions go when it takes over. Works below a sub-path, because every address
// is relative to where this file stands. Asks nobody but the site itself.
import { build, files, prerendered, version } from '$service-worker';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const cacheName = `spillway-${version}`;
const kept = [...build, ...files, ...prerendered];
const known = new Set(kept.map((path) => new URL(path, worker.location.href).pathname));

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(kept))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))),
      )
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== worker.location.origin) return;
  if (!known.has(address.pathname) && request.mode !== 'navigate') return;
  event.respondWith(answer(request, address));
});

/** From the keep where it is in it; a page goes to the site first, so that a new version is seen with the next visit. */
async function answer(request: Request, address: URL): Promise<Response> {
  const cache = await caches.open(cacheName);
  const { pathname } = address;
  const stored = (await cache.match(pathname)) ?? (await cache.match(`${pathname}/`));
  if (stored !== undefined && request.mode !== 'navigate') return stored;
  try {
    return await fetch(request);
  } catch (error) {
    if (stored !== undefined) return stored;
    throw error;
  }
}
