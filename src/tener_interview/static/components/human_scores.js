/** What people say of a score: the reviewers' mean beside the machine's total, and overrides with their reasons. */

import { removeOverride, setOverride } from "../lib/api.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { known, score, time } from "../lib/format.js";
import { rules } from "../lib/rules.js";
import { closeLayer, confirmControl, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";
import { reviewCount } from "./totals_beside.js";

const LOWEST = 0;
const HIGHEST = 100;
const MAX_REASON_CHARS = rules.limits.override.reason.maxLength;

/** The totals of a scorecard side by side, with the override of the whole interview. `reload()` loads it again. */
export function peopleSection(answer, session, reload) {
  if (!known(answer.machine_total) && !session.needs_review && !answer.human_reviews && !known(answer.override?.score)) return null;
  const cell = (source, name, value, note) => el("div", { class: answer.total_source === source ? "ranking-total" : null },
    el("dt", {}, name), el("dd", {}, score(value, "None yet"), note && el("span", { class: "muted block" }, note),
      answer.total_source === source && el("span", { class: "muted block" }, "✓ This one ranks")));
  const override = answer.override?.score ?? null;
  return el("section", { class: "people-scores", "aria-labelledby": "people-title" },
    el("h3", { id: "people-title" }, "Machine and people"),
    el("dl", { class: "totals" },
      cell("machine", "Machine", answer.machine_total),
      cell("human", "Reviewers", answer.human_total, reviewCount(answer)),
      answer.total_source === "override" && cell("override", "Override", answer.scorecard?.total_score ?? answer.override?.score)),
    el("p", { class: "buttons" },
      el("a", { class: "button small", href: `/reviews/${encodeURIComponent(session.session_id)}` }, "Review This Interview")),
    overrideControls(session, { override: override === null ? null : answer.override, machine: answer.machine_total }, reload));
}

/**
 * The override of a score: shown as one, with who set it and why, and a way to set or remove it. Without a
 * `question`, it is that of the whole interview.
 */
export function overrideControls(session, { question = null, override, machine }, reload) {
  const report = el("div", { class: "report" });
  const id = question ? `override-${question.question_index}` : "override-interview";
  const what = question ? "this answer" : "the whole interview";
  const again = async (said) => {
    announce(said);
    await reload();
    byId(id)?.focus();
  };
  const set = button(override ? "Change Override" : question ? "Override Score" : "Override Total", () => openOverride(session, question, { override, machine, what }, again),
    { kind: "small", id, "aria-haspopup": "dialog" });
  if (!known(override?.score)) return el("div", { class: "override" }, el("p", { class: "buttons" }, set));
  const remove = (press) => whileBusy(press.currentTarget, "Removing…", async () => {
    try {
      await removeOverride(session.session_id, question?.question_id ?? null);
      await again("The override is removed.");
    } catch (problem) {
      fill(report, problemBox("The override could not be removed", problem));
    }
  });
  return el("div", { class: "override set" },
    el("p", {}, el("span", { class: "mark-badge" }, "✎ Override"), el("strong", {}, score(override.score)), " instead of ", score(override.machine_score), "."),
    el("p", { class: "muted", dir: "auto" }, override.set_by_name, " · ", time(override.set_at)),
    el("blockquote", { class: "override-reason", dir: "auto" }, override.reason),
    el("div", { class: "buttons" }, set, confirmControl(report, { label: "Remove Override", question: "Let the machine’s score count again? The override stays in the history." },
      () => button("Remove Override", remove, { kind: "danger" }))),
    report);
}

function openOverride(session, question, { override, machine, what }, done) {
  const value = el("input", { id: "override-score", type: "number", min: LOWEST, max: HIGHEST, step: "any", required: true, inputmode: "decimal", value: override?.score });
  const reason = el("textarea", { id: "override-reason", rows: 4, maxlength: MAX_REASON_CHARS, required: true, dir: "auto" });
  reason.value = override?.reason ?? "";
  const report = el("div", { class: "report" });
  const save = el("button", { class: "button primary", type: "submit" }, "Save Override");
  openDialog("override", question ? "Override the score of an answer" : "Override the total", el("form", { on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, "Saving…", async () => {
      try {
        await setOverride(session.session_id, question?.question_id ?? null, value.valueAsNumber, reason.value.trim());
        closeLayer();
        await done("The override is saved.");
      } catch (problem) {
        fill(report, problemBox("The override was not saved", problem));
      }
    });
  } } },
  el("p", {}, `Your score counts in place of the machine’s for ${what}. The machine’s `, score(machine), " stays visible beside it, and so do your name and reason."),
  el("div", { class: "field" }, el("label", { for: value.id }, `Score, ${LOWEST} to ${HIGHEST}`), value),
  el("div", { class: "field" }, el("label", { for: reason.id }, "Why is the machine’s score wrong?"), reason),
  el("div", { class: "buttons" }, save, button("Cancel", closeLayer)), report));
  value.focus();
}
