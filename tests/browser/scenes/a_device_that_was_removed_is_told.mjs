import assert from "node:assert/strict";

import { said } from "../world.mjs";

export default async function (world) {
  const phone = await world.enrolled({ name: "One" });
  const other = await world.enrolled({ name: "Other", step: 1 });
  await phone.press("Remove One for deploy");
  await phone.press("Keep it");
  await phone.press("Remove One for deploy");
  await phone.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await phone.sees("This device was removed");
  await phone.looks("removed");
  assert.deepEqual(await phone.context.cookies(), []);

  const devices = await world.devices();
  assert.deepEqual(devices.map(({ name }) => name), ["Other"]);
  await said("devices", world.app, "--remove", devices[0].id);
  await other.open();
  await other.sees("This browser is not set up yet");
}
