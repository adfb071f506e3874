/** What states and flags are called and how they are shown, and what may be done in which state. */

import { el } from "./dom.js";
import { words } from "./format.js";

const STATES = {
  created: { word: "Created", shape: "◌", means: "Recorded here; nobody was given the link yet" },
  invited: { word: "Invited", shape: "○", means: "The link was not opened yet" },
  in_progress: { word: "In progress", shape: "◐", means: "The link was opened" },
  completed: { word: "Completed", shape: "●", means: "Finished at Hireflix; there is no total yet" },
  scored: { word: "Scored", shape: "✓", means: "Finished and scored" },
  expired: { word: "Expired", shape: "△", means: "The link ran out before the candidate began" },
  canceled: { word: "Canceled", shape: "✕", means: "The link was revoked" },
  failed: { word: "Failed", shape: "!", means: "Hireflix refused for good, or lost the interview" },
};

/** In the order in which candidates go through them, those that ended otherwise last. */
export const STATE_ORDER = Object.keys(STATES);

/** What is said of an interview that is over and for which no total can be given. */
export const NEEDS_REVIEW = "Needs a human look";

/** From when on a link is said to run out soon; the service uses the same. */
const SOON_MS = 48 * 3_600_000;

const ALLOWED = {
  start: ["created", "canceled", "failed"],
  link: ["invited", "in_progress"],
  refresh: ["created", "invited", "in_progress", "completed", "expired"],
  lookAgain: ["failed", "scored"],
  extend: ["invited", "in_progress", "expired"],
  correct: ["created", "invited", "in_progress", "completed", "scored", "expired", "canceled", "failed"],
  cancel: ["created", "invited", "in_progress", "expired"],
};

/** Whether this may be done with a session in this state. */
export function allows(action, status) {
  return ALLOWED[action].includes(status);
}

/** Whether a session has a link that works now; one that has run out is noticed here before the service says so. */
export function hasLink(session) {
  return Boolean(session.entry_url) && allows("link", session.status) && !ranOut(session);
}

/** Whether a session waits for a fresh link, because the one it has ran out. */
export function needsLink(session) {
  return session.status === "expired" || (allows("link", session.status) && ranOut(session));
}

/** Whether a link that works now runs out soon. */
export function expiresSoon(session) {
  return hasLink(session) && Boolean(session.expires_at) && Date.parse(session.expires_at) - Date.now() < SOON_MS;
}

function ranOut(session) {
  return Boolean(session.expires_at) && Date.parse(session.expires_at) <= Date.now();
}

/** Whether an interview is over and will not be scored, unless it is begun anew. */
export function ended(status) {
  return ["expired", "canceled", "failed"].includes(status);
}

/** What opens a session's page: its scores, or how far it is. */
export function pageWord({ status, interview_status: listed, needs_review: review }) {
  return (status ?? listed) === "scored" || review ? "Scorecard" : "Details";
}

/** The word for a state, as text. */
export function stateWord(status) {
  return status ? (STATES[status]?.word ?? words(status)) : "Not invited";
}

/** A state as it is shown: shape, word, and a note while transcripts are awaited or a person has to look. */
export function stateBadge(status, session = null, ...notes) {
  const state = STATES[status] ?? { shape: status ? "?" : "·", means: status ? "" : "No interview link yet" };
  return el(
    "span",
    { class: "state", title: state.means, data: { status: status ?? "none" } },
    el("span", { class: "shape", "aria-hidden": "true" }, state.shape),
    stateWord(status),
    [session?.needs_review && NEEDS_REVIEW, session?.awaiting_transcription && "Awaiting transcription", ...notes].filter(Boolean).map((note) => el("span", { class: "state-note" }, note)),
  );
}

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
