/** A transcript with the passages marked that a score rests on. */

import { el } from "./dom.js";
import { words } from "./format.js";

/** The transcript as a quotation: text nodes, with a mark around every passage that a part of the score cites. */
export function transcript(text, evidence) {
  return el("blockquote", { class: "transcript", dir: "auto" }, marked(text, evidence ?? []));
}

function marked(text, evidence) {
  const letters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const { start, end, abouts } of merged(evidence, letters.length)) {
    pieces.push(letters.slice(at, start).join(""));
    pieces.push(el("mark", { title: [...abouts].join(", ") }, letters.slice(start, end).join("")));
    at = end;
  }
  return [...pieces, letters.slice(at).join("")];
}

/** Passages in order, those that overlap as one. Offsets count characters, not the halves that JavaScript counts. */
function merged(evidence, length) {
  const inside = evidence.filter(({ start, end }) => start >= 0 && start < end && end <= length);
  const passages = [];
  for (const { start, end, part, about } of inside.sort((one, other) => one.start - other.start)) {
    const last = passages.at(-1);
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end);
      last.abouts.add(`${words(part)}: ${about}`);
    } else {
      passages.push({ start, end, abouts: new Set([`${words(part)}: ${about}`]) });
    }
  }
  return passages;
}
