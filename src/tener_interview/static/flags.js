/** Flags: what a recruiter should look at before trusting a score, and what each says of an answer. */

import { el } from "./dom.js";
import { words } from "./format.js";

/** A flag is shown and never costs a point in silence: each says what was done about it. */
const FLAGS = {
  instructions_in_answer: "Speaks to whoever scores instead of answering. Those words count for nothing.",
  keyword_list: "Lists words without saying anything of them. The list counts for nothing, or for little if it is all there is.",
  parroting: "Says the question back. Those words count for nothing.",
  repetition: "Says the same again. It counts once.",
  word_order: "Words stand in an order that nobody speaks in. The score is lower by as much as that.",
  off_topic: "Fits another question far better than this one. The score is not changed by it.",
  same_story: "Tells what was told for an earlier question. It counts once.",
  numbers_differ: "Gives another number than the same story did before. The score is not changed by it.",
  near_duplicate: "Nearly the same as another candidate’s answer to this question. The score is not changed by it.",
  language_mismatch: "Not in the language of the criteria: what they ask for was left out, the evidence was scored.",
  poor_transcript: "The transcript looks badly recognised: listen to the recording. The score is not changed by it.",
  disallowed_wording: "Uses wording that the criteria ask to look at. The score is not changed by it.",
  short_answer: "Very few words: the score says little. It is not changed by it.",
  content_only: "The language is not known here: only the content was scored, or figures and names where nothing is asked for.",
  cut_for_judging: "Very long: only the beginning was scored.",
};

/** Every flag there is, by code and label. */
export const flagChoices = Object.keys(FLAGS).map((flag) => [flag, words(flag)]);

/** Flags as short marks. */
export function flags(values) {
  if (!values?.length) return null;
  return el("ul", { class: "flags", "aria-label": "Flags" }, values.map((value) => (
    el("li", { title: FLAGS[value] ?? null }, words(value))
  )));
}

/** Flags each with what it says of the answer. */
export function explainedFlags(values) {
  if (!values?.length) return null;
  return [
    el("h5", {}, "To be looked at"),
    el("ul", { class: "plain" }, values.map((value) => (
      el("li", {}, el("strong", {}, words(value)), FLAGS[value] && `: ${FLAGS[value]}`)
    ))),
  ];
}
