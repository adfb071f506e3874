/** The scorecard of a session: its headline, the bar that stays, each answer, and what is folded away. */

import { readEvents, readScorecard, readSession } from "../lib/api.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, byId, el, fill } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { listenToKeys, addKeyHint } from "../lib/keys.js";
import { LANGUAGE, t, tNodes } from "../lib/texts.js";
import { decisionsFold } from "./decision.js";
import { closeLayer, openLayer } from "./dialog.js";
import { peopleFold } from "./human_scores.js";
import { notesFold } from "./note_dialog.js";
import { problemBox } from "./problem.js";
import { earlierNotice, resultDetails } from "./result_details.js";
import { answersOf } from "./scorecard_answers.js";
import { BAR_KEYS, showBar } from "./scorecard_bar.js";
import { linkOf, notices } from "./scorecard_notices.js";
import { timeline } from "./session_history.js";
import { totalBreakdown } from "./total_breakdown.js";

/** The session whose scorecard is open; responses about another one are dropped. */
let currentSessionId = null;

/** Callbacks of the page, and the sessions that can be paged through (`among`). */
let callbacks = null;

/** The number of the latest result of that session. */
let latestVersion = null;

/** The answers that are shown, and what the buttons of the bar do, by name. */
let answers = null;
let bar = {};
/** The question to show: the same one of the next candidate, and after a change. */
let question = 0;

/**
 * Open the scorecard. `onChange(session)` is called with every new state, `onTurn(sessionId)` when another session is
 * shown, `onClose()` once when it is closed. `among` are the ids of the sessions that can be paged through, `url` is
 * the address of the page with the scorecard.
 */
export async function openScorecard(sessionId, { onChange, onTurn, onClose, among, url }) {
  const dialog = byId("scorecard");
  callbacks = { onChange, onTurn, among };
  question = 0;
  dialog.addEventListener("close", () => {
    currentSessionId = null;
    onClose();
  }, { once: true });
  openLayer(dialog, url);
  await show(sessionId);
}

/** Let keys and the two buttons go to the next scorecard and back, to another question, and press the bar. */
export function setUpScorecard() {
  const dialog = byId("scorecard");
  byId("scorecard-close").addEventListener("click", closeLayer);
  byId("scorecard-previous").addEventListener("click", () => turn(-1));
  byId("scorecard-next").addEventListener("click", () => turn(1));
  dialog.addEventListener("click", (press) => {
    if (press.target === dialog) closeLayer();
  });
  for (const name of ["previous", "next"]) addKeyHint(byId(`scorecard-${name}`), "scorecard", name);
  printWhole(dialog);
  listenToKeys("scorecard", {
    next: () => turn(1),
    previous: () => turn(-1),
    question: (key) => answers?.go(Number(key) - 1),
    nextQuestion: () => answers?.go(answers.place() + 1),
    previousQuestion: () => answers?.go(answers.place() - 1),
    play: () => answers?.playOrPause(),
    ...Object.fromEntries(BAR_KEYS.map((name) => [name, () => bar[name]?.()])),
  });
}

/** Print all of a scorecard that is open: a dialog itself would be cut off after its first page. */
function printWhole(dialog) {
  let copy = null;
  window.addEventListener("beforeprint", () => {
    if (!dialog.open) return;
    copy = el("div", { id: "printed-scorecard" }, unfoldedCopy(dialog.querySelector(".sheet")));
    document.body.append(copy);
  });
  window.addEventListener("afterprint", () => copy?.remove());
}

/** A copy with all answers and everything that is folded away; what is read only when it is opened is left out. */
function unfoldedCopy(sheet) {
  answers?.showAll(true);
  const copy = sheet.cloneNode(true);
  answers?.showAll(false);
  for (const fold of copy.querySelectorAll("details")) {
    if (fold.querySelector(":scope > .fold-body:empty")) fold.remove();
    fold.open = true;
  }
  return copy;
}

async function turn(step) {
  const next = callbacks.among[callbacks.among.indexOf(currentSessionId) + step];
  if (!callbacks.among.includes(currentSessionId) || !next) return;
  question = answers?.place() ?? question;
  callbacks.onTurn(next);
  await show(next);
  if (currentSessionId === next) announce(`${byId("scorecard-title").textContent}, ${byId("scorecard-position").textContent}`);
}

async function show(sessionId) {
  currentSessionId = sessionId;
  const name = dashboard.nameOf(sessionId);
  fill(byId("scorecard-title"), name === sessionId ? t("Interview") : el("bdi", {}, name));
  for (const id of ["scorecard-about", "scorecard-bar"]) fill(byId(id));
  fill(byId("scorecard-body"), el("p", { class: "empty" }, t("Loading the scorecard…")));
  [answers, bar] = [null, {}];
  const at = callbacks.among.indexOf(sessionId);
  byId("scorecard-navigation").hidden = at < 0 || callbacks.among.length < 2;
  byId("scorecard-position").textContent = t("{place} of {count}", { place: at + 1, count: callbacks.among.length });
  // A disabled button drops the focus, and with it the arrow keys.
  for (const [id, to] of [["scorecard-previous", at - 1], ["scorecard-next", at + 1]]) {
    byId(id).setAttribute("aria-disabled", String(!callbacks.among[to]));
  }
  // On a phone only the body scrolls.
  for (const id of ["scorecard", "scorecard-body"]) byId(id).scrollTop = 0;
  await load(sessionId);
}

/** Load a session with a version of its result, by default the latest, and show them. */
async function load(sessionId, version = null) {
  const retry = () => load(sessionId, version);
  const [session, response, events] = await Promise.allSettled([
    readSession(sessionId), readScorecard(sessionId, version, LANGUAGE), readEvents(sessionId),
  ]);
  if (currentSessionId !== sessionId) return;
  if (session.status === "rejected") {
    fill(byId("scorecard-bar"));
    fill(byId("scorecard-body"), problemBox(t("The interview could not be loaded"), session.reason, { retry }));
    return;
  }
  callbacks.onChange(session.value);
  draw({ session: session.value, response, events, version, retry });
}

function draw({ session, response: asked, events, version, retry }) {
  const { session_id: id } = session;
  const reload = () => load(id);
  const response = asked.value ?? null;
  const card = response?.scorecard ?? null;
  if (version === null) latestVersion = card?.result_version ?? null;
  question = answers?.place() ?? question;
  answers = card && answersOf(card, session, { at: question, isLatest: card.result_version === latestVersion, reload });
  fill(byId("scorecard-title"), el("bdi", {}, session.candidate_name || t("Candidate {number}", { number: session.candidate_id })));
  fill(byId("scorecard-about"), jobAndFinishTime(session));
  bar = showBar(byId("scorecard-bar"), { session, response, question: () => answers && [answers.question(), answers.place()], reload });
  const read = (other) => showVersion(id, other);
  fill(
    byId("scorecard-body"),
    asked.status === "rejected" && problemBox(t("The scorecard could not be loaded"), asked.reason, { retry }),
    response && el("p", { class: "headline", id: "scorecard-headline" }, response.headline),
    card && earlierNotice(card.result_version, latestVersion, read),
    notices(session, response, reload),
    linkOf(session),
    answers?.node,
    el("div", { class: "folds" },
      response && totalBreakdown(response),
      response && peopleFold(response, session, reload),
      decisionsFold(session),
      notesFold(session),
      el("details", { class: "fold", id: "session-history", open: !card }, el("summary", {}, t("History")),
        el("div", { class: "fold-body" }, events.status === "rejected"
          ? problemBox(t("The history could not be loaded"), events.reason, { retry })
          : timeline(events.value.items, session))),
      resultDetails(session, card, latestVersion, read)),
  );
}

/** For which job the interview is, and when it was finished: a scorecard is opened from lists of many jobs, too. */
function jobAndFinishTime({ job_id: jobId, completed_at: at }) {
  const job = dashboard.jobId === jobId ? dashboard.job : null;
  return [el("bdi", {}, job?.title ?? t("Job {id}", { id: jobId })), at && [" · ", tNodes("finished {time}", { time: time(at) })]];
}

/** Show another version of the result. */
async function showVersion(sessionId, version) {
  await load(sessionId, version);
  byId("scorecard-title").focus();
  announce(version === null ? t("The latest result is shown.") : t("Result {number} is shown.", { number: version }));
}
