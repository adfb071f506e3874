/** Two to five candidates side by side: their totals, and question by question what each of them said. */

import {
  answerStatus, bar, certainty, covered, lacking, points, rankInWords, reviewReason, transcript,
} from "../components/result.js";
import { intoView } from "../components/view.js";
import { chosenToCompare, FEWEST_TO_COMPARE, writeAddress } from "../lib/address.js";
import { readComparison } from "../lib/api.js";
import { desk } from "../lib/desk.js";
import { button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { dimension, DIMENSIONS, recommendation, score, share } from "../lib/format.js";
import { flags, pageWord, stateBadge } from "../lib/labels.js";

const STANDINGS = {
  highest: { word: "Highest", shape: "▲" },
  close: { word: "About as high", shape: "≈" },
};

/** Load the comparison of the candidates in the address. */
export function loadComparison() {
  const chosen = chosenToCompare();
  const load = async (jobId) => (chosen.length < FEWEST_TO_COMPARE ? null : readComparison(jobId, chosen));
  return intoView("comparison", "The candidates could not be compared", loadComparison, load, (answer) => {
    if (answer === null) return "Choose two to five candidates on the leaderboard to see them side by side.";
    desk.showRanked(answer.items);
    byId("comparison").style.setProperty("--columns", answer.items.length);
    fill(byId("comparison"), caption(answer.items), heads(answer.items), totals(answer.items), ...answers(answer));
    return "";
  });
}

function caption(items) {
  return el("caption", { class: "visually-hidden" }, `${items.length} candidates side by side, question by question`);
}

function heads(items) {
  return el("thead", {}, el(
    "tr", {},
    el("th", { scope: "col", class: "asked" }, hiddenText("What is compared")),
    items.map((item) => el(
      "th", { scope: "col", data: { candidateId: item.candidate_id } },
      el("span", { class: "name", id: `compared-${item.candidate_id}`, dir: "auto" }, item.candidate_name || `Candidate ${item.candidate_id}`),
      el("span", { class: "fine block" }, rankInWords(item)),
      el("span", { class: "buttons" },
        button(pageWord(item), () => desk.open(item.session_id), {
          kind: "small open-scorecard", about: `compared-${item.candidate_id}`, "aria-haspopup": "dialog",
        }),
        items.length > FEWEST_TO_COMPARE && button("Leave Out", () => leaveOut(item.candidate_id), {
          kind: "small quiet", about: `compared-${item.candidate_id}`,
        })),
    )),
  ));
}

function totals(items) {
  const line = (label, show) => el(
    "tr", {}, el("th", { scope: "row", class: "asked" }, label), items.map((item) => el("td", {}, show(item))),
  );
  return el(
    "tbody", {},
    line("Total", (item) => [el("span", { class: "grand" }, score(item.total_score)), certainty(item)]),
    line("Recommendation", (item) => (
      item.group === "ranked" ? recommendation(item.pass_recommendation) : [stateBadge(item.interview_status, item), reviewReason(item)]
    )),
    Object.entries(DIMENSIONS).map(([name, label]) => line(label, (item) => [score(item[`${name}_score`]), bar(item[`${name}_score`])])),
    line("Confidence", (item) => [share(item.score_confidence), covered(item)]),
    items.some((item) => item.flags.length) && line("Flags", (item) => flags(item.flags)),
  );
}

/** A group of rows for every question: the heading across, then what each candidate said. */
function answers({ items, questions }) {
  const names = new Map(items.map((item) => [item.candidate_id, item.candidate_name]));
  return questions.map((question, place) => el(
    "tbody", { class: "question-group" },
    el("tr", {},
      el("th", { scope: "row", class: "asked" },
        el("span", { class: "fine block" }, `Question ${place + 1} · ${dimension(question.dimension)}`),
        el("h4", { dir: "auto" }, question.title)),
      question.answers.map((each) => el("td", { data: { label: names.get(each.candidate_id) } }, answered(each)))),
  ));
}

function answered({ answer, standing }) {
  if (!answer) return el("p", { class: "fine" }, "Was not asked this.");
  const place = STANDINGS[standing];
  return [
    el("p", { class: "answer-score" },
      el("span", { class: "grand" }, score(answer.score, "No score")),
      place && el("span", { class: "standing-mark" }, el("span", { class: "shape", "aria-hidden": "true" }, place.shape), ` ${place.word}`)),
    bar(answer.score),
    answer.status !== "scored" && el("p", { class: "fine" }, answerStatus(answer.status)),
    flags(answer.flags),
    points("What we found", answer.reasons),
    lacking(answer.details?.missing),
    answer.transcript && el("details", { open: true }, el("summary", {}, "What was said"), transcript(answer.transcript, answer.details?.evidence)),
  ];
}

async function leaveOut(candidateId) {
  const others = chosenToCompare().filter((one) => one !== candidateId);
  writeAddress({ compare: others.join(",") }, { step: true });
  await loadComparison();
  byId("comparison").querySelector("thead .open-scorecard")?.focus();
}
