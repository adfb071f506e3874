/** The editor of the company's reasons for decisions. */

import { readReasons, saveReasons } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { DECISIONS } from "../lib/decisions.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const MAX_LABEL = constants.limits.decision_reason.label.maxLength;

/** Open the editor. */
export function openReasons() {
  const body = el("div");
  openDialog("reasons", t("Reasons for decisions"), body, { kind: "wide", asks: true });
  load(body);
}

async function load(body) {
  fill(body, el("p", { class: "empty" }, t("Loading the reasons…")));
  try {
    edit(body, await readReasons());
  } catch (problem) {
    fill(body, problemBox(t("The reasons could not be loaded"), problem, { retry: () => load(body) }));
  }
}

function edit(body, { reasons, revision }) {
  const report = el("div", { class: "report" });
  const list = el("ol", { class: "reasons" }, reasons.map(reasonRow));
  const save = el("button", { class: "button primary", type: "submit" }, t("Save Reasons"));
  const form = el("form", { class: "decision-form" },
    el("p", { class: "muted" }, t("A reason that was used keeps its old name in the history. To replace it, take it out of use and add a new one.")),
    list,
    el("p", { class: "buttons" }, save, button(t("Add Reason"), () => {
      const row = reasonRow({ reason_id: null, decision: "reject", label: "", active: true });
      list.append(row);
      row.querySelector("[name=label]").focus();
    })),
    report);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), async () => {
      try {
        edit(body, await saveReasons([...list.children].map(readRow), revision));
        announce(t("The reasons were saved."));
        body.querySelector("[type=submit]").focus();
      } catch (problem) {
        const box = problemBox(t("The reasons were not saved"), problem, problem.code === "DECISION_REASONS_CHANGED" && { retry: () => load(body) });
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
  const label = el("input", { name: "label", type: "text", maxlength: MAX_LABEL, required: true, value: reason.label, "aria-label": t("Reason") });
  const about = reason.label || t("the new reason");
  const row = el("li", { class: "reason", data: { reasonId: reason.reason_id } },
    el("select", { name: "decision", "aria-label": t("Decision for {name}", { name: about }) }, DECISIONS.map(([value, { label: text }]) => (
      el("option", { value, selected: value === reason.decision }, text)))),
    label,
    el("label", { class: "check" }, el("input", { name: "active", type: "checkbox", checked: reason.active }), el("span", {}, t("In use"))),
    button("↑", (press) => { move(row, -1); press.currentTarget.focus(); }, { kind: "small quiet", "aria-label": t("Move {name} up", { name: about }) }),
    button("↓", (press) => { move(row, 1); press.currentTarget.focus(); }, { kind: "small quiet", "aria-label": t("Move {name} down", { name: about }) }));
  return row;
}

function readRow(row) {
  const value = (name) => row.querySelector(`[name=${name}]`);
  return {
    decision: value("decision").value, label: value("label").value.trim(), active: value("active").checked,
    ...(row.dataset.reasonId && { reason_id: row.dataset.reasonId }),
  };
}
