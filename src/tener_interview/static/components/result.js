/** The result of an interview in a list: rank, range of the total, why it needs a look, how much of it is scored. */

import { el, hiddenText, svg } from "../lib/dom.js";
import { isKnown, unknown } from "../lib/format.js";
import { t } from "../lib/texts.js";

/** The flag of an answer in another language than the criteria, whose content is not assessed. */
export const NOT_ASSESSED = "language_mismatch";

/** The note beside a total of people, which is not calculated from the scores by competency. */
export const MACHINE_PARTS = t("Scores by competency are the machine’s");

/** Whether a total of people stands beside the machine's scores by competency, of which it is not made. */
export function hasMachineParts(item) {
  return isByPeople(item) && !item.counted_competency_scores;
}

/** Whether people gave the total, or scores of answers that it follows from. */
export function isByPeople({ total_source: source }) {
  return source === "override" || source === "human";
}

/** A bar of `value` out of `most`; empty without a value. */
export function bar(value, most = 100) {
  const filled = isKnown(value) && most > 0 ? Math.max(0, Math.min(100, (100 * value) / most)) : 0;
  return el("span", { class: "bar" }, svg(
    "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    filled > 0 && svg("rect", { width: filled, height: 4 }),
  ));
}

/** The likely range of the total, and whether it is too close to the previous rank. */
export function scoreRange(item) {
  if (!isKnown(item.total_score_low) || !isKnown(item.total_score_high)) return null;
  return [
    el("span", { class: "muted block range" }, t("likely {low} to {high}", { low: Math.round(item.total_score_low), high: Math.round(item.total_score_high) })),
    item.tied_with_previous && el("span", { class: "muted block too-close", title: t("The scores are too close to tell who is better") },
      el("span", { "aria-hidden": "true" }, "\u2248 "), hiddenText(`${t("too close to tell from")} `), t("rank {rank}", { rank: item.tied_with_rank })),
  ];
}

/** The rank, marked if shared; a dash without a rank. */
export function rank(item) {
  if (!isKnown(item.rank)) return unknown(t("No rank without a total"));
  return [String(item.rank), item.rank_shared && el("span", { class: "shared-rank", title: t("Others have the same total") }, el("span", { "aria-hidden": "true" }, "="), hiddenText(`, ${t("shared")}`))];
}

/** The same as text. */
export function describeRank(item) {
  if (!isKnown(item.rank)) return t("No rank without a total");
  return item.rank_shared ? t("Rank {rank}, shared", { rank: item.rank }) : t("Rank {rank}", { rank: item.rank });
}

/** Why an interview needs a human look. */
export function reviewReason(item) {
  return item.review_reason && el("span", { class: "muted block review-reason" }, item.review_reason);
}

/** How many questions were scored, and that the content of some was not assessed. */
export function scoredQuestions(item) {
  if (!item.total_questions) return null;
  return [
    el("span", { class: "muted block scored-questions" }, t("{scored} of {total} scored", { scored: item.scored_questions, total: item.total_questions })),
    item.flags?.includes(NOT_ASSESSED) && el("span", { class: "muted block" }, t("not all for content")),
  ];
}

/** The same as text. */
export function scoredText({ scored_questions: scored, total_questions: total, flags }) {
  return flags?.includes(NOT_ASSESSED)
    ? t("{scored} of {total} scored, not all for content", { scored: scored ?? 0, total: total ?? 0 })
    : t("{scored} of {total} scored", { scored: scored ?? 0, total: total ?? 0 });
}
