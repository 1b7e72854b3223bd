import assert from "node:assert/strict";

import { said } from "../world.mjs";

export default async function (world) {
  const phone = await world.enrolled();
  await phone.page.locator("#notifications").waitFor({ state: "hidden" });
  await said("keygen", "--push", `${process.env.HOME}/vapid.key`);
  const key = `{ file = "${process.env.HOME}/vapid.key" }`;
  await world.configure(`[push]\nkey = ${key}\ncontact = "mailto:admin@example.org"\n`);
  await world.stop();
  await world.start();

  await phone.page.addInitScript(pretendToBeSubscribed);
  await phone.open();
  await phone.reads("Be told of a request while this page is closed.");
  await phone.looks("notifications-offered");
  await phone.press("Turn on notifications");
  await phone.page.locator("#notifications").waitFor({ state: "hidden" });
  assert.deepEqual((await world.devices()).map(({ notified }) => notified), [true]);
}

/// Stands for the push service of the browser's maker, which no test asks.
function pretendToBeSubscribed() {
  let subscription = null;
  const keys = { p256dh: "AAAA", auth: "AAAA" };
  const json = { endpoint: "https://fcm.googleapis.com/fcm/send/1", expirationTime: null, keys };
  PushManager.prototype.getSubscription = async () => subscription;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65 || applicationServerKey[0] !== 4) throw new TypeError("no point of P-256");
    subscription = { toJSON: () => json };
    return subscription;
  };
}
