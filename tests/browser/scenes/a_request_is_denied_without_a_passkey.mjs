import assert from "node:assert/strict";

export default async function (world) {
  const phone = await world.enrolled();
  await phone.verifies(false);
  const { answer } = await world.ask();
  await phone.sees("Is this you?");
  await phone.press("Deny");
  await phone.sees("Denied");
  assert.deepEqual(await answer(), [1, "denied"]);
}
