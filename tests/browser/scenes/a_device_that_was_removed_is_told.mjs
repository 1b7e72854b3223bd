import assert from "node:assert/strict";

import { APP, said } from "../world.mjs";

export default async function (world) {
  const phone = await world.enrolled({ name: "One" });
  const other = await world.enrolled({ name: "Other", step: 1 });
  await phone.press("Remove One for deploy");
  await phone.press("Keep it");
  await phone.press("Remove One for deploy");
  await phone.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await phone.sees("This device was removed");
  assert.deepEqual(await phone.context.cookies(), []);

  const { devices } = JSON.parse((await said("devices", APP, "--json")).stdout);
  assert.deepEqual(devices.map(({ name }) => name), ["Other"]);
  await said("devices", APP, "--remove", devices[0].id);
  await other.open();
  await other.sees("This browser is not set up yet");
}
