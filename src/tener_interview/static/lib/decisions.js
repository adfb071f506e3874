/** The words and shapes of decisions and recommendations. */

import { el } from "./dom.js";

/** What can be decided: the verb of the button, the label of the result, and a shape that needs no colour. */
export const DECISIONS = [
  ["advance", { verb: "Advance", label: "Advanced", shape: "▲" }],
  ["hold", { verb: "Hold", label: "On hold", shape: "‖" }],
  ["reject", { verb: "Reject", label: "Rejected", shape: "✕" }],
  ["hired", { verb: "Hired", label: "Hired", shape: "★" }],
  ["withdrawn", { verb: "Withdrawn", label: "Withdrawn", shape: "↩" }],
];
const BY_NAME = Object.fromEntries(DECISIONS);

/** The five steps of a recommendation by a person. */
export const RECOMMENDATIONS = [
  ["strong_yes", "Strong yes"], ["yes", "Yes"], ["no_decision", "No decision"], ["no", "No"], ["strong_no", "Strong no"],
];
const RECOMMENDATION_LABELS = Object.fromEntries(RECOMMENDATIONS);

export function decisionLabel(decision) {
  return BY_NAME[decision]?.label ?? "Undecided";
}

export function recommendationLabel(recommendation) {
  return RECOMMENDATION_LABELS[recommendation] ?? recommendation;
}

/** A decision as a badge; nothing for none. */
export function decisionBadge(decision) {
  const named = BY_NAME[decision];
  return named && el("span", { class: "decision", data: { decision } },
    el("span", { class: "shape", "aria-hidden": "true" }, named.shape), ` ${named.label}`);
}
