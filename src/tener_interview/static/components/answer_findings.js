/** What helped an answer's score, what was not found in it, and what to check before trusting the score. */

import { constants, flagLabel, sortedFlags, words } from "../lib/constants.js";
import { el } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { fromService, LANGUAGE, t, tNodes } from "../lib/texts.js";

const QUOTES = /“([^”]+)”/g;
/** What the service calls evidence that the candidate may have retracted. */
const TAKEN_BACK = "taken back";
/** What a quote is about that is close to a reference answer, not to a point. */
const REFERENCE = "reference answer";
/** Reasons that repeat a flag and add the number of the other question; shown instead of the flag's help. */
const REASONS_OF_FLAGS = {
  language_mismatch: /^The answer is in .+ but the criteria are in /, same_story: /^Tells the same story as in question/, numbers_differ: /: ask which is right\.$/, near_duplicate: /^Nearly the same words as/,
};
/** How a sentence about what is missing begins, and one that only lists it. */
const NOT_FOUND = /^We did not find:? /;
const ONLY_LISTED = /^(?:“[^”]+”(?:, )?)+\.$/;

/**
 * The findings of an answer. `onQuote(quote)` is called when one of its quotes is pressed; without it they are text.
 * `openCandidate(id)` opens a candidate with nearly the same answer and `nameOf(id)` names them; both are left out for
 * readers who may not see others.
 */
export function findings(question, { onQuote = null, nameOf = null, openCandidate = null } = {}) {
  const evidence = question.details?.evidence ?? [];
  const ofFlags = (question.flags ?? []).map((flag) => REASONS_OF_FLAGS[flag]).filter(Boolean);
  const reasons = reasonsOf(question).filter((reason) => !ofFlags.some((pattern) => pattern.test(reason)));
  // A reason helps if it quotes evidence; what may have been taken back, and notes on other answers, are to be checked.
  const helps = (reason) => evidence.some(({ about, quote }) => about !== TAKEN_BACK && reason.includes(`“${quote}”`));
  const show = (reason) => withQuotes(reason, evidence, onQuote);
  return [
    evidence.length > 0
      ? points(t("What helped"), reasons.filter(helps).map(show))
      : points(t("What we found"), reasons.map(show)),
    missingPoints(question.details),
    points(t("Please check"), [
      ...evidence.length > 0 ? reasons.filter((reason) => !helps(reason)).map(show) : [],
      ...flagsOf(question, nameOf, openCandidate),
    ], "checks"),
  ];
}

/** A list with a heading, or null if it is empty. */
export function points(title, items, kind = "") {
  if (!items?.length) return null;
  return [el("h4", {}, title), el("ul", { class: `plain ${kind}`.trim() }, items.map((item) => el("li", {}, Array.isArray(item) ? item : statement(item))))];
}

/**
 * What was looked for and not found in the answer's words, each once and in a line of its own: points may have commas. A
 * score that gives something for points in other words says how much, so that the list and the arithmetic agree.
 */
function missingPoints({ missing = [], missing_key_points: keyPoints = [], evidence = [], matched_keywords: keywords = [], parts = {} } = {}) {
  const texts = missing.flatMap(({ text }) => {
    const what = text.replace(NOT_FOUND, "");
    if (ONLY_LISTED.test(what)) return Array.from(what.matchAll(QUOTES), ([, name]) => name);
    // In English the heading already has the beginning of the sentence.
    return LANGUAGE === "en" ? [what.replace(/\.$/, "")] : [fromService(text)];
  });
  const list = (title, items) => points(title, items.map((text) => [el("span", { class: "sentence-start", dir: "auto" }, text)]), "missing");
  return [
    list(t("Key points not found word for word"), [...new Set(keyPoints)]),
    keyPoints.length > 0 && parts.content?.points > 0 && contentPointsNote(foundPoints({ evidence, matched_keywords: keywords }).length > 0, parts.content),
    list(t("What we did not find"), [...new Set(texts)].filter((text) => !keyPoints.includes(text))),
  ];
}

/** The points of the criteria that were found in an answer's words. */
export function foundPoints({ evidence = [], matched_keywords: keywords = [] } = {}) {
  return [...new Set(evidence.filter(({ part, about }) => part === "content" && about !== REFERENCE && !keywords.includes(about)).map(({ about }) => about))];
}

/**
 * That the points of the content are more than the quoted key points alone give. How many key points there are in all is
 * not said: an answer that shows nothing of what happened has none quoted, though some of its words may be theirs.
 */
function contentPointsNote(anyFound, content) {
  const values = { points: number(content.points), most: number(100 * content.weight) };
  return el("p", { class: "muted" }, anyFound
    ? t("{points} of {most} points are for what the criteria ask for. A part of them is an estimate from how the answer is told: the candidate’s actions and details may say these key points in other words. Read the answer before you use the score.", values)
    : t("{points} of {most} points are for what the criteria ask for, as an estimate from how the answer is told: the candidate’s actions and details may say these key points in other words. Read the answer before you use the score.", values));
}

/**
 * The reasons as text; they may be codes or objects in results of other services. That a dealbreaker is weak, which the
 * service puts first, is said in the headline.
 */
function reasonsOf({ reasons, flags }) {
  return (flags?.includes("dealbreaker") ? reasons.slice(1) : reasons ?? []).map(statement);
}

function statement(value) {
  if (typeof value === "string") return /^[a-z0-9_]+$/.test(value) ? words(value) : value;
  return value?.message ?? value?.text ?? value?.reason ?? value?.code ?? JSON.stringify(value);
}

/** A reason in the reader's language, whose quotes lead to their passages. */
function withQuotes(reason, evidence, onQuote) {
  const text = fromService(reason);
  if (!onQuote || evidence.length === 0) return [text];
  const quotes = [...new Set(evidence.map(({ quote }) => quote.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))];
  // Every second part is a quote with its marks, which differ by language.
  return text.split(new RegExp(`([“„«](?:${quotes.join("|")})[”“»])`)).map((part, place) => {
    const quote = place % 2 && evidence.find((item) => item.quote === part.slice(1, -1));
    return quote ? inlineButton(part, () => onQuote(quote), { dir: "auto", title: t("Show where it was said") }) : part;
  });
}

/** The flags with their explanations. A dealbreaker is said once, in the headline. */
function flagsOf({ flags, reasons, details }, nameOf, openCandidate) {
  return sortedFlags(flags ?? []).filter((flag) => flag !== "dealbreaker").map((flag) => [
    el("strong", {}, flagLabel(flag)), ": ",
    (flag !== "near_duplicate" && fromService(reasons.find((reason) => REASONS_OF_FLAGS[flag]?.test(reason)))) || constants.flags[flag]?.help,
    flag === "near_duplicate" && nameOf && (details?.near_duplicate_of ?? []).map((id) => [
      " ", inlineButton(tNodes("Compare with {name}", { name: el("bdi", {}, nameOf(id)) }), () => openCandidate(id)),
    ]),
  ]);
}

/** A button within a sentence, which wraps as the words around it do; a real one would be a block. */
function inlineButton(label, act, attributes = {}) {
  return el("span", { class: "quote-button", role: "button", tabindex: "0", ...attributes, on: {
    click: act,
    keydown: (press) => {
      if (press.key !== "Enter" && press.key !== " ") return;
      press.preventDefault();
      act();
    },
  } }, label);
}
