/** Comparing candidates: their totals, and their answers question by question. */

import {
  answerStatus, bar, describeRank, missingPoints, points, reviewReason, scoredQuestions, scoreRange, transcript,
} from "../components/result.js";
import { totalsBeside } from "../components/totals_beside.js";
import { loadInto } from "../components/view.js";
import { MAX_TO_COMPARE, MIN_TO_COMPARE, selectedToCompare, writeAddress } from "../lib/address.js";
import { readComparison } from "../lib/api.js";
import { competencyName, competencyScore, dimensions } from "../lib/competencies.js";
import { dashboard } from "../lib/dashboard.js";
import { button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { recommendation, score, share } from "../lib/format.js";
import { flags, scorecardLabel, statusBadge } from "../lib/rules.js";

const STANDINGS = {
  highest: { word: "Highest", shape: "▲" },
  close: { word: "Close to highest", shape: "≈" },
};

/** The competencies that the candidates have scores for. */
let competencies = [];

/** Load the comparison of the selected candidates. */
export function loadComparison() {
  const chosen = selectedToCompare();
  const load = async (jobId) => (chosen.length < MIN_TO_COMPARE ? null : readComparison(jobId, chosen));
  return loadInto("comparison", "The candidates could not be compared", loadComparison, load, (answer) => {
    if (answer === null) return `Select ${MIN_TO_COMPARE} to ${MAX_TO_COMPARE} candidates on the leaderboard to compare them.`;
    dashboard.showRanked(answer.items);
    competencies = answer.items.some((item) => item.scored_plan_version) ? answer.competencies : dimensions;
    byId("comparison").style.setProperty("--columns", answer.items.length);
    fill(byId("comparison"), caption(answer.items), heads(answer.items), totals(answer.items), ...answers(answer));
    return "";
  });
}

function caption(items) {
  return el("caption", { class: "visually-hidden" }, `${items.length} candidates compared question by question`);
}

function heads(items) {
  return el("thead", {}, el(
    "tr", {},
    el("th", { scope: "col", class: "question-cell" }, hiddenText("What is compared")),
    items.map((item) => el(
      "th", { scope: "col", data: { candidateId: item.candidate_id } },
      el("span", { class: "name", id: `compared-${item.candidate_id}`, dir: "auto" }, item.candidate_name || `Candidate ${item.candidate_id}`),
      el("span", { class: "muted block" }, describeRank(item)),
      el("span", { class: "buttons" },
        button(scorecardLabel(item), () => dashboard.open(item.session_id), {
          kind: "small open-scorecard", about: `compared-${item.candidate_id}`, "aria-haspopup": "dialog",
        }),
        items.length > MIN_TO_COMPARE && button("Remove", () => leaveOut(item.candidate_id), {
          kind: "small quiet", about: `compared-${item.candidate_id}`,
        })),
    )),
  ));
}

function totals(items) {
  const line = (label, show) => el(
    "tr", {}, el("th", { scope: "row", class: "question-cell" }, label), items.map((item) => el("td", {}, show(item))),
  );
  return el(
    "tbody", {},
    line("Total", (item) => [el("span", { class: "total-score" }, score(item.total_score)), (item.total_source ?? "machine") === "machine" && scoreRange(item), totalsBeside(item)]),
    line("Recommendation", (item) => (
      item.group === "ranked" ? recommendation(item.pass_recommendation) : [statusBadge(item.interview_status, item), reviewReason(item)]
    )),
    competencies.map(({ id, name }) => line(name, (item) => [score(competencyScore(item, id)), bar(competencyScore(item, id))])),
    new Set(items.map((item) => item.plan_version)).size > 1 && line("Plan", (item) => (item.plan_version ? `Version ${item.plan_version}` : "Without a plan")),
    line("Confidence", (item) => [share(item.score_confidence), scoredQuestions(item)]),
    items.some((item) => item.flags.length) && line("Flags", (item) => flags(item.flags)),
  );
}

/** For every question, the answers side by side. */
function answers({ items, questions }) {
  const names = new Map(items.map((item) => [item.candidate_id, item.candidate_name]));
  return questions.map((question, place) => el(
    "tbody", { class: "question-group" },
    el("tr", {},
      el("th", { scope: "row", class: "question-cell" },
        el("span", { class: "muted block" }, `Question ${place + 1} · ${competencyName(competencies, about(question))}`),
        el("h4", { dir: "auto" }, question.title)),
      question.answers.map((entry) => el("td", { data: { label: names.get(entry.candidate_id) } }, answered(entry)))),
  ));
}

/** The competency of a question, or its dimension without a plan. */
function about({ answers: given, dimension }) {
  return given.find(({ answer }) => answer)?.answer.competency ?? dimension;
}

function answered({ answer, standing }) {
  if (!answer) return el("p", { class: "muted" }, "Was not asked this question.");
  const place = STANDINGS[standing];
  return [
    el("p", { class: "answer-score" },
      el("span", { class: "total-score" }, score(answer.score, "No score")),
      place && el("span", { class: "standing-mark" }, el("span", { class: "shape", "aria-hidden": "true" }, place.shape), ` ${place.word}`)),
    bar(answer.score),
    answer.status !== "scored" && el("p", { class: "muted" }, answerStatus(answer.status)),
    flags(answer.flags),
    points("What we found", answer.reasons),
    missingPoints(answer.details?.missing),
    answer.transcript && el("details", { open: true }, el("summary", {}, "Transcript"), transcript(answer.transcript, answer.details?.evidence)),
  ];
}

async function leaveOut(candidateId) {
  const others = selectedToCompare().filter((item) => item !== candidateId);
  writeAddress({ compare: others.join(",") }, { step: true });
  await loadComparison();
  byId("comparison").querySelector("thead .open-scorecard")?.focus();
}
