/** What a refresh of all sessions of a job came to: what changed, what did not, and what went wrong with whom. */

import { REFRESH_LIMIT } from "./api.js";
import { announce, button, el } from "./dom.js";
import { problemHeading } from "./problems.js";
import { stateWord } from "./states.js";

/** The summary as a box. `nameOf(sessionId)` gives the candidate's name; `dismiss` takes the box away. */
export function refreshSummary(answer, nameOf, dismiss) {
  const changed = answer.items.filter((item) => item.status !== item.previous_status);
  const faulty = answer.items.filter((item) => item.action === "error" || item.error);
  const said = `${sentence(answer)} ${changed.length ? `${changed.length} changed.` : "Nothing changed."}`;
  announce(faulty.length ? `${said} ${faulty.length} could not be refreshed.` : said);
  return el(
    "div",
    { class: "notice" },
    el("p", { class: "notice-what" }, said),
    changed.length > 0 && el("ul", { class: "plain" }, changed.map((item) => el(
      "li",
      { data: { sessionId: item.session_id } },
      el("bdi", {}, nameOf(item.session_id)), `: ${stateWord(item.previous_status)} → ${stateWord(item.status)}`,
    ))),
    faulty.length > 0 && el(
      "div",
      { class: "problem" },
      problemHeading("Could not be refreshed; state and scores are as before"),
      el("ul", { class: "plain" }, faulty.map((item) => el(
        "li",
        { data: { sessionId: item.session_id } },
        el("bdi", {}, nameOf(item.session_id)), `: ${reason(item.error)}`,
      ))),
    ),
    el("p", { class: "problem-actions" }, button("Dismiss", dismiss, { kind: "small" })),
  );
}

function sentence({ total_sessions: total, refreshed, skipped_terminal: skipped }) {
  if (total === 0) return "This job has no session yet.";
  const final = skipped ? ` ${skipped} cannot change any more.` : "";
  const more = total >= REFRESH_LIMIT ? " Press again for those that were not looked at." : "";
  return `${refreshed} of ${total} ${total === 1 ? "session" : "sessions"} refreshed.${final}${more}`;
}

function reason(error) {
  if (!error) return "no reason given";
  if (typeof error === "string") return error;
  return [error.message ?? error.error, error.code && `(${error.code})`].filter(Boolean).join(" ");
}
