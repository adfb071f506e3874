/** What a person reads when something failed: what happened, what was not lost, what to do, and the id to ask by. */

import { announce, button, el } from "../lib/dom.js";

/** The first line of anything that did not work: marked by a sign as well as by colour. */
export function problemHeading(what) {
  return el("p", { class: "problem-what" }, el("span", { class: "shape", "aria-hidden": "true" }, "!"), what);
}

/**
 * The box that explains a failure, and says it aloud. `what` is a whole sentence ("The link could not be created").
 * `retry` and `dismiss` are functions, each with its button.
 */
export function problemBox(what, problem, { retry = null, dismiss = null } = {}) {
  const words = describeError(problem);
  const trace = [problem.code, problem.requestId && `request id ${problem.requestId}`];
  announce([`${what}.`, words.what, words.kept, words.then].filter(Boolean).join(" "));
  return el(
    "div",
    { class: "problem", tabindex: "-1", data: { code: problem.code ?? "UNEXPECTED" } },
    problemHeading(what),
    el("p", {}, words.what),
    words.kept && el("p", {}, words.kept),
    el("p", {}, words.then),
    el("p", { class: "muted" }, trace.filter(Boolean).join(" · ")),
    (retry || dismiss) && el(
      "p",
      { class: "problem-actions" },
      retry && button(MEANWHILE.has(problem.code) ? "Look Again" : "Try Again", retry, { kind: "small" }),
      dismiss && button("Dismiss", dismiss, { kind: "small" }),
    ),
  );
}

/** What somebody else changed meanwhile: trying again without a look would be refused again. */
const MEANWHILE = new Set(["DECISION_CHANGED", "DECISION_REASONS_CHANGED"]);
const UNCHANGED = "Nothing was changed.";
const TYPED_KEPT = "Nothing was changed, and what you typed is still here.";
const SESSIONS_KEPT = "Every interview keeps its status, link and scores.";
const ASK = "If it happens again, give the request id to whoever runs this service.";
const LATER = "Try again in a moment.";
const RELOAD = "Reload the page to see the current state.";
const OUTDATED_PAGE = `This page may be older than the service. ${RELOAD}`;
const OUR_FAULT = `The page sent something that the service does not accept. ${RELOAD} ${ASK}`;
const NEW_LINK = "Ask the recruiter who sent it for a new link.";

/**
 * What to say about each error: `kept`, what was not lost, and `then`, what to do next. What happened is the service's
 * own sentence, unless `what` says it better. Codes are those of the API and the two of `lib/api.js`.
 */
const ADVICE = {
  NO_ANSWER: {
    kept: "What you typed is still here, and pressing the button again never invites anybody twice.",
    then: "Check your network connection, then try again.",
  },
  ANSWER_NOT_UNDERSTOOD: { kept: "What was stored before is still stored.", then: `${RELOAD} ${ASK}` },

  INVALID_JSON: { kept: UNCHANGED, then: OUR_FAULT },
  VALIDATION_FAILED: { kept: TYPED_KEPT, then: "Correct what is named above and try again." },
  IDEMPOTENCY_KEY_INVALID: { kept: UNCHANGED, then: OUR_FAULT },
  BAD_REQUEST: { kept: UNCHANGED, then: OUR_FAULT },
  DECISION_CHANGED: { kept: UNCHANGED, then: "Look at what was decided meanwhile, then decide again." },
  DECISION_REASONS_CHANGED: { kept: UNCHANGED, then: "Look at the reasons as they are now, then change them again." },
  ONE_TIME_CODE_REQUIRED: { kept: UNCHANGED, then: "Enter the code that your app shows now." },
  WRONG_CODE: { kept: UNCHANGED, then: "Enter the code that your app shows now, or a recovery code." },
  WRONG_PASSWORD: { kept: UNCHANGED, then: "Enter your current password again." },
  ONE_TIME_CODES_ON: { kept: UNCHANGED, then: RELOAD },
  ONE_TIME_CODES_OFF: { kept: UNCHANGED, then: RELOAD },
  USER_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  USER_DISABLED: { kept: UNCHANGED, then: "Enable the user first." },
  USER_EMAIL_IN_USE: { kept: TYPED_KEPT, then: "Enter another address, or find the user in the list." },
  USER_LINK_INVALID: { kept: UNCHANGED, then: "Ask an admin for a new link." },
  LAST_ADMIN: { kept: UNCHANGED, then: "Make somebody else an admin first." },
  LOGIN_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  TOKEN_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  TOO_MANY_TOKENS: { kept: TYPED_KEPT, then: "Revoke a token that nobody needs any more." },
  QUESTION_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  INTERVIEW_NOT_FINISHED: { kept: UNCHANGED, then: RELOAD },
  INTERVIEW_NOT_SCORED: { kept: UNCHANGED, then: "Rate the interview instead, or refresh it first." },
  INTERVIEW_STILL_OPEN: { kept: UNCHANGED, then: "Decide when the candidate has answered, or record a withdrawal." },
  INTERVIEW_SESSION_REPLACED: { kept: UNCHANGED, then: RELOAD },
  REVIEW_CHANGED: { kept: "What you typed is still here, and so is what was saved.", then: "Look at what changed, then try again." },
  REVIEW_INCOMPLETE: { kept: TYPED_KEPT, then: "Add what is named above, then submit again." },
  ANSWERS_NOT_ALLOWED: { kept: UNCHANGED, then: "Ask the recruiter who sent the link." },
  TOO_MANY_RECOMMENDATIONS: { kept: UNCHANGED, then: "Tell the recruiter who sent the link." },
  UNAUTHORIZED: { kept: "What you typed is still here.", then: "Sign in again to continue." },
  FORBIDDEN: { kept: UNCHANGED, then: "Ask an admin if you need this, or sign in as somebody who may do it." },
  INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED: {
    kept: SESSIONS_KEPT, then: "Renew the Hireflix subscription. Until then nobody can be invited.",
  },
  INTERVIEW_PROVIDER_QUOTA_EXCEEDED: {
    kept: SESSIONS_KEPT, then: "The Hireflix plan has no invitations left. Upgrade the plan, then try again.",
  },
  CROSS_SITE_REQUEST: { kept: UNCHANGED, then: "Open the dashboard at its own address in a new tab and try again." },
  ROUTE_NOT_FOUND: { kept: UNCHANGED, then: OUTDATED_PAGE },
  INTERVIEW_SESSION_NOT_FOUND: {
    kept: "Other interviews are not affected.", then: "The interview may be in another database. Open it from the list again.",
  },
  JOB_NOT_FOUND: { kept: "Its existing interviews are kept.", then: "Choose another job description from the list." },
  CANDIDATE_NOT_FOUND: {
    kept: "All other candidates were processed.", then: "Check in the main system whether the candidate is still matched to this job.",
  },
  INTERVIEW_TOKEN_INVALID: { kept: UNCHANGED, then: "Copy the link again from the candidate's row." },
  SHARE_LINK_INVALID: { kept: UNCHANGED, then: "Open the link again from the message you received." },
  RESULT_NOT_FOUND: { kept: "All results are kept.", then: RELOAD },
  SHARE_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  METHOD_NOT_ALLOWED: { kept: UNCHANGED, then: OUTDATED_PAGE },
  REQUEST_TIMEOUT: { kept: UNCHANGED, then: LATER },
  JOB_PAUSED: { kept: UNCHANGED, then: "Confirm that you want to invite anyway, or resume the job in the main system." },
  INTERVIEW_SHARED_WITH_JOB: { kept: UNCHANGED, then: "Decide whether to use the earlier interview for both jobs." },
  INTERVIEW_ALREADY_FINISHED: {
    kept: "The finished interview is kept.", then: "Refresh the interviews to see the result.",
  },
  IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD: { kept: "The first request is valid.", then: `${RELOAD} ${ASK}` },
  IDEMPOTENCY_REQUEST_IN_PROGRESS: {
    kept: "The first request is still running.", then: "Wait a moment, then reload the page to see the result.",
  },
  INTERVIEW_LINK_EXPIRED: { kept: "The interview is kept.", then: "Extend the link to make the same link work again." },
  INTERVIEW_LINK_REVOKED: { kept: "The interview is kept.", then: "Create a new interview link for the candidate." },
  SHARE_LINK_EXPIRED: { kept: "No interview is affected.", then: NEW_LINK },
  SHARE_LINK_REVOKED: { kept: "No interview is affected.", then: NEW_LINK },
  BODY_TOO_LARGE: { kept: UNCHANGED, then: "Send less at once, for example half of the candidates." },
  URI_TOO_LONG: { kept: UNCHANGED, then: "Shorten the search and try again." },
  UNSUPPORTED_MEDIA_TYPE: { kept: UNCHANGED, then: OUR_FAULT },
  INTERVIEW_PROVIDER_REJECTED: {
    kept: "Other candidates are not affected.",
    then: "Hireflix will refuse the same request again. Check the position and the candidate's details.",
  },
  INTERVIEW_NOTHING_TO_SCORE: {
    kept: "The interview and its videos are kept.",
    then: "Watch the videos at Hireflix, or try again when they are transcribed.",
  },
  LIST_NOT_READABLE: { kept: UNCHANGED, then: "Save the list as CSV, or copy its rows and paste them." },
  CANDIDATE_EMAIL_REQUIRED: {
    kept: UNCHANGED, then: "Add the candidate's e-mail address in the main system, then try again.",
  },
  CANDIDATE_EMAIL_IN_USE: { kept: TYPED_KEPT, then: "Enter this candidate's own address." },
  CANDIDATE_ERASED: { kept: UNCHANGED, then: RELOAD },
  CRITERIA_INVALID: {
    kept: "The current criteria stay in use, and all scores are kept.",
    then: "Correct the files of the scoring criteria, then try again.",
  },
  PLAN_REQUIRED: { what: "This job has no questions yet.", kept: "Nobody was invited.", then: "Open Plan and publish the interview plan of this job, then invite again." },
  PLAN_NOT_FOUND: { kept: "What you typed is still here.", then: RELOAD },
  PLAN_CHANGED: {
    kept: "What you typed is still here, and so is what somebody else saved.", then: "Look at what changed, then try again.",
  },
  PRECONDITION_REQUIRED: { kept: UNCHANGED, then: OUR_FAULT },
  LIBRARY_INVALID: {
    kept: "Plans are not affected.", then: "Whoever runs this service has to correct the files of the question library.",
  },
  NOTHING_TO_SHARE: { kept: UNCHANGED, then: "Refresh the interviews first, or select candidates yourself." },
  TOO_MANY_ATTEMPTS: { kept: UNCHANGED, then: "Wait a minute, then try again." },
  HEADERS_TOO_LARGE: { kept: UNCHANGED, then: "Delete this site's cookies in the browser, sign in and try again." },
  INTERNAL_ERROR: {
    what: "The service made an error.", kept: "What was stored before is still stored.", then: `${LATER} ${ASK}`,
  },
  NOT_IMPLEMENTED: { kept: UNCHANGED, then: ASK },
  INTERVIEW_PROVIDER_UNAVAILABLE: { kept: SESSIONS_KEPT, then: "Try again in a few minutes." },
  INTERVIEW_PROVIDER_TIMEOUT: { kept: SESSIONS_KEPT, then: "Try again in a minute: nobody is invited twice." },
  SOURCE_UNAVAILABLE: {
    kept: "Existing interviews are kept and continue. This does not mean that there are no jobs or candidates.",
    then: "Try again when the main system responds. The reason above helps whoever runs it.",
  },
  STORE_UNAVAILABLE: { kept: "Nothing was changed, and what was stored is still stored.", then: `${LATER} ${ASK}` },
  SERVER_BUSY: { kept: UNCHANGED, then: LATER },
};

/** What to say about a problem: `{what, kept, then}`. A code without advice leaves the service's own sentence. */
export function describeError({ code, message }) {
  return { what: message, kept: null, then: ASK, ...ADVICE[code] };
}
