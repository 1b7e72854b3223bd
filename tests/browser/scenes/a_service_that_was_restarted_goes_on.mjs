import assert from "node:assert/strict";

import { code } from "../world.mjs";

export default async function (world) {
  const phone = await world.phone();
  await phone.page.goto(await world.link());
  await phone.verifies(false);
  await phone.type("Current code", code());
  await phone.press("Add this device");
  await phone.reads("No passkey was created");
  await phone.verifies(true);
  await world.stop();
  await world.start();
  await phone.press("Create the passkey");
  await phone.sees("This device is ready");

  const { number, answer } = await world.ask();
  await phone.sees("Is this you?");
  await phone.type("Number you were shown", number);
  await world.stop();
  await phone.reads("There is no connection to the service.");
  await phone.press("Approve");
  await phone.reads("There is no connection to the service. Try again.");
  await world.start();
  await phone.press("Approve");
  await phone.sees("Approved");
  assert.deepEqual(await answer(), [0, "accepted"]);
}
