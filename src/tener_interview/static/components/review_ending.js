/** The end of a review: the recommendation and its reason, what is missing, submitting, and then what others think. */

import { constants } from "../lib/constants.js";
import { button, el, fill, whileBusy } from "../lib/dom.js";
import { number, score, time, unknown } from "../lib/format.js";
import { missingParts, RATINGS, REVIEW } from "../lib/review_content.js";
import { t, tNodes } from "../lib/texts.js";
import { confirmControl } from "./dialog.js";
import { problemBox } from "./problem.js";

/** The last step. `actions` are `{changed, go, submitted, next}`. Returns the node, `show()` and `submit()`. */
export function endingPanel(draft, actions) {
  const { content } = draft;
  const glance = el("div", { class: "at-a-glance" }, summaryTable(draft, actions.go));
  const choices = Object.entries(REVIEW.recommendations).map(([value, label]) => {
    const input = el("input", { type: "radio", name: "recommendation", value, on: { change: () => {
      draft.content.recommendation = value;
      fill(glance, summaryTable(draft, actions.go));
      actions.changed();
    } } });
    input.checked = content.recommendation === value;
    return el("label", { class: "option" }, input, label);
  });
  const reason = el("textarea", { id: "reason", rows: 6, maxlength: REVIEW.limits.reason.maximum, dir: "auto", on: { input: () => {
    draft.content.reason = reason.value;
    actions.changed();
  } } });
  reason.value = content.reason;
  const check = el("div", { class: "missing-parts" });
  const report = el("div", { class: "report" });
  const submitButton = el("button", { type: "button", class: "button primary", "aria-keyshortcuts": "Control+Enter", on: { click: () => submit() } }, t("Submit Review"));
  const control = el("div", { class: "buttons ending-buttons" });

  const submit = () => whileBusy(submitButton, t("Submitting…"), async () => {
    const missing = missingParts(draft.content, draft.openReview.questions);
    if (missing.length) {
      show();
      check.querySelector("button, a, p")?.focus();
      return;
    }
    fill(report);
    try {
      await draft.submit();
      actions.submitted();
    } catch (problem) {
      fill(report, problemBox(t("The review was not submitted"), problem, { retry: submit }));
    }
  });
  const discard = confirmControl(report, { label: t("Discard Changes"), question: t("Return to the submitted review? Your changes since then are lost.") },
    () => button(t("Discard Changes"), () => draft.discard().catch((problem) => fill(report, problemBox(t("The changes were not discarded"), problem))), { kind: "danger" }));
  const show = () => {
    const { review } = draft.openReview;
    const missing = missingParts(draft.content, draft.openReview.questions);
    const amends = review.state === "submitted";
    const changed = review.has_draft || draft.unsaved;
    fill(check, missing.length
      ? [el("p", { class: "muted", tabindex: "-1" }, t("Before you can submit:")), el("ul", { class: "plain" }, missing.map(({ step, text }) => el("li", {},
        step === null ? text : button(text, () => actions.go(step), { kind: "link-button" }))))]
      : amends && !changed
        ? el("p", {}, el("span", { class: "shape", "aria-hidden": "true" }, "✓"), " ", tNodes("Submitted {time}.", { time: time(review.submitted_at) }), " ", review.version > 1 && `${t("This is version {version}.", { version: review.version })} `, t("Change anything to amend it; earlier versions are kept."))
        : el("p", {}, el("span", { class: "shape", "aria-hidden": "true" }, "✓"), " ", amends ? t("Your changes are not submitted yet.") : t("Ready to submit. You can still amend it afterwards.")));
    submitButton.textContent = amends ? t("Submit Amendment") : t("Submit Review");
    submitButton.hidden = amends && !changed;
    fill(control, submitButton, amends && changed && discard, amends && !changed && actions.next());
  };
  show();
  const recommend = el("section", { class: "recommend", "aria-labelledby": "recommend-title" },
    el("fieldset", { class: "options" }, el("legend", { id: "recommend-title", class: "visually-hidden" }, t("My recommendation")), choices),
    el("div", { class: "field" }, el("label", { for: "reason" }, t("Why")), reason),
    check, control, report);
  // On a phone the result of a submitted review comes first.
  return { node: submitButton.hidden ? [glance, recommend] : [recommend, glance], show, submit };
}

/** The scale of a review, named where scores on another scale are shown too. */
const RATED = t("of {most}", { most: RATINGS.at(-1) });

/** All ratings at a glance; beside them the machine's scores and the ratings of others once they may be seen. */
function summaryTable({ openReview, content }, go) {
  const { machine, others } = openReview;
  const columns = [
    { head: t("You"), scale: RATED, cell: (id) => content.ratings[id] ?? "–", total: score(openReview.review.review_total), word: REVIEW.recommendations[content.recommendation] ?? "–" },
    ...(machine ? [{ head: t("Machine"), scale: t("of {most}", { most: number(100) }), cell: (id) => score(machine.answers.find((item) => item.question_id === id)?.score), total: score(machine.machine_total), word: constants.recommendations[machine.recommendation] }] : []),
    ...(others ?? []).map((review) => ({
      head: review.reviewer_name, scale: RATED,
      cell: (id) => review.versions.at(-1).ratings.find((item) => item.question_id === id)?.rating ?? "–",
      total: score(review.review_total), word: REVIEW.recommendations[review.recommendation],
    })),
  ];
  const row = (label, cell, kind = null) => el("tr", { class: kind }, el("th", { scope: "row" }, label), columns.map((column) => el("td", { class: "figure" }, cell(column))));
  return [
    el("h3", { id: "glance-title" }, t("At a glance")),
    openReview.blind && el("p", { class: "muted" }, t("The machine’s score and the reviews of others appear here once you have submitted yours.")),
    el("div", { class: "table-scroll", role: "region", tabindex: "0", "aria-labelledby": "glance-title" }, el("table", {},
      el("thead", {}, el("tr", {}, el("td"), columns.map(({ head, scale }) => el("th", { scope: "col", class: "figure", dir: "auto" }, head, machine && el("span", { class: "block" }, scale))))),
      el("tbody", {},
        openReview.questions.map((question, step) => row(
          button(el("span", {}, `${step + 1}. ${question.title}`), () => go(step), { kind: "link-button", dir: "auto" }), ({ cell }) => cell(question.question_id))),
        row(t("Total, 0 to 100"), ({ total }) => total, "total-row"),
        row(t("Recommendation"), ({ word }) => word ?? unknown(t("None here")))))),
    others?.length > 0 && el("div", { class: "other-reasons" }, others.map((review) => el("blockquote", { dir: "auto" },
      el("p", { class: "muted" }, review.reviewer_name, " · ", REVIEW.recommendations[review.recommendation], " · ", time(review.submitted_at)),
      el("p", {}, review.versions.at(-1).reason)))),
    machine && el("p", { class: "muted" }, t("For the total, a rating of {lowest} is worth 30 points and a rating of {highest} is worth 90. Each question weighs as much as in the machine’s total.", { lowest: RATINGS[0], highest: RATINGS.at(-1) })),
  ];
}
