import assert from "node:assert/strict";

/// Two minutes, and what it takes to see that they are over.
const LONG_ENOUGH = 130_000;

export default async function (world) {
  const phone = await world.enrolled();
  const { answer } = await world.ask("Deploy release 2.4 to production");
  await phone.sees("Is this you?");
  await phone.reads(/^[12]:\d\d left$/);
  // As long as it takes: neither the page nor the gate may depend on the other's clock.
  await phone.sees("Expired", LONG_ENOUGH);
  await phone.looks("expired");
  assert.deepEqual(await answer(), [1, "expired"]);
  await phone.press("Done");
  await phone.sees("Nothing to approve");
}
