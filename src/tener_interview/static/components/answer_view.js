/** One answer of an interview: the question in full, video and transcript, and what its score rests on. */

import { constants, dealbreakerText, partLabel, words } from "../lib/constants.js";
import { el, hiddenText, webLink } from "../lib/dom.js";
import { dimension, isKnown, language, number, score, fraction, unknown } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";
import { findings } from "./answer_findings.js";
import { quoteLabel, showPassage, transcript } from "./answer_transcript.js";

/** A shape for each status of an answer, so that they differ without colour, too. */
const SHAPES = { scored: "✓", missing_transcription: "◌", unanswered: "○", not_scorable: "?" };
const STRENGTHS = { strong: { shape: "▲", word: t("Strong") }, thin: { shape: "▼", word: t("Thin") } };

/**
 * An answer of `question_scores`. `ordinal` starts at 1, `about` is the name of its competency, `video` a node with
 * `seek(share)` or null, `override` says who changed its score and why, `opinion` stands beside it, and `controls` at its
 * end. `names` are `{nameOf, openCandidate}` of other candidates, for readers who may see them. `prefix` makes ids unique
 * on a page with several.
 */
export function answerView(question, ordinal, { about = question.dimension && dimension(question.dimension), video = null, override = null, opinion = null, controls = null, names = {}, prefix = "question" } = {}) {
  const id = `${prefix}-${ordinal}`;
  const content = el("div", { class: "answer-content" },
    video?.node ?? (question.video_url && el("p", {}, webLink(question.video_url, t("Watch the video")))),
    question.transcript
      ? transcript(question.transcript, question.details?.evidence)
      : el("p", { class: "empty" }, t("There is no transcript of this answer.")));
  const onQuote = (quote) => {
    showPassage(content, quote);
    video?.seek?.(quote.start / Array.from(question.transcript).length);
  };
  return el("section", { class: "question", "aria-labelledby": id, data: { questionIndex: question.question_index, status: question.status } },
    el("header", { class: "answer-head" },
      el("div", {},
        el("h3", { id, dir: "auto", tabindex: "-1" }, `${ordinal}. `, question.title || unknown(t("No title"))),
        el("p", { class: "muted" }, facts(question, about), isDoubted(question) && [" · ", el("strong", { class: "doubts" }, dealbreakerText(question))])),
      scoreOf(question)),
    content,
    el("div", { class: "answer-found" },
      override,
      findings(question, { onQuote: question.transcript ? onQuote : null, ...names }),
      opinion,
      question.details?.parts && el("details", {}, el("summary", {}, tNodes("How {score} adds up", { score: score(question.score) })), partsTable(question.details.parts)),
      answerDetails(question),
      controls));
}

/**
 * Whether a score is strong or thin, as a shape; nothing in between. With `spelled` its word is beside it, which also
 * explains the shapes elsewhere where there are no tooltips; without, it is for screen readers.
 */
export function strengthMark(strength, spelled = false) {
  const mark = STRENGTHS[strength];
  return mark && el("span", { class: "strength", title: mark.word, data: { strength } },
    el("span", { "aria-hidden": "true" }, mark.shape), spelled && " ", spelled ? mark.word : hiddenText(mark.word));
}

/** The label of the status of an answer. */
export function answerStatus(status) {
  return constants.answers[status] ?? words(status ?? "unknown");
}

/** The shape of the status of an answer. */
export function statusShape(status) {
  return SHAPES[status] ?? "?";
}

/** The score that counts, a person's before the machine's. */
function scoreOf(question) {
  const override = question.override?.score;
  return el("p", { class: "question-score" },
    score(isKnown(override) ? override : question.score, t("No score: {status}", { status: answerStatus(question.status) })), " ",
    strengthMark(question.strength, true), isKnown(override) && el("span", { class: "muted block" }, isKnown(question.score)
      ? tNodes("by a person, machine {score}", { score: score(question.score) })
      : t("by a person")));
}

function facts(question, about) {
  const { weight, dealbreaker, status } = question;
  return [
    status !== "scored" && `${statusShape(status)} ${answerStatus(status)}`, about,
    weight === 2 ? t("counts twice") : weight !== 1 && isKnown(weight) && t("counts {weight} times", { weight: number(weight) }),
    dealbreaker && !question.flags.includes("dealbreaker") && t("dealbreaker passed"),
  ].filter(Boolean).join(" · ");
}

/** Whether the answer is one to a dealbreaker, too weak or missing, and no person scored it. */
function isDoubted({ flags, override }) {
  return flags.includes("dealbreaker") && !isKnown(override?.score);
}

/** The parts of a score: the share reached, the weight and the points, which add up to it. */
export function partsTable(parts) {
  const figure = (content) => el("td", { class: "figure" }, content);
  return el(
    "table",
    { class: "parts" },
    el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, t("Part")),
      [t("Reached"), t("Weight"), t("Points")].map((heading) => el("th", { scope: "col", class: "figure" }, heading)),
    )),
    el("tbody", {}, Object.entries(parts).map(([name, part]) => el("tr", {},
      el("th", { scope: "row" }, partLabel(name)),
      [fraction(part.reached), fraction(part.weight), score(part.points)].map(figure),
    ))),
    el("tfoot", {}, el("tr", {},
      el("th", { scope: "row", colspan: 3 }, t("Score")),
      figure(score(Object.values(parts).reduce((sum, part) => sum + part.points, 0))))),
  );
}

/** Everything else that the scorer recorded: quotes that no reason names, rule, versions; what is empty is left out. */
function answerDetails({ rule_id: rule, details = {} }) {
  const { parts: _parts, evidence = [], missing: _missing, missing_key_points: _points, near_duplicate_of: _alike, ...rest } = details;
  const rows = flat({ rule_id: rule, ...rest });
  if (rows.length === 0 && evidence.length === 0) return null;
  return el("details", {}, el("summary", {}, t("What the scorer recorded")),
    evidence.length > 0 && el("ul", { class: "quotes" }, evidence.map((quote) => el(
      "li", {}, el("span", { class: "muted" }, `${quoteLabel(quote)}: `), el("q", { dir: "auto" }, quote.quote)))),
    el("dl", { class: "particulars" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

/** How what the scorer recorded is named here, and how its value is shown. */
const SCORER_DETAILS = {
  rule_id: [t("Criteria of the question"), String],
  engine_version: [t("Version of the scorer"), String],
  language: [t("Language of the answer"), language],
  language_tag: [t("Language of the transcript"), language],
  word_count: [t("Words"), number],
  confidence: [t("Confidence"), fraction],
  embeddings: [t("Key points looked for by meaning, too"), valueText],
  matched_keywords: [t("Keywords found"), listText],
  missing_keywords: [t("Keywords not found"), listText],
  missing_optional_keywords: [t("Optional keywords not found"), listText],
};

function listText(values) {
  return values.join("; ");
}

/** Nested values as rows of name and text. */
function flat(value, path = []) {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  if (SCORER_DETAILS[path[0]] && path.length === 1) {
    const [label, shown] = SCORER_DETAILS[path[0]];
    return [[label, shown(value)]];
  }
  const name = words(path.join(" "));
  if (Array.isArray(value)) return [[name, value.map(valueText).join("; ")]];
  if (typeof value === "object") return Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]));
  return [[name, valueText(value)]];
}

function valueText(value) {
  if (isKnown(value)) return number(value);
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
