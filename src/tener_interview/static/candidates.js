/** The candidates of a job: who they are, how far their interview is, and the link to send them. */

import { LIST_LIMIT, renewLink, startSession } from "./api.js";
import { announce, button, byId, el, fill, whileBusy } from "./dom.js";
import { entryLink } from "./entrylink.js";
import { known, language, list, matchScore, number, time, unknown } from "./format.js";
import { problemBox } from "./problems.js";
import { allows, hasLink, needsLink, stateBadge } from "./states.js";

/**
 * Show the candidates. `desk` knows the job and the sessions: `keep(candidate, session)` remembers a changed one,
 * `reread(candidate)` asks the service for it, `open(sessionId)` shows its scorecard.
 */
export function showCandidates(candidates, desk) {
  fill(byId("candidates").tBodies[0], candidates.map((candidate) => row(candidate, desk)));
  fill(byId("candidates-note"), candidates.length >= LIST_LIMIT && `The ${LIST_LIMIT} best matches are shown.`);
}

/** Show one candidate anew, because the session has changed. */
export function showCandidate(candidate, desk) {
  const next = row(candidate, desk);
  rowOf(candidate)?.replaceWith(next);
  return next;
}

function rowOf(candidate) {
  return byId("candidates").querySelector(`tr[data-candidate-id="${Number(candidate.candidate_id)}"]`);
}

function row(candidate, desk) {
  const session = candidate.session;
  return el(
    "tr",
    { role: "row", data: { candidateId: candidate.candidate_id, status: session?.status ?? "none" } },
    el("th", { role: "rowheader", scope: "row", class: "who" }, who(candidate)),
    cell("Skills", "skills", list(candidate.skills, "No skills given")),
    cell("Languages", "languages", list(candidate.languages?.map(language), "No languages given")),
    cell("Match", "match", matchScore(candidate.match_score)),
    cell("State", "state-cell", stateBadge(session?.status, session?.awaiting_transcription)),
    cell("Interview", "actions", interview(candidate, session, desk)),
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

function nameId(candidate) {
  return `candidate-${candidate.candidate_id}`;
}

function nameOf(candidate) {
  return candidate.candidate_name || `candidate ${candidate.candidate_id}`;
}

function interview(candidate, session, desk) {
  const about = nameId(candidate);
  const status = session?.status;
  const report = el("div", { class: "report" });
  const act = (label, busyLabel, what, work) => {
    const attempt = async () => {
      fill(report);
      try {
        await work();
      } catch (problem) {
        await showFailure(candidate, what, problem, desk);
      }
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, attempt), { kind: "soft act", about });
  };
  const name = nameOf(candidate);
  const canStart = !status || allows("start", status);
  return [
    status && hasLink(session) && entryLink(session.entry_url, session.expires_at, name),
    status && needsLink(session) && el("p", { class: "fine" }, "The link ran out ", time(session.expires_at)),
    el(
      "div",
      { class: "buttons" },
      canStart && act(
        "Create Interview Link", "Creating…",
        `The link for ${name} could not be created`, () => start(candidate, desk),
      ),
      status && needsLink(session) && act(
        "Renew Link", "Renewing…",
        `The link for ${name} could not be renewed`, () => renew(candidate, session, desk),
      ),
      status && button(status === "scored" ? "Scorecard" : "Details", () => desk.open(session.session_id), {
        kind: "open-scorecard", about, "aria-haspopup": "dialog",
      }),
    ),
    report,
  ];
}

async function start(candidate, desk) {
  const started = await startSession({
    job_id: desk.jobId,
    candidate_id: candidate.candidate_id,
    candidate_name: candidate.candidate_name ?? undefined,
    candidate_email: candidate.candidate_email ?? undefined,
  });
  const said = started.reused ? "There is already an interview link" : "Interview link created";
  handOver(candidate, started, desk, `${said} for ${nameOf(candidate)}.`);
}

async function renew(candidate, session, desk) {
  handOver(candidate, await renewLink(session.session_id), desk, `New interview link for ${nameOf(candidate)}.`);
}

/** A failed start may have left a session behind: show the row as it is now, and in it what happened. */
async function showFailure(candidate, what, problem, desk) {
  await desk.reread(candidate);
  const next = showCandidate(candidate, desk);
  const report = next.querySelector(".report");
  const act = next.querySelector(".act");
  fill(report, problemBox(what, problem, {
    dismiss: () => {
      fill(report);
      act?.focus();
    },
  }));
  act?.focus();
}

/** Show the link, and put the focus where the next step is: on its copy button. */
function handOver(candidate, session, desk, said) {
  desk.keep(candidate, session);
  const next = showCandidate(candidate, desk);
  next.querySelector(".copy")?.focus();
  announce(said);
}
