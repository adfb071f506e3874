/** The candidates of a job: searching them, selecting many at once, and in each row the next action. */

import { confirmControl } from "../components/dialog.js";
import { consentBox } from "../components/invitations.js";
import { linkField, openMessage } from "../components/link.js";
import { problemBox } from "../components/problem.js";
import { cancelSession, extendLink, startSession } from "../lib/api.js";
import { dashboard, sharedNote } from "../lib/dashboard.js";
import { announce, button, byId, el, fill, tickBox, whileBusy } from "../lib/dom.js";
import { age, known, language, list, matchScore, number, unknown } from "../lib/format.js";
import {
  allows, expiresSoon, hasLink, linkExpired, NEEDS_REVIEW, rules, scorecardLabel, statusBadge, STATUSES,
  statusLabel,
} from "../lib/rules.js";

/** How many can be invited at once. */
const MAX_BATCH = rules.limits.step.candidate_ids.maxItems;

/** The selected candidates by id. The selection is kept when the page of the list changes. */
const selected = new Map();

/** Filters that are not statuses of a session. */
const MORE_STATES = ["none", "expiring"].map((state) => [state, rules.other_states[state]]);

/** Fill the status filter, with a count beside each status where it is known. */
export function showStatusFilter({ states, needs_review: needsReview }, current) {
  const counted = (word, count) => (count ? `${word} (${number(count)})` : word);
  const choices = [
    ["", "All candidates"], ...MORE_STATES, ["needs_review", counted(NEEDS_REVIEW, needsReview)],
    ...STATUSES.map((state) => [state, counted(statusLabel(state), states[state])]),
  ];
  const select = byId("candidates-status");
  fill(select, choices.map(([value, label]) => el("option", { value }, label)));
  select.value = current;
}

/** Replace the list by these candidates. */
export function showCandidates(candidates) {
  fill(byId("candidates").tBodies[0], candidates.map((candidate) => row(candidate)));
  showSelection();
}

/** Draw the row of one candidate again after its session has changed. */
export function showCandidate(candidate) {
  const next = row(candidate);
  rowOf(candidate)?.replaceWith(next);
  if (!canInvite(candidate) && selected.delete(candidate.candidate_id)) showSelection();
  else showSelectAll();
  return next;
}

/** Draw the rows that have changed, except the one with the focus. Returns false if the candidates are different. */
export function updateCandidates(before, candidates) {
  const ids = (list) => list.map((item) => item.candidate_id).join();
  if (ids(before) !== ids(candidates)) return false;
  const former = new Map(before.map((item) => [item.candidate_id, JSON.stringify(item.session ?? null)]));
  for (const candidate of candidates) {
    const changed = former.get(candidate.candidate_id) !== JSON.stringify(candidate.session ?? null);
    if (changed && !rowOf(candidate)?.contains(document.activeElement)) showCandidate(candidate);
  }
  return true;
}

/** The selected candidates as a list. */
export function selectedCandidates() {
  return [...selected.values()];
}

/** Clear the selection. */
export function clearSelection() {
  selected.clear();
  for (const box of byId("candidates").querySelectorAll("tbody .tick input")) box.checked = false;
  showSelection();
}

function row(candidate) {
  const tick = canInvite(candidate) && tickBox(
    `Select ${candidate.candidate_name || `candidate ${candidate.candidate_id}`}`,
    selected.has(candidate.candidate_id),
    (checked) => setSelected([candidate], checked),
  );
  return candidateRow(candidate, tick);
}

function rowOf(candidate) {
  return byId("candidates").querySelector(`tr[data-candidate-id="${Number(candidate.candidate_id)}"]`);
}

function setSelected(candidates, checked) {
  for (const item of candidates) {
    if (!checked) selected.delete(item.candidate_id);
    else if (selected.size < MAX_BATCH) selected.set(item.candidate_id, item);
  }
  showSelection();
}

function showSelectAll() {
  const open = dashboard.candidates.filter(canInvite);
  const here = open.filter((item) => selected.has(item.candidate_id)).length;
  const all = byId("select-all");
  all.checked = open.length > 0 && here === open.length;
  all.indeterminate = here > 0 && here < open.length;
  all.disabled = open.length === 0;
  all.onchange = () => {
    const { checked } = all;
    // Somebody may have been invited since this was drawn.
    setSelected(dashboard.candidates.filter(canInvite), checked);
    for (const box of byId("candidates").querySelectorAll("tbody .tick input")) box.checked = checked;
    announce(`${number(selected.size)} selected.`);
  };
}

function showSelection() {
  showSelectAll();
  const bar = byId("selection-bar");
  bar.hidden = selected.size === 0;
  fill(
    bar,
    el("p", {}, el("strong", { class: "number" }, number(selected.size)), " selected",
      selected.size >= MAX_BATCH && ", the maximum"),
    button(`Create ${number(selected.size)} Interview ${selected.size === 1 ? "Link" : "Links"}`, () => dashboard.inviteSelected(), { kind: "primary", id: "invite-selected" }),
    button("Clear Selection", () => {
      clearSelection();
      byId("candidates-search").focus();
    }, { kind: "quiet" }),
  );
}

/** Whether a candidate can be invited in a batch. After a cancelation a candidate is only invited individually. */
function canInvite(candidate) {
  return !candidate.session || allows("start_in_batch", candidate.session.status);
}

/** A candidate as a row of the table. `tick` is the checkbox, or false. */
function candidateRow(candidate, tick) {
  const session = candidate.session;
  return el(
    "tr",
    { role: "row", data: { candidateId: candidate.candidate_id, status: session?.status ?? "none" } },
    cell("", "choose", tick),
    el("th", { role: "rowheader", scope: "row", class: "candidate-cell" }, who(candidate)),
    cell("Skills", "skills", list(candidate.skills, "No skills given")),
    cell("Languages", "languages", list(candidate.languages?.map(language), "No languages given")),
    cell("Match", "match", matchScore(candidate.match_score)),
    cell("Status", "state-cell", statusBadge(session?.status, session, ...warnings(session))),
    cell("Interview", "actions", interview(candidate, session)),
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
    rest && el("span", { class: "muted" }, rest),
  ];
}

/** What needs attention: a link that expires soon or has expired, or an interview that was opened and not finished. */
function warnings(session) {
  if (!session) return [];
  return [
    session.status === "in_progress" && `Opened ${age(session.started_at) ?? "before"}, not finished`,
    expiresSoon(session) && `Link expires ${age(session.expires_at)}`,
    session.needs_review && session.review_reason,
    linkExpired(session) && `Link expired ${age(session.expires_at) ?? "before"}`,
    sharedNote(session),
  ];
}

function nameId(candidate) {
  return `candidate-${candidate.candidate_id}`;
}

function nameOf(candidate) {
  return candidate.candidate_name || `candidate ${candidate.candidate_id}`;
}

function interview(candidate, session) {
  const about = nameId(candidate);
  const status = session?.status;
  const name = nameOf(candidate);
  const report = el("div", { class: "report" });
  const act = (label, busyLabel, what, work, kind = "soft primary-action") => {
    const attempt = async (consent) => {
      fill(report);
      try {
        await work(consent);
      } catch (problem) {
        await showFailure(candidate, what, problem, (more) => attempt({ ...consent, ...more }));
      }
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, () => attempt({})), { kind, about });
  };
  const started = (session_) => showLink(candidate, session_);
  const pressing = session && (linkExpired(session) || expiresSoon(session));
  return [
    session && hasLink(session) && linkField(session.entry_url, session.expires_at, name, {
      more: button("Message", () => openMessage(candidate, session, dashboard.job), { kind: "small", about, "aria-haspopup": "dialog" }),
    }),
    el(
      "div",
      { class: "buttons" },
      (!status || allows("start", status)) && act(
        "Create Interview Link", "Creating…", `The link for ${name} could not be created`,
        async (consent) => started(await start(candidate, consent)),
      ),
      pressing && act(
        "Extend Link", "Extending…", `The link for ${name} could not be extended`,
        async () => {
          started(await extendLink(session.session_id));
          announce(`The link for ${name} was extended.`);
        },
      ),
      (pressing || status === "in_progress") && allows("cancel", status) && confirmControl(
        report,
        { label: "Cancel Interview", question: `Cancel the interview of ${name}? The link stops working immediately, and this cannot be undone.`, about },
        () => act("Yes, Cancel It", "Canceling…", `The interview of ${name} could not be canceled`, async () => {
          dashboard.keep(candidate, await cancelSession(session.session_id));
          showCandidate(candidate).querySelector(".button")?.focus();
          dashboard.reloadCounts();
          announce(`The interview of ${name} was canceled.`);
        }, "danger"),
      ),
      status && button(scorecardLabel(session), () => dashboard.open(session.session_id), {
        kind: "open-scorecard", about, "aria-haspopup": "dialog",
      }),
    ),
    report,
  ];
}

/** Start an interview. `consent` holds the answers of the recruiter to questions about this start. */
async function start(candidate, consent) {
  const started = await startSession({
    ...consent,
    job_id: dashboard.jobId,
    candidate_id: candidate.candidate_id,
    candidate_name: candidate.candidate_name ?? undefined,
    candidate_email: candidate.candidate_email ?? undefined,
  });
  announce(`${started.reused ? "There is already an interview link" : "Interview link created"} for ${nameOf(candidate)}.`);
  return started;
}

/**
 * Show a failure in the row, which is reloaded first, since a failed start may have left a session behind. If the
 * service needs an answer first, it is asked for, and `again(consent)` continues.
 */
async function showFailure(candidate, what, problem, again) {
  await dashboard.reload(candidate);
  const next = showCandidate(candidate);
  const report = next.querySelector(".report");
  const act = next.querySelector(".primary-action");
  const dismiss = () => {
    fill(report);
    act?.focus();
  };
  const asking = consentBox(problem, again, dismiss);
  fill(report, asking ?? problemBox(what, problem, { dismiss }));
  (asking?.querySelector(".button") ?? act)?.focus();
}

/** Show the link, and put the focus on its copy button. */
function showLink(candidate, session) {
  dashboard.keep(candidate, session);
  showCandidate(candidate).querySelector(".copy-button")?.focus();
  dashboard.reloadCounts();
}
