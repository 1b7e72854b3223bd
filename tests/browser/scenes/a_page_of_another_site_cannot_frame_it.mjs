import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

export default async function (world) {
  const phone = await world.enrolled();
  const body = `<iframe src="${world.origin}/"></iframe>`;
  const site = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(body));
  await once(site.listen(0, "127.0.0.1"), "listening");

  const tab = await phone.context.newPage();
  const refused = tab.waitForEvent("requestfailed", (request) => request.url() === `${world.origin}/`);
  const complaint = tab.waitForEvent("console", (message) => message.text().includes("frame-ancestors 'none'"));
  await tab.goto(`http://other.localhost:${site.address().port}/`);
  assert.equal((await refused).failure().errorText, "net::ERR_BLOCKED_BY_RESPONSE");
  await complaint;
  await tab.mainFrame().childFrames()[0].waitForURL("chrome-error://chromewebdata/", { waitUntil: "commit" });
  site.closeAllConnections();
  site.close();
}
