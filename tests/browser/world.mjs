// A store with an app, the service, and the command line beside it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { Phone } from "./phone.mjs";

const { MFA_PROGRAM, MFA_STORE } = process.env;

/// The secret of RFC 6238 appendix B, and its base32.
const SECRET = "12345678901234567890";
const BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

export class World {
  phones = [];
  gates = [];

  static async new(app) {
    const world = new World();
    world.app = app;
    world.port = await freePort();
    world.origin = `http://localhost:${world.port}`;
    await world.create(app);
    await world.configure("");
    await world.start();
    return world;
  }

  create(app) {
    return said("create", "-n", "alice", "-i", app, "--no-image", "--secret-stdin", { input: BASE32 });
  }

  configure(more) {
    const config = `origin = "${this.origin}"\nlisten = "127.0.0.1:${this.port}"\n${more}`;
    return writeFile(`${MFA_STORE}/config.toml`, config, { mode: 0o600 });
  }

  async start() {
    this.service = start("serve");
    // Its lines are read, or it would wait for that.
    this.service.stderr.resume();
    for (let tries = 0; tries < 200; tries++) {
      if (await listens(this.port)) return;
      await sleep(50);
    }
    assert.fail("the service does not listen");
  }

  /// Ends the service as a crash does.
  async stop() {
    assert.equal(this.service.exitCode, null, "the service ended by itself");
    this.service.kill("SIGKILL");
    await once(this.service, "exit");
  }

  async phone(options) {
    const phone = await Phone.new(this.origin, options);
    this.phones.push(phone);
    return phone;
  }

  /// Returns a phone that is a device of the app.
  async enrolled(options = {}) {
    const phone = await this.phone(options);
    await phone.enrol(await this.link(), code(options.step), options.name);
    return phone;
  }

  async link(app = this.app) {
    return JSON.parse((await said("devices", app, "--add", "--json")).stdout).url;
  }

  async devices() {
    return JSON.parse((await said("devices", this.app, "--json")).stdout);
  }

  /// Asks for an approval, as a gate does; `answer` comes with its status and reason in the end.
  async ask(purpose) {
    const gate = await this.gate("authenticate", this.app, "--json", ...because(purpose));
    const answer = async () => {
      const { status, stdout } = await gate.ended;
      return [status, JSON.parse(stdout).reason];
    };
    return { ...gate, answer };
  }

  /// Asks for an approval before `echo hello`; `answer` comes with the status and what was echoed.
  async run(purpose, app = this.app) {
    const gate = await this.gate("run", app, ...because(purpose), "--", "echo", "hello");
    const answer = async () => {
      const { status, stdout } = await gate.ended;
      return [status, stdout];
    };
    return { ...gate, answer };
  }

  /// Starts a command that asks for an approval, and reads the number that it shows.
  async gate(command, app, ...args) {
    const child = start(command, app, "--push", ...args);
    return { ...(await this.numbered(child, "stderr")), cancel: () => child.kill("SIGINT") };
  }

  /// Reads the number that a program shows on a stream, and waits for its end.
  async numbered(child, stream) {
    this.gates.push(child);
    const ended = finished(child);
    const number = await new Promise((resolve, reject) => {
      let heard = "";
      child[stream].on("data", (text) => {
        heard += text;
        const [, number] = heard.match(/Number: (\d\d)/) ?? [];
        if (number) resolve(number);
      });
      ended.then((all) => reject(new Error(JSON.stringify(all))));
    });
    return { number, ended };
  }

  async end() {
    try {
      for (const phone of this.phones) await phone.close();
      await this.stop();
    } finally {
      this.service.kill("SIGKILL");
      // A gate whose request nobody answers waits for two minutes.
      for (const gate of this.gates) gate.kill("SIGKILL");
    }
  }
}

const because = (purpose) => (purpose ? ["--purpose", purpose] : []);

/// Runs `mfa`, which has to succeed.
export async function said(...args) {
  const { input } = typeof args.at(-1) === "object" ? args.pop() : {};
  const child = start(...args);
  child.stdin.end(input);
  const all = await finished(child);
  assert.equal(all.status, 0, JSON.stringify(all));
  return all;
}

function start(...args) {
  return spawn(MFA_PROGRAM, ["--store", MFA_STORE, ...args]);
}

async function finished(child) {
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const [status] = await once(child, "close");
  return { status, stdout, stderr };
}

/// Returns the code (RFC 6238) of this time step, or of one that is so many later.
export function code(later = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", SECRET).update(counter).digest();
  const truncated = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(truncated % 1_000_000).padStart(6, "0");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
