/** The bar of a scorecard that stays: the total, and what can be done with the candidate, by mouse and by key. */

import { dashboard } from "../lib/dashboard.js";
import { decisionBadge, DECISIONS } from "../lib/decisions.js";
import { announce, button, el, fill, hiddenText } from "../lib/dom.js";
import { isKnown, recommendation, score } from "../lib/format.js";
import { ariaKeys, keyText } from "../lib/keys.js";
import { constants, isFinished, statusBadge } from "../lib/constants.js";
import { t } from "../lib/texts.js";
import { openDeciding, undo } from "./decision.js";
import { openOverride } from "./human_scores.js";
import { menuButton } from "./menu.js";
import { openMessaging } from "./messaging.js";
import { openNote } from "./note_dialog.js";
import { doubts, totalOrigin } from "./other_totals.js";
import { scoreRange } from "./result.js";
import { sessionActions } from "./session_actions.js";

/** The buttons, by the names of their keys. */
export const BAR_KEYS = ["advance", "hold", "reject", "override", "note", "message"];

/**
 * Draw the bar into its place. `question()` is the question that is shown with its place, `reload()` loads the scorecard again.
 * Returns what each button does, by the name of its key.
 */
export function showBar(place, { session, response, question, reload }) {
  const report = el("div", { class: "report", id: "scorecard-report" });
  const actions = barActions({ session, response, question, report, reload });
  fill(place,
    statusBlock(session, response),
    el("div", { class: "buttons bar-buttons" },
      actions.map((action) => actionButton(action, report)),
      menuButton(t("More for this candidate"), () => [
        // On a narrow screen these have no button.
        ...actions.filter((action) => action.wide && !action.control.checkVisibility()).map((action) => ({ label: action.label, act: () => action.control.click() })),
        ...decisionItems(session, report, reload),
        ...sessionActions(session, report, reload),
      ])),
    report);
  return Object.fromEntries(actions.map((action) => [action.name, () => action.control.click()]));
}

/** The total that ranks, with its recommendation and the decision; the status of an interview without one. */
function statusBlock(session, response) {
  const card = response?.scorecard;
  // No total counts while they differ too much, or while the interview needs a human look.
  const total = session.needs_review ? null : card?.total_score;
  return el("div", { class: "bar-standing" },
    isKnown(total)
      ? [el("span", { class: "scorecard-total" }, hiddenText(t("Total")), " ", score(total)), recommendation(card.pass_recommendation),
        card.total_source === "machine" ? scoreRange(card) : totalOrigin(response), doubts(response)]
      : statusBadge(session.status, session),
    decisionBadge(session.decision));
}

function barActions({ session, response, question, report, reload }) {
  const decisions = DECISIONS.filter(([value]) => BAR_KEYS.includes(value)).map(([value, { verb }]) => ({
    name: value, label: verb, pressed: session.decision === value, act: () => openDeciding(session, value, reload),
    why: decidable(session) ? session.decision === value && t("Already decided.") : t("The candidate can still answer. Withdrawals are in the menu."),
  }));
  return [
    ...decisions,
    { name: "override", label: isKnown(response?.override?.score) ? t("Change Override") : t("Override Total"), id: "override-interview", wide: true, why: whyNoOverride(session, response),
      act: () => openOverride(session, null, { override: response.override, machine: response.machine_total }, reload) },
    { name: "note", label: t("Note"), id: "note-on-interview", wide: true, why: whyNoNote(session), act: () => openNote(session, ...question() ?? [null, 0], report) },
    { name: "message", label: t("Message"), id: "message-candidate", wide: true, why: null, act: () => message(session) },
  ];
}

/** A button with its key. One that cannot be used says why, beside it and when it is pressed. */
function actionButton(action, report) {
  const { name, label, id, why, pressed, wide, act } = action;
  action.control = button([label, el("kbd", { "aria-hidden": "true" }, keyText("scorecard", name))], () => {
    if (!why) return act();
    announce(why);
    return fill(report, el("p", { class: "muted" }, why));
  }, {
    kind: `small ${wide ? "wide-only" : ""}`, id, title: why || null, "aria-disabled": why ? "true" : null, "aria-label": label,
    "aria-pressed": pressed === undefined ? null : String(pressed), "aria-haspopup": "dialog", "aria-keyshortcuts": ariaKeys("scorecard", name),
  });
  return action.control;
}

function decisionItems(session, report, reload) {
  return [
    ...DECISIONS.filter(([value]) => !BAR_KEYS.includes(value) && value !== session.decision && (decidable(session) || value === "withdrawn"))
      .map(([value, { verb }]) => ({ label: verb, act: () => openDeciding(session, value, reload) })),
    session.decision && { label: t("Undo the Decision"), act: () => undo(session, report, reload) },
  ];
}

/** Whether the candidate can be decided about: not while they can still answer. */
function decidable({ status }) {
  return constants.statuses[status]?.decidable ?? true;
}

function whyNoOverride(session, response) {
  if (!isFinished(session.status)) return t("Nothing to override: the interview is not finished.");
  if (!response) return t("The scores could not be loaded.");
  if (isKnown(response.machine_total) || session.needs_review || isKnown(response.scorecard?.total_score)) return null;
  return t("Nothing to override yet: transcripts may still come.");
}

function whyNoNote(session) {
  return isFinished(session.status) ? null : t("Notes are for finished interviews.");
}

function message(session) {
  const known_ = dashboard.candidateOf(session.session_id);
  const candidate = known_ ?? { candidate_id: session.candidate_id, candidate_name: session.candidate_name, languages: [session.language].filter(Boolean), session };
  if (dashboard.jobId === session.job_id) return dashboard.message([candidate]);
  return openMessaging({ job: { id: session.job_id }, candidates: [candidate] });
}
