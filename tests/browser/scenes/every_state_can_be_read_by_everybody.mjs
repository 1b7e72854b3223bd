import assert from "node:assert/strict";

import { code } from "../world.mjs";

const RESPOND = "**/api/auth/mfa/push/respond";

export default async function (world) {
  const phone = await world.phone();
  await enrolling(world, phone);
  await asked(world, phone);
  await answers(phone);
  await besides(phone);
}

async function enrolling(world, phone) {
  await phone.open();
  await phone.sees("This browser is not set up yet");
  await phone.looks("new");
  await phone.page.goto(await world.link());
  await phone.type("Name of this device", "Alice’s phone");
  await phone.looks("enrol");
  await phone.press("Add this device");
  await phone.reads("Type the code");
  await phone.looks("enrol-no-code");
  await phone.type("Current code", code());
  for (const [status, reason, text] of [
    [429, "throttled", "Try again in 30 seconds."],
    [423, "disabled", "This app is disabled"],
    [409, "too_many", "as many devices as it can have"],
    [403, "reused", "That code was used before."],
  ]) {
    await phone.pretends("**/api/device/begin", status, { reason, retry_after: 30 });
    await phone.press("Add this device");
    await phone.reads(text);
    await phone.looks(`enrol-${reason}`);
  }
  await phone.pretendsNoMore("**/api/device/begin");
  await phone.verifies(false);
  await phone.press("Add this device");
  await phone.reads("No passkey was created");
  await phone.looks("enrol-unverified");
  await phone.verifies(true);
  await phone.press("Create the passkey");
  await phone.sees("This device is ready");
  await phone.looks("ready");
}

async function asked(world, phone) {
  const { number, answer } = await world.ask("Deploy release 2.4 to production");
  await phone.sees("Is this you?");
  await phone.looks("request");
  await phone.press("Approve");
  await phone.reads("Type the two digits");
  await phone.looks("request-no-number");
  await phone.verifies(false);
  await phone.approve(number);
  await phone.reads("Nothing was sent");
  await phone.looks("request-unverified");
  await phone.verifies(true);
  await phone.press("Approve");
  await phone.sees("Approved");
  assert.deepEqual(await answer(), [0, "accepted"]);
  await phone.looks("approved");
  await phone.press("Done");
}

async function answers(phone) {
  const answered = async (state, title, status, json) => {
    await phone.pretendsToBeAsked([{ challenge: `a.${state}` }]);
    await phone.pretends(RESPOND, status, json);
    await phone.open();
    await phone.press("Deny");
    await phone.sees(title);
    await phone.looks(state);
  };
  await answered("cancelled", "Cancelled", 410, { reason: "cancelled" });
  await answered("unknown", "No longer there", 404, { reason: "unknown_challenge" });
  await phone.pretends(RESPOND, 403, { reason: "session" });
  await phone.pretendsToBeAsked([{ challenge: "a.b" }, { challenge: "b.b", app: "sudo" }], [{}, { device: "1" }]);
  await phone.press("Done");
  await phone.page.getByRole("article").nth(1).waitFor();
  await phone.press("Deny");
  await phone.reads("This device was signed out.");
  await phone.looks("two-requests");
  await phone.page.route("**/api/**", (route) => route.abort());
  await phone.reads("There is no connection to the service. Trying again…");
  await phone.press("Deny");
  await phone.reads("There is no connection to the service. Try again.");
  await phone.looks("offline");
  await phone.page.unroute("**/api/**");
}

async function besides(phone) {
  const { page } = phone;
  await phone.pretendsToBeAsked([], [{}], "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM");
  await phone.open();
  await phone.press("Turn on notifications");
  await phone.reads("The browser’s push service did not answer.");
  await phone.looks("notifications");
  await phone.press(/^Remove/);
  await phone.looks("removal");
  await phone.press("Keep it");
  await phone.context.clearCookies();
  await phone.pretendsNoMore("**/api/device/pending?*");
  await page.addInitScript(() => delete window.PublicKeyCredential);
  await phone.open();
  await phone.sees("This browser has no passkeys");
  await phone.looks("no-passkeys");
}
