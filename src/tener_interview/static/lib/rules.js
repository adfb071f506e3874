/** The rules of the service, as it wrote them into the page: what things are called, and what is allowed when. */

import { el } from "./dom.js";

/** Labels, actions by status, limits of requests and orders; see `api/page_rules.py`. */
export const rules = JSON.parse(document.getElementById("rules").textContent);

/** A shape for each status, which tells them apart without colour. */
const SHAPES = {
  created: "◌", invited: "○", in_progress: "◐", completed: "●", scored: "✓", expired: "△", canceled: "✕", failed: "!",
};

/** In the order in which candidates go through them, those that ended otherwise last. */
export const STATUSES = Object.keys(rules.statuses);

/** What an interview is called that is over and for which there is no total. */
export const NEEDS_REVIEW = rules.groups.needs_review;

/** Whether an action, as the service calls it, is possible in this status. */
export function allows(action, status) {
  return rules.statuses[status]?.actions.includes(action) ?? false;
}

/** Whether nothing changes this status by itself any more. */
export function isFinal(status) {
  return rules.statuses[status]?.final ?? false;
}

/** Whether a session has a link that works now; one that has expired is noticed here before the service says so. */
export function hasLink(session) {
  return Boolean(session.entry_url) && allows("use_link", session.status) && !hasExpired(session);
}

/** Whether the link of a session has expired, so that the candidate cannot go on. */
export function linkExpired(session) {
  return session.status === "expired" || (allows("use_link", session.status) && hasExpired(session));
}

/** Whether a link that works now expires soon. */
export function expiresSoon(session) {
  const left = Date.parse(session.expires_at) - Date.now();
  return hasLink(session) && Boolean(session.expires_at) && left < rules.link_expires_soon_ms;
}

function hasExpired(session) {
  return Boolean(session.expires_at) && Date.parse(session.expires_at) <= Date.now();
}

/** Whether an interview is over without scores. */
export function endedUnscored(status) {
  return status === "expired" || (status !== "scored" && isFinal(status));
}

/** The label of the button that opens a session's scorecard, or how far it is. */
export function scorecardLabel({ status, interview_status: listed, needs_review: review }) {
  return (status ?? listed) === "scored" || review ? "Scorecard" : "Details";
}

/** The label of a status, as text. */
export function statusLabel(status) {
  return status ? (rules.statuses[status]?.label ?? words(status)) : rules.other_states.none;
}

/** A status as it is shown: shape, label, and notes beneath it. */
export function statusBadge(status, session = null, ...notes) {
  const help = status ? rules.statuses[status]?.help : "No interview link yet.";
  const said = [session?.needs_review && NEEDS_REVIEW, session?.awaiting_transcription && "Awaiting transcription", ...notes];
  return el(
    "span",
    { class: "status", title: help, data: { status: status ?? "none" } },
    el("span", { class: "shape", "aria-hidden": "true" }, status ? SHAPES[status] ?? "?" : "·"),
    statusLabel(status),
    said.filter(Boolean).map((note) => el("span", { class: "status-note" }, note)),
  );
}

/** Every flag there is, by code and label. */
export const flagChoices = Object.keys(rules.flags).map((flag) => [flag, words(flag)]);

/** Flags as short marks. */
export function flags(values) {
  if (!values?.length) return null;
  return el("ul", { class: "flags", "aria-label": "Flags" }, values.map((value) => (
    el("li", { title: rules.flags[value] ?? null }, words(value))
  )));
}

/** Flags each with what it says of the answer. */
export function flagList(values) {
  if (!values?.length) return null;
  return [
    el("h5", {}, NEEDS_REVIEW),
    el("ul", { class: "plain" }, values.map((value) => (
      el("li", {}, el("strong", {}, words(value)), rules.flags[value] && `: ${rules.flags[value]}`)
    ))),
  ];
}

/** `some_word` as a person writes it. */
export function words(text) {
  const spaced = String(text).replaceAll("_", " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
