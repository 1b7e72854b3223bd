// Adding this browser as a device, from the link's token, which is kept in memory alone.

import { create } from "/passkey.js";
import * as service from "/service.js";
import { at, busy, complain, show, write } from "/view.js";
import * as words from "/words.js";

/// Shows the form, and resolves once the device is added.
export function enrol(token) {
  const section = show("enrol");
  const form = section.querySelector("form");
  const { code, name } = form.elements;
  form.reset();
  complain(form, "");
  write(section, { app: appOf(token) });
  name.value = likelyName();
  // The code is used up by then: another try creates the passkey without it.
  let options;
  ask(form, undefined);

  form.oninput = () => complain(form, "");
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      busy(form, async () => {
        complain(form, "");
        if (!options) {
          if (!code.value.trim()) return complain(form, "Type the code that your authenticator shows.", code);
          if (!name.value.trim()) return complain(form, "Give this device a name.", name);
          const begun = await service.begin(token, code.value.trim(), name.value.trim());
          if (begun.status === 410) return resolve(false);
          if (begun.status !== 200) return complain(form, words.enrolment(begun), isWrong(begun) && code);
          options = begun.value.publicKey;
          ask(form, options);
        }
        const credential = await create(options).catch((error) => complain(form, words.creation(error)));
        if (!credential) return;
        const enrolled = await service.enrol(token, credential);
        if (enrolled.status === 201) return resolve(true);
        if (enrolled.status === 410) return resolve(false);
        complain(form, words.enrolment(enrolled));
      });
    };
  });
}

function ask(form, options) {
  at("proof").hidden = at("called").hidden = Boolean(options);
  form.querySelector("button").textContent = options ? "Create the passkey" : "Add this device";
}

const isWrong = ({ reason }) => ["wrong", "reused", "bad_request"].includes(reason);

/// Returns the name of the app that a token is for.
function appOf(token) {
  try {
    const [app] = token.split(".");
    const binary = atob(app.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
  } catch {
    return "your app";
  }
}

function likelyName() {
  const kinds = { iPhone: "iPhone", iPad: "iPad", Android: "Android phone", Mac: "Mac", Windows: "Windows computer", CrOS: "Chromebook", Linux: "Linux computer" };
  const found = Object.keys(kinds).find((sign) => navigator.userAgent.includes(sign));
  return found ? kinds[found] : "This browser";
}
