/** Using a candidate's answer as a model answer: what joins the plan and what it changes is shown first. */

import { addModelAnswer, removeModelAnswer } from "../lib/api.js";
import { addressWith } from "../lib/address.js";
import { announce, button, byId, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { known, number, score } from "../lib/format.js";
import { closeLayer, confirmControl, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const SIGNED = new Intl.NumberFormat("en", { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The controls below an answer of a scorecard. `reload()` loads the scorecard again. */
export function modelAnswerControls(session, question, reload) {
  if (!question.transcript) return null;
  const report = el("div", { class: "report" });
  const id = controlId(question);
  const takeBack = (press) => whileBusy(press.currentTarget, "Taking back…", async () => {
    try {
      await removeModelAnswer(session.session_id, question.question_id);
      announce("It is no model answer any more.");
      await reload();
      byId(id)?.focus();
    } catch (problem) {
      fill(report, problemBox("The model answer could not be taken back", problem));
    }
  });
  return el("div", { class: "model-answer" },
    el("p", { class: "buttons" }, question.model_answer
      ? [
        el("span", { class: "mark-badge" }, "✓ Model answer of the plan"),
        confirmControl(report, {
          label: "Take Back",
          question: "Take this answer out of the draft of the plan? Versions that are published keep it.",
        }, () => button("Yes, Take It Back", takeBack)),
      ]
      : button("Use as a Model Answer", () => openModelAnswer(session, question, reload), { kind: "small", id, "aria-haspopup": "dialog" })),
    report);
}

function controlId(question) {
  return `model-answer-${question.question_index}`;
}

/** Show the masked text and what it changes, then let it be used. */
async function openModelAnswer(session, question, reload) {
  const body = el("div", { class: "report" }, el("p", { class: "empty" }, "Working out what it changes…"));
  const dialog = openDialog("model-answer", "Use as a model answer", body, { kind: "wide" });
  // The scorecard was drawn again, so the button that was pressed is gone.
  dialog.addEventListener("close", () => document.activeElement === document.body && byId("scorecard-title").focus());
  const load = async () => {
    try {
      show(await addModelAnswer(session.session_id, question.question_id, true));
    } catch (problem) {
      fill(body, problemBox("This answer cannot be a model answer", problem, { retry: load }));
    }
  };
  const show = (preview) => {
    const report = el("div", { class: "report" });
    const use = button("Use as a Model Answer", () => whileBusy(use, "Saving…", async () => {
      try {
        await addModelAnswer(session.session_id, question.question_id, false);
        done();
        await reload();
      } catch (problem) {
        fill(report, problemBox("The answer could not be used", problem));
      }
    }), { kind: "primary" });
    fill(body,
      el("p", {}, "Once the plan is published again, answers to this question are also scored by how like this one they are. ", counted(preview.model_answers)),
      el("h3", {}, "What joins the plan"),
      el("blockquote", { class: "transcript", dir: "auto" }, preview.text),
      el("p", { class: "muted" }, preview.masked ? "The candidate’s name is masked. " : "The candidate’s name does not occur. ",
        "Other names are not found by themselves: read the text before you use it. If the person is erased, it is taken out everywhere."),
      el("h3", {}, "What it changes"),
      changes(preview, session),
      el("div", { class: "buttons" }, use, button("Not Now", closeLayer)),
      report);
    use.focus();
  };
  const done = () => {
    const note = el("div", { class: "notice", tabindex: "-1" },
      el("p", { class: "notice-what" }, "✓ The answer is in the draft of the plan"),
      el("p", {}, "Publish the plan to score by it; Rescore shows the change for earlier interviews first."),
      el("p", { class: "problem-actions" }, el("a", { class: "button small", href: addressWith({ view: "plan", session: null }) }, "Open the Plan"), button("Close", closeLayer, { kind: "small" })));
    fill(body, note);
    note.focus();
    announce("The answer is in the draft of the plan.");
  };
  await load();
}

function counted(models) {
  return models === 1
    ? "It is the first model answer of this question; about three are worth most."
    : `The question has ${number(models)} model answers then; about three are worth most.`;
}

/** The scores of this question before and after, of this candidate and of those that change. */
function changes({ before, after, changes: others }, session) {
  const rows = [{ candidate_name: session.candidate_name, before, after }, ...others];
  const cell = (content) => el("td", { class: "figure number" }, content);
  return [
    el("p", { class: "muted" }, others.length === 0 ? "No other candidate’s score of this question changes." : `Scores of this question: ${others.length === 1 ? "one other candidate changes" : `${number(others.length)} other candidates change`}.`),
    el("div", { class: "frame scroll", role: "region", "aria-label": "Before and after", tabindex: "0" }, el("table", { class: "changes" },
      el("caption", { class: "visually-hidden" }, "Scores of this question without and with the model answer"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Candidate"), ["Before", "After", "Change"].map((name) => el("th", { scope: "col", class: "figure" }, name)))),
      el("tbody", {}, rows.map((row, at) => el("tr", {},
        el("th", { scope: "row" }, el("bdi", {}, row.candidate_name), at === 0 && [hiddenText(", "), el("span", { class: "muted block" }, "this answer")]),
        cell(score(row.before)), cell(score(row.after)),
        cell(known(row.before) && known(row.after) ? SIGNED.format(row.after - row.before) : "–"),
      ))))),
  ];
}
