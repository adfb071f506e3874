/** What every page of the desk has: the command palette, the list of keys, and signing in again where it was. */

import { onSignedOut } from "../lib/api.js";
import { byId } from "../lib/dom.js";
import { actionEntry } from "../lib/palette_entries.js";
import { ariaKeys, keyText, listenToKeys } from "../lib/keys.js";
import { clearTab } from "../lib/tab_storage.js";
import { t } from "../lib/texts.js";
import { openKeyList } from "./key_list.js";
import { menuItems } from "./menu.js";
import { openPalette } from "./command_palette.js";
import { signInAgain } from "./signin.js";

/** Regions of a page whose buttons are in the palette; their labels say what they are about. Some come first, some last. */
const REGIONS = "[data-commands='']";
const FIRST = "[data-commands=first]";
const LAST = "[data-commands=last]";
const IN_DIALOG = ".buttons, .turn";
const CONTROLS = "button:not(.menu-button), a.button";

/**
 * Set the page up. `here(at)` returns what can be done beside the buttons that are seen, where the focus is `at`, `more()`
 * what is needed less often, `jobs()` the jobs that are known, `go(href)` leads to an address without loading the page
 * anew, or returns false.
 */
export function setUpDesk({ here = () => [], more = () => [], jobs = () => [], go = () => false } = {}) {
  onSignedOut(signInAgain);
  const open = () => openPalette({
    here: (at) => [...buttonsIn(FIRST), ...here(at), ...buttonsIn(REGIONS), ...buttonsIn(LAST), ...more(), { ...actionEntry(t("Keys"), "", openKeyList, keyText("everywhere", "list")), group: "page" }],
    jobs: jobs(),
    go: (href) => document.querySelector("dialog[open]") === null && go(href) !== false ? undefined : window.location.assign(href),
  });
  listenToKeys("everywhere", { palette: open, list: openKeyList });
  const control = byId("palette-button");
  control.setAttribute("aria-keyshortcuts", ariaKeys("everywhere", "palette"));
  control.querySelector("kbd").textContent = keyText("everywhere", "palette");
  control.addEventListener("click", open);
  for (const form of document.querySelectorAll('form[action="/logout"]')) form.addEventListener("submit", clearTab);
}

/** The buttons that are seen in these regions, or else in the open dialog, as entries of the palette. */
function buttonsIn(selector) {
  const dialog = [...document.querySelectorAll("dialog[open]:not(#palette)")].at(-1);
  if (dialog && selector !== REGIONS) return [];
  const regions = [...(dialog ?? document).querySelectorAll(dialog ? IN_DIALOG : selector)];
  const about = dialog?.querySelector("h2")?.textContent ?? "";
  return regions.flatMap((region) => [
    ...[...region.querySelectorAll(CONTROLS)].filter(isUsable)
      .map((control) => actionEntry(nameOf(control), region.matches(".turn, nav") ? "" : region.ariaLabel || about, () => control.click())),
    // On the page itself `here` has what the menus hold.
    ...(dialog ? [...region.querySelectorAll(".menu-button")].flatMap(menuItems) : [])
      .filter(({ act }) => act).map(({ label, act }) => actionEntry(label, about, act)),
  ]).filter(({ label }) => label !== "");
}

function isUsable(control) {
  return control.checkVisibility() && !control.disabled && control.getAttribute("aria-disabled") !== "true"
    && control.getAttribute("aria-current") !== "true";
}

/** What a button is called, without what is only seen. */
function nameOf(control) {
  const copy = control.cloneNode(true);
  for (const sign of copy.querySelectorAll("[aria-hidden=true]")) sign.remove();
  return (control.getAttribute("aria-label") ?? copy.textContent).replace(/\s+/g, " ").trim();
}
