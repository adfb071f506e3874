/** A link to send: a field with a copy button. */

import { copyField } from "../lib/copying.js";
import { announce, button, el, hiddenText } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";

const COPIED_FOR_MS = 2000;

/** A link with its expiry. `whose` and `what` name it for screen readers; `more` is placed beside the copy button. */
export function linkField(url, expiresAt, whose, { what = t("Interview link"), more = null } = {}) {
  const select = () => field.select();
  const field = el("input", { class: "entry-link", type: "url", readonly: true, value: url, on: { focus: select } });
  const label = el("label", { class: "link-label" }, hiddenText(t("{what} for {name}", { what, name: whose })), field);
  const copy = copyButton(field, t("Copy"), whose, { kind: "small copy-button" });
  return el(
    "div",
    { class: "link" },
    el("div", { class: "link-row" }, label, copy, more),
    expiresAt && el("p", { class: "muted" }, tNodes("Valid until {time}", { time: time(expiresAt) })),
  );
}

/** A button that copies a field and says so for a moment. */
function copyButton(field, label, whose, { kind }) {
  const copy = button(label, async () => {
    const copied = await copyField(field);
    copy.textContent = copied ? t("Copied") : t("Press Ctrl+C");
    announce(copied ? t("Copied for {name}.", { name: whose }) : t("It is selected: press Ctrl+C to copy it."));
    window.setTimeout(() => {
      copy.textContent = label;
    }, COPIED_FOR_MS);
  }, { kind });
  return copy;
}
