/** Dialogs. Each has its own entry in the history of the browser: closing a dialog is going back. */

import { button, el, fill } from "../lib/dom.js";
import { t } from "../lib/texts.js";

/** The open dialogs, the topmost last, with the address before each was opened. */
const layers = [];

/** The dialog that was closed before its history entry was left. */
let left = null;

/** Whether Back closes dialogs by now. */
let isListening = false;

/** A dialog is being closed by going back; a second click meanwhile would go too far. */
const GOING_BACK = "going_back";
/** Back was pressed, and is being taken back, because the dialog that it would close asks first. */
const RETURNING = "returning";
/** The page is about to be left: going back now would stop that, and a click on a link would be lost. */
const LEAVING = "leaving";

/** The navigation that has begun and not ended, one of the above. */
let navigation = null;

/** Note that the page was not left after all. */
function stay() {
  if (navigation === LEAVING) navigation = null;
}

/**
 * Show a dialog. `url` is the address of the page with the dialog, if it has one. If that is the current address, the
 * page was opened by a link, and there is no page without the dialog to go back to. `unsaved` are the entries that
 * closing it would lose, if it asks about them.
 */
export function openLayer(dialog, url = null, unsaved = null) {
  // Who opens a dialog has stayed: the link was a download, or a question whether to leave was answered with no.
  stay();
  if (!isListening) closeOnBack(() => {});
  const depth = layers.length + 1;
  const byLink = url === here();
  // After a reload or by Forward the entry is there already.
  const entered = depthHere() >= depth;
  const own = entered ? window.history.state.own : !byLink;
  layers.push({ dialog, beneath: here(), unsaved });
  window.history[entered || byLink ? "replaceState" : "pushState"]({ depth, own }, "", url ?? here());
  dialog.oncancel = (press) => {
    // Closing a file chooser fires this event, too.
    if (press.target !== dialog) return;
    press.preventDefault();
    leaveLayer();
  };
  dialog.addEventListener("close", () => leaveEntryOf(dialog), { once: true });
  dialog.showModal();
}

/** Close the topmost dialog, as Back does. */
export function closeLayer() {
  if (ownEntry()) goBack();
  else if (layers.length) closeDialogs(layers.slice(-1));
}

/** Close the topmost dialog, unless it asks first about what was entered. */
function leaveLayer() {
  if (layers.at(-1)?.unsaved?.any()) layers.at(-1).unsaved.ask();
  else closeLayer();
}

/** Focus a control; while a dialog is being closed, afterwards: until then nothing below it can have the focus. */
export function focusBelow(control) {
  const closing = navigation === GOING_BACK ? layers.at(-1)?.dialog : null;
  if (closing) closing.addEventListener("close", () => control.focus(), { once: true });
  else control.focus();
}

/**
 * Let Back close the topmost dialog. `show()` is called if the page below is now a different one; a page without
 * addresses of its own need not call this.
 */
export function closeOnBack(show) {
  window.addEventListener("beforeunload", (unload) => {
    // Whoever answers the browser's question with no has not left.
    if (layers.some(({ unsaved }) => unsaved?.any())) unload.preventDefault();
    else navigation = LEAVING;
  });
  window.addEventListener("pageshow", stay);
  isListening = true;
  window.addEventListener("popstate", () => {
    if (navigation === RETURNING) {
      navigation = null;
      return;
    }
    const steps = layers.length - depthHere();
    if (navigation !== GOING_BACK && steps > 0 && layers.at(-1).unsaved?.any()) {
      navigation = RETURNING;
      window.history.go(steps);
      layers.at(-1).unsaved.ask();
      return;
    }
    if (navigation === GOING_BACK) navigation = null;
    const closed = layers.splice(depthHere());
    const lowest = closed[0] ?? left;
    left = null;
    closeDialogs(closed, () => lowest?.beneath !== here() && show());
  });
}

/**
 * Close the dialogs of these layers, the topmost first, do what follows, and then tell at once who listens. The browser
 * tells in a task of its own, before which the same dialog may have been opened again: that would be closed with it.
 */
function closeDialogs(closed, then = () => {}) {
  const dialogs = closed.map(({ dialog }) => dialog).filter(({ open }) => open).reverse();
  for (const dialog of dialogs) dialog.close();
  then();
  for (const dialog of dialogs) {
    dialog.dispatchEvent(new Event("close"));
    dialog.addEventListener("close", (late) => late.stopImmediatePropagation(), { capture: true, once: true });
  }
}

/** Remove the history entry of a dialog that was closed, however that happened. */
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
  if (navigation === GOING_BACK) return;
  navigation = GOING_BACK;
  window.history.back();
}

/** Whether the topmost dialog has its own history entry, and the page stays to leave that by going back. */
function ownEntry() {
  return navigation !== LEAVING && layers.length > 0 && depthHere() >= layers.length && window.history.state.own;
}

function depthHere() {
  return window.history.state?.depth ?? 0;
}

function here() {
  return window.location.pathname + window.location.search;
}

/**
 * Open a dialog with a title and a body, and return it. The focus returns to where it was when the dialog closes. One
 * that `asks` is not closed by Escape, Close, Back or a reload before its reader has agreed to lose what was entered.
 */
export function openDialog(id, title, body, { kind = "", asks = false } = {}) {
  const opener = document.activeElement;
  const question = el("div", { class: "report" });
  const dialog = el(
    "dialog", { id, class: `plain-dialog ${kind}`.trim(), "aria-labelledby": `${id}-title` },
    el(
      "header", { class: "sheet-head" },
      el("h2", { id: `${id}-title`, tabindex: "-1" }, title),
      button(t("Close"), leaveLayer, { kind: "small" }),
    ),
    el("div", { class: "dialog-body" }, question, body),
  );
  const row = opener?.closest("tr[data-candidate-id]")?.dataset.candidateId;
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Something else may have got the focus since the dialog was closed.
    if (![opener, document.body, null].includes(document.activeElement)) return;
    // The row may have been redrawn meanwhile.
    (opener?.isConnected ? opener : row && document.querySelector(`#main tr[data-candidate-id="${Number(row)}"] .primary-action`))?.focus();
  });
  document.body.append(dialog);
  openLayer(dialog, null, asks ? unsavedEntries(dialog, question) : null);
  return dialog;
}

/** What was entered into a dialog: whether there is any, and how to ask in `place` before it is lost. */
function unsavedEntries(dialog, place) {
  const entered = new Set();
  // What was saved is drawn again, with other controls.
  const any = () => [...entered].some((control) => dialog.contains(control));
  dialog.addEventListener("input", (change) => entered.add(change.target));
  // A second Escape would close a dialog without asking its page.
  dialog.addEventListener("keydown", (press) => {
    if (press.key !== "Escape" || !any()) return;
    press.preventDefault();
    ask();
  });
  let control = null;
  const ask = () => {
    if (!place.contains(document.activeElement)) control = document.activeElement;
    // The title stays in view above the question.
    dialog.scrollTop = 0;
    confirmIn(place, t("Close without saving? What you entered is lost."),
      () => button(t("Close Without Saving"), closeLayer, { kind: "danger" }), control);
  };
  return { any, ask };
}

/**
 * A button that asks `question` in `report` first. `confirmation()` creates the button that goes ahead; the other one
 * cancels and has the focus.
 */
export function confirmControl(report, { label, question, about = null }, confirmation) {
  const ask = button(label, () => confirmIn(report, question, confirmation, ask), { kind: "quiet", about });
  return ask;
}

/** The same question at once; `opener` gets the focus back. */
export function confirmIn(report, question, confirmation, opener = null) {
  const keep = button(t("Keep It"), () => {
    fill(report);
    opener?.focus();
  });
  fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": question },
    el("p", {}, question),
    el("div", { class: "buttons" }, confirmation(), keep),
  ));
  keep.focus();
}
