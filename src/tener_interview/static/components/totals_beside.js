/** Whose total ranks an interview, and the totals of the machine and of reviewers beside it. */

import { el } from "../lib/dom.js";
import { known, number, score } from "../lib/format.js";
import { rules } from "../lib/rules.js";

/** Below the total that ranks: whose it is, and the others beside it. Nothing while only the machine has a say. */
export function totalsBeside(item) {
  if (!item.human_reviews && (item.total_source ?? "machine") === "machine" && !item.overrides) return null;
  return el("span", { class: "muted block totals-beside" },
    item.total_source && el("span", { class: "block" }, rules.total_sources[item.total_source]),
    item.total_source !== "machine" && known(item.machine_total) && el("span", { class: "block" }, "Machine ", score(item.machine_total)),
    item.human_reviews > 0 && [
      el("span", { class: "block" }, "Reviewers ", score(item.human_total)), el("span", { class: "block" }, reviewCount(item)),
    ]);
}

/** How many reviews there are and how far they are apart, as text. */
export function reviewCount({ human_reviews: count, human_spread: spread }) {
  const reviews = `${number(count)} ${count === 1 ? "review" : "reviews"}`;
  return known(spread) ? `${reviews}, ${number(spread)} apart` : reviews;
}
