/** A button that opens a menu of actions, in the layer above everything, so that no frame clips it. */

import { button, el, hiddenText } from "../lib/dom.js";

const GAP_PX = 4;

/** By menu button: returns what its menu would hold now. */
const itemsOf = new WeakMap();

/**
 * A menu button. `items()` is asked when it is opened: each is `{label, act, href, download, kind}`, false ones are left
 * out. `label` is read to screen readers; `text` is what is seen.
 */
export function menuButton(label, items, { text = "⋯", kind = "small", about = null } = {}) {
  const control = button(
    [el("span", { "aria-hidden": "true" }, text), hiddenText(label)], () => open(control, items),
    { kind: `menu-button ${kind}`, about, "aria-haspopup": "menu", "aria-expanded": "false" },
  );
  itemsOf.set(control, () => items().filter(Boolean));
  return control;
}

/** What the menu of a menu button would hold now: `{label, act, href, download, kind}`. */
export function menuItems(control) {
  return itemsOf.get(control)();
}

function open(control, items) {
  if (control.getAttribute("aria-expanded") === "true") return;
  const menu = el("div", { class: "menu", role: "menu", popover: "auto" });
  const closed = new AbortController();
  menu.append(...items().filter(Boolean).map((item) => menuItem(item, () => menu.hidePopover())));
  menu.addEventListener("toggle", (toggle) => {
    if (toggle.newState !== "closed") return;
    closed.abort();
    control.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement)) control.focus();
    menu.remove();
  });
  menu.addEventListener("keydown", (press) => moveFocus(press, menu));
  // Outside an open dialog nothing can be used, and what is read has to be in a landmark.
  (control.closest("dialog, main, header") ?? document.body).append(menu);
  control.setAttribute("aria-expanded", "true");
  menu.showPopover();
  placeMenu(menu, control.getBoundingClientRect());
  menu.querySelector("[role=menuitem]")?.focus({ preventScroll: true });
  const follow = () => placeMenu(menu, control.getBoundingClientRect());
  for (const moved of ["scroll", "resize"]) window.addEventListener(moved, follow, { capture: true, signal: closed.signal });
}

function menuItem({ label, act, href, download, kind = "" }, close) {
  if (href) return el("a", { role: "menuitem", tabindex: "-1", href, download, on: { click: close } }, label);
  return el("button", { role: "menuitem", tabindex: "-1", type: "button", class: kind, on: {
    click: () => {
      close();
      act();
    },
  } }, label);
}

/** Below the button, right edges together; above it where there is no room below. */
function placeMenu(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchor.bottom + GAP_PX;
  const top = below + height > window.innerHeight ? Math.max(GAP_PX, anchor.top - height - GAP_PX) : below;
  menu.style.left = `${Math.max(GAP_PX, anchor.right - width)}px`;
  menu.style.top = `${top}px`;
}

function moveFocus(press, menu) {
  const all = [...menu.querySelectorAll("[role=menuitem]")];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[press.key];
  if (to === undefined && press.key !== "Tab") return;
  press.preventDefault();
  if (press.key === "Tab") menu.hidePopover();
  else all.at(to % all.length)?.focus();
}
