import assert from "node:assert/strict";

export default async function (world) {
  const phone = await world.enrolled();
  const { number, answer } = await world.run();
  await phone.sees("Is this you?");
  await phone.approve(number === "99" ? "10" : Number(number) + 1);
  await phone.reads("That was not the number shown");
  await phone.looks("wrong-number");
  assert.deepEqual(await answer(), [125, ""]);
}
