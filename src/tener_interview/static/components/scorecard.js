/** The scorecard of a session, in a dialog: scores and why, the link, the actions, and what has happened. */

import { listResults, readEvents, readScorecard, readSession } from "../lib/api.js";
import { sharedWords } from "../lib/desk.js";
import { announce, button, byId, el, fill, webLink } from "../lib/dom.js";
import { DETAILS, DIMENSIONS, known, number, recommendation, score, share, time, words } from "../lib/format.js";
import { ended, hasLink, NEEDS_REVIEW, needsLink, stateBadge, stateWord } from "../lib/labels.js";
import { closeLayer, openLayer } from "./dialog.js";
import { entryLink } from "./link.js";
import { problemBox, problemHeading } from "./problem.js";
import { bar, certainty, questionItem } from "./result.js";
import { sessionActions } from "./session_actions.js";

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

/** A place for the earlier results of a session that has more than one; `read(version)` shows one of them. */
function earlierResults(sessionId, shown, latest, read) {
  if (latest < 2) return null;
  const place = el("div");
  const list = el("details", { on: { toggle: () => list.open && !place.dataset.read && listEarlier(sessionId, shown, place, read) } },
    el("summary", {}, `${latest} results`), place);
  return [
    shown < latest && el("div", { class: "notice" },
      el("p", { class: "notice-what" }, `This is result ${shown}, an earlier one. The latest is result ${latest}.`),
      el("p", { class: "problem-actions" }, button("Read the Latest", () => read(null), { kind: "small" }))),
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
        : button("Read", () => read(at === 0 ? null : item.result_version), { kind: "small", "aria-label": `Read result ${item.result_version}` }),
    ))));
  } catch (problem) {
    delete place.dataset.read;
    fill(place, problemBox("The earlier results could not be read", problem, { retry: () => listEarlier(sessionId, shown, place, read) }));
  }
}

const ACTORS = {
  system: "The service", candidate: "The candidate", provider: "Hireflix", webhook: "Hireflix", sync: "Background sync",
  recruiter: "A recruiter",
};

/** What happened, as a sentence that says who did it; where it depends on that, made of the actor. */
const EVENTS = {
  created: "A recruiter, or the main system, started the interview",
  invited: "The service had Hireflix make the interview",
  adopted: "The service took over the interview that was at Hireflix",
  invite_failed: "Hireflix did not take the invitation",
  refused: "Hireflix refused the invitation",
  link_opened: "The candidate opened the link",
  begun: "The candidate began",
  link_renewed: (who) => `${who} issued a new link`,
  link_extended: (who) => `${who} extended the link`,
  link_shortened: (who) => `${who} let the link end earlier`,
  link_replaced: (who) => `${who} replaced the link: the one that was sent stopped working`,
  taken_over: "The interview was taken over from the predecessor’s database",
  details_corrected: (who) => `${who} corrected the details`,
  scored: (who) => `${who === ACTORS.sync ? who : "A refresh"} read the answers, and the service scored them`,
  rescored: (who) => `${who} had the answers scored again`,
  needs_review: "The service could give no total: a person has to look",
  canceled: (who) => `${who} canceled the interview`,
  erased: (who) => `${who} erased the candidate’s data`,
  notified: "Hireflix sent word of this interview",
};

/** What happened elsewhere and was only seen here: who saw it is said beside the time. */
const SEEN = {
  in_progress: "The candidate is at the interview",
  completed: "The candidate finished",
  expired: "The link ran out before the candidate began",
  withdrawn: "Hireflix withdrew the interview",
  deleted: "The interview was deleted at Hireflix",
  lost: "Hireflix no longer has the interview",
};

const SEERS = {
  system: "seen by the service", candidate: "seen when the link was opened", provider: "Hireflix said so",
  webhook: "Hireflix sent word", sync: "seen by background sync", recruiter: "seen by a refresh",
};

/** The events as a list. */
function timeline(events) {
  if (events.length === 0) return el("p", { class: "empty" }, "Nothing has happened yet.");
  return el("ol", { class: "timeline" }, events.map((event) => el(
    "li",
    { data: { event: event.event } },
    el("span", { class: "event" }, sentence(event)),
    el("span", { class: "fine" }, time(event.at), SEEN[event.event] && ` · ${SEERS[event.source] ?? event.source}`),
    particulars(event.details ?? {}),
  )));
}

function sentence({ event, source }) {
  const said = SEEN[event] ?? EVENTS[event];
  if (!said) return `${words(event)} (${ACTORS[source] ?? source})`;
  return typeof said === "string" ? said : said(ACTORS[source] ?? words(source));
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A list or a time as a person reads it; anything else as it is. */
function readable(value) {
  if (Array.isArray(value)) return value.map((each) => DETAILS[each] ?? words(each)).join(", ");
  return TIME.test(value) ? time(value).textContent : value;
}

/** Names of details that say too little by themselves to be shown: what else is there tells the same. */
const LEFT_OUT = /_hash$|^(criteria|formula|engine|result)_version$|^total_score(_before)?$/;

function particulars({ from, to, reason, ...details }) {
  const way = from && to && from !== to && `${stateWord(from)} → ${stateWord(to)}`;
  const told = Object.entries(details).filter(([name]) => !LEFT_OUT.test(name))
    .map(([name, value]) => [name, readable(value)]).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const all = [way, reason, totalChange(details), details.result_version && `Result ${details.result_version}`, ...told.map(([name, value]) => `${words(name)}: ${value}`)].filter(Boolean);
  return all.length > 0 && el("span", { class: "fine" }, all.join(" · "));
}

function totalChange({ total_score_before: before, total_score: after }) {
  if (known(before) && known(after)) return `Total ${number(before)} → ${number(after)}`;
  if (known(after)) return `Total ${number(after)}`;
  return known(before) && `Total ${number(before)} before`;
}
