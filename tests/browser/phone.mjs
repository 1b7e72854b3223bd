// A phone: a browser of its own, whose authenticator is the DevTools' virtual one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// It looks in NODE_PATH, which `import` does not.
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const AUTHENTICATOR = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

const PENDING = "**/api/device/pending?*";

/// A small phone, and a screen on a desk.
const WIDTHS = [360, 1280];

/// The console's messages that are Chromium's own: about answers, lost connections, and that a browser without a
/// past subscribes to nothing.
const EXPECTED = /^Failed to load resource: |does not support the Push API in incognito mode/;

export class Phone {
  errors = [];
  pretended = new Map();

  static async new(origin, { scripts = true } = {}) {
    const phone = new Phone();
    phone.origin = origin;
    // Debian's Chromium; its sandbox does not work for root, as in a container.
    phone.browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    phone.context = await phone.browser.newContext({
      viewport: { width: WIDTHS[0], height: 740 },
      javaScriptEnabled: scripts,
      permissions: ["notifications"],
      reducedMotion: "reduce",
    });
    phone.context.setDefaultTimeout(20_000);
    phone.page = await phone.context.newPage();
    phone.page.on("pageerror", (error) => phone.errors.push(error.stack));
    phone.page.on("console", (message) => {
      if (message.type() === "error" && !EXPECTED.test(message.text())) phone.errors.push(message.text());
    });
    phone.tools = await phone.context.newCDPSession(phone.page);
    await phone.tools.send("WebAuthn.enable");
    const { authenticatorId } = await phone.tools.send("WebAuthn.addVirtualAuthenticator", { options: AUTHENTICATOR });
    phone.authenticatorId = authenticatorId;
    return phone;
  }

  open(path = "/") {
    return this.page.goto(new URL(path, this.origin).href);
  }

  /// Follows the link, and adds this browser as a device.
  async enrol(link, code, name) {
    await this.page.goto(link);
    await this.type("Current code", code);
    if (name) await this.type("Name of this device", name);
    await this.press("Add this device");
    await this.sees("This device is ready");
  }

  async approve(number) {
    await this.type("Number you were shown", number);
    await this.press("Approve");
  }

  /// Lets the user pass the finger, face or PIN check, or not.
  verifies(isUserVerified) {
    const { authenticatorId } = this;
    return this.tools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  }

  /// Answers in place of the service from now on, where an address is like this.
  async pretends(path, status, json) {
    const isNew = !this.pretended.has(path);
    this.pretended.set(path, { status, json });
    // One route for all of them: between two, the service itself would answer.
    if (isNew) await this.page.route(path, (route) => route.fulfill(this.pretended.get(path)));
  }

  async pretendsNoMore(path) {
    this.pretended.delete(path);
    await this.page.unroute(path);
  }

  /// Shows requests and devices that the service does not have.
  pretendsToBeAsked(changes, devices = [{}], vapid = null) {
    const asked = { challenge: "a.a", device: "0", app: "deploy", purpose: "Deploy release 2.4 to production" };
    const rest = { host: "build-7.example.org", asked: new Date().toISOString(), expires_in: 120, publicKey: {} };
    const device = { device: "0", name: "Alice’s phone", app: "deploy", subscribed: false };
    return this.pretends(PENDING, 200, {
      devices: devices.map((changes) => ({ ...device, ...changes })),
      requests: changes.map((changes) => ({ ...asked, ...rest, ...changes })),
      vapid,
    });
  }

  type(label, text) {
    return this.page.getByLabel(label).fill(String(text));
  }

  press(button) {
    return this.page.getByRole("button", { name: button }).first().click();
  }

  sees(heading, timeout) {
    return this.page.getByRole("heading", { name: heading }).first().waitFor({ timeout });
  }

  reads(text) {
    return this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /// Asserts that everybody can read what is shown, and takes pictures of it.
  looks(state) {
    return this.pictures(state, async (look) => assert.deepEqual(await this.violations(), [], look));
  }

  /// Takes pictures of what is shown in both colour schemes and widths, and checks each.
  async pictures(state, check = () => {}) {
    const folder = process.env.MFA_SCREENSHOTS;
    for (const width of WIDTHS) {
      await this.page.setViewportSize({ width, height: 740 });
      const isWide = await this.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.ok(!isWide, `${state} is wider than ${width}`);
      for (const colorScheme of ["light", "dark"]) {
        await this.page.emulateMedia({ colorScheme });
        const look = `${state}-${colorScheme}-${width}`;
        if (folder) await this.page.screenshot({ path: `${folder}/${look}.png`, fullPage: true });
        await check(look);
      }
    }
  }

  /// Runs axe in a world of its own, which the page's policy leaves alone.
  async violations() {
    const { frameTree } = await this.tools.send("Page.getFrameTree");
    const { executionContextId: contextId } = await this.tools.send("Page.createIsolatedWorld", {
      frameId: frameTree.frame.id,
    });
    const run = async (expression) => {
      const told = await this.tools.send("Runtime.evaluate", {
        contextId,
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      assert.equal(told.exceptionDetails, undefined);
      return told.result.value;
    };
    await run(AXE);
    const { passes, violations } = await run(`axe.run().then(({ passes, violations }) => ({
      passes: passes.length,
      violations: violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.failureSummary + node.html)]),
    }))`);
    assert.notEqual(passes, 0, "axe looked at nothing");
    return violations;
  }

  async close() {
    await this.browser.close();
    assert.deepEqual(this.errors, []);
  }
}
