/** Other scores: the reviewers' mean and the language model's total beside the machine's total, and overrides with their reasons. */

import { listSubmittedReviews, removeOverride, setOverride } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { recommendationLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { isKnown, score, time } from "../lib/format.js";
import { fromService, t, tNodes } from "../lib/texts.js";
import { closeLayer, confirmControl, focusBelow, openDialog } from "./dialog.js";
import { judgementNote } from "./opinion.js";
import { problemBox } from "./problem.js";
import { reviewCount } from "./other_totals.js";

const { score: { minimum: LOWEST, maximum: HIGHEST }, reason: { maxLength: MAX_REASON_CHARS } } = constants.limits.override;

/** The totals of machine, language model and people side by side, collapsed; null if there is only the machine's. */
export function peopleFold(response, session) {
  if (!isKnown(response.machine_total) && !session.needs_review && !response.human_reviews && !isKnown(response.override?.score)) return null;
  const cell = (source, name, value, note) => el("div", { class: response.total_source === source ? "ranking-total" : null },
    el("dt", {}, name), el("dd", {}, score(value, t("None yet")), note && el("span", { class: "muted block" }, note),
      response.total_source === source && el("span", { class: "muted block" }, t("✓ Counts for the rank"))));
  const judged = response.judgement?.state !== "off";
  const reviews = el("div");
  if (response.human_reviews > 0) showReviews(session, reviews);
  return el("details", { class: "fold people-scores", open: judged || response.human_reviews > 0 },
    el("summary", {}, judged ? t("Machine, language model and people") : t("Machine and people")),
    el("div", { class: "fold-body" },
      el("dl", { class: "totals" },
        cell("machine", t("Machine"), response.machine_total),
        judged && cell("judge", t("Language model"), response.judge_total, judgementNote(response)),
        cell("human", t("Reviewers"), response.human_total, reviewCount(response)),
        response.total_source === "override" && cell("override", t("Override"), response.scorecard?.total_score ?? response.override?.score)),
      reviews,
      el("p", { class: "buttons" },
        el("a", { class: "button small", href: `/reviews/${encodeURIComponent(session.session_id)}` }, t("Review This Interview")))));
}

/** What each reviewer recommends, and why. */
async function showReviews(session, place) {
  try {
    const { items } = await listSubmittedReviews(session.session_id);
    fill(place, el("ul", { class: "plain submitted-reviews" }, items.map((review) => el("li", {},
      el("strong", {}, recommendationLabel(review.recommendation)), " · ", el("bdi", {}, review.reviewer_name),
      el("span", { class: "muted" }, isKnown(review.review_total) && [" · ", score(review.review_total)], " · ", time(review.submitted_at)),
      el("span", { class: "decision-note", dir: "auto" }, review.versions.at(-1).reason)))));
  } catch (problem) {
    fill(place, problemBox(t("The reviews could not be loaded"), problem, { retry: () => showReviews(session, place) }));
  }
}

/**
 * The override of a score: shown as one, with who set it and why, and a way to set or remove it. Without a
 * `question` it is that of the whole interview, which the bar sets.
 */
export function overrideControls(session, { question = null, override, machine }, reload) {
  const report = el("div", { class: "report" });
  const set = question && button(override ? t("Change Override") : t("Override This Answer"), () => openOverride(session, question, { override, machine }, reload),
    { kind: isKnown(override?.score) ? "" : "small", id: controlId(question), "aria-haspopup": "dialog" });
  if (!isKnown(override?.score)) return set && el("div", { class: "override" }, set);
  const remove = (press) => whileBusy(press.currentTarget, t("Removing…"), async () => {
    try {
      await removeOverride(session.session_id, question?.question_id ?? null);
      announce(t("The override is removed."));
      await reload();
      focusControl(question);
    } catch (problem) {
      fill(report, problemBox(t("The override could not be removed"), problem));
    }
  });
  // The headline has the numbers of an override of the whole interview.
  const by = { name: el("bdi", {}, fromService(override.set_by_name)), time: time(override.set_at) };
  return el("div", { class: "override set" },
    el("p", {}, el("span", { class: "mark-badge" }, t("✎ Override")), " ",
      question ? tNodes("{score} instead of {machine}, by {name}, {time}", {
        score: el("strong", {}, score(override.score)), machine: score(override.machine_score), ...by,
      }) : tNodes("By {name}, {time}", by)),
    el("blockquote", { class: "override-reason", dir: "auto" }, override.reason),
    el("div", { class: "buttons" }, set, confirmControl(report, { label: t("Remove Override"), question: t("Return to the machine’s score? The override stays in the history.") },
      () => button(t("Remove Override"), remove, { kind: "danger" }))),
    report);
}

function controlId(question) {
  return question ? `override-${question.question_index}` : "override-interview";
}

/** Give the focus to the button that was pressed, which is drawn again; on a narrow screen it may be in the menu. */
function focusControl(question) {
  const control = byId(controlId(question));
  focusBelow(control?.checkVisibility() ? control : byId("scorecard-title"));
}

/** Ask for a score and a reason, and put it in place of the machine's. */
export function openOverride(session, question, { override, machine }, reload) {
  const value = el("input", { id: "override-score", type: "number", min: LOWEST, max: HIGHEST, step: "any", required: true, inputmode: "decimal", value: override?.score });
  const reason = el("textarea", { id: "override-reason", rows: 4, maxlength: MAX_REASON_CHARS, required: true, dir: "auto" });
  reason.value = override?.reason ?? "";
  const report = el("div", { class: "report" });
  const save = el("button", { class: "button primary", type: "submit" }, t("Save Override"));
  const texts = { machine: score(machine, t("no score")) };
  openDialog("override", question ? t("Override the score of an answer") : t("Override the total"), el("form", { on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), async () => {
      try {
        await setOverride(session.session_id, question?.question_id ?? null, value.valueAsNumber, reason.value.trim());
        closeLayer();
        announce(t("The override is saved."));
        await reload();
        focusControl(question);
      } catch (problem) {
        fill(report, problemBox(t("The override was not saved"), problem));
      }
    });
  } } },
  el("p", {}, question
    ? tNodes("Your score counts in place of the machine’s ({machine}) for this answer. The machine’s stays visible beside it, and so do your name and reason.", texts)
    : tNodes("Your score counts in place of the machine’s ({machine}) for the whole interview. The machine’s stays visible beside it, and so do your name and reason.", texts)),
  el("div", { class: "field" }, el("label", { for: value.id }, t("Score, {lowest} to {highest}", { lowest: LOWEST, highest: HIGHEST })), value),
  el("div", { class: "field" }, el("label", { for: reason.id }, t("Why is the machine’s score wrong?")), reason),
  el("div", { class: "buttons" }, save, button(t("Cancel"), closeLayer)), report), { asks: true });
  value.focus();
}
