/** Trying an answer: paste one, and see how the question would score it. Nothing is stored. */

import { tryAnswer } from "../lib/api.js";
import { constants, flagList } from "../lib/constants.js";
import { announce, button, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { number, score } from "../lib/format.js";
import { ariaKeys, listenToKeys } from "../lib/keys.js";
import { copy, same } from "../lib/plan.js";
import { fromService, inSentence, t, tNodes } from "../lib/texts.js";
import { points } from "./answer_findings.js";
import { answerStatus, partsTable } from "./answer_view.js";
import { problemBox } from "./problem.js";

/** What was typed to try, by question id: it stays while the page is open. */
const tries = new Map();

/** The panel beside a question. `language()` is the language of the plan. */
export function tryPanel(jobId, question, language) {
  const before = tries.get(question.id) ?? { answer: "", outcome: null, question: null };
  tries.set(question.id, before);
  const place = el("div", { class: "try-outcome", "aria-live": "polite" });
  const area = el("textarea", {
    id: `try-${question.id}`, rows: 6, maxlength: constants.limits.plan_try.answer.maxLength, dir: "auto",
    placeholder: t("Paste or type what a candidate might say."), "aria-keyshortcuts": ariaKeys("answer", "score"),
    on: {
      input: () => {
        before.answer = area.value;
      },
    },
  });
  area.value = before.answer;
  listenToKeys("answer", { score: () => submit.click() }, area);
  const submit = button(t("Score Answer"), () => whileBusy(submit, t("Scoring…"), run), { kind: "small soft" });
  const run = async () => {
    if (!area.value.trim()) {
      fill(place, el("p", { class: "muted" }, t("Type an answer first.")));
      area.focus();
      return;
    }
    const tried = copy(question);
    try {
      before.outcome = await tryAnswer(jobId, { question: tried, answer: area.value, language: question.language ?? language() });
      before.question = tried;
      show();
      announce(before.outcome.score === null ? t("No score.") : t("Score {score}.", { score: number(before.outcome.score) }));
    } catch (problem) {
      fill(place, problemBox(t("The answer could not be scored"), problem, { retry: run }));
    }
  };
  const show = () => fill(place, before.outcome && scoreSections(before.outcome), staleness());
  const staleness = () => before.question && !same(withoutOrder(before.question), withoutOrder(question)) && el("p", { class: "muted" }, t("The question has changed since. Score the answer again."));
  show();
  return {
    node: el("div", { class: "try-panel", role: "group", "aria-labelledby": `try-${question.id}-title` },
      el("h5", { id: `try-${question.id}-title` }, t("Try an answer")),
      el("label", { for: area.id, class: "visually-hidden" }, t("Answer to try")),
      area,
      el("div", { class: "buttons" }, submit, el("span", { class: "muted" }, t("Nothing is stored."))),
      place),
    focus: () => area.focus(),
    update: show,
  };
}

/** What a score depends on. */
function withoutOrder({ title, key_points, required_keywords, optional_keywords, reference_answers, language }) {
  return { title, key_points, required_keywords, optional_keywords, reference_answers, language };
}

function scoreSections(scored) {
  const keyPoints = scored.key_points ?? [];
  const found = [...keyPoints.filter((point) => point.found).map(({ name, quote }) => ({ text: name, quote })), ...besideKeyPoints(scored.found, keyPoints)];
  const missing = [...keyPoints.filter((point) => !point.found).map(({ name }) => name), ...scored.missing_keywords ?? [], ...besideKeyPoints(scored.not_found, keyPoints).map(({ text }) => text)];
  return [
    el("p", { class: "try-score" },
      el("span", { class: "total-score" }, score(scored.score, t("No score: {reason}", { reason: inSentence(answerStatus(scored.status)) }))),
      el("span", { class: "muted" }, scored.score === null ? answerStatus(scored.status) : t("of 100"))),
    found.length > 0 && [
      el("h6", {}, t("What was found")),
      el("ul", { class: "plain found" }, found.map((entry) => el("li", {}, fromService(entry.text), quotes(entry).filter((quote) => !entry.text.includes(quote)).map((quote) => [" ", el("q", { dir: "auto" }, quote)])))),
    ],
    missing.length > 0 && [
      el("h6", {}, t("What was not found")),
      el("ul", { class: "missing" }, [...new Set(missing)].map((text) => el("li", {}, hiddenText(`${t("Not found:")} `), fromService(text)))),
    ],
    found.length === 0 && missing.length === 0 && points(t("Why"), scored.reasons.map(fromService)),
    flagList(scored.flags),
    scored.parts && Object.keys(scored.parts).length > 0 && el("details", {}, el("summary", {}, tNodes("How {score} adds up", { score: score(scored.score) })), partsTable(scored.parts)),
  ];
}

/** What was found or not besides the key points, which are listed by their own names. */
function besideKeyPoints(statements, keyPoints) {
  return (statements ?? []).filter(({ part }) => part !== "content" || keyPoints.length === 0);
}

function quotes({ quote, quotes: several }) {
  return several ?? (quote ? [quote] : []);
}
