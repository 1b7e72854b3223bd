// The devices that this browser is, and their removal.

import * as service from "/service.js";
import { again } from "/watch.js";
import { at, busy, complain, copy, write } from "/view.js";
import * as words from "/words.js";

let listed = "";

/// Shows the devices, unless they are the ones that are shown already: focus would be lost.
export function list(devices) {
  const now = JSON.stringify(devices.map(({ device, name, app }) => [device, name, app]));
  if (now === listed) return;
  listed = now;
  const rows = devices.map((device) => {
    const { name, app } = device;
    const row = copy("device", { name, app, which: `${name} for ${app}` });
    row.querySelector("button").onclick = () => confirm(device);
    return row;
  });
  at("devices").replaceChildren(...rows);
}

function confirm({ device, name, app }) {
  const dialog = document.querySelector("dialog");
  write(dialog, { name, app });
  complain(dialog, "");
  const remove = dialog.querySelector("[data-do=remove]");
  remove.onclick = () =>
    busy(remove, async () => {
      const answer = await service.remove(device);
      // Whoever had no session any more has none now either.
      if (![204, 401].includes(answer.status)) return complain(dialog, words.answer(answer));
      dialog.close();
      again();
    });
  dialog.showModal();
}
