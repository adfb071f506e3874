/** What a person reads when something failed: what happened, what was not lost, what to do, and the id to ask by. */

import { announce, button, el } from "../lib/dom.js";
import { LANGUAGE, t } from "../lib/texts.js";

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
  const mayRetry = retry && !GONE.has(problem.code);
  const original = words.what !== problem.message && LANGUAGE !== "en" && problem.message;
  // Without a response there is nothing to look up.
  const trace = problem.code === "NO_ANSWER" ? [] : [problem.code, problem.requestId && t("request ID {id}", { id: problem.requestId })];
  announce([`${what}.`, words.what, words.kept, words.then].filter(Boolean).join(" "));
  return el(
    "div",
    { class: "problem", tabindex: "-1", data: { code: problem.code ?? "UNEXPECTED" } },
    problemHeading(what),
    el("p", {}, words.what),
    words.kept && el("p", {}, words.kept),
    el("p", {}, words.then),
    trace.length > 0 && el("p", { class: "muted" }, trace.filter(Boolean).join(" · ")),
    original && el("details", { class: "muted" }, el("summary", {}, t("For the administrator")), el("p", { lang: "en" }, original)),
    (mayRetry || dismiss) && el(
      "p",
      { class: "problem-actions" },
      mayRetry && button(CHANGED_BY_SOMEBODY_ELSE.has(problem.code) ? t("Check Again") : t("Try Again"), retry, { kind: "small" }),
      dismiss && button(t("Dismiss"), dismiss, { kind: "small" }),
    ),
  );
}

/** What will not come back: trying again would be refused for ever. */
const GONE = new Set(["INTERVIEW_SESSION_NOT_FOUND", "SHARE_LINK_EXPIRED", "SHARE_LINK_INVALID", "SHARE_LINK_REVOKED"]);
/** A conflict with another user's change: the same request would be refused again. */
const CHANGED_BY_SOMEBODY_ELSE = new Set(["DECISION_CHANGED", "DECISION_REASONS_CHANGED"]);
const UNCHANGED = t("Nothing was changed.");
const TYPED_KEPT = t("Nothing was changed, and what you typed is still here.");
const SESSIONS_KEPT = t("Every interview keeps its status, link and scores.");
const GIVE_REQUEST_ID = t("If it happens again, give the request ID to your administrator.");
const TRY_LATER = t("Try again in a moment.");
const RELOAD = t("Reload the page to see the current state.");
const OUTDATED_PAGE = `${t("This page may be older than the service.")} ${RELOAD}`;
const OUR_FAULT = `${t("The service does not accept what the page sent.")} ${RELOAD} ${GIVE_REQUEST_ID}`;
const NEW_LINK = t("Ask the recruiter who sent it for a new link.");

/**
 * What to say about each error: `kept`, what was not lost, and `then`, what to do next. What happened is the service's
 * own sentence, unless `what` says it better. Codes are those of the API and the two of `lib/api.js`.
 */
const ADVICE = {
  NO_ANSWER: { then: t("Check your network connection, then try again.") },
  ANSWER_NOT_UNDERSTOOD: { kept: t("Nothing that was saved before is lost."), then: `${RELOAD} ${GIVE_REQUEST_ID}` },

  INVALID_JSON: { kept: UNCHANGED, then: OUR_FAULT },
  VALIDATION_FAILED: { kept: TYPED_KEPT, then: t("Correct the points above, then try again.") },
  IDEMPOTENCY_KEY_INVALID: { kept: UNCHANGED, then: OUR_FAULT },
  BAD_REQUEST: { kept: UNCHANGED, then: OUR_FAULT },
  DECISION_CHANGED: { kept: UNCHANGED, then: t("Check the new decision, then decide again.") },
  DECISION_REASONS_CHANGED: { kept: UNCHANGED, then: t("Check the current reasons, then make your changes again.") },
  ONE_TIME_CODE_REQUIRED: { kept: UNCHANGED, then: t("Enter the code that your app shows now.") },
  WRONG_CODE: { kept: UNCHANGED, then: t("Enter the code that your app shows now, or a recovery code.") },
  WRONG_PASSWORD: { kept: UNCHANGED, then: t("Enter your current password again.") },
  ONE_TIME_CODES_ON: { kept: UNCHANGED, then: RELOAD },
  ONE_TIME_CODES_OFF: { kept: UNCHANGED, then: RELOAD },
  USER_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  USER_DISABLED: { kept: UNCHANGED, then: t("Enable the user first.") },
  USER_EMAIL_IN_USE: { kept: TYPED_KEPT, then: t("Enter another address, or find the user in the list.") },
  USER_LINK_INVALID: { kept: UNCHANGED, then: t("Ask an admin for a new link.") },
  LAST_ADMIN: { kept: UNCHANGED, then: t("Make somebody else an admin first.") },
  UNDELIVERED_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  LOGIN_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  TOKEN_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  TOO_MANY_TOKENS: { kept: TYPED_KEPT, then: t("Revoke a token that nobody needs any more.") },
  QUESTION_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  INTERVIEW_NOT_FINISHED: { kept: UNCHANGED, then: RELOAD },
  INTERVIEW_NOT_SCORED: { kept: UNCHANGED, then: t("Rate the interview instead, or refresh it first.") },
  INTERVIEW_STILL_OPEN: { kept: UNCHANGED, then: t("Decide when the candidate has answered, or record a withdrawal.") },
  INTERVIEW_SESSION_REPLACED: { kept: UNCHANGED, then: RELOAD },
  REVIEW_CHANGED: { kept: t("What you typed is still here, and so is what was saved."), then: t("Check what changed, then try again.") },
  REVIEW_INCOMPLETE: { kept: TYPED_KEPT, then: t("Complete the points above, then submit again.") },
  OPT_OUT_LINK_INVALID: { kept: UNCHANGED, then: t("Open the link in the message again, or answer the message.") },
  MESSAGE_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  MESSAGE_NOT_POSSIBLE: { kept: t("Nothing was sent to this candidate."), then: t("Correct the point in the message, or leave the candidate out.") },
  MAIL_NOT_SET_UP: { kept: t("Nothing was sent."), then: t("Open the messages in your mail program, or ask an admin to set up the mail server.") },
  JUDGE_OFF: { kept: UNCHANGED, then: t("Ask an admin to set up a language model first.") },
  TOO_MANY_NOTES: { kept: TYPED_KEPT, then: t("Remove a note that nobody needs any more.") },
  TOO_MANY_CALLS: { kept: UNCHANGED, then: t("Wait a minute, then try again.") },
  ANSWERS_NOT_ALLOWED: { kept: UNCHANGED, then: t("Ask the recruiter who sent the link.") },
  TOO_MANY_ENDPOINTS: { kept: TYPED_KEPT, then: t("Remove an endpoint that is no longer used.") },
  ENDPOINT_DISABLED: { kept: UNCHANGED, then: t("Enable the endpoint first.") },
  ENDPOINT_IN_ENVIRONMENT: { kept: UNCHANGED, then: t("Change TENER_INTERVIEW_WEBHOOK_URL and start the service again.") },
  ENDPOINT_UNSIGNED: { kept: UNCHANGED, then: t("Nothing to do: the address itself is the secret.") },
  ENDPOINT_NOT_FOUND: { kept: UNCHANGED, then: t("Somebody removed it. Load the page again.") },
  DELIVERY_NOT_FOUND: { kept: UNCHANGED, then: t("It is older than 30 days, or its endpoint was removed. Look again.") },
  TOO_MANY_RECOMMENDATIONS: { kept: UNCHANGED, then: t("Tell the recruiter who sent the link.") },
  UNAUTHORIZED: { kept: t("What you typed is still here."), then: t("Sign in again to continue.") },
  FORBIDDEN: { kept: UNCHANGED, then: t("Ask an admin for access, or sign in as a user who has it.") },
  INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED: {
    kept: SESSIONS_KEPT, then: t("Renew the Hireflix subscription. Until then nobody can be invited."),
  },
  INTERVIEW_PROVIDER_QUOTA_EXCEEDED: {
    kept: SESSIONS_KEPT, then: t("The Hireflix plan has no invitations left. Upgrade the plan, then try again."),
  },
  CROSS_SITE_REQUEST: { kept: UNCHANGED, then: t("Open the dashboard at its own address in a new tab and try again.") },
  ROUTE_NOT_FOUND: { kept: UNCHANGED, then: OUTDATED_PAGE },
  INTERVIEW_SESSION_NOT_FOUND: {
    what: t("This interview is not here."), kept: t("Other interviews are not affected."), then: t("It may have been erased, or is not assigned to you. Open an interview from the list."),
  },
  JOB_NOT_FOUND: { kept: t("Its existing interviews are kept."), then: t("Choose another job from the list.") },
  CANDIDATE_NOT_FOUND: {
    kept: t("All other candidates were processed."), then: t("Check in the main system whether the candidate is still matched to this job."),
  },
  INTERVIEW_TOKEN_INVALID: { kept: UNCHANGED, then: t("Copy the link again from the candidate's row.") },
  SHARE_LINK_INVALID: { kept: UNCHANGED, then: t("Open the link again from the message you received.") },
  RESULT_NOT_FOUND: { kept: t("All results are kept."), then: RELOAD },
  SHARE_NOT_FOUND: { kept: UNCHANGED, then: RELOAD },
  METHOD_NOT_ALLOWED: { kept: UNCHANGED, then: OUTDATED_PAGE },
  REQUEST_TIMEOUT: { kept: UNCHANGED, then: TRY_LATER },
  JOB_PAUSED: { kept: UNCHANGED, then: t("Confirm that you want to invite anyway, or resume the job in the main system.") },
  INTERVIEW_SHARED_WITH_JOB: { kept: UNCHANGED, then: t("Decide whether to use the earlier interview for both jobs.") },
  INTERVIEW_ALREADY_FINISHED: {
    kept: t("The finished interview is kept."), then: t("Refresh the interviews to see the result."),
  },
  IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD: { kept: t("The first request is valid."), then: `${RELOAD} ${GIVE_REQUEST_ID}` },
  IDEMPOTENCY_REQUEST_IN_PROGRESS: {
    kept: t("The first request is still running."), then: t("Wait a moment, then reload the page to see the result."),
  },
  INTERVIEW_LINK_EXPIRED: { kept: t("The interview is kept."), then: t("Extend the link to make the same link work again.") },
  INTERVIEW_LINK_REVOKED: { kept: t("The interview is kept."), then: t("Create a new interview link for the candidate.") },
  SHARE_LINK_EXPIRED: { kept: t("No interview is affected."), then: NEW_LINK },
  SHARE_LINK_REVOKED: { kept: t("No interview is affected."), then: NEW_LINK },
  BODY_TOO_LARGE: { kept: UNCHANGED, then: t("Send fewer at once, for example half of the candidates.") },
  URI_TOO_LONG: { kept: UNCHANGED, then: t("Shorten the search and try again.") },
  UNSUPPORTED_MEDIA_TYPE: { kept: UNCHANGED, then: OUR_FAULT },
  INTERVIEW_PROVIDER_REJECTED: {
    kept: t("Other candidates are not affected."),
    then: t("Check the position and the candidate's details before you try again."),
  },
  INTERVIEW_NOTHING_TO_SCORE: {
    kept: t("The interview and its videos are kept."),
    then: t("Watch the videos at Hireflix, or try again when they are transcribed."),
  },
  LIST_NOT_READABLE: { kept: UNCHANGED, then: t("Save the list as CSV, or copy its rows and paste them.") },
  CANDIDATE_EMAIL_REQUIRED: {
    kept: UNCHANGED, then: t("Add the candidate's e-mail address in the main system, then try again."),
  },
  CANDIDATE_EMAIL_IN_USE: { kept: TYPED_KEPT, then: t("Enter this candidate's own address.") },
  CANDIDATE_ERASED: { kept: UNCHANGED, then: RELOAD },
  CRITERIA_INVALID: {
    kept: t("The current criteria stay in use, and all scores are kept."),
    then: t("Correct the files of the scoring criteria, then try again."),
  },
  PLAN_REQUIRED: { what: t("This job has no questions yet."), kept: t("Nobody was invited."), then: t("Open Plan and publish the interview plan of this job, then invite again.") },
  PLAN_NOT_FOUND: { kept: t("What you typed is still here."), then: RELOAD },
  PLAN_CHANGED: {
    kept: t("Your text is still here, and so are the other person’s changes."), then: t("Check what changed, then try again."),
  },
  PRECONDITION_REQUIRED: { kept: UNCHANGED, then: OUR_FAULT },
  LIBRARY_INVALID: {
    kept: t("Plans are not affected."), then: t("Your administrator has to correct the files of the question library."),
  },
  NOTHING_TO_SHARE: { kept: UNCHANGED, then: t("Refresh the interviews first, or select candidates yourself.") },
  TOO_MANY_ATTEMPTS: { kept: UNCHANGED, then: t("Wait a minute, then try again.") },
  HEADERS_TOO_LARGE: { kept: UNCHANGED, then: t("Delete this site's cookies in the browser, sign in and try again.") },
  INTERNAL_ERROR: {
    what: t("The service made an error."), kept: t("Nothing that was saved before is lost."), then: `${TRY_LATER} ${GIVE_REQUEST_ID}`,
  },
  NOT_IMPLEMENTED: { kept: UNCHANGED, then: GIVE_REQUEST_ID },
  INTERVIEW_PROVIDER_UNAVAILABLE: { kept: SESSIONS_KEPT, then: t("Try again in a few minutes.") },
  INTERVIEW_PROVIDER_TIMEOUT: { kept: SESSIONS_KEPT, then: t("Try again in a minute.") },
  SOURCE_UNAVAILABLE: {
    kept: t("Existing interviews are kept and continue. This does not mean that there are no jobs or candidates."),
    then: t("The reason above helps the administrator of the main system."),
  },
  STORE_UNAVAILABLE: { kept: t("Nothing was changed or lost."), then: `${TRY_LATER} ${GIVE_REQUEST_ID}` },
  SERVER_BUSY: { kept: UNCHANGED, then: TRY_LATER },
};

/**
 * What has happened, by the code of the error, for readers of other languages than English: the service's own sentence
 * is in English, says more, and is shown below.
 */
const SENTENCES = {
  NO_ANSWER: t("The service did not answer."),
  ANSWER_NOT_UNDERSTOOD: t("The service’s response could not be read."),
  INVALID_JSON: t("The service could not read the request."),
  VALIDATION_FAILED: t("An entry is not valid."),
  BAD_REQUEST: t("The service could not read the request."),
  UNAUTHORIZED: t("You are not signed in, or your sign-in details are wrong."),
  ONE_TIME_CODE_REQUIRED: t("A one-time code is needed as well."),
  INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED: t("The Hireflix account has no subscription that allows this."),
  INTERVIEW_PROVIDER_QUOTA_EXCEEDED: t("The Hireflix account has no interviews left."),
  ANSWERS_NOT_ALLOWED: t("This shortlist is for reading only."),
  FORBIDDEN: t("Your role does not allow this."),
  WRONG_PASSWORD: t("The current password is wrong."),
  CROSS_SITE_REQUEST: t("A page of another site sent this."),
  ROUTE_NOT_FOUND: t("There is nothing at this address."),
  INTERVIEW_SESSION_NOT_FOUND: t("Interview not found."),
  JOB_NOT_FOUND: t("Job not found, or archived."),
  CANDIDATE_NOT_FOUND: t("Candidate not found."),
  INTERVIEW_TOKEN_INVALID: t("This interview link does not belong to this service."),
  MESSAGE_NOT_FOUND: t("Message not found."),
  SHARE_LINK_INVALID: t("This link is not valid."),
  RESULT_NOT_FOUND: t("There is no result of this version."),
  USER_NOT_FOUND: t("User not found."),
  LOGIN_NOT_FOUND: t("This login has ended already."),
  TOKEN_NOT_FOUND: t("Token not found."),
  ENDPOINT_NOT_FOUND: t("Endpoint not found."),
  DELIVERY_NOT_FOUND: t("Delivery not found."),
  SHARE_NOT_FOUND: t("This shortlist no longer exists."),
  PLAN_NOT_FOUND: t("The job has no such interview plan."),
  QUESTION_NOT_FOUND: t("The interview has no such question."),
  UNDELIVERED_NOT_FOUND: t("There is nothing to send again: it has arrived, or is on its way."),
  METHOD_NOT_ALLOWED: t("This is not possible at this address."),
  REQUEST_TIMEOUT: t("The request took too long to arrive."),
  JOB_PAUSED: t("The job is paused in the main system."),
  INTERVIEW_SHARED_WITH_JOB: t("There is an interview with the same questions for another job."),
  INTERVIEW_ALREADY_FINISHED: t("The interview is over."),
  INTERVIEW_NOT_FINISHED: t("The interview is not finished yet."),
  INTERVIEW_NOT_SCORED: t("The interview is not scored yet."),
  JUDGE_OFF: t("No language model is set up."),
  REVIEW_CHANGED: t("The review was saved elsewhere meanwhile."),
  CANDIDATE_EMAIL_IN_USE: t("Another candidate has an interview with this address."),
  CANDIDATE_ERASED: t("The data of this candidate were erased."),
  INTERVIEW_STILL_OPEN: t("The candidate can still answer."),
  INTERVIEW_SESSION_REPLACED: t("A later interview replaced this one."),
  TOO_MANY_ENDPOINTS: t("The limit of endpoints is reached."),
  ENDPOINT_DISABLED: t("The endpoint is disabled."),
  ENDPOINT_IN_ENVIRONMENT: t("The settings define this endpoint."),
  ENDPOINT_UNSIGNED: t("Events to this endpoint are not signed."),
  TOO_MANY_RECOMMENDATIONS: t("The limit of recommendations is reached."),
  DECISION_CHANGED: t("Somebody else decided meanwhile."),
  DECISION_REASONS_CHANGED: t("Somebody else changed the reasons meanwhile."),
  MAIL_NOT_SET_UP: t("No mail server is set up."),
  MESSAGE_NOT_POSSIBLE: t("The candidate cannot get this message now."),
  IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD: t("This was sent before with different content."),
  IDEMPOTENCY_REQUEST_IN_PROGRESS: t("The first request is still running."),
  USER_EMAIL_IN_USE: t("Another user has this e-mail address."),
  USER_DISABLED: t("The user is disabled."),
  LAST_ADMIN: t("You are the only one who can manage users."),
  ONE_TIME_CODES_ON: t("One-time codes are on already."),
  ONE_TIME_CODES_OFF: t("One-time codes are off."),
  TOO_MANY_TOKENS: t("The limit of tokens is reached."),
  USER_LINK_INVALID: t("The one-time link was used, replaced, or has expired."),
  INTERVIEW_LINK_EXPIRED: t("The interview link has expired."),
  INTERVIEW_LINK_REVOKED: t("The interview link was withdrawn or replaced."),
  SHARE_LINK_EXPIRED: t("The link of this shortlist has expired."),
  SHARE_LINK_REVOKED: t("This shortlist is no longer shared."),
  PLAN_CHANGED: t("Somebody else saved the plan meanwhile."),
  BODY_TOO_LARGE: t("This is too much at once."),
  URI_TOO_LONG: t("The address is too long."),
  UNSUPPORTED_MEDIA_TYPE: t("The service could not read the request."),
  INTERVIEW_PROVIDER_REJECTED: t("Hireflix refused this."),
  INTERVIEW_NOTHING_TO_SCORE: t("The interview is finished, but no answer has a transcript."),
  WRONG_CODE: t("That is not the one-time code of this moment."),
  LIST_NOT_READABLE: t("The list could not be read."),
  CANDIDATE_EMAIL_REQUIRED: t("The candidate has no e-mail address."),
  REVIEW_INCOMPLETE: t("The review cannot be submitted yet."),
  CRITERIA_INVALID: t("The files of the scoring criteria are not valid."),
  LIBRARY_INVALID: t("A file of the question library is not valid."),
  NOTHING_TO_SHARE: t("There is nothing to share yet."),
  PRECONDITION_REQUIRED: t("The service could not read the request."),
  TOO_MANY_ATTEMPTS: t("There were too many attempts."),
  HEADERS_TOO_LARGE: t("The browser sends too much data along."),
  NOT_IMPLEMENTED: t("The service could not read the request."),
  INTERVIEW_PROVIDER_UNAVAILABLE: t("Hireflix cannot be reached, or is not working properly."),
  SOURCE_UNAVAILABLE: t("Jobs and candidates cannot be read at the moment."),
  STORE_UNAVAILABLE: t("The database of the service cannot be used at the moment."),
  SERVER_BUSY: t("The service is too busy at the moment."),
  INTERVIEW_PROVIDER_TIMEOUT: t("Hireflix did not respond in time."),
};

/** What has happened, in the reader's language. */
export function sentenceOf({ code, message }) {
  return (LANGUAGE === "en" ? null : SENTENCES[code]) ?? message;
}

/** What was not lost where it is uncertain what happened, by what the request was for. */
const KEPT = {
  invite: t("What you typed is still here, and pressing the button again never invites anybody twice."),
  save: t("What you typed is still here."),
  read: t("Nothing that was saved before is lost."),
};

/** What to say about a problem: `{what, kept, then}`. A code without advice leaves the sentence about it. */
export function describeError(problem) {
  const kept = ["NO_ANSWER", "INTERVIEW_PROVIDER_TIMEOUT"].includes(problem.code) && KEPT[problem.purpose];
  return { what: sentenceOf(problem), kept: null, then: GIVE_REQUEST_ID, ...ADVICE[problem.code], ...(kept && { kept }) };
}
