/** The scorecard of a session, in a dialog: scores and why, the link, the actions, and what has happened. */

import { cancelSession, readEvents, readScorecard, readSession, refreshSession, renewLink } from "./api.js";
import { confirmControl } from "./confirm.js";
import { announce, button, byId, el, fill, svg, webLink, whileBusy } from "./dom.js";
import { entryLink } from "./entrylink.js";
import { dimension, known, number, recommendation, score, share, time } from "./format.js";
import { problemBox, problemHeading } from "./problems.js";
import { questionItem } from "./question.js";
import { allows, hasLink, needsLink, stateBadge, stateWord } from "./states.js";
import { timeline } from "./timeline.js";

const AWAITING = "The interview is finished. Not every answer is transcribed yet; the next refresh looks again.";
const CANCEL = {
  label: "Cancel Interview", question: "Cancel this interview? Its link stops working at once, and for good.",
};
const DIMENSIONS = ["technical", "soft_skills", "culture_fit"];

/** The session whose scorecard is open; what arrives for another one is too late to be shown. */
let shown = null;

/** Open the scorecard. `onChange(session)` is told of every new state, `onClose()` once when it is closed. */
export async function openScorecard(sessionId, { onChange, onClose }) {
  const dialog = byId("scorecard");
  shown = sessionId;
  fill(byId("scorecard-title"), "Interview");
  fill(byId("scorecard-body"), el("p", { class: "empty" }, "Loading the scorecard…"));
  dialog.addEventListener("close", () => {
    shown = null;
    onClose();
  }, { once: true });
  if (!dialog.open) dialog.showModal();
  await load(sessionId, onChange);
}

async function load(sessionId, onChange) {
  const retry = () => load(sessionId, onChange);
  const [session, scorecard, events] = await Promise.allSettled([
    readSession(sessionId), readScorecard(sessionId), readEvents(sessionId),
  ]);
  if (shown !== sessionId) return;
  if (session.status === "rejected") {
    fill(byId("scorecard-body"), problemBox("The session could not be read", session.reason, { retry }));
    return;
  }
  onChange(session.value);
  const name = session.value.candidate_name || `Candidate ${session.value.candidate_id}`;
  fill(byId("scorecard-title"), el("bdi", {}, name));
  fill(
    byId("scorecard-body"),
    standing(session.value),
    actions(session.value, onChange),
    scorecard.status === "rejected"
      ? problemBox("The scorecard could not be read", scorecard.reason, { retry })
      : scores(scorecard.value.scorecard, session.value),
    el("h3", {}, "What has happened"),
    events.status === "rejected"
      ? problemBox("The events could not be read", events.reason, { retry })
      : timeline(events.value.items),
  );
}

function standing(session) {
  const fault = session.last_error;
  return [
    el("div", { class: "standing" },
      stateBadge(session.status, session.awaiting_transcription),
      el("span", { class: "fine" }, "Last checked ", time(session.last_sync_at, "Not checked yet")),
    ),
    session.awaiting_transcription && el("p", {}, AWAITING),
    fault && el("div", { class: "notice with-errors" },
      problemHeading("The last try did not work; state and scores are as before"),
      el("p", {}, fault.message),
      el("p", { class: "fine" }, fault.code, " · ", time(fault.at)),
    ),
    needsLink(session) && el("p", {}, "The link ran out ", time(session.expires_at), ". A new one can be issued."),
    hasLink(session) && entryLink(session.entry_url, session.expires_at, session.candidate_name || "this candidate"),
  ];
}

function actions(session, onChange) {
  const report = el("div", { id: "scorecard-report", class: "report" });
  const { session_id: id, status } = session;
  const act = (label, busyLabel, what, work, kind = "") => {
    const attempt = async () => {
      fill(report);
      const note = await work().then(done, (problem) => () => problemBox(what, problem));
      await load(id, onChange);
      tell(note);
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, attempt), { kind });
  };
  const refresh = (force) => refreshSession(id, force).then((answer) => outcome(session, answer));
  const refused = "The session could not be refreshed";
  return [
    el(
      "div",
      { class: "buttons" },
      allows("refresh", status) && act("Refresh", "Refreshing…", refused, () => refresh(false)),
      session.awaiting_transcription && act("Score What Is There", "Scoring…", refused, () => refresh(true)),
      allows("scoreAgain", status) && act("Score Again", "Scoring…", refused, () => refresh(true)),
      allows("lookAgain", status) && act("Look Again", "Looking…", refused, () => refresh(true)),
      allows("renew", status) && act("Renew Link", "Renewing…", "The link could not be renewed",
        () => renewLink(id).then(() => "There is a new link. The old one no longer works.")),
      allows("cancel", status) && confirmControl(report, CANCEL, () => act(
        "Yes, Cancel It", "Canceling…", "The interview could not be canceled",
        () => cancelSession(id).then(() => "The interview was canceled. Its link no longer works."), "danger",
      )),
    ),
    report,
  ];
}

/** What an action came to: shown, and given the focus, since the button that was pressed may be gone. */
function tell(makeNote) {
  const report = byId("scorecard-report");
  if (!report) return;
  const note = makeNote();
  fill(report, note);
  note.focus();
}

/** The note on something that worked, made when it is shown, so that it is said then too. */
function done(said) {
  return () => {
    announce(said);
    return el("p", { class: "notice", tabindex: "-1" }, said);
  };
}

function outcome(before, answer) {
  if (answer.status !== before.status) return `${stateWord(before.status)} → ${stateWord(answer.status)}.`;
  return answer.updated ? "Refreshed: there is something new." : "Refreshed: nothing has changed.";
}

function scores(card, session) {
  if (!card) {
    return el("p", { class: "empty" }, session.awaiting_transcription
      ? "No scores yet: waiting for the transcripts."
      : "No scores yet. They appear here when the interview is finished and transcribed.");
  }
  const judged = card.transcription_scoring ?? {};
  const questions = judged.question_scores ?? [];
  return [
    el("h3", {}, "Scores"),
    totals(card),
    el("div", { class: "fine" }, el("p", {}, coverage(judged.coverage)), el("p", {}, versions(card, judged)), scoringNote()),
    el("h3", {}, "Question by question"),
    questions.length
      ? el("ol", { class: "questions" }, questions.map((question, place) => questionItem(question, place + 1)))
      : el("p", { class: "empty" }, "No question was scored."),
  ];
}

function totals(card) {
  return el(
    "dl",
    { class: "totals" },
    el("div", { class: "grand" }, el("dt", {}, "Total"), el("dd", {}, score(card.total_score))),
    el("div", {}, el("dt", {}, "Recommendation"), el("dd", {}, recommendation(card.pass_recommendation))),
    el("div", {}, el("dt", {}, "Confidence"), el("dd", {}, share(card.score_confidence))),
    DIMENSIONS.map((name) => el(
      "div",
      { class: "dimension" },
      el("dt", {}, dimension(name)),
      el("dd", {}, score(card[`${name}_score`]), bar(card[`${name}_score`])),
    )),
  );
}

/** A score as a length. The number stands beside it, so the drawing says nothing of its own. */
function bar(value) {
  return el("span", { class: "bar" }, known(value) && svg(
    "svg",
    { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    svg("rect", { width: Math.max(0, Math.min(100, value)), height: 4 }),
  ));
}

function coverage(counts) {
  if (!counts) return null;
  const missing = counts.missing_transcriptions;
  const told = `${number(counts.scored_questions)} of ${number(counts.total_questions)} questions scored`;
  return missing ? `${told}; ${number(missing)} without a transcript` : told;
}

/** What a score is, and where its limits are written down. */
function scoringNote() {
  return el("p", {},
    "A score is the sum of its parts and says what was said, not who said it. ",
    webLink("/static/scoring.md", "What the score can and cannot do"),
  );
}

function versions(card, judged) {
  return [
    card.result_version && `Result ${card.result_version}`,
    card.formula_version && `formula ${card.formula_version}`,
    judged.criteria_version && `criteria ${judged.criteria_version}`,
    judged.engine_version && `engine ${judged.engine_version}`,
  ].filter(Boolean).join(" · ");
}
