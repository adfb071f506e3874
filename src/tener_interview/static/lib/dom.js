/** Elements, made of text and never of markup, and the small manners every control here shares. */

const SVG = "http://www.w3.org/2000/svg";
/** How long somebody must stop typing before what was typed is looked for. */
const DEBOUNCE_MS = 250;

/**
 * An element with attributes and children. Strings and numbers become text nodes, so what came from outside can never
 * be read as markup. `on` holds listeners by event name, `data` holds data-* values; null, undefined and false are left
 * out.
 */
export function el(tag, attributes = {}, ...children) {
  return setUp(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return setUp(document.createElementNS(SVG, tag), attributes, children);
}

function setUp(node, { on = {}, data = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (present(value)) node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, value] of Object.entries(data)) if (present(value)) node.dataset[name] = value;
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  node.append(...children.flat(Infinity).filter(present));
  return node;
}

function present(value) {
  return value !== null && value !== undefined && value !== false;
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Put these children, and nothing else, into an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(present));
}

/** Text that only a screen reader says. */
export function hiddenText(text) {
  return el("span", { class: "visually-hidden" }, text);
}

/** A button. `about` is the id of an element that says whom it concerns, so that its name stays exactly its label. */
export function button(label, onClick, { kind = "", about = null, ...attributes } = {}) {
  const own = { type: "button", class: `button ${kind}`.trim(), "aria-describedby": about, on: { click: onClick } };
  return el("button", { ...own, ...attributes }, label);
}

/**
 * Do some work while a button is disabled and says so; a second press finds nothing to press. The label, and the
 * focus if nobody took it meanwhile, come back afterwards.
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

/** A box to tick, with words that need not be seen. */
export function tickBox(label, checked, onChange, attributes = {}) {
  const box = el("input", { type: "checkbox", ...attributes, on: { change: (change) => onChange(change.target.checked) } });
  box.checked = checked;
  return el("label", { class: "tick" }, box, hiddenText(label));
}

/** Does something once nobody has typed for a moment. */
export function debounce(act) {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, DEBOUNCE_MS);
  };
}

/** Say something to a reader who does not see the page. The same words twice are said twice. */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  window.setTimeout(() => {
    live.textContent = text;
  }, 50);
}

/** A plain press on a link is done here; one that asks for another tab is the browser's. */
export function onPlainClick(press, act) {
  if (press.ctrlKey || press.metaKey || press.shiftKey) return;
  press.preventDefault();
  act();
}

/** A link that is followed only over http or https; null for anything else that calls itself a link. */
export function webLink(url, label) {
  if (!isWebUrl(url)) return null;
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return el("a", attributes, label, hiddenText(" (opens in a new tab)"));
}

function isWebUrl(text) {
  try {
    return ["http:", "https:"].includes(new URL(text, document.baseURI).protocol) && Boolean(text);
  } catch {
    return false;
  }
}
