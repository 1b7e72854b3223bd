import assert from "node:assert/strict";

import { code } from "../world.mjs";

export default async function (world) {
  const phone = await world.phone();
  const registrations = [];
  phone.tools.on("ServiceWorker.workerRegistrationUpdated", (event) => registrations.push(...event.registrations));
  await phone.tools.send("ServiceWorker.enable");
  await phone.open();
  await phone.sees("This browser is not set up yet");
  const shown = () =>
    phone.page.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(({ title, body }) => [title, body]);
    });
  const woken = async (expected) => {
    const { registrationId } = registrations.at(-1);
    await phone.tools.send("ServiceWorker.deliverPushMessage", { origin: world.origin, registrationId, data: "" });
    await assertSoon(shown, expected);
  };
  await shown();
  // Even to whom the service says nothing, a notification is shown.
  await woken([["A request is waiting", "Open the page to see it."]]);
  await phone.page.evaluate(async () => {
    for (const it of await (await navigator.serviceWorker.ready).getNotifications()) it.close();
  });

  await phone.enrol(await world.link(), code());
  await world.ask("Deploy release 2.4");
  await phone.sees("Is this you?");
  await woken([["Is this you? deploy", "Deploy release 2.4"]]);
  await phone.press("Deny");
  await assertSoon(shown, []);
}

async function assertSoon(found, expected) {
  let last;
  for (let tries = 0; tries < 50; tries++) {
    last = await found();
    if (JSON.stringify(last) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(last, expected);
}
