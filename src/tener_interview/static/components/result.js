/** The result of an interview: rank, total, and each question with its transcript and score. */

import { el, hiddenText, svg, webLink } from "../lib/dom.js";
import { dimension, known, number, score, share, unknown } from "../lib/format.js";
import { flagList, partLabel, rules, words } from "../lib/rules.js";

/** A bar of `value` out of `most`; empty without a value. */
export function bar(value, most = 100) {
  const filled = known(value) && most > 0 ? Math.max(0, Math.min(100, (100 * value) / most)) : 0;
  return el("span", { class: "bar" }, svg(
    "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    filled > 0 && svg("rect", { width: filled, height: 4 }),
  ));
}

/** The likely range of the total, and whether it is too close to the previous rank. */
export function scoreRange(item) {
  if (!known(item.total_score_low) || !known(item.total_score_high)) return null;
  return [
    el("span", { class: "muted block range" }, hiddenText("likely "),
      `${Math.round(item.total_score_low)} to ${Math.round(item.total_score_high)}`),
    item.tied_with_previous && el("span", { class: "muted block too-close", title: "The scores are too close to tell who is better" },
      el("span", { "aria-hidden": "true" }, "\u2248 "), hiddenText("too close to tell from "), `rank ${item.tied_with_rank}`),
  ];
}

/** The rank, marked if shared; a dash without a rank. */
export function rank(item) {
  if (!known(item.rank)) return unknown("No rank without a total");
  return [String(item.rank), item.rank_shared && el("span", { class: "shared-rank", title: "Others have the same total" }, el("span", { "aria-hidden": "true" }, "="), hiddenText(", shared"))];
}

/** The same as text. */
export function describeRank(item) {
  if (!known(item.rank)) return "No rank without a total";
  return `Rank ${item.rank}${item.rank_shared ? ", shared" : ""}`;
}

/** Why an interview needs a human look. */
export function reviewReason(item) {
  return item.review_reason && el("span", { class: "muted block review-reason" }, item.review_reason);
}

/** How many questions were scored. */
export function scoredQuestions(item) {
  if (!item.total_questions) return null;
  return el("span", { class: "muted block scored-questions" }, `${item.scored_questions} of ${item.total_questions} scored`);
}

/** The transcript as a quotation, with every passage marked that the score cites. */
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

/** The passages in order, overlapping ones merged. Offsets count characters, not UTF-16 units. */
function merged(evidence, length) {
  const inside = evidence.filter(({ start, end }) => start >= 0 && start < end && end <= length);
  const passages = [];
  for (const { start, end, part, about } of inside.sort((item, other) => item.start - other.start)) {
    const last = passages.at(-1);
    if (last && start <= last.end) {
      last.end = Math.max(last.end, end);
      last.abouts.add(quoteLabel(part, about));
    } else {
      passages.push({ start, end, abouts: new Set([quoteLabel(part, about)]) });
    }
  }
  return passages;
}

/** What a quote is evidence of. Outside the content, `about` says it alone. */
function quoteLabel(part, about) {
  return part === "content" ? `${partLabel(part)}, ${about}` : words(about);
}

/** A shape for each status of an answer, so that they differ without colour, too. */
const SHAPES = { scored: "✓", missing_transcription: "◌", unanswered: "○", not_scorable: "?" };

/**
 * A question of `transcription_scoring.question_scores` as a list item. `ordinal` starts at 1, `about` is the name of its
 * competency, `controls` is placed at its end.
 */
export function questionItem(question, ordinal, { about = question.dimension && dimension(question.dimension), controls = null } = {}) {
  const status = statusOf(question.status);
  return el(
    "li",
    { class: "question", data: { questionIndex: question.question_index, status: question.status } },
    el(
      "div",
      { class: "question-head" },
      el("h4", { dir: "auto" }, `${ordinal}. `, question.title || unknown("No title")),
      el("p", { class: "question-score" }, score(question.score, `No score: ${status.word.toLowerCase()}`)),
    ),
    el(
      "p",
      { class: "muted" },
      el("span", { class: "shape", "aria-hidden": "true" }, status.shape), ` ${status.word}`,
      about && ` · ${about}`, question.dealbreaker && " · Dealbreaker",
    ),
    points("What we found", question.reasons),
    missingPoints(question.details?.missing),
    flagList(question.flags),
    question.details?.parts && el("details", {}, el("summary", {}, "Score breakdown"), partsTable(question.details.parts)),
    question.transcript
      ? [
        el("h5", {}, "Transcript"),
        transcript(question.transcript, question.details?.evidence),
      ]
      : el("p", { class: "muted" }, "No transcript."),
    quoteList(question.details?.evidence),
    technicalDetails({ criteria_rule: question.rule_id, ...question.details }),
    question.video_url && el("p", {}, webLink(question.video_url, "Watch the video")),
    controls,
  );
}

/** The label of the status of an answer. */
export function answerStatus(status) {
  return statusOf(status).word;
}

function statusOf(status) {
  return { word: rules.answers[status] ?? words(status ?? "unknown"), shape: SHAPES[status] ?? "?" };
}

/** A list with a heading, or null if it is empty. */
export function points(title, values, kind = "") {
  if (!values?.length) return null;
  const items = values.map((value) => el("li", {}, statement(value)));
  return [el("h5", {}, title), el("ul", { class: `plain ${kind}`.trim() }, items)];
}

/** A reason or flag as text; it may be a code, a sentence or an object with one. */
function statement(value) {
  if (typeof value === "string") return /^[a-z0-9_]+$/.test(value) ? words(value) : value;
  return value?.message ?? value?.text ?? value?.reason ?? value?.code ?? JSON.stringify(value);
}

/** What was looked for and not found, each once. */
export function missingPoints(missing) {
  return points("What we did not find", [...new Set((missing ?? []).map(({ text }) => text))], "missing");
}

function quoteList(evidence) {
  if (!evidence?.length) return null;
  return el(
    "details",
    {},
    el("summary", {}, "Quotes"),
    el("ul", { class: "quotes" }, evidence.map(({ part, about, quote }) => el(
      "li", {}, el("span", { class: "muted" }, `${quoteLabel(part, about)}: `), el("q", { dir: "auto" }, quote),
    ))),
  );
}

/** Everything else that the scorer recorded; what is empty is left out. */
function technicalDetails(details) {
  const { parts: _parts, evidence: _evidence, missing: _missing, ...rest } = details;
  const rows = flat(rest);
  if (rows.length === 0) return null;
  return el(
    "details",
    {},
    el("summary", {}, "Technical details"),
    el("dl", { class: "particulars" }, rows.map(([name, value]) => (
      el("div", {}, el("dt", {}, name), el("dd", {}, value))
    ))),
  );
}

/** The parts of a score: the share reached, the weight and the points. */
export function partsTable(parts) {
  const figure = (content) => el("td", { class: "figure" }, content);
  return el(
    "table",
    { class: "parts" },
    el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, "Part"),
      ["Reached", "Weight", "Points"].map((heading) => el("th", { scope: "col", class: "figure" }, heading)),
    )),
    el("tbody", {}, Object.entries(parts).map(([name, part]) => el("tr", {},
      el("th", { scope: "row" }, partLabel(name)),
      [share(part.reached), share(part.weight), score(part.points)].map(figure),
    ))),
  );
}

/** Nested values as rows of name and text. */
function flat(value, path = []) {
  const name = words(path.join(" "));
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.length ? [[name, value.map(plain).join(", ")]] : [];
  if (typeof value === "object") return Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]));
  return [[name, plain(value)]];
}

function plain(value) {
  if (known(value)) return number(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
