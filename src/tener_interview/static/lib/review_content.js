/** A review as it is written: `{ratings, overall_rating, notes, recommendation, reason}`, the ratings by question. */

import { constants } from "./constants.js";
import { t } from "./texts.js";

/** How reviews are written: the recommendations in their order, what a rating is called, and limits. */
export const REVIEW = constants.review;

/** The ratings from the lowest to the highest. */
export const RATINGS = Array.from(
  { length: REVIEW.limits.rating.maximum - REVIEW.limits.rating.minimum + 1 }, (_, at) => REVIEW.limits.rating.minimum + at,
);

/** The review in a response of the service. */
export function contentOf({ ratings, overall_rating, notes, recommendation, reason }) {
  return {
    ratings: Object.fromEntries(ratings.map(({ question_id: id, rating }) => [id, rating])),
    overall_rating, notes: notes.map((note) => ({ ...note })), recommendation, reason,
  };
}

/** The same as the service reads it. Notes without text are not sent. */
export function bodyOf({ ratings, notes, reason, ...others }, revision) {
  return {
    ...others, revision, reason,
    ratings: Object.entries(ratings).map(([id, rating]) => ({ question_id: id, rating })),
    notes: notes.filter(({ text }) => text.trim() !== ""),
  };
}

/** What has to be added before a review can be submitted: `{step, text}`, where a step is a question's index or null. */
export function missingParts(content, questions) {
  const missing = [];
  const rated = Object.keys(content.ratings).length > 0;
  if (content.recommendation !== REVIEW.no_decision) {
    questions.forEach(({ question_id: id, answered }, step) => {
      if (answered && !content.ratings[id]) missing.push({ step, text: t("Rate question {number}", { number: step + 1 }) });
    });
    if (!rated && missing.length === 0 && content.overall_rating === null) missing.push({ step: questions.length ? 0 : null, text: t("Give at least one rating") });
  }
  if (!content.recommendation) missing.push({ step: null, text: t("Choose a recommendation") });
  if (content.reason.trim() === "") missing.push({ step: null, text: t("Say why") });
  return missing;
}

/**
 * Bring two edits of the same review together. Returns the merged review, and the names of the parts that both changed
 * in different ways; those are as in `mine`.
 */
export function mergeContent(base, mine, theirs) {
  const conflicts = [];
  const part = (name, before, here, there) => {
    if (same(here, there) || same(before, there)) return here;
    if (same(before, here)) return there;
    conflicts.push(name);
    return here;
  };
  const ids = new Set([...Object.keys(mine.ratings), ...Object.keys(theirs.ratings), ...Object.keys(base.ratings)]);
  const ratings = Object.fromEntries([...ids]
    .map((id) => [id, part(`ratings/${id}`, base.ratings[id], mine.ratings[id], theirs.ratings[id])])
    .filter(([, rating]) => rating));
  const own = mine.notes.filter((note) => !theirs.notes.some((other) => same(note, other)));
  return {
    content: {
      ratings,
      overall_rating: part("overall_rating", base.overall_rating, mine.overall_rating, theirs.overall_rating),
      // Deleting here wins over keeping there; nothing that was written on either side is lost otherwise.
      notes: [
        ...theirs.notes.filter((note) => !base.notes.some((old) => same(old, note)) || mine.notes.some((here) => same(here, note))),
        ...own.filter((note) => !base.notes.some((old) => same(old, note))),
      ],
      recommendation: part("recommendation", base.recommendation, mine.recommendation, theirs.recommendation),
      reason: part("reason", base.reason, mine.reason, theirs.reason),
    },
    conflicts,
  };
}

function same(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
