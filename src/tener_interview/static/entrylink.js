/** A link to be sent: a field that holds it, and a button that copies it. */

import { announce, button, el, hiddenText } from "./dom.js";
import { time } from "./format.js";

const COPIED_FOR_MS = 2000;

/**
 * A link with its expiry. `whose` names the candidate to a screen reader, `what` the kind of link; `more` stands beside
 * the copy button.
 */
export function entryLink(url, expiresAt, whose, { what = "Interview link", more = null } = {}) {
  const select = () => field.select();
  const field = el("input", { class: "entry-link", type: "url", readonly: true, value: url, on: { focus: select } });
  const label = el("label", { class: "link-label" }, hiddenText(`${what} for ${whose}`), field);
  const copy = button("Copy", () => copyFrom(field, copy, whose), { kind: "small copy" });
  return el(
    "div",
    { class: "link" },
    el("div", { class: "link-row" }, label, copy, more),
    expiresAt && el("p", { class: "fine" }, "Valid until ", time(expiresAt)),
  );
}

async function copyFrom(field, copy, whose) {
  const copied = await copyText(field);
  copy.textContent = copied ? "Copied" : "Press Ctrl+C";
  announce(copied ? `Link for ${whose} copied.` : "The link is selected: press Ctrl+C to copy it.");
  window.setTimeout(() => {
    copy.textContent = "Copy";
  }, COPIED_FOR_MS);
}

/**
 * Copy all that is in a field; whether that worked. The clipboard may be missing (plain http) or refused; then the
 * selection is copied, or left for the reader.
 */
export async function copyText(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

/** The same for text that stands in no field; `control` is what was pressed, and has the focus again afterwards. */
export async function copyWords(text, control) {
  const field = el("textarea", { class: "visually-hidden", tabindex: "-1", "aria-label": "To be copied" });
  field.value = text;
  control.after(field);
  const copied = await copyText(field);
  field.remove();
  control.focus();
  return copied;
}
