/** Creating elements from text, never from markup, and small helpers for controls. */

import { t } from "./texts.js";




const SVG = "http://www.w3.org/2000/svg";
/** How long after the last keystroke a search starts. */
const DEBOUNCE_MS = 250;

/**
 * An element with attributes and children. Strings and numbers become text nodes, so data is never read as markup. `on`
 * holds listeners by event name, `data` holds data-* values; null, undefined and false are left out.
 */
export function el(tag, attributes = {}, ...children) {
  return setUp(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return setUp(document.createElementNS(SVG, tag), attributes, children);
}

function setUp(node, { on = {}, data = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (isPresent(value)) node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, value] of Object.entries(data)) if (isPresent(value)) node.dataset[name] = value;
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  node.append(...children.flat(Infinity).filter(isPresent));
  return node;
}

function isPresent(value) {
  return value !== null && value !== undefined && value !== false;
}

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Replace the children of an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(isPresent));
}

/** The same, unless `content`, of which the children are made, is that of last time: a button that is drawn anew while it
 * is being pressed does nothing. */
export function fillWithNew(parent, content, ...children) {
  const shown = JSON.stringify(content);
  if (parent.dataset.shown === shown) return;
  parent.dataset.shown = shown;
  fill(parent, ...children);
}

/** Text for screen readers only. */
export function hiddenText(text) {
  return el("span", { class: "visually-hidden" }, text);
}

/** A button. `about` is the id of an element that describes it, so that its name stays exactly its label. */
export function button(label, onClick, { kind = "", about = null, ...attributes } = {}) {
  const own = { type: "button", class: `button ${kind}`.trim(), "aria-describedby": about, on: { click: onClick } };
  return el("button", { ...own, ...attributes }, label);
}

/**
 * Do some work while a button is disabled and shows a busy label. Afterwards it gets its label back, and the focus if
 * that was not moved meanwhile.
 */
export async function whileBusy(control, label, work) {
  if (control.disabled) return;
  const before = control.textContent;
  const hadFocus = document.activeElement === control;
  control.disabled = true;
  control.textContent = label;
  try {
    await work();
  } finally {
    control.disabled = false;
    control.textContent = before;
    const nobodyHasFocus = document.activeElement === document.body || document.activeElement === null;
    if (hadFocus && nobodyHasFocus && control.isConnected) control.focus();
  }
}

/** A checkbox with a label for screen readers only. */
export function tickBox(label, checked, onChange, attributes = {}) {
  const box = el("input", { type: "checkbox", ...attributes, on: { change: (change) => onChange(change.target.checked) } });
  box.checked = checked;
  return el("label", { class: "tick" }, box, hiddenText(label));
}

/** How much of what comes before an item is seen in a strip that scrolls. */
const STRIP_MARGIN_PX = 40;

/** Scroll a strip sideways to an item, with the next frame: where it stands is known when the page is laid out. */
export function scrollStripTo(item) {
  requestAnimationFrame(() => {
    const strip = item.parentElement;
    strip.scrollLeft = item.offsetLeft - (item.offsetParent === strip ? 0 : strip.offsetLeft) - STRIP_MARGIN_PX;
  });
}

/** Call a function once typing has paused. */
export function debounce(act) {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, DEBOUNCE_MS);
  };
}

/** Announce something to screen readers. The same text twice is announced twice. */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  window.setTimeout(() => {
    live.textContent = text;
  }, 50);
}

/** Handle a plain click on a link here; a click that asks for another tab is left to the browser. */
export function onPlainClick(press, act) {
  if (press.ctrlKey || press.metaKey || press.shiftKey) return;
  press.preventDefault();
  act();
}

/** A link that is followed only over http or https; null for any other address. */
export function webLink(url, label) {
  if (!isWebUrl(url)) return null;
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return el("a", attributes, label, hiddenText(` ${t("(opens in a new tab)")}`));
}

function isWebUrl(text) {
  try {
    return ["http:", "https:"].includes(new URL(text, document.baseURI).protocol) && Boolean(text);
  } catch {
    return false;
  }
}
