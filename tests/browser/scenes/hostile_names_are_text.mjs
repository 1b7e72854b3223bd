import assert from "node:assert/strict";
import { hostname } from "node:os";

/// A name of an app that the store takes: a file name, without a slash.
export const app = "<img src=x onerror=alert(1)>";

const MARKUP = "</script><img src=x onerror=alert(1)>";
const HOSTILE = [MARKUP, "\u202Eevitagen\u2066 שלום", "W".repeat(200), `Z${"\u0301\u0489".repeat(30)}algo`];

export default async function (world) {
  const phone = await world.enrolled({ name: MARKUP });
  phone.page.on("dialog", () => assert.fail("a name was run"));
  await phone.looks("hostile-device");
  await world.ask(MARKUP);
  await phone.sees("Is this you?");
  assert.deepEqual(await texts(phone, "article h2, article dd bdi"), [app, MARKUP, hostname(), ""]);
  await phone.looks("hostile-request");
  await phone.press("Deny");
  await phone.sees("Denied");
  for (const [at, text] of HOSTILE.entries()) {
    // The service lets few of them through; the page does not count on that.
    const devices = [{ name: text, app: text }, { device: "1", name: `${text}2`, app: text }];
    await phone.pretendsToBeAsked([], devices);
    await phone.open();
    await phone.sees("Nothing to approve");
    await phone.looks(`hostile-devices-${at}`);
    await phone.pretendsToBeAsked([{ app: text, purpose: text, host: text }], devices);
    await phone.sees("Is this you?");
    assert.equal(await phone.page.locator("main img, main script").count(), 0);
    assert.deepEqual(await texts(phone, "article h2, article dd bdi"), [text, text, text, text]);
    await phone.looks(`hostile-${at}`);
  }
}

const texts = (phone, selector) => phone.page.locator(selector).allTextContents();
