/** Whether a review is saved, and what can be done while it is not. */

import { announce, button, el, fill } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { REVIEW } from "../lib/review_content.js";
import { signInAgain } from "./signin.js";

let toldFailure = false;

/** Show the state of saving in `status`, and in `unsaved` what to do while it fails. */
export function showSaving(draft, status, unsaved) {
  const { state, answer: { review } } = draft;
  status.dataset.state = state;
  const bad = [el("span", { class: "shape", "aria-hidden": "true" }, "!"), " Not saved yet"];
  fill(status, {
    saved: () => review.saved_at && [el("span", { class: "shape", "aria-hidden": "true" }, "✓"), " Saved ", time(review.saved_at)],
    editing: () => "Not saved yet…", saving: () => "Saving…", conflict: () => bad, failed: () => bad,
  }[state]());
  const isBad = ["failed", "conflict"].includes(state);
  if (state === "saving" && toldFailure) return;
  fill(unsaved, isBad && (state === "conflict" ? conflictBox(draft) : failureBox(draft)));
  if (isBad && !toldFailure) announce(unsaved.textContent);
  if (!isBad && toldFailure && state === "saved") announce("Saved.");
  toldFailure = isBad || (toldFailure && state !== "saved");
}

function failureBox(draft) {
  const { code, message } = draft.problem;
  const why = { NO_ANSWER: "the service did not answer. It is tried again by itself.", UNAUTHORIZED: "you have been signed out." }[code] ?? message;
  return el("div", { class: "notice with-errors unsaved-note", role: "group", "aria-label": "Not saved yet" },
    el("p", {}, el("strong", {}, "! Not saved yet: "), why, " What you wrote is kept in this tab; go on."),
    code === "UNAUTHORIZED" ? button("Sign In", () => signInAgain().then(() => draft.save()), { kind: "small" }) : button("Try Now", () => draft.save(), { kind: "small" }));
}

function conflictBox(draft) {
  const { parts, theirs } = draft.conflict;
  const names = draft.answer.questions.map(({ question_id: id }) => `ratings/${id}`);
  const text = (content, part) => {
    if (part.startsWith("ratings/")) return content.ratings[part.slice("ratings/".length)] ?? "none";
    return part === "recommendation" ? REVIEW.recommendations[content[part]] ?? "none" : content[part] || "nothing";
  };
  const label = (part) => (names.includes(part) ? `Rating of question ${names.indexOf(part) + 1}` : { recommendation: "Recommendation", reason: "Reason" }[part] ?? "Overall rating");
  return el("div", { class: "notice with-errors", role: "group", "aria-label": "Changed in two windows" },
    el("p", {}, el("strong", {}, "! Changed in two windows. "), "Everything else was brought together; choose which of these stays."),
    el("ul", { class: "plain" }, parts.map((part) => el("li", {}, el("strong", {}, label(part)), ": here ", el("q", { dir: "auto" }, text(draft.content, part)), ", in the other window ", el("q", { dir: "auto" }, text(theirs, part))))),
    el("div", { class: "buttons" }, button("Keep What Is Here", () => draft.settle(false), { kind: "small" }), button("Take the Other", () => draft.settle(true), { kind: "small" })));
}
