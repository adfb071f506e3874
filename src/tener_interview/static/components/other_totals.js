/** Whose total ranks an interview, and the totals of the machine, the language model and reviewers beside it. */

import { constants, dealbreakerText } from "../lib/constants.js";
import { el } from "../lib/dom.js";
import { isKnown, number, score } from "../lib/format.js";
import { t, tNodes, tn } from "../lib/texts.js";
import { hasMachineParts, MACHINE_PARTS, NOT_ASSESSED } from "./result.js";

/** Below the total that ranks: whose it is, and the others beside it. Nothing if there is only the machine's total. */
export function otherTotals(item) {
  const some = item.human_reviews || item.overrides || isKnown(item.judge_total);
  if (!some && (item.total_source ?? "machine") === "machine") return null;
  const others = [
    item.total_source !== "machine" && isKnown(item.machine_total) && tNodes("Machine {score}", { score: score(item.machine_total) }),
    item.total_source !== "judge" && isKnown(item.judge_total) && tNodes("Language model {score}", { score: score(item.judge_total) }),
    item.total_source !== "human" && item.human_reviews > 0 && tNodes("Reviewers {score}", { score: score(item.human_total) }),
    item.human_reviews > 0 && reviewCount(item),
  ].filter(Boolean);
  return el("span", { class: "muted block totals-beside" },
    item.total_source && el("span", { class: "block" }, constants.total_sources[item.total_source]),
    el("span", { class: "block" }, others.map((part, place) => [place > 0 && " · ", part])),
    hasMachineParts(item) && el("span", {}, MACHINE_PARTS));
}

/** Beside the total of a scorecard that is not the machine's: whose it is, and the machine's total with its range. */
export function totalOrigin({ scorecard, override, machine_total: machine, machine_total_low: low, machine_total_high: high }) {
  const answers = (scorecard.transcription_scoring?.question_scores ?? []).filter((question) => isKnown(question.override?.score));
  const ofAnswers = scorecard.total_source === "override" && !isKnown(override?.score);
  return el("span", { class: "muted total-origin" },
    ofAnswers ? tn(answers.length, "With a person’s score of {count} answer", "With a person’s scores of {count} answers") : constants.total_sources[scorecard.total_source],
    isKnown(machine) && [" · ", isKnown(low) && isKnown(high)
      ? tNodes("machine {score}, likely {low} to {high}", { score: score(machine), low: Math.round(low), high: Math.round(high) })
      : tNodes("machine {score}", { score: score(machine) })]);
}

/**
 * Beside a total that is made from the answers: which of them it does not rest on, and a dealbreaker that is not passed;
 * null without any. What a person scored has no doubts.
 */
export function doubts({ scorecard, override }) {
  if (scorecard.total_source === "human" || isKnown(override?.score)) return null;
  const questions = scorecard.transcription_scoring?.question_scores ?? [];
  const byMachine = questions.filter((question) => !isKnown(question.override?.score));
  const unscored = byMachine.filter((question) => !isKnown(question.score)).length;
  const unassessed = byMachine.filter(({ score: value, flags }) => isKnown(value) && flags.includes(NOT_ASSESSED)).length;
  const texts = [
    ...new Set(byMachine.filter(({ flags }) => flags.includes("dealbreaker")).map(dealbreakerText)),
    unscored > 0 && t("{scored} of {total} scored", { scored: questions.length - unscored, total: questions.length }),
    unassessed > 0 && tn(unassessed, "content of {count} answer not assessed", "content of {count} answers not assessed"),
  ].filter(Boolean);
  return texts.length > 0 && el("span", { class: "doubts" }, el("span", { class: "step-check", "aria-hidden": "true" }, "!"), el("span", { class: "sentence-start" }, texts.join(" · ")));
}

/** How many reviews there are and how far they are apart, as text. */
export function reviewCount({ human_reviews: count, human_spread: spread }) {
  const reviews = tn(count, "{count} review", "{count} reviews");
  return isKnown(spread) ? t("{reviews}, {spread} apart", { reviews, spread: number(spread) }) : reviews;
}
