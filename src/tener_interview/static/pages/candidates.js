/** The candidates of a job: finding them, choosing many at once, and in each row what to do next. */

import { confirmControl } from "../components/dialog.js";
import { consentBox } from "../components/invitations.js";
import { entryLink, openMessage } from "../components/link.js";
import { problemBox } from "../components/problem.js";
import { cancelSession, extendLink, startSession } from "../lib/api.js";
import { sharedWords } from "../lib/desk.js";
import { announce, button, byId, el, fill, tickBox, whileBusy } from "../lib/dom.js";
import { age, known, language, list, matchScore, number, unknown } from "../lib/format.js";
import {
  allows, expiresSoon, hasLink, NEEDS_REVIEW, needsLink, pageWord, STATE_ORDER, stateBadge, stateWord,
} from "../lib/labels.js";

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
  else showChooseAll(desk);
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

function showChooseAll(desk) {
  const open = desk.candidates.filter(canStart);
  const here = open.filter((one) => chosen.has(one.candidate_id)).length;
  const all = byId("choose-all");
  all.checked = open.length > 0 && here === open.length;
  all.indeterminate = here > 0 && here < open.length;
  all.disabled = open.length === 0;
  all.onchange = () => {
    const { checked } = all;
    // As it is now: somebody may have been invited since this was drawn.
    choose(desk.candidates.filter(canStart), checked, desk);
    for (const box of byId("candidates").querySelectorAll("tbody .tick input")) box.checked = checked;
    announce(`${number(chosen.size)} chosen.`);
  };
}

function showSelection(desk) {
  showChooseAll(desk);
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

/** Whether a link can be created for a candidate. One whose interview was canceled is only invited again by hand. */
function canStart(candidate) {
  return !candidate.session || ["created", "failed"].includes(candidate.session.status);
}

/**
 * A candidate as a row of the table. `tick` is the box that chooses her, or false; `redraw()` shows the row anew and
 * gives it back. `desk` knows the job and the sessions: `keep(candidate, session)` remembers a changed one,
 * `reread(candidate)` asks the service for it, `open(sessionId)` shows its scorecard.
 */
function candidateRow(candidate, desk, { tick, redraw }) {
  const session = candidate.session;
  return el(
    "tr",
    { role: "row", data: { candidateId: candidate.candidate_id, status: session?.status ?? "none" } },
    cell("", "choose", tick),
    el("th", { role: "rowheader", scope: "row", class: "who" }, who(candidate)),
    cell("Skills", "skills", list(candidate.skills, "No skills given")),
    cell("Languages", "languages", list(candidate.languages?.map(language), "No languages given")),
    cell("Match", "match", matchScore(candidate.match_score)),
    cell("State", "state-cell", stateBadge(session?.status, session, ...urgency(session))),
    cell("Interview", "actions", interview(candidate, session, desk, redraw)),
  );
}

function cell(label, kind, content) {
  return el("td", { role: "cell", class: kind, data: { label } }, content);
}

function who(candidate) {
  const years = candidate.years_experience;
  const experience = known(years) && `${number(years)} ${years === 1 ? "year" : "years"}`;
  const rest = [candidate.location, experience].filter(Boolean).join(" · ");
  return [
    el("span", { class: "name", id: nameId(candidate), dir: "auto" }, candidate.candidate_name || unknown("No name")),
    candidate.headline && el("span", { class: "headline", dir: "auto" }, candidate.headline),
    rest && el("span", { class: "fine" }, rest),
  ];
}

/** What should not be overlooked: a link that runs out, one that did, an interview that was begun and not finished. */
function urgency(session) {
  if (!session) return [];
  return [
    session.status === "in_progress" && `Opened ${age(session.started_at) ?? "before"}, not finished`,
    expiresSoon(session) && `Link runs out ${age(session.expires_at)}`,
    session.needs_review && session.review_reason,
    needsLink(session) && `Link ran out ${age(session.expires_at) ?? "before"}`,
    sharedWords(session),
  ];
}

function nameId(candidate) {
  return `candidate-${candidate.candidate_id}`;
}

function nameOf(candidate) {
  return candidate.candidate_name || `candidate ${candidate.candidate_id}`;
}

function interview(candidate, session, desk, redraw) {
  const about = nameId(candidate);
  const status = session?.status;
  const name = nameOf(candidate);
  const report = el("div", { class: "report" });
  const act = (label, busyLabel, what, work, kind = "soft act") => {
    const attempt = async (consent) => {
      fill(report);
      try {
        await work(consent);
      } catch (problem) {
        await showFailure(candidate, what, problem, desk, redraw, (more) => attempt({ ...consent, ...more }));
      }
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, () => attempt({})), { kind, about });
  };
  const started = (session_) => handOver(candidate, session_, desk, redraw);
  const pressing = session && (needsLink(session) || expiresSoon(session));
  return [
    session && hasLink(session) && entryLink(session.entry_url, session.expires_at, name, {
      more: button("Message", () => openMessage(candidate, session, desk.job), { kind: "small", about, "aria-haspopup": "dialog" }),
    }),
    el(
      "div",
      { class: "buttons" },
      (!status || allows("start", status)) && act(
        "Create Interview Link", "Creating…", `The link for ${name} could not be created`,
        async (consent) => started(await start(candidate, desk, consent)),
      ),
      pressing && act(
        "Extend Link", "Extending…", `The link for ${name} could not be extended`,
        async () => {
          started(await extendLink(session.session_id));
          announce(`The link that ${name} was sent works longer.`);
        },
      ),
      (pressing || status === "in_progress") && allows("cancel", status) && confirmControl(
        report,
        { label: "Cancel Interview", question: `Cancel the interview of ${name}? Its link stops working at once, and for good.`, about },
        () => act("Yes, Cancel It", "Canceling…", `The interview of ${name} could not be canceled`, async () => {
          desk.keep(candidate, await cancelSession(session.session_id));
          redraw().querySelector(".button")?.focus();
          desk.recount();
          announce(`The interview of ${name} was canceled.`);
        }, "danger"),
      ),
      status && button(pageWord(session), () => desk.open(session.session_id), {
        kind: "open-scorecard", about, "aria-haspopup": "dialog",
      }),
    ),
    report,
  ];
}

/** `consent` is what the recruiter was asked about this start, and answered. */
async function start(candidate, desk, consent) {
  const started = await startSession({
    ...consent,
    job_id: desk.jobId,
    candidate_id: candidate.candidate_id,
    candidate_name: candidate.candidate_name ?? undefined,
    candidate_email: candidate.candidate_email ?? undefined,
  });
  announce(`${started.reused ? "There is already an interview link" : "Interview link created"} for ${nameOf(candidate)}.`);
  return started;
}

/**
 * A failed start may have left a session behind: show the row as it is now, and in it what happened. Where something is
 * to be known first it is asked, and `again(consent)` goes on with the answer.
 */
async function showFailure(candidate, what, problem, desk, redraw, again) {
  await desk.reread(candidate);
  const next = redraw();
  const report = next.querySelector(".report");
  const act = next.querySelector(".act");
  const dismiss = () => {
    fill(report);
    act?.focus();
  };
  const asking = consentBox(problem, again, dismiss);
  fill(report, asking ?? problemBox(what, problem, { dismiss }));
  (asking?.querySelector(".button") ?? act)?.focus();
}

/** Show the link, and put the focus where the next step is: on its copy button. */
function handOver(candidate, session, desk, redraw) {
  desk.keep(candidate, session);
  redraw().querySelector(".copy")?.focus();
  desk.recount();
}
