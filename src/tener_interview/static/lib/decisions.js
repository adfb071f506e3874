/** The words and shapes of decisions and recommendations. */

import { el } from "./dom.js";
import { t } from "./texts.js";

/** What can be decided: the verb of the button, the label of the result, and a shape that needs no colour. */
export const DECISIONS = [
  ["advance", { verb: t("Advance"), label: t("Advanced"), shape: "▲" }],
  ["hold", { verb: t("Hold"), label: t("On hold"), shape: "‖" }],
  ["reject", { verb: t("Reject"), label: t("Rejected"), shape: "✕" }],
  ["hired", { verb: t("Hired"), label: t("Hired"), shape: "★" }],
  ["withdrawn", { verb: t("Withdrawn"), label: t("Withdrawn"), shape: "↩" }],
];
const BY_NAME = Object.fromEntries(DECISIONS);

/** The five steps of a recommendation by a person, in the order of ratings everywhere: the best last. */
export const RECOMMENDATIONS = [
  ["strong_no", t("Strong no")], ["no", t("No")], ["no_decision", t("No decision")], ["yes", t("Yes")], ["strong_yes", t("Strong yes")],
];
const RECOMMENDATION_LABELS = Object.fromEntries(RECOMMENDATIONS);

export function decisionLabel(decision) {
  return BY_NAME[decision]?.label ?? t("Undecided");
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
