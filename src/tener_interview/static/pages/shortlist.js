/** A shared shortlist: the ranked candidates, and the answers of each on request. */

import { recommendForm } from "../components/recommending.js";
import { problemBox } from "../components/problem.js";
import { bar, questionItem, rank, scoredQuestions, scoreRange } from "../components/result.js";
import { readSharedScorecard, readShortlist } from "../lib/api.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { dimension, DIMENSIONS, recommendation, score, share, time } from "../lib/format.js";
import { flags, NEEDS_REVIEW, statusLabel } from "../lib/rules.js";

const TOKEN = window.location.pathname.split("/").at(-1);

async function begin() {
  fill(byId("report"));
  try {
    show(await readShortlist(TOKEN));
  } catch (problem) {
    byId("about").hidden = true;
    fill(byId("report"), problemBox("The shortlist could not be shown", problem, { retry: begin }));
  }
}

function show(shortlist) {
  const { items } = shortlist;
  const count = items.length === 1 ? "1 candidate" : `${items.length} candidates`;
  byId("about").hidden = false;
  fill(
    byId("about"),
    shortlist.job_title && shortlist.job_title !== shortlist.title
      && [el("span", { dir: "auto" }, shortlist.job_title), " · "],
    `${count}${shortlist.initials_only ? ", shown by initials" : ""} · available until `, time(shortlist.expires_at),
  );
  byId("demo").hidden = !shortlist.demo;
  fill(byId("candidates"), items.map((item) => card(item, shortlist.allow_answers)));
  if (!items.length) fill(byId("report"), el("p", { class: "empty" }, "There are no candidates on this shortlist any more."));
}

/** One candidate: the summary, and a button for the answers. */
function card(item, allowsAnswers) {
  const id = `candidate-${item.number}`;
  const answers = el("div", { id: `${id}-answers`, class: "answers", hidden: true });
  return el(
    "li",
    { class: "candidate", data: { number: item.number } },
    el(
      "article",
      { "aria-labelledby": id },
      el(
        "div",
        { class: "summary" },
        el("p", { class: "rank" }, item.rank !== null && hiddenText("Rank "), rank(item)),
        el(
          "div",
          { class: "candidate-cell" },
          el("h2", { id, dir: "auto" }, item.candidate_name || "Candidate"),
          el("p", { class: "result-cell" }, scored(item)
            ? [el("span", { class: "muted" }, "Recommendation: "), recommendation(item.pass_recommendation)]
            : state(item)),
          item.needs_review && el("p", { class: "muted" }, item.review_reason),
          flags(item.flags),
        ),
        el("dl", { class: "dimensions" }, Object.keys(DIMENSIONS).map((name) => dimensionScore(name, item[`${name}_score`]))),
        total(item),
        (scored(item) || item.needs_review) && reader(item, id, answers),
      ),
      allowsAnswers && recommendForm(TOKEN, item, id),
      answers,
    ),
  );
}

function scored(item) {
  return item.group === "ranked";
}

function state(item) {
  const why = item.needs_review ? NEEDS_REVIEW : "no scores yet";
  return el("span", { class: "unknown" }, `${statusLabel(item.interview_status)}: ${why.toLowerCase()}`);
}

function dimensionScore(name, value) {
  return el(
    "div", {}, el("dt", {}, dimension(name)), el("dd", {}, score(value)), el("dd", {}, bar(value)),
  );
}

function total(item) {
  return el(
    "dl",
    { class: "total" },
    el("div", {}, el("dt", {}, "Total"), el("dd", {}, el("span", { class: "total-score" }, score(item.total_score)), scoreRange(item))),
    el("div", {}, el("dt", {}, "Confidence"), el("dd", {}, share(item.score_confidence), scoredQuestions(item))),
  );
}

/** The button that shows the answers, which are loaded on the first click. */
function reader(item, about, answers) {
  const control = button("Show Answers", async () => {
    const opening = answers.hidden;
    answers.hidden = !opening;
    control.setAttribute("aria-expanded", String(opening));
    control.textContent = opening ? "Hide Answers" : "Show Answers";
    if (opening && !answers.dataset.read) await fillAnswers(item, answers);
  }, { kind: "soft", about, "aria-expanded": "false", "aria-controls": answers.id });
  return el("p", { class: "open-answers" }, control);
}

async function fillAnswers(item, answers) {
  fill(answers, el("p", { class: "empty" }, "Loading the answers…"));
  try {
    const { scorecard } = await readSharedScorecard(TOKEN, item.number);
    const questions = scorecard?.transcription_scoring?.question_scores ?? [];
    answers.dataset.read = "yes";
    fill(answers, el("h3", { class: "visually-hidden" }, "Question by question"), questions.length
      ? el("ol", { class: "questions" }, questions.map((question, place) => questionItem(question, place + 1)))
      : el("p", { class: "empty" }, "No answer was scored."));
    announce(`The answers of ${item.candidate_name || "the candidate"} are shown.`);
  } catch (problem) {
    const retry = () => fillAnswers(item, answers);
    fill(answers, problemBox("The answers could not be loaded", problem, { retry }));
  }
}

begin();
