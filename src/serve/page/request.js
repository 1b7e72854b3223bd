// One request: what is asked, and the answer. The number is typed, and never comes from the service.

import { putAway } from "/notifications.js";
import { approve as assertion, hasPasskeys } from "/passkey.js";
import * as service from "/service.js";
import { busy, complain, copy, tell, write } from "/view.js";
import * as words from "/words.js";

export class Request {
  constructor(asked, device, onDone) {
    this.asked = asked;
    this.onDone = onDone;
    this.abort = new AbortController();
    this.isOpen = true;
    const { app, purpose, host } = asked;
    const texts = { app, purpose: purpose ?? "", host: host ?? "", device: device || "", asked: when(asked.asked) };
    const made = copy("request", texts);
    for (const row of made.querySelectorAll("dl > div")) row.hidden = !row.lastElementChild.textContent;
    this.card = made.firstElementChild;
    this.form = this.card.querySelector("form");
    this.connect();
    this.update(asked);
    tell(`A request for ${app} is waiting.`);
  }

  connect() {
    this.form.oninput = () => complain(this.form, "");
    const id = `error-${crypto.randomUUID()}`;
    this.form.querySelector(".error").id = id;
    this.form.elements.number.setAttribute("aria-describedby", id);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      busy(this.form, () => this.approve());
    };
    // Denying works while the passkey is being asked for, too.
    const deny = this.form.querySelector(".deny");
    deny.onclick = () => busy(deny, () => this.deny());
    this.form.querySelector(".main").hidden = !hasPasskeys();
    if (!hasPasskeys()) complain(this.form, "This browser has no passkeys: use a code instead, or deny here.");
  }

  /// Takes over the time that is left, by the service's clock.
  update({ expires_in }) {
    this.ends = Date.now() + expires_in * 1000;
    this.tick();
  }

  tick() {
    if (!this.isOpen) return;
    const left = Math.max(0, Math.ceil((this.ends - Date.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    write(this.card, { left: `${Math.floor(left / 60)}:${seconds} left` });
    this.card.querySelector("progress").value = left;
    if (left === 0) this.end("expired");
  }

  async approve() {
    const field = this.form.elements.number;
    const number = field.value.trim();
    if (!/^[1-9][0-9]$/.test(number)) return complain(this.form, "Type the two digits you were shown.", field);
    complain(this.form, "");
    this.abort = new AbortController();
    const { signal } = this.abort;
    let made;
    try {
      made = await assertion(this.asked.publicKey, signal);
    } catch {
      if (signal.aborted) return;
      return complain(this.form, "Nothing was sent: the passkey was not used. Try again, or deny.");
    }
    await this.judge(service.approve(this.asked, Number(number), made));
  }

  async deny() {
    this.abort.abort();
    complain(this.form, "");
    await this.judge(service.deny(this.asked));
  }

  async judge(sent) {
    this.isSent = true;
    const answer = await sent;
    this.isSent = false;
    if (answer.status === 200) return this.end(answer.value.state);
    if (answer.reason === "denied") return this.end("wrong");
    if (answer.reason in words.OUTCOMES) return this.end(answer.reason);
    complain(this.form, words.answer(answer));
    this.onDone();
  }

  /// Ends what is waiting no longer, unless this page is just being told why.
  vanish() {
    // The service counts whole seconds, and may be ahead of the countdown by one.
    const isLate = this.ends - Date.now() < 2000;
    if (!this.isSent) this.end(isLate ? "expired" : "gone");
  }

  /// Shows what has become of the request, in its place.
  end(outcome) {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.abort.abort();
    const [title, what] = words.OUTCOMES[outcome];
    const hadFocus = this.card.contains(document.activeElement);
    const { app, challenge } = this.asked;
    putAway(challenge);
    this.card.replaceChildren(copy("outcome", { title, what, app }));
    this.card.dataset.outcome = outcome;
    this.card.querySelector("button").onclick = () => {
      this.card.remove();
      document.querySelector("#home h1").focus();
      this.onDone();
    };
    if (hadFocus) this.card.querySelector("h2").focus();
    else tell(`${title}: ${app}. ${what}`);
    this.onDone();
  }
}

function when(asked) {
  const time = new Date(asked);
  const isToday = time.toDateString() === new Date().toDateString();
  return time.toLocaleString("en", isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
