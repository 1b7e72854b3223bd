// Asks again and again what is waiting, as long as somebody may be looking.

import { pending } from "/service.js";
import { at } from "/view.js";

const SHORTEST = 1000;
const LONGEST = 30_000;

let poll = new AbortController();
let isKnown = false;
let wake = () => {};

/// Asks now, and not only once the service has something new.
export function again() {
  isKnown = false;
  poll.abort();
  wake();
}

/// Calls `take` with each answer, and never ends.
export async function watch(take, seen) {
  document.addEventListener("visibilitychange", again);
  addEventListener("online", again);
  addEventListener("offline", again);
  navigator.serviceWorker?.addEventListener("message", again);
  let pause = SHORTEST;
  for (;;) {
    if (document.hidden) await sleep();
    poll = new AbortController();
    const { signal } = poll;
    const answer = await pending(isKnown ? 25 : 0, seen(), signal);
    if (signal.aborted) continue;
    isKnown = answer.status === 200;
    at("offline").hidden = [200, 401].includes(answer.status);
    pause = answer.status === 200 ? SHORTEST : answer.status === 401 ? LONGEST : Math.min(pause * 2, LONGEST);
    take(answer);
    await sleep(pause);
  }
}

/// Waits for a time, or until there is a reason not to.
function sleep(ms) {
  return new Promise((resolve) => {
    wake = resolve;
    if (ms) setTimeout(resolve, ms);
  });
}
