/** The scorecard of a session: scores and reasons, the link, the actions, and the history. */

import { listResults, readEvents, readScorecard, readSession } from "../lib/api.js";
import { competencyName, competencyScore, dimensions } from "../lib/competencies.js";
import { sharedNote } from "../lib/dashboard.js";
import { announce, button, byId, el, fill, webLink } from "../lib/dom.js";
import { DETAILS, known, number, recommendation, score, share, time } from "../lib/format.js";
import { endedUnscored, hasLink, linkExpired, NEEDS_REVIEW, statusBadge, statusLabel, words } from "../lib/rules.js";
import { decisionPanel } from "./decision.js";
import { closeLayer, openLayer } from "./dialog.js";
import { overrideControls, peopleSection } from "./human_scores.js";
import { linkField } from "./link.js";
import { modelAnswerControls } from "./model_answer.js";
import { problemBox, problemHeading } from "./problem.js";
import { bar, questionItem, scoreRange } from "./result.js";
import { sessionActions } from "./session_actions.js";

const AWAITING = "The interview is finished. Some answers are not transcribed yet; the next refresh checks again.";

/** The session whose scorecard is open; answers for another one come too late and are dropped. */
let currentSessionId = null;

/** What the page wants to hear of the open scorecard, and the sessions that can be paged through (`among`). */
let callbacks = null;

/** The number of the latest result of that session. */
let latestVersion = null;

/**
 * Open the scorecard. `onChange(session)` is called with every new state, `onTurn(sessionId)` when another session is
 * shown, `onClose()` once when it is closed. `among` are the ids of the sessions that can be paged through, `url` is
 * the address of the page with the scorecard.
 */
export async function openScorecard(sessionId, { onChange, onTurn, onClose, among, url }) {
  const dialog = byId("scorecard");
  callbacks = { onChange, onTurn, among };
  dialog.addEventListener("close", () => {
    currentSessionId = null;
    onClose();
  }, { once: true });
  openLayer(dialog, url);
  await show(sessionId);
}

/** Let the arrow keys and the two buttons go to the next scorecard and back. */
export function setUpScorecard() {
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
  const next = callbacks.among[callbacks.among.indexOf(currentSessionId) + step];
  if (!callbacks.among.includes(currentSessionId) || !next) return;
  callbacks.onTurn(next);
  await show(next);
  if (currentSessionId === next) announce(`${byId("scorecard-title").textContent}, ${byId("scorecard-position").textContent}`);
}

async function show(sessionId) {
  currentSessionId = sessionId;
  fill(byId("scorecard-title"), "Interview");
  fill(byId("scorecard-body"), el("p", { class: "empty" }, "Loading the scorecard…"));
  const at = callbacks.among.indexOf(sessionId);
  byId("scorecard-navigation").hidden = at < 0 || callbacks.among.length < 2;
  byId("scorecard-position").textContent = `${at + 1} of ${callbacks.among.length}`;
  // A disabled button drops the focus, and with it the arrow keys.
  for (const [id, to] of [["scorecard-previous", at - 1], ["scorecard-next", at + 1]]) {
    byId(id).setAttribute("aria-disabled", String(!callbacks.among[to]));
  }
  byId("scorecard").scrollTop = 0;
  await load(sessionId);
}

async function load(sessionId, version = null) {
  const retry = () => load(sessionId, version);
  const [session, scorecard, events] = await Promise.allSettled([
    readSession(sessionId), readScorecard(sessionId, version), readEvents(sessionId),
  ]);
  if (currentSessionId !== sessionId) return;
  if (session.status === "rejected") {
    fill(byId("scorecard-body"), problemBox("The interview could not be loaded", session.reason, { retry }));
    return;
  }
  callbacks.onChange(session.value);
  if (version === null) latestVersion = scorecard.value?.scorecard?.result_version ?? null;
  const name = session.value.candidate_name || `Candidate ${session.value.candidate_id}`;
  fill(byId("scorecard-title"), el("bdi", {}, name));
  fill(
    byId("scorecard-body"),
    standing(session.value),
    decisionPanel(session.value, () => load(sessionId)),
    sessionActions(session.value, () => load(sessionId)),
    scorecard.status === "fulfilled" && peopleSection(scorecard.value, session.value, () => load(sessionId)),
    scorecard.status === "rejected"
      ? problemBox("The scorecard could not be loaded", scorecard.reason, { retry })
      : scores(scorecard.value.scorecard, session.value, (other) => another(sessionId, other), () => load(sessionId)),
    statements(scorecard.value?.correction_notes ?? [], session.value),
    el("h3", {}, "History"),
    events.status === "rejected"
      ? problemBox("The history could not be loaded", events.reason, { retry })
      : timeline(events.value.items),
  );
}

/** Show another version of the result. */
async function another(sessionId, version) {
  await load(sessionId, version);
  byId("scorecard-title").focus();
  announce(version === null ? "The latest result is shown." : `Result ${version} is shown.`);
}

/** What the candidate has to say about the score, and where all that is held can be given out. */
function statements(notes, session) {
  return [
    ...(notes.length ? [el("h3", {}, "The candidate's statement")] : []),
    ...notes.map((note) => el("blockquote", { class: "statement", dir: "auto" }, note.text, el("footer", { class: "muted" }, time(note.added_at)))),
    el("p", {}, el("a", { href: `/candidates/${session.candidate_id}/data-sheet` }, "What is held about this candidate")),
  ];
}

function standing(session) {
  const fault = session.last_error;
  return [
    el("div", { class: "session-status" },
      statusBadge(session.status, session),
      el("span", { class: "muted" }, "Last checked ", time(session.last_sync_at, "Not checked yet")),
    ),
    session.needs_review && el("div", { class: "notice", id: "scorecard-review" },
      el("p", { class: "notice-what" }, NEEDS_REVIEW),
      el("p", {}, session.review_reason),
      el("p", { class: "muted" }, "There is no total and no recommendation. A person’s review or override gives it its number."),
    ),
    session.plan_version && el("p", { class: "muted" }, `Invited with version ${session.plan_version} of the interview plan`),
    session.awaiting_transcription && el("p", {}, AWAITING),
    session.shared_with_job && el("p", {}, sharedNote(session), "."),
    fault && !session.needs_review && el("div", { class: "notice with-errors" },
      problemHeading("The last refresh failed; status and scores are unchanged"),
      el("p", {}, fault.message),
      el("p", { class: "muted" }, fault.code, " · ", time(fault.at)),
    ),
    linkExpired(session) && el("p", {}, "The link expired ", time(session.expires_at), ". Extend it to make the same link work again."),
    hasLink(session) && linkField(session.entry_url, session.expires_at, session.candidate_name || "this candidate"),
  ];
}

function scores(card, session, read, reload) {
  if (!card && session.needs_review) return el("p", { class: "empty" }, "There are no answers to show.");
  if (!card) return el("p", { class: "empty" }, withoutScores(session));
  const scoring = card.transcription_scoring ?? {};
  const competencies = card.scored_plan_version ? card.competencies : dimensions;
  const questions = scoring.question_scores ?? [];
  return [
    scoring.summary && el("p", { class: "summary" }, scoring.summary),
    el("h3", {}, "Scores"),
    totals(card, competencies),
    otherVersion(card, session),
    el("div", { class: "muted" }, el("p", {}, coverage(scoring.coverage)), versions(card, scoring), scoringNote()),
    card.outdated && el("p", { class: "notice" }, "Scored with an older version of the criteria, the formula or the engine. Rescore shows what would change."),
    earlierResults(session.session_id, card.result_version, latestVersion, read),
    el("h3", {}, "Question by question"),
    questions.length
      ? el("ol", { class: "questions" }, questions.map((question, place) => questionItem(question, place + 1, {
        about: competencyName(competencies, question.competency ?? question.dimension),
        controls: card.result_version === latestVersion && [
          overrideControls(session, { question, override: question.override, machine: question.score }, reload),
          card.scored_plan_version && modelAnswerControls(session, question, reload),
        ],
      })))
      : el("p", { class: "empty" }, "No question was scored."),
  ];
}

function withoutScores({ status, awaiting_transcription: awaiting }) {
  if (awaiting) return "No scores yet: waiting for the transcripts.";
  if (endedUnscored(status)) return "No scores: the interview ended without any.";
  return "No scores yet. They appear here when the interview is finished and transcribed.";
}

/** Said if the answers were scored by another version of the plan than the candidate was invited with. */
function otherVersion({ scored_plan_version: scored }, { plan_version: invited }) {
  if (!scored || !invited || scored === invited) return null;
  return el("p", { class: "notice" }, `Invited with version ${invited} of the plan, scored by the key points of version ${scored}.`);
}

function totals(card, competencies) {
  return el(
    "dl",
    { class: "totals" },
    el("div", { class: "total-cell" }, el("dt", {}, "Total"), el("dd", {}, score(card.total_score), scoreRange(card))),
    el("div", {}, el("dt", {}, "Recommendation"), el("dd", {}, recommendation(card.pass_recommendation))),
    el("div", {}, el("dt", {}, "Confidence"), el("dd", {}, share(card.score_confidence))),
    competencies.map(({ id, name }) => el(
      "div",
      {},
      el("dt", { dir: "auto" }, name),
      el("dd", {}, score(competencyScore(card, id)), bar(competencyScore(card, id))),
    )),
  );
}

function coverage(counts) {
  if (!counts) return null;
  const missing = counts.missing_transcriptions;
  const text = `${number(counts.scored_questions)} of ${number(counts.total_questions)} questions scored`;
  return missing ? `${text}; ${number(missing)} without a transcript` : text;
}

/** What a score is, with a link to its limits. */
function scoringNote() {
  return el("p", {},
    "A score is the sum of its parts. It rates what was said, not who said it. ",
    webLink("/static/scoring.md", "What the score can and cannot do"),
  );
}

/** The versions behind a result; hashes distinguish files with the same version. */
function versions(card, scoring) {
  const named = (what, version, hash) => version && [` · ${what} ${version} `, hash ? el("code", { title: "Hash of the contents of the file" }, hash) : el("span", { title: "This result was made before hashes were recorded" }, "(no hash)")];
  const { scored_plan_version: plan } = card;
  return el("p", {},
    card.result_version && `Result ${card.result_version}`,
    plan ? named("plan version", plan, scoring.criteria_hash) : [
      named("criteria", scoring.criteria_version, scoring.criteria_hash), named("formula", card.formula_version, card.formula_hash),
    ],
    scoring.engine_version && ` · engine ${scoring.engine_version}`,
  );
}

/** The list of earlier results, if there are any. `read(version)` shows one of them. */
function earlierResults(sessionId, shown, latest, read) {
  if (latest < 2) return null;
  const place = el("div");
  const list = el("details", { on: { toggle: () => list.open && !place.dataset.read && listEarlier(sessionId, shown, place, read) } },
    el("summary", {}, `${latest} results`), place);
  return [
    shown < latest && el("div", { class: "notice" },
      el("p", { class: "notice-what" }, `This is result ${shown}. The latest is result ${latest}.`),
      el("p", { class: "problem-actions" }, button("Show Latest", () => read(null), { kind: "small" }))),
    list,
  ];
}

async function listEarlier(sessionId, shown, place, read) {
  place.dataset.read = "yes";
  fill(place, el("p", { class: "empty" }, "Loading…"));
  try {
    const { items } = await listResults(sessionId);
    fill(place, el("ol", { class: "plain version-list", reversed: true }, items.map((item, at) => el(
      "li", { value: item.result_version },
      time(item.created_at), " · total ", score(item.total_score), ` · criteria ${item.criteria_version}${item.criteria_hash ? ` (${item.criteria_hash})` : ""} · engine ${item.engine_version} `,
      item.result_version === shown
        ? el("strong", {}, "shown")
        : button("Show", () => read(at === 0 ? null : item.result_version), { kind: "small", "aria-label": `Show result ${item.result_version}` }),
    ))));
  } catch (problem) {
    delete place.dataset.read;
    fill(place, problemBox("The earlier results could not be loaded", problem, { retry: () => listEarlier(sessionId, shown, place, read) }));
  }
}

const ACTORS = {
  system: "The service", candidate: "The candidate", provider: "Hireflix", webhook: "Hireflix", sync: "Background sync",
  recruiter: "A recruiter",
};

/** What happened, as a sentence with the actor where that matters. */
const EVENTS = {
  created: "A recruiter, or the main system, started the interview",
  invited: "The interview was created at Hireflix",
  adopted: "An existing interview at Hireflix was used",
  invite_failed: "Hireflix did not accept the invitation",
  refused: "Hireflix refused the invitation",
  link_opened: "The candidate opened the link",
  begun: "The candidate started the interview",
  link_renewed: (who) => `${who} issued a new link`,
  link_extended: (who) => `${who} extended the link`,
  link_shortened: (who) => `${who} shortened the validity of the link`,
  link_replaced: (who) => `${who} replaced the link; the old one stopped working`,
  taken_over: "The interview was imported from the previous service",
  details_corrected: (who) => `${who} corrected the details`,
  scored: (who) => `${who === ACTORS.sync ? who : "A refresh"} loaded the answers, and they were scored`,
  rescored: (who) => `${who} rescored the answers`,
  needs_review: "There is no total: the interview needs a human look",
  canceled: (who) => `${who} canceled the interview`,
  decided: (who) => `${who} decided about the candidate`,
  decision_undone: (who) => `${who} undid a decision`,
  erased: (who) => `${who} erased the candidate’s data`,
  notified: "Hireflix reported a change of this interview",
};

/** What happened elsewhere and was observed here: the observer is named beside the time. */
const OBSERVED = {
  in_progress: "The candidate is taking the interview",
  completed: "The candidate finished the interview",
  expired: "The link expired before the candidate started",
  withdrawn: "Hireflix withdrew the interview",
  deleted: "The interview was deleted at Hireflix",
  lost: "Hireflix no longer has the interview",
};

const OBSERVERS = {
  system: "noticed by the service", candidate: "noticed when the link was opened", provider: "reported by Hireflix",
  webhook: "reported by Hireflix", sync: "noticed by the background sync", recruiter: "noticed by a refresh",
};

/** The events as a list. */
function timeline(events) {
  if (events.length === 0) return el("p", { class: "empty" }, "Nothing has happened yet.");
  return el("ol", { class: "timeline" }, events.map((event) => el(
    "li",
    { data: { event: event.event } },
    el("span", { class: "event" }, sentence(event)),
    el("span", { class: "muted" }, time(event.at), OBSERVED[event.event] && ` · ${OBSERVERS[event.source] ?? event.source}`),
    particulars(event.details ?? {}),
  )));
}

function sentence({ event, source }) {
  const text = OBSERVED[event] ?? EVENTS[event];
  if (!text) return `${words(event)} (${ACTORS[source] ?? source})`;
  return typeof text === "string" ? text : text(ACTORS[source] ?? words(source));
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A list or a time in readable form; anything else unchanged. */
function readable(value) {
  if (Array.isArray(value)) return value.map((entry) => DETAILS[entry] ?? words(entry)).join(", ");
  return TIME.test(value) ? time(value).textContent : value;
}

/** Details that are not shown by themselves. */
const HIDDEN_DETAILS = /_hash$|^(criteria|formula|engine|result)_version$|^total_score(_before)?$/;

function particulars({ from, to, reason, ...details }) {
  const way = from && to && from !== to && `${statusLabel(from)} → ${statusLabel(to)}`;
  const others = Object.entries(details).filter(([name]) => !HIDDEN_DETAILS.test(name))
    .map(([name, value]) => [name, readable(value)]).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const all = [way, reason, describeTotals(details), details.result_version && `Result ${details.result_version}`, ...others.map(([name, value]) => `${words(name)}: ${value}`)].filter(Boolean);
  return all.length > 0 && el("span", { class: "muted" }, all.join(" · "));
}

function describeTotals({ total_score_before: before, total_score: after }) {
  if (known(before) && known(after)) return `Total ${number(before)} → ${number(after)}`;
  if (known(after)) return `Total ${number(after)}`;
  return known(before) && `Total ${number(before)} before`;
}
