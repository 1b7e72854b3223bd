import assert from "node:assert/strict";

export default async function (world) {
  const phone = await world.enrolled();
  await phone.verifies(false);
  const { answer } = await world.ask("Deploy release 2.4 to production");
  await phone.sees("Is this you?");
  await phone.press("Deny");
  await phone.sees("Denied");
  await phone.looks("denied");
  assert.deepEqual(await answer(), [1, "denied"]);
}
