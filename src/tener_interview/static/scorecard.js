/** The scorecard of a session, in a dialog: scores and why, the link, the actions, and what has happened. */

import { readEvents, readScorecard, readSession } from "./api.js";
import { bar } from "./bar.js";
import { announce, button, byId, el, fill, webLink } from "./dom.js";
import { entryLink } from "./entrylink.js";
import { DIMENSIONS, number, recommendation, score, share, time } from "./format.js";
import { sharedWords } from "./jobs.js";
import { closeLayer, openLayer } from "./layers.js";
import { problemBox, problemHeading } from "./problems.js";
import { questionItem } from "./question.js";
import { sessionActions } from "./sessionactions.js";
import { ended, hasLink, NEEDS_REVIEW, needsLink, stateBadge } from "./states.js";
import { timeline } from "./timeline.js";
import { certainty } from "./verdict.js";
import { earlierResults } from "./versions.js";

const AWAITING = "The interview is finished. Not every answer is transcribed yet; the next refresh looks again.";

/** The session whose scorecard is open; what arrives for another one is too late to be shown. */
let shown = null;

/** What the open scorecard tells the page of, and whom one can turn to. */
let told = null;

/** The number of the latest result of the session that is shown. */
let latest = null;

/**
 * Open the scorecard. `onChange(session)` is told of every new state, `onTurn(sessionId)` when it turns to another,
 * `onClose()` once when it is closed. `among` are the ids of the sessions it can turn through, `url` is the address of
 * the page with it.
 */
export async function openScorecard(sessionId, { onChange, onTurn, onClose, among, url }) {
  const dialog = byId("scorecard");
  told = { onChange, onTurn, among };
  dialog.addEventListener("close", () => {
    shown = null;
    onClose();
  }, { once: true });
  openLayer(dialog, url);
  await show(sessionId);
}

/** Let the arrow keys and the two buttons turn to the next scorecard and back. */
export function beginScorecard() {
  const dialog = byId("scorecard");
  byId("scorecard-close").addEventListener("click", closeLayer);
  byId("scorecard-previous").addEventListener("click", () => turn(-1));
  byId("scorecard-next").addEventListener("click", () => turn(1));
  dialog.addEventListener("click", (press) => {
    if (press.target === dialog) closeLayer();
  });
  dialog.addEventListener("keydown", (key) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
    const elsewhere = key.altKey || key.ctrlKey || key.metaKey || key.shiftKey || key.target.closest("input, textarea, select, .scroll");
    if (!step || elsewhere) return;
    key.preventDefault();
    turn(step);
  });
}

async function turn(step) {
  const next = told.among[told.among.indexOf(shown) + step];
  if (!told.among.includes(shown) || !next) return;
  told.onTurn(next);
  await show(next);
  if (shown === next) announce(`${byId("scorecard-title").textContent}, ${byId("scorecard-place").textContent}`);
}

async function show(sessionId) {
  shown = sessionId;
  fill(byId("scorecard-title"), "Interview");
  fill(byId("scorecard-body"), el("p", { class: "empty" }, "Loading the scorecard…"));
  const at = told.among.indexOf(sessionId);
  byId("scorecard-turn").hidden = at < 0 || told.among.length < 2;
  byId("scorecard-place").textContent = `${at + 1} of ${told.among.length}`;
  // A disabled button drops the focus, and with it the arrow keys.
  for (const [id, to] of [["scorecard-previous", at - 1], ["scorecard-next", at + 1]]) {
    byId(id).setAttribute("aria-disabled", String(!told.among[to]));
  }
  byId("scorecard").scrollTop = 0;
  await load(sessionId);
}

async function load(sessionId, version = null) {
  const retry = () => load(sessionId, version);
  const [session, scorecard, events] = await Promise.allSettled([
    readSession(sessionId), readScorecard(sessionId, version), readEvents(sessionId),
  ]);
  if (shown !== sessionId) return;
  if (session.status === "rejected") {
    fill(byId("scorecard-body"), problemBox("The session could not be read", session.reason, { retry }));
    return;
  }
  told.onChange(session.value);
  if (version === null) latest = scorecard.value?.scorecard?.result_version ?? null;
  const name = session.value.candidate_name || `Candidate ${session.value.candidate_id}`;
  fill(byId("scorecard-title"), el("bdi", {}, name));
  fill(
    byId("scorecard-body"),
    standing(session.value),
    sessionActions(session.value, () => load(sessionId)),
    scorecard.status === "rejected"
      ? problemBox("The scorecard could not be read", scorecard.reason, { retry })
      : scores(scorecard.value.scorecard, session.value, (wanted) => another(sessionId, wanted)),
    el("h3", {}, "What has happened"),
    events.status === "rejected"
      ? problemBox("The events could not be read", events.reason, { retry })
      : timeline(events.value.items),
  );
}

/** Read another version of the result. */
async function another(sessionId, version) {
  await load(sessionId, version);
  byId("scorecard-title").focus();
  announce(version === null ? "The latest result is shown." : `Result ${version} is shown.`);
}

function standing(session) {
  const fault = session.last_error;
  return [
    el("div", { class: "standing" },
      stateBadge(session.status, session),
      el("span", { class: "fine" }, "Last checked ", time(session.last_sync_at, "Not checked yet")),
    ),
    session.needs_review && el("div", { class: "notice review", id: "scorecard-review" },
      el("p", { class: "notice-what" }, NEEDS_REVIEW),
      el("p", {}, session.review_reason),
      el("p", { class: "fine" }, "There is no total and no recommendation. Read what was said, or listen to it, and judge for yourself."),
    ),
    session.awaiting_transcription && el("p", {}, AWAITING),
    session.shared_with_job && el("p", {}, sharedWords(session), "."),
    fault && !session.needs_review && el("div", { class: "notice with-errors" },
      problemHeading("The last try did not work; state and scores are as before"),
      el("p", {}, fault.message),
      el("p", { class: "fine" }, fault.code, " · ", time(fault.at)),
    ),
    needsLink(session) && el("p", {}, "The link ran out ", time(session.expires_at), ". Extend it, and the one that was sent works again."),
    hasLink(session) && entryLink(session.entry_url, session.expires_at, session.candidate_name || "this candidate"),
  ];
}

function scores(card, session, read) {
  if (!card && session.needs_review) return el("p", { class: "empty" }, "There is nothing to show of the answers.");
  if (!card) return el("p", { class: "empty" }, withoutScores(session));
  const judged = card.transcription_scoring ?? {};
  const questions = judged.question_scores ?? [];
  return [
    judged.summary && el("p", { class: "summary" }, judged.summary),
    el("h3", {}, "Scores"),
    totals(card),
    el("div", { class: "fine" }, el("p", {}, coverage(judged.coverage)), versions(card, judged), scoringNote()),
    card.outdated && el("p", { class: "notice outdated" }, "Made by other criteria, another formula or another engine than are in force now. Score Again shows what these would come to."),
    earlierResults(session.session_id, card.result_version, latest, read),
    el("h3", {}, "Question by question"),
    questions.length
      ? el("ol", { class: "questions" }, questions.map((question, place) => questionItem(question, place + 1)))
      : el("p", { class: "empty" }, "No question was scored."),
  ];
}

function withoutScores({ status, awaiting_transcription: awaiting }) {
  if (awaiting) return "No scores yet: waiting for the transcripts.";
  if (ended(status)) return "There are no scores: the interview ended without any.";
  return "No scores yet. They appear here when the interview is finished and transcribed.";
}

function totals(card) {
  return el(
    "dl",
    { class: "totals" },
    el("div", { class: "sum" }, el("dt", {}, "Total"), el("dd", {}, score(card.total_score), certainty(card))),
    el("div", {}, el("dt", {}, "Recommendation"), el("dd", {}, recommendation(card.pass_recommendation))),
    el("div", {}, el("dt", {}, "Confidence"), el("dd", {}, share(card.score_confidence))),
    Object.entries(DIMENSIONS).map(([name, label]) => el(
      "div",
      { class: "dimension" },
      el("dt", {}, label),
      el("dd", {}, score(card[`${name}_score`]), bar(card[`${name}_score`])),
    )),
  );
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

/** By what the result came about; the hash tells files apart that call themselves the same. */
function versions(card, judged) {
  const named = (what, version, hash) => version && [` · ${what} ${version} `, hash ? el("code", { title: "Hash of what the file says" }, hash) : el("span", { title: "This result is older than the hashes" }, "(hash not known)")];
  return el("p", { class: "made-by" },
    card.result_version && `Result ${card.result_version}`,
    named("criteria", judged.criteria_version, judged.criteria_hash),
    named("formula", card.formula_version, card.formula_hash),
    judged.engine_version && ` · engine ${judged.engine_version}`,
  );
}
