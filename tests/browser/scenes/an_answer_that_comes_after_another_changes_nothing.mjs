import assert from "node:assert/strict";

export default async function (world) {
  const one = await world.enrolled({ name: "One" });
  const other = await world.enrolled({ name: "Other", step: 1 });
  const { number, answer } = await world.run();
  await one.sees("Is this you?");
  // It does not hear that the request is gone.
  await one.page.route("**/api/device/pending?*", (route) => route.abort());
  await other.sees("Is this you?");
  await other.approve(number);
  await other.sees("Approved");
  await one.press("Deny");
  await one.sees("Already answered");
  await one.looks("answered");
  assert.deepEqual(await answer(), [0, "hello\n"]);
}
