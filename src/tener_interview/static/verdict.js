/** What is said of a result beside its scores: how far they can be trusted. */

import { el, hiddenText } from "./dom.js";
import { known, unknown } from "./format.js";

/** From where to where the total may lie, and whether the one a rank better is really better. */
export function certainty(item) {
  if (!known(item.total_score_low) || !known(item.total_score_high)) return null;
  return [
    el("span", { class: "fine block range" }, hiddenText("may lie from "),
      `${Math.round(item.total_score_low)} to ${Math.round(item.total_score_high)}`),
    item.tied_with_previous && el("span", { class: "fine block tied", title: "Closer than their uncertainty: the scores do not say who is better" },
      el("span", { "aria-hidden": "true" }, "\u2248 "), hiddenText("not distinguishable from "), `rank ${item.tied_with_rank}`),
  ];
}

/** The rank, marked where others have the same total; a dash for whoever has none. */
export function rank(item) {
  if (!known(item.rank)) return unknown("No rank without a total");
  return [String(item.rank), item.rank_shared && el("span", { class: "shared-rank", title: "Others have the same total" }, el("span", { "aria-hidden": "true" }, "="), hiddenText(", shared"))];
}

/** The same as text. */
export function rankInWords(item) {
  if (!known(item.rank)) return "No rank without a total";
  return `Rank ${item.rank}${item.rank_shared ? ", shared" : ""}`;
}

/** Why a person has to look at an interview, where one has to. */
export function reviewReason(item) {
  return item.review_reason && el("span", { class: "fine block review-reason" }, item.review_reason);
}

/** How many of the questions could be scored. */
export function covered(item) {
  if (!item.total_questions) return null;
  return el("span", { class: "fine block covered" }, `${item.scored_questions} of ${item.total_questions} scored`);
}
