import assert from "node:assert/strict";

import { code, said } from "../world.mjs";

export default async function (world) {
  const phone = await world.phone();
  await phone.open();
  await phone.sees("This browser is not set up yet");
  const link = await world.link();
  await phone.page.goto(link);
  await phone.sees("Add this device");
  // The link is worth a device: it stays neither in the address nor in the history.
  assert.equal(phone.page.url(), `${world.origin}/`);
  await phone.type("Current code", "000000");
  await phone.type("Name of this device", "Alice’s phone");
  await phone.press("Add this device");
  await phone.reads("That code is wrong.");
  await phone.looks("enrol-wrong");
  await phone.type("Current code", code());
  await phone.press("Add this device");
  await phone.sees("This device is ready");
  await phone.reads("Alice’s phone");
  const { stdout } = await said("devices", world.app);
  assert.match(stdout, /Alice’s phone/);

  const cookies = await phone.context.cookies();
  assert.equal(cookies.length, 1);
  const { name, httpOnly, secure, sameSite, path } = cookies[0];
  assert.match(name, /^__Host-mfa-[0-9a-f]{32}$/);
  assert.deepEqual({ httpOnly, secure, sameSite, path }, { httpOnly: true, secure: true, sameSite: "Strict", path: "/" });

  const other = await world.phone();
  await other.page.goto(link);
  await other.type("Current code", code(1));
  await other.press("Add this device");
  await other.sees("This link no longer works");
  await other.looks("no-link");
}
