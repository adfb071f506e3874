/** What a person reads when something failed: what happened, what was not lost, what to do, and the id to ask by. */

import { announce, button, el } from "../lib/dom.js";

/** The first line of anything that did not work: told by a mark as well as by colour. */
export function problemHeading(what) {
  return el("p", { class: "problem-what" }, el("span", { class: "shape", "aria-hidden": "true" }, "!"), what);
}

/**
 * The box that explains a failure, and says it aloud. `what` is a whole sentence ("The link could not be created").
 * `retry` and `dismiss` are functions, each with its button.
 */
export function problemBox(what, problem, { retry = null, dismiss = null } = {}) {
  const words = errorWords(problem);
  const trace = [problem.code, problem.requestId && `request id ${problem.requestId}`];
  announce([`${what}.`, words.what, words.kept, words.then].filter(Boolean).join(" "));
  return el(
    "div",
    { class: "problem", tabindex: "-1", data: { code: problem.code ?? "UNEXPECTED" } },
    problemHeading(what),
    el("p", {}, words.what),
    words.kept && el("p", {}, words.kept),
    el("p", {}, words.then),
    el("p", { class: "fine" }, trace.filter(Boolean).join(" · ")),
    (retry || dismiss) && el(
      "p",
      { class: "problem-actions" },
      retry && button("Try Again", retry, { kind: "small" }),
      dismiss && button("Dismiss", dismiss, { kind: "small" }),
    ),
  );
}

const NOTHING_DONE = "Nothing was changed.";
const STATES_KEPT = "Every session keeps the state, the link and the scores it had.";
const ASK = "If it happens again, give the request id to whoever runs this service.";
const LATER = "Try again in a moment.";
const RELOAD = "Reload the page to see what there is now.";
const CORRECT = "Correct what is named above and try again.";
const OUR_FAULT = `The page has sent something that the service does not take. ${RELOAD} ${ASK}`;

const WORDS = {
  NO_ANSWER: {
    kept: "What you have typed is still here, and pressing twice never invites anybody twice.",
    then: "Check the network connection, then try again.",
  },
  ANSWER_NOT_UNDERSTOOD: { kept: "What was stored before is still stored.", then: `${RELOAD} ${ASK}` },

  INVALID_JSON: { kept: NOTHING_DONE, then: OUR_FAULT },
  VALIDATION_FAILED: { kept: "Nothing was changed, and what you have typed is still here.", then: CORRECT },
  IDEMPOTENCY_KEY_INVALID: { kept: NOTHING_DONE, then: OUR_FAULT },
  BAD_REQUEST: { kept: NOTHING_DONE, then: OUR_FAULT },
  UNAUTHORIZED: { kept: "What you have typed is still here.", then: "Sign in again to go on." },
  FORBIDDEN: { kept: NOTHING_DONE, then: "Sign in with the admin token: the client key is for the main system only." },
  INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED: {
    kept: STATES_KEPT, then: "Renew the Hireflix subscription; nobody can be invited before that.",
  },
  INTERVIEW_PROVIDER_QUOTA_EXCEEDED: {
    kept: STATES_KEPT, then: "The Hireflix plan has no invitation left. Raise the plan, then try again.",
  },
  CROSS_SITE_REQUEST: {
    kept: NOTHING_DONE, then: "Open the dashboard at its own address, in a tab of its own, and try again.",
  },
  ROUTE_NOT_FOUND: { kept: NOTHING_DONE, then: `The page may be older than the service. ${RELOAD}` },
  INTERVIEW_SESSION_NOT_FOUND: {
    kept: "Other sessions are not touched.", then: "The session may be in another database. Choose it from the list again.",
  },
  JOB_NOT_FOUND: {
    kept: "Sessions that were started for it are kept.", then: "Choose another job description from the list.",
  },
  CANDIDATE_NOT_FOUND: {
    kept: "Everybody else was done.", then: "Look in the main system whether the candidate is still matched to this job.",
  },
  INTERVIEW_TOKEN_INVALID: { kept: NOTHING_DONE, then: "Copy the link again from the candidate's row." },
  SHARE_LINK_INVALID: { kept: NOTHING_DONE, then: "Open the link once more from the message you received it in." },
  RESULT_NOT_FOUND: { kept: "Every result is kept.", then: RELOAD },
  SHARE_NOT_FOUND: { kept: NOTHING_DONE, then: RELOAD },
  METHOD_NOT_ALLOWED: { kept: NOTHING_DONE, then: `The page may be older than the service. ${RELOAD}` },
  REQUEST_TIMEOUT: { kept: NOTHING_DONE, then: LATER },
  JOB_PAUSED: { kept: NOTHING_DONE, then: "Confirm that you want to invite for it, or resume it in the main system." },
  INTERVIEW_SHARED_WITH_JOB: {
    kept: NOTHING_DONE, then: "Decide whether the earlier interview counts for both jobs.",
  },
  INTERVIEW_ALREADY_FINISHED: {
    kept: "The finished interview is kept.", then: "Refresh the sessions to see the result.",
  },
  IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD: { kept: "The first request stands.", then: `${RELOAD} ${ASK}` },
  IDEMPOTENCY_REQUEST_IN_PROGRESS: {
    kept: "The first request is still at work.", then: "Wait a moment, then reload the page to see what came of it.",
  },
  INTERVIEW_LINK_EXPIRED: { kept: "The session is kept.", then: "Extend the link: the one that was sent works again." },
  INTERVIEW_LINK_REVOKED: { kept: "The session is kept.", then: "Start the candidate again to get a new link." },
  SHARE_LINK_EXPIRED: { kept: "Nobody's interview is touched.", then: "Ask the recruiter who sent it for a new link." },
  SHARE_LINK_REVOKED: { kept: "Nobody's interview is touched.", then: "Ask the recruiter who sent it for a new link." },
  BODY_TOO_LARGE: { kept: NOTHING_DONE, then: "Send less at once, for example half of the candidates." },
  URI_TOO_LONG: { kept: NOTHING_DONE, then: "Shorten the search and try again." },
  UNSUPPORTED_MEDIA_TYPE: { kept: NOTHING_DONE, then: OUR_FAULT },
  INTERVIEW_PROVIDER_REJECTED: {
    kept: "Other candidates are not touched.",
    then: "Hireflix will refuse this again as it is. Check the position and the candidate's details.",
  },
  INTERVIEW_NOTHING_TO_SCORE: {
    kept: "The interview and its videos are kept.", then: "Watch the videos at Hireflix, or try again when they are transcribed.",
  },
  LIST_NOT_READABLE: { kept: NOTHING_DONE, then: "Save the list as CSV, or copy its rows and paste them." },
  CANDIDATE_EMAIL_REQUIRED: {
    kept: NOTHING_DONE, then: "Add the candidate's e-mail address in the main system, then try again.",
  },
  CANDIDATE_EMAIL_IN_USE: { kept: "Nothing was changed, and what you have typed is still here.", then: "Type this candidate's own address." },
  CANDIDATE_ERASED: { kept: NOTHING_DONE, then: RELOAD },
  CRITERIA_INVALID: {
    kept: "The criteria that were in force stay in force, and all scores are kept.",
    then: "Correct the files of the scoring criteria, then try again.",
  },
  NOTHING_TO_SHARE: {
    kept: NOTHING_DONE, then: "Refresh the sessions, or choose candidates yourself. Share when the first one is scored.",
  },
  TOO_MANY_ATTEMPTS: { kept: NOTHING_DONE, then: "Wait a minute, then try again." },
  HEADERS_TOO_LARGE: { kept: NOTHING_DONE, then: "Delete this site's cookies in the browser, sign in and try again." },
  INTERNAL_ERROR: {
    what: "This is a fault of the service.", kept: "What was stored before is still stored.", then: `${LATER} ${ASK}`,
  },
  NOT_IMPLEMENTED: { kept: NOTHING_DONE, then: ASK },
  INTERVIEW_PROVIDER_UNAVAILABLE: { kept: STATES_KEPT, then: "Try again in some minutes; Hireflix is asked again then." },
  INTERVIEW_PROVIDER_TIMEOUT: {
    kept: STATES_KEPT, then: "Try again in a minute: what Hireflix does meanwhile is found, and nobody is invited twice.",
  },
  SOURCE_UNAVAILABLE: {
    kept: "Sessions that were started are kept and go on; this does not mean that there are none.",
    then: "Try again when the main system answers. Whoever runs it can see the reason above.",
  },
  STORE_UNAVAILABLE: { kept: "Nothing was changed, and what was stored is still stored.", then: `${LATER} ${ASK}` },
  SERVER_BUSY: { kept: NOTHING_DONE, then: LATER },
};

/** The words for a problem: `{what, kept, then}`. A code without words leaves the service's own sentence. */
export function errorWords({ code, message }) {
  return { what: message, kept: null, then: ASK, ...WORDS[code] };
}
