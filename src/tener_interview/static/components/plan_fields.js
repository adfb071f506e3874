/** Fields of a plan: each knows its place in the plan, so that problems can be shown beside it and lead to it. */

import { el, hiddenText } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t } from "../lib/texts.js";

/** The key of a field: `name`, `questions/q_1/title`. */
export function fieldKey(list, id, field) {
  return [list, id, field].filter(Boolean).join("/");
}

/** The key for a path such as `questions[2].key_points[0]` in this plan. */
export function keyOfPath(plan, path) {
  const [, list, at, , field] = /^(?:\$\.)?(\w+)(?:\[(\d+)\])?(\.(\w+))?/.exec(path) ?? [];
  if (at === undefined) return list ?? "";
  return fieldKey(list, plan[list]?.[Number(at)]?.id, field);
}

/** A field with a label. `control` gets the key; `help` is a sentence below it. */
export function field(key, label, control, { help = null, hidden = false, kind = "" } = {}) {
  control.id ||= `plan-${key.replaceAll("/", "-")}`;
  control.dataset.field = key;
  if (help) control.setAttribute("aria-describedby", `${control.id}-help`);
  return el("div", { class: `field plan-field ${kind}`.trim() },
    el("label", { for: control.id, class: hidden && "visually-hidden" }, label),
    control,
    help && el("p", { class: "muted", id: `${control.id}-help` }, help),
  );
}

/** Whether the style sheet lets a text area grow by itself. */
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

/** Give a text area the height of its text where the browser does not. */
function grow(area) {
  if (GROWS_BY_ITSELF) return;
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
}

/** A text of one or more lines that grows with what is typed. `set(text)` is called with every change. */
export function textArea(value, set, { rows = 1, max = null, lines = true, ...attributes } = {}) {
  const area = el("textarea", { rows, maxlength: max, dir: "auto", ...attributes, on: { input: () => set(area.value) } });
  if (!lines) {
    area.addEventListener("keydown", (key) => key.key === "Enter" && key.preventDefault());
    area.addEventListener("input", () => {
      if (/[\r\n]/.test(area.value)) area.value = area.value.replace(/\s*[\r\n]+\s*/g, " ");
    });
  }
  area.value = value ?? "";
  for (const event of ["input", "focus"]) area.addEventListener(event, () => grow(area));
  window.requestAnimationFrame(() => grow(area));
  return area;
}

/** A text of one line. */
export function textInput(value, set, { max = null, ...attributes } = {}) {
  const input = el("input", { type: "text", maxlength: max, dir: "auto", autocomplete: "off", ...attributes, on: { input: () => set(input.value) } });
  input.value = value ?? "";
  return input;
}

/** A number. `set(number)` is called with every change that is one. */
export function numberInput(value, set, { min, max, step = 1, ...attributes }) {
  const input = el("input", { type: "number", min, max, step, inputmode: "decimal", ...attributes, on: {
    input: () => input.value !== "" && Number.isFinite(input.valueAsNumber) && set(input.valueAsNumber),
  } });
  input.value = value;
  return input;
}

/** A choice of `[value, label]` pairs. */
export function choice(value, choices, set, attributes = {}) {
  const select = el("select", { ...attributes, on: { change: () => set(select.value) } },
    choices.map(([option, label]) => el("option", { value: option }, label)));
  select.value = value;
  return select;
}

/** Why a field was refused, in place of the service's words for a list that is too long. */
export function faultText(fault) {
  const most = /^must be a list of \d+ to (\d+) items$/.exec(fault)?.[1];
  return most ? t("has too many entries; at most {most} are possible", { most: number(Number(most)) }) : fault;
}

/** Show problems beside the fields below `root`. `faults` are sentences by key. */
export function showFaults(root, faults) {
  for (const old of root.querySelectorAll(".field-fault")) old.remove();
  for (const control of root.querySelectorAll("[data-field]")) {
    const sentences = faults.get(control.dataset.field);
    const help = control.getAttribute("aria-describedby")?.split(" ").filter((id) => !id.endsWith("-fault")) ?? [];
    const faultId = `${control.id}-fault`;
    setOrRemove(control, "aria-invalid", sentences && "true");
    setOrRemove(control, "aria-describedby", [...help, sentences && faultId].filter(Boolean).join(" "));
    if (sentences) control.after(el("p", { class: "field-fault", id: faultId }, el("span", { class: "shape", "aria-hidden": "true" }, "!"), hiddenText(`${t("Problem:")} `), sentences.join(" ")));
  }
}

function setOrRemove(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

/** What has the focus among the fields below `root`, as a function that restores it after they were drawn again. */
export function rememberFocus(root) {
  const control = document.activeElement;
  if (!control?.dataset.field || !root.contains(control)) return () => {};
  const { field: key } = control.dataset;
  const [from, to] = [control.selectionStart, control.selectionEnd];
  return () => {
    const again = root.querySelector(`[data-field="${CSS.escape(key)}"]`);
    again?.focus({ preventScroll: true });
    if (typeof from === "number" && again?.setSelectionRange && again.type !== "number") again.setSelectionRange(from, to);
  };
}
