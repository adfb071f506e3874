/** What a candidate will see of a plan. */

import { el } from "../lib/dom.js";
import { language } from "../lib/format.js";
import { duration, neededSeconds } from "../lib/plan.js";
import { LANGUAGE, t, tn } from "../lib/texts.js";
import { openDialog } from "./dialog.js";

/** Open the preview of a plan. */
export function openPreview(plan) {
  const { questions } = plan;
  openDialog("plan-preview", t("What the candidate sees"), [
    el("p", { class: "muted" }, t("Candidates see the questions one after the other and answer each on video. They never see key points, weights, examples or model answers.")),
    el("div", { class: "preview", lang: plan.language },
      el("p", { class: "preview-name", dir: "auto" }, plan.name),
      el("p", { class: "muted", lang: LANGUAGE }, [tn(questions.length, "{count} question", "{count} questions"), plan.language && language(plan.language), needed(plan)].filter(Boolean).join(" · ")),
      el("ol", { class: "preview-questions" }, questions.map((question, at) => el(
        "li", { lang: question.language },
        el("p", { class: "muted", lang: LANGUAGE }, t("Question {number} of {count}", { number: at + 1, count: questions.length })),
        el("p", { class: "preview-title", dir: "auto" }, question.title || t("(no text yet)")),
        question.description && el("p", { class: "preview-description", dir: "auto" }, question.description),
        el("p", { class: "muted", lang: LANGUAGE }, question.thinking_time_s > 0
          ? t("{thinking} to think, then up to {answering} to answer", { thinking: duration(question.thinking_time_s), answering: duration(question.time_limit_s) })
          : t("up to {answering} to answer", { answering: duration(question.time_limit_s) })),
      )))),
  ]);
}

/** The time that a candidate needs, as text. */
export function needed(plan) {
  return plan.questions.length > 0 && t("up to {time}", { time: duration(Math.ceil(neededSeconds(plan) / 60) * 60) });
}
