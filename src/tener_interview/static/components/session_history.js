/** The history of a session: what happened, by whom, and when. */

import { constants, missingConsent, statusLabel, words } from "../lib/constants.js";
import { el } from "../lib/dom.js";
import { decisionLabel } from "../lib/decisions.js";
import { DETAILS, isKnown, number, time } from "../lib/format.js";
import { KINDS } from "../lib/messages.js";
import { fromService, t } from "../lib/texts.js";

const ACTORS = {
  system: t("The service"), candidate: t("The candidate"), provider: t("Hireflix"), webhook: t("Hireflix"), sync: t("Background sync"),
};
/** Who acted here: without a sign-in the role is not known. */
const somebodyHere = () => (document.documentElement.dataset.user ? t("A recruiter") : t("Somebody"));

/** What happened, as a sentence with the actor where that matters. */
const EVENTS = {
  created: t("The invitation was requested"),
  invited: t("The interview was created at Hireflix"),
  adopted: t("An existing interview at Hireflix was used"),
  invite_failed: t("Hireflix did not accept the invitation"),
  refused: t("Hireflix refused the invitation"),
  link_opened: t("The candidate opened the link"),
  begun: t("The candidate began the interview"),
  link_renewed: (who) => t("{who} issued a new link", { who }),
  link_extended: (who) => t("{who} extended the link", { who }),
  link_shortened: (who) => t("{who} shortened the validity of the link", { who }),
  link_replaced: (who) => t("{who} replaced the link; the old one stopped working", { who }),
  taken_over: t("The interview was imported from the previous service"),
  details_corrected: (who) => t("{who} corrected the details", { who }),
  scored: (who) => t("{who} loaded the answers, and they were scored", { who: who === ACTORS.sync ? who : t("A refresh") }),
  rescored: (who) => t("{who} rescored the answers", { who }),
  needs_review: t("There is no total: the interview needs a human look"),
  judged: t("The language model gave its opinion"),
  canceled: (who) => t("{who} canceled the interview", { who }),
  reviewed: t("A review was submitted"),
  decided: (who) => t("{who} decided about the candidate", { who }),
  decision_undone: (who) => t("{who} undid a decision", { who }),
  erased: (who) => t("{who} erased the candidate’s data", { who }),
  notified: t("Hireflix reported a change of this interview"),
  total_changed: t("Another total counts"),
  consent_given: (who) => (who === ACTORS.candidate ? t("The candidate agreed to the notice") : t("{who} noted that the candidate agreed", { who })),
  consent_refused: (who) => (who === ACTORS.candidate ? t("The candidate did not agree to the notice") : t("{who} noted that the candidate did not agree", { who })),
  consent_withdrawn: (who) => (who === ACTORS.candidate ? t("The candidate withdrew the agreement to the notice") : t("{who} noted that the candidate withdrew the agreement", { who })),
  message_queued: t("A message was prepared"),
  message_sent_by_hand: (who) => t("{who} sent a message by hand", { who }),
  message_bounced: t("A message came back"),
  opted_out: t("The candidate wants no more messages"),
  opted_in: t("The candidate wants messages again"),
  correction_added: t("A statement of the candidate was added"),
  correction_removed: t("A statement of the candidate was removed"),
  provider_updated: t("A decision, a score or the link to this scorecard was written back to Hireflix"),
};

/** Events that happened elsewhere: who observed them is shown beside the time. */
const OBSERVED = {
  in_progress: t("The candidate is taking the interview"),
  completed: t("The candidate finished the interview"),
  expired: t("The link expired before the candidate began"),
  withdrawn: t("Hireflix withdrew the interview"),
  deleted: t("The interview was deleted at Hireflix"),
  lost: t("Hireflix no longer has the interview"),
};

const OBSERVERS = {
  system: t("noticed by the service"), candidate: t("noticed when the link was opened"), provider: t("reported by Hireflix"),
  webhook: t("reported by Hireflix"), sync: t("noticed by the background sync"), recruiter: t("noticed by a refresh"),
};

/** The events as a list. When an interview was finished is known, though it was noticed later. */
export function timeline(events, { completed_at: completedAt }) {
  if (events.length === 0) return el("p", { class: "empty" }, t("Nothing has happened yet."));
  return el("ol", { class: "timeline" }, events.map((event) => el(
    "li",
    { data: { event: event.event } },
    el("span", { class: "event" }, sentence(event)),
    el("span", { class: "muted" }, OBSERVED[event.event]
      ? [event.event === "completed" && completedAt && [time(completedAt), " · "], OBSERVERS[event.source] ?? event.source, ", ", time(event.at)]
      : time(event.at)),
    eventDetails(event.details ?? {}),
  )));
}

function sentence({ event, source, details }) {
  if (event === "needs_review" && missingConsent({ review_reason: details?.reason })) return t("There is no total without consent");
  const text = OBSERVED[event] ?? EVENTS[event];
  const who = source === "recruiter" ? somebodyHere() : ACTORS[source] ?? words(source);
  if (!text) return `${words(event)} (${who})`;
  return typeof text === "string" ? text : text(who);
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A list or a time in readable form; anything else unchanged. */
function readable(value) {
  if (Array.isArray(value)) return value.map((entry) => DETAILS[entry] ?? words(entry)).join(", ");
  return TIME.test(value) ? time(value).textContent : value;
}

/** Details that are not shown by themselves: other details or the sentence say them, or they mean nothing to a reader. */
const HIDDEN_DETAILS = /_hash$|^(criteria|formula|engine|result|prompt|notice)_version$|^total_(score|source)(_before)?$|^(before|by|code|comment|how|judge_spread|language|replaces|replies|stage|version)$/;

/** Details with a name or value that readers know, by their name here. */
const DESCRIBED = {
  kind: (kind) => KINDS[kind],
  decision: (decision, { before }) => t("{before} → {after}", { before: decisionLabel(before), after: decisionLabel(decision) }),
  until: (until) => t("until {time}", { time: time(until).textContent }),
  answer: (answer) => t("Answer of the mail server: {answer}", { answer }),
  model: (model) => t("Model: {model}", { model }),
  judge_total: (total) => (isKnown(total) ? t("Total {total}", { total: number(total) }) : null),
  plan_version: (version) => t("version {version} of the interview plan", { version }),
  fields: (fields) => readable(fields),
};

function eventDetails({ from, to, reason, ...details }) {
  const way = from && to && from !== to && `${statusLabel(from)} → ${statusLabel(to)}`;
  const others = Object.entries(details).filter(([name]) => !HIDDEN_DETAILS.test(name) && !DESCRIBED[name])
    .map(([name, value]) => [name, readable(value)]).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const described = Object.entries(details).map(([name, value]) => DESCRIBED[name]?.(value, details));
  const all = [way, fromService(reason ?? ""), ...described, describeTotals(details), describeSource(details), details.result_version && t("Result {number}", { number: details.result_version }), ...others.map(([name, value]) => `${words(name)}: ${value}`)].filter(Boolean);
  return all.length > 0 && el("span", { class: "muted" }, all.join(" · "));
}

/** Whose number the total is, where that has changed. */
function describeSource({ total_source_before: before, total_source: after }) {
  if (!after || before === after) return null;
  const label = constants.total_sources[after] ?? words(after);
  return before ? t("{before} → {after}", { before: constants.total_sources[before] ?? words(before), after: label }) : label;
}

function describeTotals({ total_score_before: before, total_score: after }) {
  if (isKnown(before) && isKnown(after)) return t("Total {before} → {after}", { before: number(before), after: number(after) });
  if (isKnown(after)) return t("Total {total}", { total: number(after) });
  return isKnown(before) && t("Total {total} before", { total: number(before) });
}
