/** The transcript of an answer, with every passage marked that its score quotes; a quote leads to its passage. */

import { partLabel, words } from "../lib/constants.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/texts.js";

/** The transcript as a quotation. `evidence` are the quotes with their offsets. */
export function transcript(text, evidence) {
  return el("blockquote", { class: "transcript", dir: "auto" }, marked(text, evidence ?? []));
}

/** Show the passage of a quote: scroll to it and mark it until another one is shown. */
export function showPassage(root, { start }) {
  for (const mark of root.querySelectorAll(".transcript mark")) {
    const isIt = Number(mark.dataset.start) <= start && start < Number(mark.dataset.end);
    mark.classList.toggle("current-passage", isIt);
    if (isIt) mark.scrollIntoView({ block: "nearest" });
  }
}

/** What quotes outside of the content are evidence of. */
const ABOUT = {
  "own action": t("Own action"), "figure or date": t("Figure or date"), outcome: t("Outcome"), "taken back": t("Possibly taken back"),
};

/** What a quote is evidence of. Outside the content, `about` says it alone. */
export function quoteLabel({ part, about }) {
  return part === "content" ? `${partLabel(part)}, ${about}` : ABOUT[about] ?? words(about);
}

function marked(text, evidence) {
  const letters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const { start, end, abouts } of merged(evidence, letters.length)) {
    pieces.push(letters.slice(at, start).join(""));
    pieces.push(el("mark", { title: [...abouts].join(", "), data: { start, end } }, letters.slice(start, end).join("")));
    at = end;
  }
  return [...pieces, letters.slice(at).join("")];
}

/** The passages in order, overlapping ones merged. Offsets count characters, not UTF-16 units. */
function merged(evidence, length) {
  const inside = evidence.filter(({ start, end }) => start >= 0 && start < end && end <= length);
  const passages = [];
  for (const quote of inside.sort((item, other) => item.start - other.start)) {
    const last = passages.at(-1);
    if (last && quote.start <= last.end) {
      last.end = Math.max(last.end, quote.end);
      last.abouts.add(quoteLabel(quote));
    } else {
      passages.push({ start: quote.start, end: quote.end, abouts: new Set([quoteLabel(quote)]) });
    }
  }
  return passages;
}
