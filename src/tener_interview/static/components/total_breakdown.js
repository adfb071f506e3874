/** How the total of an interview adds up, folded away: competencies, their answers, and the way to the next recommendation. */

import { translated } from "../lib/competencies.js";
import { constants } from "../lib/constants.js";
import { el } from "../lib/dom.js";
import { isKnown, number, recommendation, score, fraction } from "../lib/format.js";
import { LOCALE, t, tNodes, whenUsed } from "../lib/texts.js";

const WEIGHT = whenUsed(() => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 }));

/** The arithmetic behind the total of a scorecard; null where nothing was scored. */
export function totalBreakdown(response) {
  const { breakdown, scorecard } = response;
  if (!breakdown || !scorecard) return null;
  const questions = scorecard.transcription_scoring?.question_scores ?? [];
  return el("details", { class: "fold", id: "total-breakdown" },
    el("summary", {}, isKnown(breakdown.total) ? tNodes("How {score} adds up", { score: score(breakdown.total) }) : t("How the total adds up")),
    el("div", { class: "fold-body" },
      breakdown.competencies
        ? sumTable(breakdown, questions)
        : el("p", {}, isKnown(breakdown.total)
          ? t("The weights that this result was made with are not known any more. Rescore shows the sum by the current ones.")
          : t("There is no total to add up.")),
      breakdownNotes(response).map((note) => el("p", {}, note))));
}

function sumTable({ competencies, total }, questions) {
  const figure = (content) => el("td", { class: "figure number" }, content);
  const line = (name, term, kind) => el("tr", { class: kind },
    el("th", { scope: "row", dir: "auto" }, name),
    figure(isKnown(term.score) ? `${WEIGHT().format(term.share)} × ` : "–"), figure(score(term.score)), figure(isKnown(term.score) ? score(term.points) : "–"));
  return el("table", { class: "sum" },
    el("caption", { class: "visually-hidden" }, t("Weight, score and points of each part; the points add up to the line above")),
    el("thead", {}, el("tr", {}, [t("Part"), t("Weight"), t("Of 100"), t("Points")].map((name, place) => el("th", { scope: "col", class: place ? "figure" : null }, name)))),
    el("tbody", {}, translated(competencies).map((part) => [
      line(part.name, part, "sum-part"),
      part.answers.map((item) => line(questionName(item, questions), item, "sum-answer")),
    ])),
    el("tfoot", {}, el("tr", {}, el("th", { scope: "row", colspan: 3 }, t("Total")), figure(score(total)))));
}

function questionName({ place }, questions) {
  const { topic, override } = questions[place] ?? {};
  const name = topic ? t("Question {number}, {topic}", { number: place + 1, topic }) : t("Question {number}", { number: place + 1 });
  return isKnown(override?.score) ? t("{question}, by a person", { question: name }) : name;
}

/** What the sum itself does not show: whose total counts, what has no score, confidence, and the next recommendation. */
function breakdownNotes({ breakdown, scorecard, total_source: source, machine_total: machine, human_total: human, human_reviews: reviews, judge_total: judge, override }) {
  const { total_score: total, total_score_low: low, total_score_high: high, score_confidence: confidence } = scorecard;
  const unscored = translated(breakdown.competencies ?? []).filter((part) => !isKnown(part.score)).map((part) => part.name);
  const next = breakdown.next_recommendation;
  return [
    unscored.length > 0 && t("Without a score: {names}. Their weight goes to the others.", { names: unscored.join(", ") }),
    source === "override" && isKnown(override?.score) && tNodes("A person’s total counts in its place: {total}.", { total: score(override.score) }),
    source === "human" && tNodes("The mean of the reviews counts in its place: {total}.", { total: score(human) }),
    source === "judge" && tNodes("The language model’s total counts in its place: {total}.", { total: score(judge) }),
    isKnown(low) && isKnown(high) && tNodes("Likely between {low} and {high}; confidence {share}.", { low: number(low), high: number(high), share: fraction(confidence) }),
    isKnown(total) && (next
      ? tNodes("{points} points to “{recommendation}”, which begins at {minimum}.", { points: number(next.points_missing), recommendation: constants.recommendations[next.recommendation], minimum: number(next.minimum) })
      : tNodes("The best recommendation is reached: {recommendation}.", { recommendation: recommendation(scorecard.pass_recommendation) })),
    isKnown(machine) && t("Nothing else goes into the total: no caps, bonuses or penalties."),
  ].filter(Boolean);
}
