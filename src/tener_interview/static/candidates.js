/** The candidates of a job: finding them, going through the pages, and choosing many at once. */

import { candidateRow, canStart } from "./candidate.js";
import { announce, button, byId, el, fill, tickBox } from "./dom.js";
import { number } from "./format.js";
import { NEEDS_REVIEW, STATE_ORDER, stateWord } from "./states.js";

/** The most that one step takes; the service has the same bound. */
const MOST_AT_ONCE = 500;

/** Who is chosen, by id; the choice outlives going to another page. */
const chosen = new Map();

/** States to look for that are none of a session's own. */
const MORE_STATES = [["none", "Not invited"], ["expiring", "Link runs out soon"]];

/** Offer the states to look for, each with how many there are, where that is known. */
export function showStateChoices({ states, needs_review: needsReview }, current) {
  const counted = (word, count) => (count ? `${word} (${number(count)})` : word);
  const choices = [
    ["", "Everybody"], ...MORE_STATES, ["needs_review", counted(NEEDS_REVIEW, needsReview)],
    ...STATE_ORDER.map((state) => [state, counted(stateWord(state), states[state])]),
  ];
  const select = byId("candidates-state");
  fill(select, choices.map(([value, label]) => el("option", { value }, label)));
  select.value = current;
}

/** Show these candidates and nobody else. */
export function showCandidates(candidates, desk) {
  fill(byId("candidates").tBodies[0], candidates.map((candidate) => row(candidate, desk)));
  showSelection(desk);
}

/** Show one candidate anew, because the session has changed. */
export function showCandidate(candidate, desk) {
  const next = row(candidate, desk);
  rowOf(candidate)?.replaceWith(next);
  if (!canStart(candidate) && chosen.delete(candidate.candidate_id)) showSelection(desk);
  return next;
}

/** Show what has changed since, without touching the row in which somebody is at work. False if the list is another. */
export function updateCandidates(before, candidates, desk) {
  const ids = (list) => list.map((one) => one.candidate_id).join();
  if (ids(before) !== ids(candidates)) return false;
  const former = new Map(before.map((one) => [one.candidate_id, JSON.stringify(one.session ?? null)]));
  for (const candidate of candidates) {
    const changed = former.get(candidate.candidate_id) !== JSON.stringify(candidate.session ?? null);
    if (changed && !rowOf(candidate)?.contains(document.activeElement)) showCandidate(candidate, desk);
  }
  return true;
}

/** Who is chosen, as a list. */
export function chosenCandidates() {
  return [...chosen.values()];
}

/** Nobody is chosen any more. */
export function clearChosen(desk) {
  chosen.clear();
  for (const box of byId("candidates").querySelectorAll("tbody .tick input")) box.checked = false;
  showSelection(desk);
}

function row(candidate, desk) {
  const tick = canStart(candidate) && tickBox(
    `Choose ${candidate.candidate_name || `candidate ${candidate.candidate_id}`}`,
    chosen.has(candidate.candidate_id),
    (checked) => choose([candidate], checked, desk),
  );
  return candidateRow(candidate, desk, { tick, redraw: () => showCandidate(candidate, desk) });
}

function rowOf(candidate) {
  return byId("candidates").querySelector(`tr[data-candidate-id="${Number(candidate.candidate_id)}"]`);
}

function choose(candidates, checked, desk) {
  for (const one of candidates) {
    if (!checked) chosen.delete(one.candidate_id);
    else if (chosen.size < MOST_AT_ONCE) chosen.set(one.candidate_id, one);
  }
  showSelection(desk);
}

function showSelection(desk) {
  const open = desk.candidates.filter(canStart);
  const here = open.filter((one) => chosen.has(one.candidate_id)).length;
  const all = byId("choose-all");
  all.checked = open.length > 0 && here === open.length;
  all.indeterminate = here > 0 && here < open.length;
  all.disabled = open.length === 0;
  all.onchange = () => {
    choose(open, all.checked, desk);
    for (const box of byId("candidates").querySelectorAll("tbody .tick input")) box.checked = all.checked;
    announce(`${number(chosen.size)} chosen.`);
  };
  const bar = byId("selection");
  bar.hidden = chosen.size === 0;
  fill(
    bar,
    el("p", {}, el("strong", { class: "number" }, number(chosen.size)), " chosen",
      chosen.size >= MOST_AT_ONCE && ", the most at once"),
    button(`Create ${number(chosen.size)} Interview ${chosen.size === 1 ? "Link" : "Links"}`, () => desk.inviteChosen(), { kind: "primary", id: "invite-chosen" }),
    button("Choose Nobody", () => {
      clearChosen(desk);
      byId("candidates-find").focus();
    }, { kind: "quiet" }),
  );
}
