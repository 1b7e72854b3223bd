import assert from "node:assert/strict";

import { code } from "../world.mjs";

export default async function (world) {
  const phone = await world.enrolled();
  await world.create("sudo");
  await phone.enrol(await world.link("sudo"), code(), "Work laptop");
  assert.equal((await phone.context.cookies()).length, 2);
  const deploy = await world.run("Deploy release 2.4 to production");
  const sudo = await world.run("apt-get upgrade", "sudo");
  const card = (app) => phone.page.getByRole("article").filter({ has: phone.page.getByRole("heading", { name: app }) });
  await card("deploy").waitFor();
  await card("sudo").waitFor();
  await phone.looks("two-apps");
  await card("sudo").getByLabel("Number you were shown").fill(sudo.number);
  await card("sudo").getByRole("button", { name: "Approve" }).click();
  await phone.sees("Approved");
  await phone.looks("two-apps-one-approved");
  await card("deploy").getByRole("button", { name: "Deny" }).click();
  await phone.sees("Denied");
  assert.deepEqual(await sudo.answer(), [0, "hello\n"]);
  assert.deepEqual(await deploy.answer(), [125, ""]);
}
