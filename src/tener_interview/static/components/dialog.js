/** Dialogs over the page. Each has an entry of its own in the browser's history: closing it is going back. */

import { button, el, fill } from "../lib/dom.js";

/** From the lowest to the topmost: the dialog, and the address that was shown before it. */
const layers = [];

/** The one that was closed before its entry was left. */
let left = null;

/** Whether the way back has begun; a second press while it lasts would lead further. */
let goingBack = false;

/**
 * Show a dialog over everything else. `url` is the address of the page with it, where that has one. If the address bar
 * holds it already, a link has led here, and there is no page without the dialog to go back to.
 */
export function openLayer(dialog, url = null) {
  const depth = layers.length + 1;
  const byLink = url === here();
  // After a reload or by Forward the entry is there already.
  const entered = depthHere() >= depth;
  const own = entered ? window.history.state.own : !byLink;
  layers.push({ dialog, beneath: here() });
  window.history[entered || byLink ? "replaceState" : "pushState"]({ depth, own }, "", url ?? here());
  dialog.oncancel = (press) => {
    // A file chooser that is put away says so as well.
    if (press.target !== dialog) return;
    press.preventDefault();
    closeLayer();
  };
  dialog.addEventListener("close", () => leaveEntryOf(dialog), { once: true });
  dialog.showModal();
}

/** Close the topmost, as Back does. */
export function closeLayer() {
  if (ownEntry()) goBack();
  else layers.at(-1)?.dialog.close();
}

/** Let Back close what was opened last. `show()` is called when it leads to another page than the one beneath. */
export function closeOnBack(show) {
  window.addEventListener("popstate", () => {
    let lowest = left;
    left = null;
    goingBack = false;
    while (layers.length > depthHere()) {
      lowest = layers.pop();
      lowest.dialog.close();
    }
    if (lowest?.beneath !== here()) show();
  });
}

/** A dialog is closed, however that came: its entry, if it is still there, is not to be met again. */
function leaveEntryOf(dialog) {
  const at = layers.findIndex((layer) => layer.dialog === dialog);
  if (at < 0) return;
  const own = ownEntry();
  const [layer] = layers.splice(at, 1);
  if (!own) {
    window.history.replaceState(null, "");
    return;
  }
  left = layer;
  goBack();
}

function goBack() {
  if (goingBack) return;
  goingBack = true;
  window.history.back();
}

/** Whether the topmost has an entry that one can go back from. */
function ownEntry() {
  return layers.length > 0 && depthHere() >= layers.length && window.history.state.own;
}

function depthHere() {
  return window.history.state?.depth ?? 0;
}

function here() {
  return window.location.pathname + window.location.search;
}

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

/**
 * A button that asks `question` in `report` before anything happens. `confirmation()` makes the button that does it;
 * the other one keeps things as they are, and has the focus.
 */
export function confirmControl(report, { label, question, about = null }, confirmation) {
  const ask = button(label, () => {
    const keep = button("Keep It", () => {
      fill(report);
      ask.focus();
    });
    fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": question },
      el("p", {}, question),
      el("div", { class: "buttons" }, confirmation(), keep),
    ));
    keep.focus();
  }, { kind: "quiet", about });
  return ask;
}
