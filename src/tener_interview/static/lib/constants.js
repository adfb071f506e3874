/** The constants of the service, which it writes into the page: labels, allowed actions, limits. */

import { el } from "./dom.js";
import { t } from "./texts.js";

/** Labels, actions by status, limits of requests and sort orders; see `api/page_constants.py`. */
export const constants = JSON.parse(document.getElementById("constants").textContent);

/** A shape for each status, so that they differ without colour, too. */
const SHAPES = {
  created: "◌", invited: "○", in_progress: "◐", completed: "●", scored: "✓", expired: "△", canceled: "✕", failed: "!",
};

/** In the order of an interview, those that ended otherwise last. */
export const STATUSES = Object.keys(constants.statuses);

/** Whether this is the status of a session, and no other state of a candidate. */
export function isStatus(state) {
  return STATUSES.includes(state);
}

/** The label of a finished interview without a total. */
export const NEEDS_REVIEW = constants.groups.needs_review;

/** Whether an action is possible in this status; actions are named as by the service. */
export function allows(action, status) {
  return constants.statuses[status]?.actions.includes(action) ?? false;
}

/** Whether this status is final: nothing changes it by itself. */
export function isFinal(status) {
  return constants.statuses[status]?.final ?? false;
}

/** Whether the candidate has answered, in this status. */
export function isFinished(status) {
  return status === "completed" || status === "scored";
}

/** Whether a session has a link that works now. An expired link is noticed here before the service reports it. */
export function hasLink(session) {
  return Boolean(session.entry_url) && allows("use_link", session.status) && !hasExpired(session);
}

/** Whether the link of a session has expired. */
export function linkExpired(session) {
  return session.status === "expired" || (allows("use_link", session.status) && hasExpired(session));
}

/** Whether a working link expires soon. */
export function expiresSoon(session) {
  const left = Date.parse(session.expires_at) - Date.now();
  return hasLink(session) && Boolean(session.expires_at) && left < constants.link_expires_soon_ms;
}

function hasExpired(session) {
  return Boolean(session.expires_at) && Date.parse(session.expires_at) <= Date.now();
}

/** The label of the button that opens a session. */
export function scorecardLabel({ status, interview_status: listed, needs_review: review }) {
  return (status ?? listed) === "scored" || review ? t("Scorecard") : t("Details");
}

/** The label of a status, as text. */
export function statusLabel(status) {
  return status ? (constants.statuses[status]?.label ?? words(status)) : constants.other_states.none;
}

/** A status badge: shape, label and notes. */
export function statusBadge(status, session = null, ...notes) {
  const help = status ? constants.statuses[status]?.help : t("No interview link yet.");
  const lines = [session?.needs_review && (missingConsent(session) ?? NEEDS_REVIEW), session?.awaiting_transcription && t("Waiting for transcription"), ...notes];
  return el(
    "span",
    { class: "status", title: help, data: { status: status ?? "none" } },
    el("span", { class: "shape", "aria-hidden": "true" }, status && (SHAPES[status] ?? "?")),
    statusLabel(status),
    lines.filter(Boolean).map((note) => el("span", { class: "status-note" }, note)),
  );
}

/** The note on a score without consent, in full and in short, by why consent is missing. */
export const WITHOUT_CONSENT = {
  no_answer: [t("Scored before consent was asked for. Not scored again until the candidate consents."), t("Scored before consent")],
  refused: [t("Scored before the candidate refused consent. Not scored again until the candidate consents."), t("Consent refused")],
  withdrawn: [t("Scored before the candidate withdrew consent. Not scored again until the candidate consents."), t("Consent withdrawn")],
};

/** In a list, the note on a score whose consent was refused or withdrawn; other cases are explained once on the page. */
export function consentNote({ scored_without_consent: why }) {
  return why !== "no_answer" && WITHOUT_CONSENT[why]?.[1];
}

/** The note on a session that is not scored because the candidate has not consented; null for any other. */
export function missingConsent({ review_reason: reason }) {
  return constants.consent_reasons?.[reason] ?? null;
}

/** Where consent that was given elsewhere is recorded. */
export function consentLink(jobId, attributes = {}) {
  return el("a", { href: `/jobs/${jobId}/notice#waiting`, ...attributes }, t("Notice and Consent"));
}

/** The codes of flags, the one that matters most first. */
const FLAGS = Object.keys(constants.flags);

/** All flags, by code and label. */
export const flagChoices = Object.entries(constants.flags).map(([flag, { label }]) => [flag, label]);

/** Flags with their explanations, the one that matters most first. */
export function flagList(values) {
  if (!values?.length) return null;
  return [
    el("h5", {}, t("Please check")),
    el("ul", { class: "plain" }, sortedFlags(values).map((value) => (
      el("li", {}, el("strong", {}, flagLabel(value)), constants.flags[value] && `: ${constants.flags[value].help}`)
    ))),
  ];
}

/** Flags with the one that matters most first. */
export function sortedFlags(flags) {
  const place = (flag) => (FLAGS.indexOf(flag) + 1) || FLAGS.length + 1;
  return [...flags].sort((one, other) => place(one) - place(other));
}

/** What is wrong with the answer to a dealbreaker. */
export function dealbreakerText({ status }) {
  return status === "unanswered" ? t("dealbreaker not answered") : t("dealbreaker answered weakly");
}

/** The label of a flag, as text. */
export function flagLabel(flag) {
  return constants.flags[flag]?.label ?? words(flag);
}

/** The label of a part of a score. */
export function partLabel(part) {
  return constants.score_parts[part] ?? words(part);
}

/** `some_word` as a person writes it. */
export function words(text) {
  const spaced = String(text).replaceAll("_", " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
