/** The fields of a decision: what, the company's reason for it, and a note. */

import { el, fill } from "../lib/dom.js";
import { DECISIONS } from "../lib/decisions.js";

const MAX_NOTE = 2000;

/** The fields, and `read()`: the choice as it is sent, or null while something is missing. */
export function choiceFields(reasons, { chosen = "", name = "decision", onChange = () => {} } = {}) {
  const reason = el("select", { name: "reason" });
  const reasonField = el("div", { class: "field" }, el("label", {}, "Reason", reason));
  const note = el("textarea", { name: "note", rows: "3", maxlength: MAX_NOTE });
  const radios = DECISIONS.map(([value, { verb, shape }]) => {
    const radio = el("input", { type: "radio", name, value, checked: value === chosen });
    return [radio, el("label", { class: "decision-choice" }, radio, el("span", {}, el("span", { class: "shape", "aria-hidden": "true" }, shape), ` ${verb}`))];
  });
  const decision = () => radios.map(([radio]) => radio).find((radio) => radio.checked)?.value ?? "";
  const needed = () => reasons.some((item) => item.decision === decision() && item.required);
  const showReasons = () => {
    const fitting = reasons.filter((item) => item.active && item.decision === decision());
    fill(reason, el("option", { value: "" }, needed() ? "Choose a reason" : "No reason"),
      fitting.map((item) => el("option", { value: item.reason_id }, item.label)));
    reason.required = needed();
    reasonField.hidden = fitting.length === 0;
  };
  const fields = el("div", { class: "decision-fields" },
    el("fieldset", { class: "decision-choices" }, el("legend", {}, "Decision"), radios.map(([, label]) => label)),
    reasonField,
    el("div", { class: "field" }, el("label", {}, "Note", note), el("p", { class: "muted" }, "For colleagues; the candidate can ask to see it.")),
  );
  fields.addEventListener("change", (change) => {
    if (change.target.name === name) showReasons();
    onChange();
  });
  showReasons();
  const read = () => (!decision() || (needed() && !reason.value) ? null : {
    decision: decision(), ...(reason.value && { reason_id: reason.value }), ...(note.value.trim() && { note: note.value.trim() }),
  });
  return { fields, read };
}
