/** A dialog that is made anew every time it is opened, and is gone when it is closed. */

import { button, el } from "./dom.js";
import { closeLayer, openLayer } from "./layers.js";

/** Open a dialog with a heading and a body; gives the dialog back. What had the focus gets it again when it closes. */
export function openDialog(id, title, body, { kind = "" } = {}) {
  const opener = document.activeElement;
  const dialog = el(
    "dialog", { id, class: `plain-dialog ${kind}`.trim(), "aria-labelledby": `${id}-title` },
    el(
      "header", { class: "sheet-head" },
      el("h2", { id: `${id}-title`, tabindex: "-1" }, title),
      button("Close", closeLayer, { kind: "small" }),
    ),
    el("div", { class: "dialog-body" }, body),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  openLayer(dialog);
  return dialog;
}
