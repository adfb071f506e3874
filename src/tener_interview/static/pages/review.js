/** Reviewing an interview: watch, read and rate on one screen; this file connects its parts, the keys and the address. */

import { setUpDesk } from "../components/desk.js";
import { closeOnBack } from "../components/dialog.js";
import { openKeyList } from "../components/key_list.js";
import { problemBox } from "../components/problem.js";
import { endingPanel } from "../components/review_ending.js";
import { notesPanel } from "../components/notes_panel.js";
import { keyPoints, otherRatings, ratingMeanings, ratingPanel } from "../components/review_rating.js";
import { showSaving } from "../components/review_saving.js";
import { transcriptPanel } from "../components/review_transcript.js";
import { currentVideo, pauseOthers, videoPlace } from "../components/review_video.js";
import { listReviews, readReview } from "../lib/api.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { ariaKeys, listenToKeys } from "../lib/keys.js";
import { RATINGS, REVIEW } from "../lib/review_content.js";
import { ReviewDraft } from "../lib/review_draft.js";
import { fromService, t, tNodes } from "../lib/texts.js";

const SEEK_S = 5;
const sessionId = decodeURIComponent(window.location.pathname.split("/").at(-1));

let draft = null;
/** The index of the question shown; that of the ending is the number of questions. */
let step = 0;
/** The parts of the screen that can be changed from elsewhere. */
let shown = {};
/** The next interview of the work list, once it is known. */
let nextTask = null;

async function load() {
  fill(byId("report"), el("p", { class: "empty" }, t("Loading the interview…")));
  try {
    const openReview = await readReview(sessionId);
    draft = new ReviewDraft(openReview, { onState: showState, onContent: () => show(step) });
  } catch (problem) {
    fill(byId("report"), problemBox(t("The interview could not be loaded"), problem, { retry: load }),
      problem.code === "INTERVIEW_SESSION_NOT_FOUND" && el("p", { class: "buttons" }, el("a", { class: "button primary", href: "/reviews" }, t("My Reviews"))));
    return;
  }
  fill(byId("report"));
  byId("desk").hidden = byId("steps").hidden = false;
  show(stepInAddress());
  showState();
  if (draft.openReview.review.state === "submitted") findNext();
}

function showHead() {
  const { candidate_name: name, job_title: title, job_id: jobId, blind } = draft.openReview;
  fill(byId("title"), el("bdi", {}, name));
  byId("about").textContent = title ?? t("Job {id}", { id: jobId });
  document.title = t("{name} – review", { name });
  byId("blind").hidden = !blind;
}

/** Show a question, or the ending. */
function show(to) {
  const { questions } = draft.openReview;
  step = Math.max(0, Math.min(questions.length, to));
  showHead();
  window.history.replaceState(window.history.state, "", step ? `?question=${step === questions.length ? "end" : step + 1}` : window.location.pathname);
  if (step === questions.length) showEnding();
  else showQuestion(questions[step]);
  showSteps();
}

function showQuestion(question) {
  const { content, openReview } = draft;
  const evidence = openReview.machine?.answers.find((item) => item.question_id === question.question_id)?.evidence ?? [];
  pauseOthers(question);
  const notes = notesPanel(draft, question, { changed: () => {
    transcript.redraw();
    draft.changed();
  }, back: () => transcript.focus() });
  const transcript = transcriptPanel(question, { notes: notes.own, evidence, addNote: (place) => {
    notes.add(place);
    transcript.redraw();
  } });
  const rating = ratingPanel(draft, question, (value) => rate(question, value));
  const last = step === openReview.questions.length - 1;
  shown = { rating, transcript };
  byId("desk").className = "desk question-desk";
  fill(byId("desk"),
    el("header", { class: "step-head" },
      el("p", { class: "muted" }, t("Question {number} of {all} · {about}", { number: step + 1, all: openReview.questions.length, about: fromService(question.competency_name) })),
      // The head of the page has no room for it on a phone.
      openReview.blind && el("p", { class: "muted narrow-only" }, el("span", { class: "shape", "aria-hidden": "true" }, "◑ "), t("Blind until you submit")),
      el("h2", { id: "question-title", dir: "auto", tabindex: "-1" }, question.title),
      question.description && el("p", { class: "description", dir: "auto" }, question.description)),
    el("div", { class: "watch" }, videoPlace(sessionId, question)),
    transcript.node,
    notes.node,
    el("div", { class: "rate" },
      el("div", { class: "rate-bar" }, rating.node,
        el("div", { class: "turn-buttons" },
          button([el("span", { "aria-hidden": "true" }, "← "), t("Previous")], () => turn(-1), { kind: "small", disabled: step === 0, "aria-keyshortcuts": ariaKeys("review", "previous") }),
          button([last ? t("To the End") : t("Next"), el("span", { "aria-hidden": "true" }, " →")], () => turn(1), { kind: content.ratings[question.question_id] ? "small primary" : "small", "aria-keyshortcuts": ariaKeys("review", "next"), id: "next" }))),
      ratingMeanings(question), otherRatings(openReview, question), keyPoints(question)));
}

function showEnding() {
  pauseOthers(null);
  const ending = endingPanel(draft, {
    changed: () => {
      draft.changed();
      ending.show();
      showSteps();
    },
    go: (to) => {
      show(to);
      byId("question-title")?.focus();
    },
    submitted: () => {
      announce(t("The review is submitted."));
      byId("ending-title").focus();
      findNext();
    },
    next: () => [
      nextTask && el("a", { class: "button primary", href: `/reviews/${encodeURIComponent(nextTask.session_id)}` }, el("span", {}, tNodes("Next: {name}", { name: el("bdi", {}, nextTask.candidate_name) }))),
      el("a", { class: "button", href: "/reviews" }, t("My Reviews")),
    ],
  });
  shown = { ending };
  byId("desk").className = "desk ending-desk";
  fill(byId("desk"), el("header", { class: "step-head" }, el("h2", { id: "ending-title", tabindex: "-1" }, t("Recommendation"))),
    draft.openReview.questions.length === 0 && overallRating(), ending.node);
}

/** A rating of the whole interview, where its questions are not known. */
function overallRating() {
  const choices = RATINGS.map((rating) => {
    const input = el("input", { type: "radio", name: "overall", value: rating, on: { change: () => rateOverall(rating) } });
    input.checked = draft.content.overall_rating === rating;
    return el("label", { class: "option" }, input, `${rating} ${REVIEW.ratings[rating]}`);
  });
  return el("fieldset", { class: "options" }, el("legend", {}, t("My rating of the whole interview")), choices);
}

function rateOverall(rating) {
  draft.content.overall_rating = rating;
  draft.changed();
  shown.ending.show();
}

/** The steps as a row of buttons, each with its rating. */
function showSteps() {
  const { openReview: { questions }, content } = draft;
  const focused = document.activeElement?.closest("#steps button")?.dataset.step;
  const stepButton = (at, label, mark, name) => el("li", {}, button([
    el("span", { "aria-hidden": "true" }, label), mark && el("span", { class: "step-mark", "aria-hidden": "true" }, mark), hiddenText(name),
  ], () => show(at), { kind: "step", "aria-current": at === step ? "step" : null, data: { step: at } }));
  fill(byId("steps"), el("ol", {},
    questions.map((question, at) => {
      const rating = content.ratings[question.question_id];
      return stepButton(at, `${at + 1}`, rating ? `${rating}` : question.answered ? "·" : "○", rating ? t("Question {number}, rated {rating}", { number: at + 1, rating }) : question.answered ? t("Question {number}, not rated", { number: at + 1 }) : t("Question {number}, not answered", { number: at + 1 }));
    }),
    stepButton(questions.length, t("End"), content.recommendation ? "✓" : "·", t("Recommendation, {what}", { what: REVIEW.recommendations[content.recommendation] ?? t("not chosen") }))));
  if (focused !== undefined) byId("steps").querySelector(`[data-step="${focused}"]`)?.focus();
}

function rate(question, value) {
  if (value) draft.content.ratings[question.question_id] = value;
  else delete draft.content.ratings[question.question_id];
  draft.changed();
  shown.rating?.show();
  byId("next")?.classList.toggle("primary", Boolean(value));
  showSteps();
  announce(value ? t("Rated {rating}, {word}.", { rating: value, word: REVIEW.ratings[value] }) : t("Rating removed."));
}

function turn(by) {
  const to = step + by;
  if (to < 0 || to > draft.openReview.questions.length) return;
  show(to);
  (byId("question-title") ?? byId("ending-title")).focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function showState() {
  showSaving(draft, byId("save-status"), byId("unsaved"));
  shown.ending?.show();
}

/** Look for the next interview that is still to do. */
async function findNext() {
  const { items } = await listReviews({ state: "to_do", limit: 2 }).catch(() => ({ items: [] }));
  nextTask = items.find((item) => item.session_id !== sessionId) ?? null;
  shown.ending?.show();
}

function stepInAddress() {
  const asked = new URLSearchParams(window.location.search).get("question");
  return asked === "end" ? draft.openReview.questions.length : Number.parseInt(asked ?? "1", 10) - 1 || 0;
}

function rateHere(value) {
  const question = draft?.openReview.questions[step];
  if (question) rate(question, value);
}

function withCurrentVideo(act) {
  const video = currentVideo(byId("desk"));
  if (video) act(video);
}

setUpDesk();
closeOnBack(() => show(stepInAddress()));
byId("keys").addEventListener("click", openKeyList);
listenToKeys("review", {
  rate: (key) => rateHere(Number(key)), unrate: () => rateHere(null),
  next: () => turn(1), previous: () => turn(-1),
  ending: () => turn(draft.openReview.questions.length - step),
  play: () => withCurrentVideo((video) => (video.paused ? video.play() : video.pause())),
  back: () => withCurrentVideo((video) => { video.currentTime -= SEEK_S; }),
  forward: () => withCurrentVideo((video) => { video.currentTime += SEEK_S; }),
  transcript: () => shown.transcript?.focus(),
  note: () => shown.transcript?.noteHere(),
  submit: () => shown.ending?.submit(),
});
window.addEventListener("pagehide", () => draft?.leave());
// A phone that puts the page away may never show it again, and says so only like this.
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && draft?.leave());
window.addEventListener("online", () => draft?.unsaved && draft.save());
window.addEventListener("beforeunload", (leaving) => {
  if (draft?.leave()) leaving.preventDefault();
});
load();
