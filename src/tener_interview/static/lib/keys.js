/** The keyboard shortcuts of all pages: one table for handling them and for listing them. */

import { t } from "./texts.js";

/**
 * The scopes of keys, in the order of the list: a label, and the keys of each action with what it does. A key is a value of
 * `KeyboardEvent.key`, letters in upper case; `Mod+` is Ctrl, and ⌘ on a Mac. A letter stands for one action, whichever
 * page has it.
 */
export const KEYS = {
  everywhere: [t("On every page"), {
    palette: [["Mod+K"], t("Search, or do something")],
    list: [["?"], t("This list of keys")],
  }],
  job: [t("In a job"), {
    today: [["T"], t("Today")],
    plan: [["1"], t("Plan")],
    candidates: [["2"], t("Candidates")],
    leaderboard: [["3"], t("Leaderboard")],
    progress: [["4"], t("Progress")],
    refresh: [["U"], t("Refresh interviews")],
  }],
  candidates: [t("In the list of candidates"), {
    find: [["/"], t("Search candidates")],
    filter: [["F"], t("Filters")],
    next: [["ArrowDown", "N"], t("Next candidate")],
    previous: [["ArrowUp", "P"], t("Previous candidate")],
    open: [["Enter"], t("Open the scorecard")],
    select: [["X"], t("Select or deselect")],
    due: [["D"], t("What is due next: invite, remind, decide")],
    more: [["M"], t("More actions")],
    clear: [["Escape"], t("Clear the selection")],
  }],
  scorecard: [t("On a scorecard"), {
    next: [["ArrowRight", "N"], t("Next candidate")],
    previous: [["ArrowLeft", "P"], t("Previous candidate")],
    question: [["1", "2", "3", "4", "5", "6", "7", "8", "9"], t("Go to a question")],
    nextQuestion: [["."], t("Next question")],
    previousQuestion: [[","], t("Previous question")],
    play: [["K"], t("Play or pause the video")],
    advance: [["A"], t("Advance")],
    hold: [["H"], t("Hold")],
    reject: [["R"], t("Reject")],
    override: [["O"], t("Override the total")],
    note: [["C"], t("Note")],
    message: [["W"], t("Message")],
    close: [["Escape"], t("Back to the list")],
  }],
  review: [t("Reviewing an interview"), {
    rate: [["1", "2", "3", "4", "5"], t("Rate this answer")],
    unrate: [["0"], t("Remove the rating")],
    next: [["ArrowRight", "N"], t("Next question")],
    previous: [["ArrowLeft", "P"], t("Previous question")],
    ending: [["E"], t("To the recommendation")],
    play: [["K"], t("Play or pause the video")],
    back: [["J"], t("Back by 5 seconds")],
    forward: [["L"], t("Forward by 5 seconds")],
    transcript: [["S"], t("To the transcript")],
    note: [["C"], t("Note on the selection or sentence")],
    submit: [["Mod+Enter"], t("Submit (at the end)")],
  }],
  transcript: [t("In a transcript"), {
    next: [["ArrowDown"], t("Next sentence")],
    previous: [["ArrowUp"], t("Previous sentence")],
  }],
  note: [t("In a note"), {
    leave: [["Escape"], t("Back to the transcript")],
  }],
  answer: [t("Trying an answer"), {
    score: [["Mod+Enter"], t("Score the answer")],
  }],
};

/** Scopes whose keys work in an open dialog, with its selector; other keys do nothing while a dialog is open. */
const IN_DIALOGS = { everywhere: "dialog", scorecard: "#scorecard" };
/** Scopes that are a text field. */
const FIELDS = ["note", "answer"];
const TYPING = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])";
/** Elements that use arrow keys themselves. */
const USES_ARROW_KEYS = "input, video, [role=menu]";
const SCROLLED = ".scroll, .table-scroll";
/** The name is from when only the review screen had keys; kept so that no user's choice is lost. */
const SINGLE_KEYS_STORAGE_KEY = "review-single-keys";

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const KEY_LABELS = {
  ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Mod: isMac ? "⌘" : t("Ctrl"),
};

/** The scopes with a listener on this page. */
const activeScopes = new Set();
/** Whether single-letter shortcuts are off, if the browser stores nothing. */
let switchedOff = false;

/**
 * Handle the keys of a scope. `actions` has a function for each of its actions, which may return false to let others handle
 * the key. Keys without a modifier do nothing while somebody types, except in that field's own scope.
 */
export function listenToKeys(scope, actions, target = document) {
  activeScopes.add(scope);
  target.addEventListener("keydown", (press) => {
    if (press.defaultPrevented || press.isComposing || !isScopeActive(scope)) return;
    const [name, key] = actionOf(press, scope);
    if (!name || !actions[name] || (key.length === 1 && !singleKeysOn())) return;
    if (actions[name](key, press) !== false) press.preventDefault();
  });
}

/** The action of a key in a scope, and the key as in the table; both undefined if there is none. */
function actionOf(press, scope) {
  const key = keyOf(press);
  const action = Object.entries(KEYS[scope][1]).find(([, [keys]]) => keys.includes(key));
  if (!action || isTakenByTarget(press, key, scope)) return [];
  return [action[0], key];
}

/** Whether single-letter shortcuts are on. */
export function singleKeysOn() {
  try {
    return window.localStorage.getItem(SINGLE_KEYS_STORAGE_KEY) !== "off" && !switchedOff;
  } catch {
    return !switchedOff;
  }
}

/** Turn single-letter shortcuts on or off in this browser. */
export function setSingleKeys(on) {
  switchedOff = !on;
  try {
    window.localStorage.setItem(SINGLE_KEYS_STORAGE_KEY, on ? "on" : "off");
  } catch {
    // It holds until the page is left.
  }
}

/** The scopes of this page, in the order of the list. */
export function scopesOfPage() {
  return Object.keys(KEYS).filter((scope) => activeScopes.has(scope));
}

/** The labels of keys: each key as its parts. */
export function keyLabels(keys) {
  return keys.map((key) => key.split("+").map((part) => KEY_LABELS[part] ?? part));
}

/** Add the shortcut of an action to its control. */
export function addKeyHint(control, scope, name) {
  control.setAttribute("aria-keyshortcuts", ariaKeys(scope, name));
  const key = keyText(scope, name);
  if (key) control.title = t("Key: {key}", { key });
}

/** The first key of an action as text, for a tooltip or a menu; empty while it is switched off. */
export function keyText(scope, name) {
  const [[key]] = KEYS[scope][1][name];
  return key.length > 1 || singleKeysOn() ? keyLabels([key])[0].join(isMac ? "" : "+") : "";
}

/** The keys of an action as `aria-keyshortcuts` has them (WAI-ARIA 1.2). */
export function ariaKeys(scope, name) {
  const [keys] = KEYS[scope][1][name];
  return keys.map((key) => key.replace("Mod", isMac ? "Meta" : "Control")).join(" ");
}

function keyOf(press) {
  const key = press.key?.length === 1 ? press.key.toUpperCase() : press.key;
  if (press.altKey || (press.shiftKey && key.length > 1)) return null;
  return press.ctrlKey || press.metaKey ? `Mod+${key}` : key;
}

function isTakenByTarget(press, key, scope) {
  if (key.includes("+")) return false;
  const at = press.target instanceof Element ? press.target : document.body;
  if (at.closest(TYPING)) return !FIELDS.includes(scope);
  if (!key.startsWith("Arrow")) return false;
  const isSideways = key === "ArrowLeft" || key === "ArrowRight";
  return at.closest(USES_ARROW_KEYS) !== null || at.matches(SCROLLED) || (isSideways && at.closest(SCROLLED) !== null);
}

function isScopeActive(scope) {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (!top) return scope !== "scorecard";
  return IN_DIALOGS[scope] ? top.matches(IN_DIALOGS[scope]) : FIELDS.includes(scope);
}
