/** Whose total ranks an interview, and the totals of the machine, the language model and reviewers beside it. */

import { el } from "../lib/dom.js";
import { known, number, score } from "../lib/format.js";
import { rules } from "../lib/rules.js";
import { t, tNodes, tn } from "../lib/texts.js";

/** Below the total that ranks: whose it is, and the others beside it. Nothing while only the machine has a say. */
export function totalsBeside(item) {
  const others = item.human_reviews || item.overrides || known(item.judge_total);
  if (!others && (item.total_source ?? "machine") === "machine") return null;
  return el("span", { class: "muted block totals-beside" },
    item.total_source && el("span", { class: "block" }, rules.total_sources[item.total_source]),
    item.total_source !== "machine" && known(item.machine_total) && el("span", { class: "block" }, tNodes("Machine {score}", { score: score(item.machine_total) })),
    item.total_source !== "judge" && known(item.judge_total) && el("span", { class: "block" }, tNodes("Language model {score}", { score: score(item.judge_total) })),
    item.human_reviews > 0 && [
      el("span", { class: "block" }, tNodes("Reviewers {score}", { score: score(item.human_total) })), el("span", { class: "block" }, reviewCount(item)),
    ]);
}

/** How many reviews there are and how far they are apart, as text. */
export function reviewCount({ human_reviews: count, human_spread: spread }) {
  const reviews = tn(count, "{count} review", "{count} reviews");
  return known(spread) ? t("{reviews}, {spread} apart", { reviews, spread: number(spread) }) : reviews;
}
