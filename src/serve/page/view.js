// What is shown. Everything that comes from elsewhere is text: no function here takes HTML.

const STATES = ["new", "gone", "no-passkeys", "no-link", "enrol", "home"];

export const at = (id) => document.getElementById(id);

/// Shows one state of the page, and returns its section.
export function show(state) {
  const isNew = at(state).hidden;
  for (const name of STATES) at(name).hidden = name !== state;
  // Whoever hears the page hears what it has become.
  if (isNew) at(state).querySelector("h1").focus({ preventScroll: true });
  return at(state);
}

/// Writes texts to the places that are named after them.
export function write(root, texts) {
  for (const [place, text] of Object.entries(texts)) {
    const element = root.querySelector(`[data-text="${place}"]`);
    if (element.textContent !== text) element.textContent = text;
  }
}

/// Returns a copy of a template with its texts.
export function copy(template, texts) {
  const made = at(template).content.cloneNode(true);
  write(made, texts);
  return made;
}

/// Tells something to those who do not see it.
export function tell(text) {
  at("news").textContent = text;
}

/// Runs something unless it is under way already. Buttons stay enabled: a disabled one loses the focus.
export async function busy(root, action) {
  if (root.getAttribute("aria-busy") === "true") return;
  root.setAttribute("aria-busy", "true");
  try {
    await action();
  } finally {
    root.removeAttribute("aria-busy");
  }
}

/// Says what is wrong in a form, and in which field.
export function complain(root, text, field) {
  for (const input of root.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  root.querySelector(".error").textContent = text;
  if (text && field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}
