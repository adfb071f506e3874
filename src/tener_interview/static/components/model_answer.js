/** Using a candidate's answer as a model answer: what joins the plan and what it changes is shown first. */

import { addModelAnswer, removeModelAnswer } from "../lib/api.js";
import { addressWith } from "../lib/address.js";
import { announce, button, byId, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { isKnown, number, score, signed } from "../lib/format.js";
import { t, tn } from "../lib/texts.js";
import { closeLayer, confirmControl, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";


/** The controls below an answer of a scorecard. `reload()` loads the scorecard again. */
export function modelAnswerControls(session, question, reload) {
  if (!question.transcript) return null;
  const report = el("div", { class: "report" });
  const id = controlId(question);
  const takeBack = (press) => whileBusy(press.currentTarget, t("Removing…"), async () => {
    try {
      await removeModelAnswer(session.session_id, question.question_id);
      announce(t("It is no longer a model answer."));
      await reload();
      byId(id)?.focus();
    } catch (problem) {
      fill(report, problemBox(t("The model answer could not be removed"), problem));
    }
  });
  return el("div", { class: "model-answer" },
    el("p", { class: "buttons" }, question.model_answer
      ? [
        el("span", { class: "mark-badge" }, t("✓ Model answer of the plan")),
        confirmControl(report, {
          label: t("Remove"),
          question: t("Remove this answer from the draft of the plan? Published versions keep it."),
        }, () => button(t("Yes, Remove It"), takeBack)),
      ]
      : button(t("Use as a Model Answer"), () => openModelAnswer(session, question, reload), { kind: "small", id, "aria-haspopup": "dialog" })),
    report);
}

function controlId(question) {
  return `model-answer-${question.question_index}`;
}

/** Show the masked text and what it changes, then let it be used. */
async function openModelAnswer(session, question, reload) {
  const body = el("div", { class: "report" }, el("p", { class: "empty" }, t("Calculating the changes…")));
  const dialog = openDialog("model-answer", t("Use as a model answer"), body, { kind: "wide" });
  // The scorecard was drawn again, so the button that was pressed is gone.
  dialog.addEventListener("close", () => document.activeElement === document.body && byId("scorecard-title").focus());
  const load = async () => {
    try {
      show(await addModelAnswer(session.session_id, question.question_id, true));
    } catch (problem) {
      fill(body, problemBox(t("This answer cannot be a model answer"), problem, { retry: load }));
    }
  };
  const show = (preview) => {
    const report = el("div", { class: "report" });
    const use = button(t("Use as a Model Answer"), () => whileBusy(use, t("Saving…"), async () => {
      try {
        await addModelAnswer(session.session_id, question.question_id, false);
        done();
        await reload();
      } catch (problem) {
        fill(report, problemBox(t("The answer could not be used"), problem));
      }
    }), { kind: "primary" });
    fill(body,
      el("p", {}, `${t("Once you publish the plan, answers similar to this one score higher.")} `, modelCountSentence(preview.model_answers)),
      el("h3", {}, t("What joins the plan")),
      el("blockquote", { class: "transcript", dir: "auto" }, preview.text),
      el("p", { class: "muted" }, preview.masked ? t("The candidate’s name is masked.") : t("The candidate’s name does not occur."), " ",
        t("Other names are not detected: read the text before you use it. If the person is erased, it is removed everywhere.")),
      el("h3", {}, t("What it changes")),
      changesTable(preview, session),
      el("div", { class: "buttons" }, use, button(t("Not Now"), closeLayer)),
      report);
    use.focus();
  };
  const done = () => {
    const note = el("div", { class: "notice", tabindex: "-1" },
      el("p", { class: "notice-what" }, t("✓ The answer is in the draft of the plan")),
      el("p", {}, t("Publish the plan to use it for scoring. Rescore first shows what would change for earlier interviews.")),
      el("p", { class: "problem-actions" }, el("a", { class: "button small", href: addressWith({ view: "plan", session: null }) }, t("Open the Plan")), button(t("Close"), closeLayer, { kind: "small" })));
    fill(body, note);
    note.focus();
    announce(t("The answer was added to the draft of the plan."));
  };
  await load();
}

function modelCountSentence(models) {
  return models === 1
    ? t("It is the first model answer of this question; about three are worth most.")
    : t("The question has {count} model answers then; about three are worth most.", { count: number(models) });
}

/** The scores of this question before and after, of this candidate and of those that change. */
function changesTable({ before, after, changes: others }, session) {
  const rows = [{ candidate_name: session.candidate_name, before, after }, ...others];
  const cell = (content) => el("td", { class: "figure number" }, content);
  return [
    el("p", { class: "muted" }, others.length === 0 ? t("No other candidate’s score of this question changes.") : tn(others.length, "Scores of this question: one other candidate changes.", "Scores of this question: {count} other candidates change.")),
    el("div", { class: "frame scroll", role: "region", "aria-label": t("Before and after"), tabindex: "0" }, el("table", { class: "changes" },
      el("caption", { class: "visually-hidden" }, t("Scores of this question without and with the model answer")),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("Candidate")), [t("Before"), t("After"), t("Change")].map((name) => el("th", { scope: "col", class: "figure" }, name)))),
      el("tbody", {}, rows.map((row, at) => el("tr", {},
        el("th", { scope: "row" }, el("bdi", {}, row.candidate_name), at === 0 && [hiddenText(", "), el("span", { class: "muted block" }, t("this answer"))]),
        cell(score(row.before)), cell(score(row.after)),
        cell(isKnown(row.before) && isKnown(row.after) ? signed(row.after - row.before) : "–"),
      ))))),
  ];
}
