// Logins through PAM that show a number, which the page asks for.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { said } from "../browser/world.mjs";

export const app = "nobody";

const { MFA_PAM_MODULE, MFA_PAM_SERVICE, MFA_STORE } = process.env;

export default async function (world) {
  const phone = await world.enrolled();
  for (const place of [`store=${MFA_STORE}`, await elsewhere(world)]) {
    const { number, answer } = await logIn(world, place);
    await phone.sees("Is this you?");
    await phone.reads(`${MFA_PAM_SERVICE} for ${app}`);
    await phone.approve(number);
    await phone.sees("Approved");
    assert.deepEqual(await answer(), [0, "pamtester: successfully authenticated"]);
    await phone.press("Done");
    await phone.sees("Nothing to approve");
  }
  const { number, answer } = await logIn(world, `store=${MFA_STORE}`);
  await phone.sees("Is this you?");
  await phone.approve(number === "99" ? "10" : Number(number) + 1);
  await phone.reads("That was not the number shown");
  assert.deepEqual(await answer(), [1, "pamtester: Authentication failure"]);
}

/// Adds a client, and returns the arguments to ask the service in place of the store.
async function elsewhere(world) {
  const file = `${dirname(MFA_STORE)}/token`;
  await writeFile(file, (await said("clients", "add", "web1", "--app", app)).stdout, { mode: 0o600 });
  return `server=http://127.0.0.1:${world.port} token_file=${file}`;
}

/// Logs in with this place on the line; `answer` presses Enter and comes with the status and the last line.
async function logIn(world, place) {
  await writeFile(`/etc/pam.d/${MFA_PAM_SERVICE}`, `auth required ${MFA_PAM_MODULE} push quiet ${place}\n`);
  const line = `pamtester ${MFA_PAM_SERVICE} ${app} authenticate`;
  // At a terminal: into a pipe nothing would be shown before the end.
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"]);
  const { number, ended } = await world.numbered(child, "stdout");
  const answer = async () => {
    child.stdin.write("\n");
    const { status, stdout } = await ended;
    return [status, stdout.trimEnd().split(/\r?\n/).at(-1)];
  };
  return { number, answer };
}
