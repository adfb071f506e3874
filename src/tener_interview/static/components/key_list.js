/** The list of the keys that work on this page, with a switch for those of a single letter. */

import { el } from "../lib/dom.js";
import { KEYS, keyLabels, scopesOfPage, setSingleKeys, singleKeysOn } from "../lib/keys.js";
import { t } from "../lib/texts.js";
import { openDialog } from "./dialog.js";

/** Open the list. */
export function openKeyList() {
  if (document.querySelector("#key-list")) return;
  const box = el("input", { type: "checkbox", id: "single-keys", on: { change: () => setSingleKeys(box.checked) } });
  box.checked = singleKeysOn();
  openDialog("key-list", t("Keys"), [
    el("div", { class: "key-places" }, scopesOfPage().map((place) => section(place, ...KEYS[place]))),
    el("label", { class: "check" }, box, el("span", {}, t("Single letters, digits and signs work as keys"),
      el("span", { class: "muted block" }, t("Never while you type. Keys with Ctrl or ⌘ always work.")))),
  ], { kind: "wide" });
}

function section(place, label, actions) {
  const id = `keys-${place}`;
  return el("section", { "aria-labelledby": id }, el("h3", { id }, label),
    el("dl", { class: "keys" }, Object.values(actions).map(([keys, what]) => (
      el("div", {}, el("dt", {}, keyCaps(keys)), el("dd", {}, what))
    ))));
}

/** Keys as caps; more than three that follow each other as a range. */
function keyCaps(keys) {
  const range = keys.length > 3;
  const shown = keyLabels(range ? [keys[0], keys.at(-1)] : keys);
  return shown.map((parts, at) => [at > 0 && (range ? t(" to ") : t(" or ")), parts.map((part, place) => [place > 0 && " + ", el("kbd", {}, part)])]);
}
