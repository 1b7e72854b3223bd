// Notifications of requests while the page is closed, where browser and service can do them.

import * as service from "/service.js";
import { at, busy, complain, tell } from "/view.js";
import { bytes } from "/passkey.js";
import * as words from "/words.js";

const BLOCKED = "Notifications are blocked for this site in the browser’s settings.";
const FAILED = "The browser’s push service did not answer. Try again later, or keep this page open.";

const worker = register();

async function register() {
  return navigator.serviceWorker?.register("/worker.js", { updateViaCache: "none" }).catch(() => undefined);
}

/// Offers notifications where some device of this browser has none.
export async function offer(devices, vapid) {
  const { pushManager } = (vapid && "Notification" in window && (await worker)) || {};
  const subscription = await pushManager?.getSubscription();
  const isOn = subscription && devices.every(({ subscribed }) => subscribed);
  const box = at("notifications");
  box.hidden = !pushManager || Boolean(isOn);
  const button = box.querySelector("button");
  button.onclick = () => busy(button, () => turnOn(box, pushManager, devices, vapid));
}

/// Takes away the notification of a request that is no longer open.
export async function putAway(tag) {
  const shown = (await (await worker)?.getNotifications({ tag })) ?? [];
  for (const notification of shown) notification.close();
}

async function turnOn(box, pushManager, devices, vapid) {
  complain(box, "");
  if ((await Notification.requestPermission()) !== "granted") return complain(box, BLOCKED);
  let subscription;
  try {
    // One that was made for another key cannot be used.
    await (await pushManager.getSubscription())?.unsubscribe();
    subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(vapid) });
  } catch {
    return complain(box, FAILED);
  }
  for (const { device } of devices) {
    const answer = await service.subscribe(device, subscription.toJSON());
    if (answer.status !== 204) return complain(box, words.answer(answer));
  }
  box.hidden = true;
  tell("Notifications are on.");
}
