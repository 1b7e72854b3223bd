import assert from "node:assert/strict";

export default async function (world) {
  const one = await world.enrolled({ name: "One" });
  const other = await world.enrolled({ name: "Other", step: 1 });
  const { number, answer } = await world.ask();
  await one.sees("Is this you?");
  await other.sees("Is this you?");
  await other.approve(number);
  await other.sees("Approved");
  await one.sees("No longer waiting");
  assert.deepEqual(await answer(), [0, "accepted"]);
}
