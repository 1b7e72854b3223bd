// The device's page: one browser, the devices that it is, and the requests that wait for them.

import { list } from "/devices.js";
import { enrol } from "/enrol.js";
import { offer } from "/notifications.js";
import { hasPasskeys } from "/passkey.js";
import { Request } from "/request.js";
import { at, show, write } from "/view.js";
import { again, watch } from "/watch.js";

/// The requests that are on the page, answered ones too until they are put away.
const requests = new Map();

const ASKING = { title: "Is this you?", lead: "Approve only what you have just asked for yourself." };
const ANSWERED = { title: "Requests", lead: "" };
const IDLE = { title: "Nothing to approve", lead: "While this page is open, requests appear here by themselves." };

const ADDED = { title: "This device is ready", lead: IDLE.lead };

let idle = IDLE;
let isEnrolling = false;
let wasEnrolled = false;

function take({ status, value }) {
  if (isEnrolling || ![200, 401].includes(status)) return;
  if (status === 401) {
    for (const request of requests.values()) request.vanish();
    if (!shown()) show(wasEnrolled ? "gone" : hasPasskeys() ? "new" : "no-passkeys");
    return;
  }
  wasEnrolled = true;
  const names = new Map(value.devices.map(({ device, name }) => [device, name]));
  const differ = new Set(names.values()).size > 1;
  for (const asked of value.requests) {
    const known = requests.get(asked.challenge);
    if (known) known.update(asked);
    else add(asked, differ && names.get(asked.device));
  }
  const waiting = value.requests.map(({ challenge }) => challenge);
  for (const [id, request] of requests) if (!waiting.includes(id)) request.vanish();
  list(value.devices);
  offer(value.devices, value.vapid);
  arrange();
  show("home");
}

function add(asked, device) {
  const request = new Request(asked, device, () => {
    arrange();
    again();
  });
  idle = IDLE;
  requests.set(asked.challenge, request);
  // Below those that are there: nothing may move under a finger.
  at("requests").append(request.card);
}

/// The requests that are on the page.
const shown = () => at("requests").childElementCount;

function arrange() {
  const open = [...requests.values()].filter(({ isOpen }) => isOpen).length;
  document.title = open ? `(${open}) mfa` : "mfa";
  at("rest").hidden = shown() > 0;
  // What has become of a request has a title of its own.
  at("home").querySelector("h1").classList.toggle("spoken", !open && shown() > 0);
  write(at("home"), open ? ASKING : shown() ? ANSWERED : idle);
}

async function open() {
  const token = location.hash.slice(1);
  if (!token) return;
  // It is worth a device, and has no business in the history.
  history.replaceState(null, "", "/");
  if (!hasPasskeys()) return show("no-passkeys");
  isEnrolling = true;
  const isAdded = await enrol(token);
  isEnrolling = false;
  if (!isAdded) return show("no-link");
  idle = ADDED;
  again();
}

addEventListener("hashchange", open);
setInterval(() => requests.forEach((request) => request.tick()), 1000);
open();
watch(take, () => [...requests].filter(([, { isOpen }]) => isOpen).map(([id]) => id));
