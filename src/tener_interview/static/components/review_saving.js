/** Whether a review is saved, and what can be done while it is not. */

import { announce, button, el, fill, fillWithNew } from "../lib/dom.js";
import { recentTime } from "../lib/format.js";
import { REVIEW } from "../lib/review_content.js";
import { t, tNodes } from "../lib/texts.js";
import { signInAgain } from "./signin.js";

let failureAnnounced = false;

/** Show the state of saving in `status`, and in `unsaved` what to do while it fails. */
export function showSaving(draft, status, unsaved) {
  const { state, openReview: { review } } = draft;
  status.dataset.state = state;
  const bad = [el("span", { class: "shape", "aria-hidden": "true" }, "!"), " ", t("Not saved yet")];
  fill(status, {
    saved: () => review.state === "submitted" && !review.has_draft ? [el("span", { class: "shape", "aria-hidden": "true" }, "✓"), " ", t("Submitted")] : review.saved_at && [el("span", { class: "shape", "aria-hidden": "true" }, "✓"), " ", tNodes("Saved {time}", { time: recentTime(review.saved_at) })],
    editing: () => t("Not saved yet…"), saving: () => t("Saving…"), conflict: () => bad, failed: () => bad,
  }[state]());
  const isBad = ["failed", "conflict"].includes(state);
  if (state === "saving" && failureAnnounced) return;
  const { conflict, content, problem } = draft;
  if (state === "conflict") fillWithNew(unsaved, { conflict, content }, conflictBox(draft));
  else fillWithNew(unsaved, isBad && { code: problem.code, message: problem.message }, isBad && failureBox(draft));
  if (isBad && !failureAnnounced) announce(unsaved.textContent);
  if (!isBad && failureAnnounced && state === "saved") announce(t("Saved."));
  failureAnnounced = isBad || (failureAnnounced && state !== "saved");
}

function failureBox(draft) {
  const { code, message } = draft.problem;
  const why = { NO_ANSWER: t("the service did not answer. It will be tried again automatically."), UNAUTHORIZED: t("you have been signed out.") }[code] ?? message;
  return el("div", { class: "notice with-errors unsaved-note", role: "group", "aria-label": t("Not saved yet") },
    el("p", {}, el("strong", {}, "! ", t("Not saved yet:"), " "), why, " ", t("Your text is kept in this tab; continue.")),
    code === "UNAUTHORIZED" ? button(t("Sign In"), () => signInAgain().then(() => draft.save()), { kind: "small" }) : button(t("Try Now"), () => draft.save(), { kind: "small" }));
}

function conflictBox(draft) {
  const { parts, theirs } = draft.conflict;
  const names = draft.openReview.questions.map(({ question_id: id }) => `ratings/${id}`);
  const text = (content, part) => {
    if (part.startsWith("ratings/")) return content.ratings[part.slice("ratings/".length)] ?? t("none");
    return part === "recommendation" ? REVIEW.recommendations[content[part]] ?? t("none") : content[part] || t("nothing");
  };
  const label = (part) => (names.includes(part) ? t("Rating of question {number}", { number: names.indexOf(part) + 1 }) : { recommendation: t("Recommendation"), reason: t("Reason") }[part] ?? t("Overall rating"));
  return el("div", { class: "notice with-errors", role: "group", "aria-label": t("Changed in two windows") },
    el("p", {}, el("strong", {}, "! ", t("Changed in two windows."), " "), t("Everything else was merged. Choose which version to keep.")),
    el("ul", { class: "plain" }, parts.map((part) => el("li", {}, tNodes("{part}: here {own}, in the other window {other}", {
      part: el("strong", {}, label(part)), own: el("q", { dir: "auto" }, text(draft.content, part)), other: el("q", { dir: "auto" }, text(theirs, part)),
    })))),
    el("div", { class: "buttons" }, button(t("Keep What Is Here"), () => draft.settle(false), { kind: "small" }), button(t("Take the Other"), () => draft.settle(true), { kind: "small" })));
}
