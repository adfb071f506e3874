/** What a candidate will see of a plan. */

import { el } from "../lib/dom.js";
import { language } from "../lib/format.js";
import { duration, neededSeconds } from "../lib/plan.js";
import { openDialog } from "./dialog.js";

/** Open the preview of a plan. */
export function openPreview(plan) {
  const { questions } = plan;
  openDialog("plan-preview", "What the candidate sees", [
    el("p", { class: "muted" }, "Candidates see the questions one after the other and answer each on video. They never see key points, weights, anchors or model answers."),
    el("div", { class: "preview", lang: plan.language },
      el("p", { class: "preview-name", dir: "auto" }, plan.name),
      el("p", { class: "muted", lang: "en" }, [`${questions.length} ${questions.length === 1 ? "question" : "questions"}`, plan.language && language(plan.language), needed(plan)].filter(Boolean).join(" · ")),
      el("ol", { class: "preview-questions" }, questions.map((question, at) => el(
        "li", { lang: question.language },
        el("p", { class: "muted", lang: "en" }, `Question ${at + 1} of ${questions.length}`),
        el("p", { class: "preview-title", dir: "auto" }, question.title || "(no text yet)"),
        question.description && el("p", { class: "preview-description", dir: "auto" }, question.description),
        el("p", { class: "muted", lang: "en" }, [
          question.thinking_time_s > 0 && `${duration(question.thinking_time_s)} to think`,
          `up to ${duration(question.time_limit_s)} to answer`,
        ].filter(Boolean).join(", then ")),
      )))),
  ]);
}

/** The time that a candidate needs, as text. */
export function needed(plan) {
  return plan.questions.length > 0 && `up to ${duration(Math.ceil(neededSeconds(plan) / 60) * 60)}`;
}
