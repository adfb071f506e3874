/** Trying an answer: paste one, and see how the question would score it. Nothing is stored. */

import { tryAnswer } from "../lib/api.js";
import { announce, button, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { score } from "../lib/format.js";
import { copy, same } from "../lib/plan.js";
import { flagList, rules } from "../lib/rules.js";
import { problemBox } from "./problem.js";
import { answerStatus, partsTable, points } from "./result.js";

/** What was typed to try, by question id: it stays while the page is open. */
const tried = new Map();

/** The panel beside a question. `language()` is the language of the plan. */
export function tryPanel(jobId, question, language) {
  const before = tried.get(question.id) ?? { answer: "", outcome: null, question: null };
  tried.set(question.id, before);
  const place = el("div", { class: "try-outcome", "aria-live": "polite" });
  const area = el("textarea", {
    id: `try-${question.id}`, rows: 6, maxlength: rules.limits.plan_try.answer.maxLength, dir: "auto",
    placeholder: "Paste or type what a candidate might say.", "aria-keyshortcuts": "Control+Enter",
    on: {
      input: () => {
        before.answer = area.value;
      },
      keydown: (press) => {
        if (press.key !== "Enter" || !(press.ctrlKey || press.metaKey)) return;
        press.preventDefault();
        submit.click();
      },
    },
  });
  area.value = before.answer;
  const submit = button("Score Answer", () => whileBusy(submit, "Scoring…", run), { kind: "small soft" });
  const run = async () => {
    if (!area.value.trim()) {
      fill(place, el("p", { class: "muted" }, "Type an answer first."));
      area.focus();
      return;
    }
    const asked = copy(question);
    try {
      before.outcome = await tryAnswer(jobId, { question: asked, answer: area.value, language: question.language ?? language() });
      before.question = asked;
      show();
      announce(before.outcome.score === null ? "No score." : `Score ${before.outcome.score}.`);
    } catch (problem) {
      fill(place, problemBox("The answer could not be scored", problem, { retry: run }));
    }
  };
  const show = () => fill(place, before.outcome && outcome(before.outcome), staleness());
  const staleness = () => before.question && !same(withoutOrder(before.question), withoutOrder(question)) && el("p", { class: "muted" }, "The question has changed since. Score the answer again.");
  show();
  return {
    node: el("div", { class: "try-panel", role: "group", "aria-labelledby": `try-${question.id}-title` },
      el("h5", { id: `try-${question.id}-title` }, "Try an answer"),
      el("label", { for: area.id, class: "visually-hidden" }, "Answer to try"),
      area,
      el("div", { class: "buttons" }, submit, el("span", { class: "muted" }, "Nothing is stored.")),
      place),
    focus: () => area.focus(),
    update: show,
  };
}

/** What a score depends on. */
function withoutOrder({ title, key_points, required_keywords, optional_keywords, reference_answers, language }) {
  return { title, key_points, required_keywords, optional_keywords, reference_answers, language };
}

function outcome(answer) {
  const keyPoints = answer.key_points ?? [];
  const found = [...keyPoints.filter((point) => point.found).map(({ name, quote }) => ({ text: name, quote })), ...others(answer.found, keyPoints)];
  const missing = [...keyPoints.filter((point) => !point.found).map(({ name }) => name), ...answer.missing_keywords ?? [], ...others(answer.not_found, keyPoints).map(({ text }) => text)];
  return [
    el("p", { class: "try-score" },
      el("span", { class: "total-score" }, score(answer.score, `No score: ${answerStatus(answer.status).toLowerCase()}`)),
      el("span", { class: "muted" }, answer.score === null ? answerStatus(answer.status) : "of 100")),
    found.length > 0 && [
      el("h6", {}, "What was found"),
      el("ul", { class: "plain found" }, found.map((entry) => el("li", {}, entry.text, quotes(entry).map((quote) => [" ", el("q", { dir: "auto" }, quote)])))),
    ],
    missing.length > 0 && [
      el("h6", {}, "What was not found"),
      el("ul", { class: "missing" }, [...new Set(missing)].map((text) => el("li", {}, hiddenText("Not found: "), text))),
    ],
    found.length === 0 && missing.length === 0 && points("Why", answer.reasons),
    flagList(answer.flags),
    answer.parts && Object.keys(answer.parts).length > 0 && el("details", {}, el("summary", {}, "Score breakdown"), partsTable(answer.parts)),
  ];
}

/** What was found or not besides the key points, which are listed by their own names. */
function others(statements, keyPoints) {
  return (statements ?? []).filter(({ part }) => part !== "content" || keyPoints.length === 0);
}

function quotes({ quote, quotes: several }) {
  return several ?? (quote ? [quote] : []);
}
