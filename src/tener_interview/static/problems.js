/** What a person reads when something failed: what happened, why, what to do, and the id to ask about it. */

import { announce, button, el } from "./dom.js";

const TRY_LATER = "Nothing was lost. Try again in a moment.";
const ASK = "If it happens again, give the request id to whoever runs this service.";

const ADVICE = {
  NO_ANSWER: "Check the network connection, then try again. Pressing twice never invites anybody twice.",
  ANSWER_NOT_UNDERSTOOD: `Reload the page and try again. ${ASK}`,
  VALIDATION_FAILED: "Correct what is named above and try again.",
  CROSS_SITE_REQUEST: "Open the dashboard at its own address, in its own tab, and try again.",
  INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED: "The Hireflix subscription must be renewed before anybody can be invited.",
  INTERVIEW_PROVIDER_QUOTA_EXCEEDED: "The Hireflix plan has no invitation left. Raise the plan, then try again.",
  INTERVIEW_SESSION_NOT_FOUND: "Reload the page: the session may belong to another database.",
  JOB_NOT_FOUND: "Choose another job description from the list.",
  INTERVIEW_ALREADY_FINISHED: "This candidate has finished the interview. Refresh the sessions to see the result.",
  IDEMPOTENCY_REQUEST_IN_PROGRESS: "The first request is still at work. Wait a moment and reload the page.",
  INTERVIEW_PROVIDER_REJECTED: "Hireflix will refuse this again. Check the position and the candidate's details.",
  INTERVIEW_NOTHING_TO_SCORE: "There is no transcript to score. Watch the videos at Hireflix, or try again later.",
  CANDIDATE_EMAIL_REQUIRED: "Add the candidate's e-mail address in the main system, then try again.",
  TOO_MANY_ATTEMPTS: "Wait a minute, then try again.",
  INTERVIEW_PROVIDER_UNAVAILABLE: `The sessions keep the state they had. ${TRY_LATER}`,
  INTERVIEW_PROVIDER_TIMEOUT: `The sessions keep the state they had. ${TRY_LATER}`,
  SOURCE_UNAVAILABLE: "Job descriptions and candidates cannot be read now; this does not mean that there are none. "
    + "Sessions that were started are kept.",
  STORE_UNAVAILABLE: `The service's own database did not answer. ${ASK}`,
  SERVER_BUSY: TRY_LATER,
  INTERNAL_ERROR: `This is a fault of the service. ${ASK}`,
};

/** The first line of anything that did not work: told by a mark as well as by colour. */
export function problemHeading(what) {
  return el("p", { class: "problem-what" }, el("span", { class: "shape", "aria-hidden": "true" }, "!"), what);
}

/**
 * The box that explains a failure, and says it aloud. `what` is a whole sentence ("The link could not be created").
 * `retry` and `dismiss` are functions, each with its button.
 */
export function problemBox(what, problem, { retry = null, dismiss = null } = {}) {
  announce(`${what}. ${problem.message}`);
  const advice = ADVICE[problem.code] ?? ASK;
  const trace = [problem.code, problem.requestId && `request id ${problem.requestId}`];
  return el(
    "div",
    { class: "problem", tabindex: "-1", data: { code: problem.code ?? "UNEXPECTED" } },
    problemHeading(what),
    el("p", {}, problem.message),
    el("p", {}, advice),
    el("p", { class: "fine" }, trace.filter(Boolean).join(" · ")),
    (retry || dismiss) && el(
      "p",
      { class: "problem-actions" },
      retry && button("Try Again", retry, { kind: "small" }),
      dismiss && button("Dismiss", dismiss, { kind: "small" }),
    ),
  );
}
