/** The keys of the review screen: what each does, and a switch for those of a single letter. */

import { el } from "../lib/dom.js";
import { openDialog } from "./dialog.js";

const SWITCH = "review-single-keys";
const KEYS = [
  ["1 to 5", "Rate this answer"], ["0", "Remove the rating"], ["→ or N", "Next question"], ["← or P", "Previous question"],
  ["E", "To the recommendation"], ["K", "Play or pause the video"], ["J, L", "Back, forward by 5 seconds"],
  ["T", "To the transcript"], ["↓, ↑", "Next, previous sentence (in the transcript)"],
  ["M", "Note on the selection or sentence"], ["Esc", "From a note back to the transcript"],
  ["Ctrl + Enter", "Submit (at the end)"], ["?", "This list"],
];

/** Show the list of keys. */
export function openKeys() {
  const box = el("input", { type: "checkbox", id: "single-keys", on: { change: () => {
    try {
      window.localStorage.setItem(SWITCH, box.checked ? "on" : "off");
    } catch {
      switchedOff = !box.checked;
    }
  } } });
  box.checked = singleKeys();
  openDialog("key-list", "Keys", [
    el("dl", { class: "keys" }, KEYS.map(([keys, what]) => el("div", {}, el("dt", {}, el("kbd", {}, keys)), el("dd", {}, what)))),
    el("label", { class: "option" }, box, "Single letters and digits work as keys"),
  ]);
}

/** Whether the browser stores nothing and the switch is off. */
let switchedOff = false;

function singleKeys() {
  try {
    return window.localStorage.getItem(SWITCH) !== "off" && !switchedOff;
  } catch {
    return !switchedOff;
  }
}

/**
 * Let keys act on the page. `actions` has a function for each key, by the value of `KeyboardEvent.key` in lower case.
 * Nothing happens while something is typed, in a dialog, or with Alt, Ctrl or Meta.
 */
export function listenToKeys(actions) {
  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey && press.key === "Enter" && !document.querySelector("dialog[open]")) {
      actions.submit();
      return;
    }
    if (press.altKey || press.ctrlKey || press.metaKey || press.defaultPrevented || document.querySelector("dialog[open]")) return;
    const { target } = press;
    if (target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    const isArrow = press.key.startsWith("Arrow");
    // Radio buttons, the player and wide tables have their own use of arrow keys.
    if (isArrow && target.closest?.("input, video, .table-scroll")) return;
    if (!isArrow && press.key !== "?" && !singleKeys()) return;
    const act = actions[press.key.toLowerCase()];
    if (!act) return;
    press.preventDefault();
    act();
  });
}
