/** The states of a session: the word, a shape that tells them apart without colour, and what may be done in each. */

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
