// Wakes up when a request is made. The message is empty: what is waiting is asked of the service.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  event.waitUntil(Promise.all([notify(), tellPages()]));
});

/// Shows a notification in any case: a browser ends a subscription whose messages show none.
async function notify() {
  const [title, body, tag] = await waiting().catch(() => ["A request is waiting", "Open the page to see it.", "mfa"]);
  await self.registration.showNotification(title, { body, tag, renotify: true });
}

async function waiting() {
  const response = await fetch("/api/device/pending", { credentials: "same-origin", cache: "no-store" });
  const { requests } = await response.json();
  const last = requests.at(-1);
  if (!last) return ["Nothing is waiting any more", "The request was answered, or has expired.", "mfa"];
  const { app, purpose, challenge } = last;
  return [`Is this you? ${app}`, purpose ?? "Open the page to approve or deny.", challenge];
}

async function tellPages() {
  for (const page of await windows()) page.postMessage("push");
}

const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    windows().then(([page]) => (page ? page.focus() : self.clients.openWindow("/"))),
  );
});
