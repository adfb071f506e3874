/** The editor of the company's reasons for decisions. */

import { readReasons, saveReasons } from "../lib/api.js";
import { DECISIONS } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const MAX_LABEL = 120;

export function setUpReasons() {
  byId("edit-reasons").addEventListener("click", () => {
    const body = el("div");
    openDialog("reasons", "Reasons for decisions", body, { kind: "wide" });
    load(body);
  });
}

async function load(body) {
  fill(body, el("p", { class: "empty" }, "Loading the reasons…"));
  try {
    edit(body, await readReasons());
  } catch (problem) {
    fill(body, problemBox("The reasons could not be loaded", problem, { retry: () => load(body) }));
  }
}

function edit(body, { reasons, revision }) {
  const report = el("div", { class: "report" });
  const list = el("ol", { class: "plain reasons" }, reasons.map(reasonRow));
  const save = el("button", { class: "button primary", type: "submit" }, "Save Reasons");
  const form = el("form", { class: "decision-form" },
    el("p", { class: "muted" }, "A reason that was used stays in the history under the name it had. Take it out of use instead of renaming it to something else."),
    list,
    el("p", { class: "buttons" }, button("Add Reason", () => {
      const row = reasonRow({ reason_id: null, decision: "reject", label: "", active: true });
      list.append(row);
      row.querySelector("[name=label]").focus();
    }), save),
    report);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(save, "Saving…", async () => {
      try {
        edit(body, await saveReasons([...list.children].map(readRow), revision));
        announce("The reasons were saved.");
        body.querySelector("[type=submit]").focus();
      } catch (problem) {
        const box = problemBox("The reasons were not saved", problem, problem.code === "DECISION_REASONS_CHANGED" && { retry: () => load(body) });
        fill(report, box);
        box.focus();
      }
    });
  });
  fill(body, form);
}

function reasonRow(reason) {
  const move = (row, step) => {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) (step < 0 ? other.before(row) : other.after(row));
  };
  const label = el("input", { name: "label", type: "text", maxlength: MAX_LABEL, required: true, value: reason.label, "aria-label": "Reason" });
  const about = reason.label || "the new reason";
  const row = el("li", { class: "reason", data: { reasonId: reason.reason_id } },
    el("select", { name: "decision", "aria-label": `Decision for ${about}` }, DECISIONS.map(([value, { label: text }]) => (
      el("option", { value, selected: value === reason.decision }, text)))),
    label,
    el("label", { class: "check" }, el("input", { name: "active", type: "checkbox", checked: reason.active }), el("span", {}, "In use")),
    button("↑", (press) => { move(row, -1); press.currentTarget.focus(); }, { kind: "small quiet", "aria-label": `Move ${about} up` }),
    button("↓", (press) => { move(row, 1); press.currentTarget.focus(); }, { kind: "small quiet", "aria-label": `Move ${about} down` }));
  return row;
}

function readRow(row) {
  const value = (name) => row.querySelector(`[name=${name}]`);
  return {
    decision: value("decision").value, label: value("label").value.trim(), active: value("active").checked,
    ...(row.dataset.reasonId && { reason_id: row.dataset.reasonId }),
  };
}
