// Keeps the installable page for later: without a network, its service worker answers from what it fetched by then.

// Only this file may name the service worker: the policy's trusted types refuse any other script.
const scripts = globalThis.trustedTypes?.createPolicy('hushcap-install', { createScriptURL: (url) => url });
navigator.serviceWorker?.register(scripts ? scripts.createScriptURL('sw.js') : 'sw.js').catch(() => {
  // Private windows and strict settings have none; the page is then one that needs its host.
});
