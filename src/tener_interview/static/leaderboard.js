/** The leaderboard of a job: the ranking as the service gives it. */

import { LIST_LIMIT } from "./api.js";
import { button, byId, el, fill, hiddenText } from "./dom.js";
import { known, recommendation, score, share, time, unknown, words } from "./format.js";
import { stateBadge } from "./states.js";

/** Show the ranking. `sessions` (by id) add what the ranking does not say, `open(sessionId)` shows a scorecard. */
export function showLeaderboard(items, sessions, open) {
  fill(byId("leaderboard").tBodies[0], items.map((item) => row(item, sessions.get(item.session_id), open)));
  fill(byId("leaderboard-note"), items.length >= LIST_LIMIT && `The first ${LIST_LIMIT} are shown.`);
}

/** How far the total can be trusted: from where to where it may lie, and whether it is as good as the one above. */
function certainty(item) {
  if (!known(item.total_score_low) || !known(item.total_score_high)) return null;
  const range = `${Math.round(item.total_score_low)} to ${Math.round(item.total_score_high)}`;
  return [
    el("span", { class: "fine block range" }, hiddenText("may lie from "), range),
    item.tied_with_previous && el("span", { class: "fine block tied" }, "\u2248 same as above"),
  ];
}

/** How many of the questions could be scored. */
function covered(item) {
  if (!item.total_questions) return null;
  return el("span", { class: "fine block" }, `${item.scored_questions} of ${item.total_questions} scored`);
}

/** What a recruiter should look at before trusting the scores; a flag by itself costs nobody a point. */
function flags(values) {
  if (!values?.length) return null;
  return el("ul", { class: "flags", "aria-label": "Flags" }, values.map((value) => el("li", {}, words(value))));
}

function row(item, session, open) {
  const nameId = `leader-${item.candidate_id}`;
  const name = item.candidate_name || `Candidate ${item.candidate_id}`;
  return el(
    "tr",
    { data: { candidateId: item.candidate_id, sessionId: item.session_id, status: item.interview_status } },
    el("td", { class: "rank number" }, item.rank ?? unknown("No rank")),
    el("th", { scope: "row", class: "who" }, el("span", { class: "name", id: nameId, dir: "auto" }, name)),
    el("td", {}, stateBadge(item.interview_status, session?.awaiting_transcription)),
    el("td", { class: "figure" }, score(item.technical_score)),
    el("td", { class: "figure" }, score(item.soft_skills_score)),
    el("td", { class: "figure" }, score(item.culture_fit_score)),
    el("td", { class: "figure total" }, score(item.total_score), certainty(item)),
    el("td", { class: "figure" }, share(item.score_confidence), covered(item)),
    el("td", {}, recommendation(item.pass_recommendation), flags(item.flags)),
    el("td", { class: "when" }, time(item.updated_at)),
    el("td", {}, item.session_id && button("Scorecard", () => open(item.session_id), {
      kind: "small open-scorecard", about: nameId, "aria-haspopup": "dialog",
    })),
  );
}
