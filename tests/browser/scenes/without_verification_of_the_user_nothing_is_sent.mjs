import assert from "node:assert/strict";

import { code } from "../world.mjs";

export default async function (world) {
  const phone = await world.phone();
  await phone.verifies(false);
  await phone.page.goto(await world.link());
  await phone.type("Current code", code());
  await phone.press("Add this device");
  await phone.reads("No passkey was created");
  // The code is used up, and another one is not asked for.
  await phone.verifies(true);
  await phone.press("Create the passkey");
  await phone.sees("This device is ready");

  await phone.verifies(false);
  const { number, answer } = await world.ask();
  await phone.sees("Is this you?");
  await phone.approve(number);
  await phone.reads("Nothing was sent");
  await phone.verifies(true);
  await phone.press("Approve");
  await phone.sees("Approved");
  assert.deepEqual(await answer(), [0, "accepted"]);
}
