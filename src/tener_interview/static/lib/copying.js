/** Copying text to the clipboard. */

import { announce, el } from "./dom.js";
import { t } from "./texts.js";

/**
 * Copy the contents of a field. Returns whether that worked: the clipboard may be missing (plain http) or refused, and
 * then the selected text is left for the reader to copy.
 */
export async function copyField(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

/** Copy text that is not in a field. `control` gets the focus again afterwards. */
export async function copyWords(text, control) {
  const field = el("textarea", { class: "visually-hidden", tabindex: "-1", "aria-label": t("To be copied") });
  field.value = text;
  control.after(field);
  const copied = await copyField(field);
  field.remove();
  control.focus();
  return copied;
}

/** Copy text and say so. `what` names it at the beginning of a sentence. */
export async function copyAndAnnounce(text, what, control) {
  announce(await copyWords(text, control) ? what : t("The browser did not allow copying."));
}
