import assert from "node:assert/strict";

export default async function (world) {
  const phone = await world.enrolled();
  const { keyboard } = phone.page;
  const { number, answer } = await world.run();
  await phone.sees("Is this you?");
  await keyboard.press("Tab");
  assert.equal(await focused(phone), "number");
  await keyboard.type(number);
  await keyboard.press("Enter");
  await phone.sees("Approved");
  // What has become of it has the focus, and is read aloud.
  assert.equal(await focused(phone), "Approved");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await phone.sees("Nothing to approve");
  assert.deepEqual(await answer(), [0, "hello\n"]);
}

const focused = ({ page }) => page.evaluate(() => document.activeElement.name || document.activeElement.textContent);
