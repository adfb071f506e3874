/** The events of a session, oldest first. */

import { el } from "./dom.js";
import { DETAILS, known, number, time, words } from "./format.js";
import { stateWord } from "./states.js";

const ACTORS = {
  system: "The service", candidate: "The candidate", provider: "Hireflix", webhook: "Hireflix", sync: "Background sync",
  recruiter: "A recruiter",
};

/** What happened, as a sentence that says who did it; where it depends on that, made of the actor. */
const EVENTS = {
  created: "A recruiter, or the main system, started the interview",
  invited: "The service had Hireflix make the interview",
  adopted: "The service took over the interview that was at Hireflix",
  invite_failed: "Hireflix did not take the invitation",
  refused: "Hireflix refused the invitation",
  link_opened: "The candidate opened the link",
  begun: "The candidate began",
  link_renewed: (who) => `${who} issued a new link`,
  link_extended: (who) => `${who} extended the link`,
  link_shortened: (who) => `${who} let the link end earlier`,
  link_replaced: (who) => `${who} replaced the link: the one that was sent stopped working`,
  taken_over: "The interview was taken over from the predecessor’s database",
  details_corrected: (who) => `${who} corrected the details`,
  scored: (who) => `${who === ACTORS.sync ? who : "A refresh"} read the answers, and the service scored them`,
  rescored: (who) => `${who} had the answers scored again`,
  needs_review: "The service could give no total: a person has to look",
  canceled: (who) => `${who} canceled the interview`,
  erased: (who) => `${who} erased the candidate’s data`,
  notified: "Hireflix sent word of this interview",
};

/** What happened elsewhere and was only seen here: who saw it is said beside the time. */
const SEEN = {
  in_progress: "The candidate is at the interview",
  completed: "The candidate finished",
  expired: "The link ran out before the candidate began",
  withdrawn: "Hireflix withdrew the interview",
  deleted: "The interview was deleted at Hireflix",
  lost: "Hireflix no longer has the interview",
};

const SEERS = {
  system: "seen by the service", candidate: "seen when the link was opened", provider: "Hireflix said so",
  webhook: "Hireflix sent word", sync: "seen by background sync", recruiter: "seen by a refresh",
};

/** The events as a list. */
export function timeline(events) {
  if (events.length === 0) return el("p", { class: "empty" }, "Nothing has happened yet.");
  return el("ol", { class: "timeline" }, events.map((event) => el(
    "li",
    { data: { event: event.event } },
    el("span", { class: "event" }, sentence(event)),
    el("span", { class: "fine" }, time(event.at), SEEN[event.event] && ` · ${SEERS[event.source] ?? event.source}`),
    particulars(event.details ?? {}),
  )));
}

function sentence({ event, source }) {
  const said = SEEN[event] ?? EVENTS[event];
  if (!said) return `${words(event)} (${ACTORS[source] ?? source})`;
  return typeof said === "string" ? said : said(ACTORS[source] ?? words(source));
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A list or a time as a person reads it; anything else as it is. */
function readable(value) {
  if (Array.isArray(value)) return value.map((each) => DETAILS[each] ?? words(each)).join(", ");
  return TIME.test(value) ? time(value).textContent : value;
}

/** Names of details that say too little by themselves to be shown: what else is there tells the same. */
const LEFT_OUT = /_hash$|^(criteria|formula|engine|result)_version$|^total_score(_before)?$/;

function particulars({ from, to, reason, ...details }) {
  const way = from && to && from !== to && `${stateWord(from)} → ${stateWord(to)}`;
  const told = Object.entries(details).filter(([name]) => !LEFT_OUT.test(name))
    .map(([name, value]) => [name, readable(value)]).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const all = [way, reason, totals(details), details.result_version && `Result ${details.result_version}`, ...told.map(([name, value]) => `${words(name)}: ${value}`)].filter(Boolean);
  return all.length > 0 && el("span", { class: "fine" }, all.join(" · "));
}

function totals({ total_score_before: before, total_score: after }) {
  if (known(before) && known(after)) return `Total ${number(before)} → ${number(after)}`;
  if (known(after)) return `Total ${number(after)}`;
  return known(before) && `Total ${number(before)} before`;
}
