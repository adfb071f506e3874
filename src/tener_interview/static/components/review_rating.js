/** Rating an answer from 1 to 5: what each rating looks like in words, and what a strong answer covers. */

import { el, fill } from "../lib/dom.js";
import { score } from "../lib/format.js";
import { RATINGS, REVIEW } from "../lib/review_content.js";
import { fromService, t } from "../lib/texts.js";

/** Which anchor says what a rating looks like. */
const ANCHORS = { [RATINGS[0]]: "weak", [RATINGS[2]]: "middling", [RATINGS[4]]: "strong" };

/** What the lowest and the highest rating mean, in short. */
const ENDS = t("{lowest} = {weak}, {highest} = {strong}", {
  lowest: RATINGS[0], weak: REVIEW.ratings[RATINGS[0]], highest: RATINGS.at(-1), strong: REVIEW.ratings[RATINGS.at(-1)],
});

/** The rating of a question. `set(rating)` is called with a choice. Returns the node and `show()`. */
export function ratingPanel(draft, question, set) {
  const name = `rating-${question.question_id}`;
  const choices = RATINGS.map((rating) => {
    const input = el("input", { type: "radio", name, value: rating, on: { change: () => set(rating) } });
    const anchor = anchorOf(question, rating);
    return { rating, input, node: el("label", { class: "rating", data: { rating } },
      input, el("span", { class: "rating-number" }, String(rating)),
      el("span", { class: "rating-words" }, el("strong", {}, REVIEW.ratings[rating]), anchor && el("span", { dir: "auto" }, ` ${anchor}`))) };
  });
  // Where there is no room for the words of every rating, those of the chosen one are here; before, those of both ends.
  const chosen = el("span", { class: "chosen-rating", "aria-hidden": "true" });
  const show = () => {
    const own = draft.content.ratings[question.question_id];
    for (const { rating, input } of choices) input.checked = own === rating;
    chosen.textContent = own ? REVIEW.ratings[own] : ENDS;
  };
  show();
  const node = el("section", { class: "rating-panel", "aria-labelledby": "rating-title" },
    el("fieldset", { class: "ratings" },
      el("legend", { id: "rating-title" }, t("My rating")), chosen, choices.map((choice) => choice.node)));
  return { node, show };
}

/** What the ratings look like for this question, for where they have no room beside the ratings themselves; else null. */
export function ratingMeanings(question) {
  const anchors = RATINGS.map((rating) => [rating, anchorOf(question, rating)]).filter(([, anchor]) => anchor);
  if (anchors.length === 0) return null;
  return el("section", { class: "meanings", "aria-labelledby": "meanings-title" },
    el("h3", { id: "meanings-title" }, t("What the ratings mean here")),
    el("dl", {}, anchors.map(([rating, anchor]) => el("div", {},
      el("dt", {}, `${rating} ${REVIEW.ratings[rating]}`), el("dd", { dir: "auto" }, anchor)))));
}

function anchorOf(question, rating) {
  return question.anchors?.[ANCHORS[rating]];
}

/** What a strong answer covers; null if the plan does not say. */
export function keyPoints(question) {
  if (question.key_points.length === 0) return null;
  return el("section", { class: "key-points", "aria-labelledby": "key-points-title" },
    el("h3", { id: "key-points-title" }, t("A strong answer covers")),
    el("ul", { class: "plain" }, question.key_points.map((point) => el("li", { dir: "auto" }, point))));
}

/** What the machine and other reviewers gave this answer; null while that is hidden. */
export function otherRatings(openReview, question) {
  if (openReview.blind || !openReview.machine) return null;
  const place = el("section", { class: "other-ratings", "aria-labelledby": "others-title" });
  const machine = openReview.machine.answers.find((item) => item.question_id === question.question_id);
  const others = openReview.others.map((review) => {
    const latest = review.versions.at(-1);
    return { name: review.reviewer_name, rating: latest.ratings.find((item) => item.question_id === question.question_id)?.rating, notes: latest.notes.filter((note) => note.question_id === question.question_id) };
  });
  fill(place,
    el("h3", { id: "others-title" }, t("Beside yours")),
    !openReview.review?.version && el("p", { class: "muted" }, t("Shown before you rate: only people who sign in as reviewers rate blind, where the settings of the job say so.")),
    el("dl", { class: "beside" },
      el("div", {}, el("dt", {}, t("Machine")), el("dd", {}, score(machine?.score))),
      others.map(({ name, rating }) => el("div", {}, el("dt", { dir: "auto" }, name), el("dd", {}, rating ? t("{rating} of {most}", { rating, most: RATINGS.at(-1) }) : t("not rated"))))),
    machine?.reasons.length > 0 && el("details", {}, el("summary", {}, t("What the machine found")), el("ul", { class: "plain" }, machine.reasons.map((reason) => el("li", {}, fromService(reason))))),
    others.some(({ notes }) => notes.length) && el("details", {}, el("summary", {}, t("Notes of others")), el("ul", { class: "plain" }, others.flatMap(({ name, notes }) => notes.map((note) => el(
      "li", { dir: "auto" }, el("span", { class: "muted" }, `${name}: `), note.quote && [el("q", {}, note.quote), " "], note.text))))));
  return place;
}
