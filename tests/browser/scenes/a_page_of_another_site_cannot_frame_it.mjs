import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

export default async function (world) {
  const phone = await world.enrolled();
  const page = `<iframe src="${world.origin}/"></iframe>`;
  const site = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(page));
  await once(site.listen(0, "127.0.0.1"), "listening");
  // Chromium asks for an icon of the other site, too.
  const isFrame = (request) => request.url() === `${world.origin}/`;
  const refused = phone.page.waitForEvent("requestfailed", isFrame);
  await phone.page.goto(`http://other.localhost:${site.address().port}/`);
  assert.equal((await refused).failure().errorText, "net::ERR_BLOCKED_BY_RESPONSE");
  const [frame] = phone.page.mainFrame().childFrames();
  assert.equal(frame.url(), "chrome-error://chromewebdata/");
  assert.match(phone.errors.splice(0).join(), /frame-ancestors 'none'/);
  site.closeAllConnections();
  site.close();
}
