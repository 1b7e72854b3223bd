import assert from "node:assert/strict";

export default async function (world) {
  const phone = await world.enrolled();
  const heard = [];
  phone.page.on("response", async (response) => heard.push(await response.text().catch(() => "")));
  const { number, answer } = await world.run("Deploy release 2.4 to production");
  await phone.sees("Is this you?");
  await phone.reads("Deploy release 2.4 to production");
  await phone.press("Approve");
  await phone.reads("Type the two digits you were shown.");
  // Whoever has the phone alone does not learn the number from it.
  assert.ok(heard.every((text) => !text.includes(`"number"`)));
  await phone.approve(number);
  await phone.sees("Approved");
  assert.deepEqual(await answer(), [0, "hello\n"]);
  await phone.press("Done");
  await phone.sees("Nothing to approve");
}
