/** The answers of a scorecard, one at a time, with a way to each of them. */

import { competencyName, dimensions, translated } from "../lib/competencies.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, el, fill, hiddenText } from "../lib/dom.js";
import { isKnown, score } from "../lib/format.js";
import { t } from "../lib/texts.js";
import { answerVideo } from "./answer_video.js";
import { answerStatus, answerView, statusShape, strengthMark } from "./answer_view.js";
import { overrideControls } from "./human_scores.js";
import { modelAnswerControls } from "./model_answer.js";
import { opinionOf } from "./opinion.js";

/**
 * The answers of a result, from the question at place `at`. `isLatest` says whether scores can be changed, `reload()`
 * loads the scorecard again. Returns the node, `go(place)`, `showAll(all)`, which shows all answers for printing and then
 * one again, and `place()`, `question()` and `playOrPause()` of what is shown.
 */
export function answersOf(card, session, { at, isLatest, reload }) {
  const questions = card.transcription_scoring?.question_scores ?? [];
  const competencies = card.scored_plan_version ? translated(card.competencies) : dimensions;
  let video = null;
  let place = Math.max(0, Math.min(at, questions.length - 1));
  const steps = questions.map((question, index) => step(question, index, () => go(index)));
  const shown = el("div", { class: "answer-place" });
  const draw = () => {
    steps.forEach((control, index) => (index === place ? control.setAttribute("aria-current", "step") : control.removeAttribute("aria-current")));
    const question = questions[place];
    const override = isLatest && question && overrideControls(session, { question, override: question.override, machine: question.score }, reload);
    const isSet = isKnown(question?.override?.score);
    video = question?.has_video ? answerVideo(session.session_id, question) : null;
    const noVideo = !video && shouldBeWatched(question) && { node: el("p", { class: "muted" }, t("There is no recording of this answer to watch: read its transcript, or ask the candidate.")) };
    fill(shown, question && answerView(question, place + 1, {
      about: competencyName(competencies, question.competency ?? question.dimension),
      video: video ?? noVideo,
      override: isSet && override,
      opinion: opinionOf(question.opinion),
      names: { nameOf: (id) => dashboard.nameOfCandidate(id), openCandidate: (id) => dashboard.compare([session, { candidate_id: id }]) },
      controls: isLatest && el("div", { class: "answer-controls" },
        !isSet && override,
        card.scored_plan_version && modelAnswerControls(session, question, reload)),
    }));
  };
  const go = (next) => {
    if (!questions[next] || next === place) return;
    place = next;
    draw();
    steps[place].scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(t("Question {number}: {title}", { number: place + 1, title: questions[place].title }));
  };
  const showAll = (all) => (all
    ? fill(shown, questions.map((question, index) => answerView(question, index + 1, {
      about: competencyName(competencies, question.competency ?? question.dimension),
      override: isKnown(question.override?.score) && overrideControls(session, { question, override: question.override, machine: question.score }, reload),
      opinion: opinionOf(question.opinion),
    })))
    : draw());
  draw();
  const node = questions.length === 0
    ? el("p", { class: "empty" }, t("No question was scored."))
    : el("div", { class: "answers" },
      el("nav", { class: "question-strip", "aria-label": t("Questions") }, el("ol", {}, steps.map((control) => el("li", {}, control)))),
      shown);
  return { node, go, showAll, place: () => place, question: () => questions[place] ?? null, playOrPause: () => video?.playOrPause() };
}

/** Whether an answer should be watched, because of what was found in it. */
function shouldBeWatched(question) {
  return question && (!["scored", "unanswered"].includes(question.status) || question.flags.includes("poor_transcript"));
}

function personMark() {
  return el("span", { title: t("by a person") }, el("span", { "aria-hidden": "true" }, "✎"), hiddenText(t("by a person")));
}

function step(question, index, go) {
  const override = question.override?.score;
  const value = isKnown(override) ? override : question.score;
  const checks = question.flags.length > 0;
  return button([
    el("span", { class: "step-number" }, String(index + 1)),
    el("span", { class: "step-topic", dir: "auto" }, question.topic ?? ""),
    el("span", { class: "step-score" }, isKnown(value) ? [score(value), " ", strengthMark(question.strength), isKnown(override) && [" ", personMark()]] : [
      el("span", { "aria-hidden": "true" }, statusShape(question.status)), hiddenText(answerStatus(question.status)),
    ]),
    checks && el("span", { class: "step-check", title: t("Please check") }, el("span", { "aria-hidden": "true" }, "!"), hiddenText(t("Please check"))),
  ], go, { kind: "question-step small", title: question.title, "aria-keyshortcuts": index < 9 ? String(index + 1) : null });
}
