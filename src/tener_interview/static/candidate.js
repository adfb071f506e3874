/** One candidate in the list: who it is, how far the interview is, and what to do next. */

import { cancelSession, extendLink, startSession } from "./api.js";
import { confirmControl } from "./confirm.js";
import { consentBox } from "./consent.js";
import { announce, button, el, fill, whileBusy } from "./dom.js";
import { entryLink } from "./entrylink.js";
import { age, known, language, list, matchScore, number, unknown } from "./format.js";
import { sharedWords } from "./jobs.js";
import { openMessage } from "./message.js";
import { problemBox } from "./problems.js";
import { allows, expiresSoon, hasLink, needsLink, pageWord, stateBadge } from "./states.js";

/** Whether a link can be created for a candidate. One whose interview was canceled is only invited again by hand. */
export function canStart(candidate) {
  return !candidate.session || ["created", "failed"].includes(candidate.session.status);
}

/**
 * A candidate as a row of the table. `tick` is the box that chooses her, or false; `redraw()` shows the row anew and
 * gives it back. `desk` knows the job and the sessions: `keep(candidate, session)` remembers a changed one,
 * `reread(candidate)` asks the service for it, `open(sessionId)` shows its scorecard.
 */
export function candidateRow(candidate, desk, { tick, redraw }) {
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
