/** The events of a session, oldest first. */

import { el } from "./dom.js";
import { time, words } from "./format.js";
import { stateWord } from "./states.js";

const EVENTS = {
  created: "Session created", link_opened: "Link opened", link_renewed: "New link issued", expired: "Link ran out",
  link_extended: "Link extended", link_shortened: "Link ends earlier",
  link_replaced: "Link replaced: the one that was sent stopped working", details_corrected: "Details corrected",
  completed: "Interview finished", refused: "Refused by Hireflix", lost: "No longer found at Hireflix",
  invite_failed: "Invitation did not go through", taken_over: "Taken over from the predecessor",
};

const SOURCES = {
  system: "by the service", candidate: "by the candidate", provider: "by Hireflix", webhook: "Hireflix sent word",
  sync: "seen by the background sync", recruiter: "at a recruiter's request",
};

/** The events as a list. */
export function timeline(events) {
  if (events.length === 0) return el("p", { class: "empty" }, "Nothing has happened yet.");
  return el("ol", { class: "timeline" }, events.map((event) => el(
    "li",
    { data: { event: event.event } },
    el("span", { class: "event" }, EVENTS[event.event] ?? words(event.event)),
    el("span", { class: "fine" }, time(event.at), event.source && ` · ${SOURCES[event.source] ?? event.source}`),
    particulars(event.details ?? {}),
  )));
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A list or a time as a person reads it; anything else as it is. */
function readable(value) {
  if (Array.isArray(value)) return value.map(words).join(", ");
  return TIME.test(value) ? time(value).textContent : value;
}

function particulars({ from, to, ...details }) {
  const way = from && to && from !== to && `${stateWord(from)} → ${stateWord(to)}`;
  const told = Object.entries(details).map(([name, value]) => [name, readable(value)]).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  const all = [way, ...told.map(([name, value]) => `${words(name)}: ${value}`)].filter(Boolean);
  return all.length > 0 && el("span", { class: "fine" }, all.join(" · "));
}
