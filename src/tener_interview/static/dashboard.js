/** The dashboard: pick a JD, invite, follow, decide. This file wires the screens to the address and to each other. */

import { readAddress, writeAddress } from "./address.js";
import {
  describeService, leaderboard, leaderboardCsvUrl, listCandidates, listJobs, refreshJob,
} from "./api.js";
import { showCandidate, showCandidates } from "./candidates.js";
import { announce, byId, el, fill, whileBusy } from "./dom.js";
import { showJob, showJobs } from "./jobs.js";
import { showLeaderboard } from "./leaderboard.js";
import { problemBox } from "./problems.js";
import { refreshSummary } from "./refresh.js";
import { openScorecard } from "./scorecard.js";
import { showService, showSource, showUnknownService } from "./service.js";
import { openSharing } from "./sharing.js";

/** How often the page asks by itself how things are, while somebody looks at it. */
const LOOK_EVERY_MS = 60_000;

/** What is on the desk: the chosen job, its candidates, and its sessions by id. */
const desk = {
  jobs: [],
  jobId: null,
  candidates: [],
  sessions: new Map(),

  /** Remember what is newly known of a session; what was not told stays as it was. */
  keep(candidate, session) {
    const merged = { ...this.sessions.get(session.session_id), ...session };
    this.sessions.set(session.session_id, merged);
    if (candidate) candidate.session = merged;
  },

  /** Ask anew how far a candidate is. When that fails too, what was known stays. */
  async reread(candidate) {
    const answer = await listCandidates(this.jobId).catch(() => ({ items: [] }));
    const now = answer.items.find((one) => one.candidate_id === candidate.candidate_id);
    if (now?.session) this.keep(candidate, now.session);
  },

  nameOf(sessionId) {
    const candidate = this.candidates.find((one) => one.session?.session_id === sessionId);
    return candidate?.candidate_name ?? this.sessions.get(sessionId)?.candidate_name ?? sessionId;
  },

  open(sessionId) {
    writeAddress({ session: sessionId });
    const opener = document.activeElement;
    openScorecard(sessionId, {
      onChange: (session) => takeIn(session),
      onClose: async () => {
        writeAddress({ session: null });
        giveFocusBack(opener, sessionId);
        if (readAddress().view !== "leaderboard") return;
        await loadLeaderboard();
        if (document.activeElement === document.body) giveFocusBack(opener, sessionId);
      },
    });
  },
};

async function begin() {
  byId("job-select").addEventListener("change", (change) => chooseJob(Number(change.target.value)));
  byId("candidates-button").addEventListener("click", () => chooseView("candidates"));
  byId("leaderboard-button").addEventListener("click", () => chooseView("leaderboard"));
  byId("refresh-all").addEventListener("click", (press) => refreshAll(press.currentTarget));
  byId("scorecard-close").addEventListener("click", () => byId("scorecard").close());
  byId("scorecard").addEventListener("click", (press) => {
    if (press.target === byId("scorecard")) byId("scorecard").close();
  });
  byId("share").addEventListener("click", () => openSharing(desk.jobId, desk.jobs.find((one) => one.id === desk.jobId)?.title));
  window.setInterval(() => document.visibilityState === "visible" && describe(), LOOK_EVERY_MS);
  window.addEventListener("popstate", () => showAddress());
  describe();
  await loadJobs();
}

async function describe() {
  try {
    showService(await describeService());
  } catch (problem) {
    showUnknownService(problem);
  }
}

async function loadJobs() {
  const retry = () => loadJobs();
  fill(byId("jobs-report"));
  byId("desk").hidden = true;
  try {
    const answer = await listJobs();
    desk.jobs = answer.items;
    if (answer.source) showSource(answer.source);
  } catch (problem) {
    fill(byId("job-select"), el("option", { value: "" }, "Not available"));
    byId("job-select").disabled = true;
    fill(byId("jobs-report"), problemBox("The job descriptions could not be read", problem, { retry }));
    describe();
    return;
  }
  await showAddress();
}

/** Make the page show what its address says. */
async function showAddress() {
  const { job, session } = readAddress();
  const chosen = job ?? desk.jobs[0]?.id ?? null;
  showJobs(desk.jobs, chosen);
  if (chosen === null) {
    const none = "There are no job descriptions yet. They appear here when the main system has some.";
    fill(byId("jobs-report"), el("p", { class: "empty" }, none));
    return;
  }
  writeAddress({ job: chosen });
  desk.jobId = chosen;
  showJob(desk.jobs.find((one) => one.id === chosen));
  byId("desk").hidden = false;
  fill(byId("desk-report"));
  if (!session && byId("scorecard").open) byId("scorecard").close();
  await showView();
  if (session && !byId("scorecard").open) desk.open(session);
}

function chooseJob(jobId) {
  writeAddress({ job: jobId, session: null }, { step: true });
  showAddress();
}

function chooseView(view) {
  writeAddress({ view }, { step: true });
  showView();
}

async function showView() {
  const { view } = readAddress();
  for (const name of ["candidates", "leaderboard"]) {
    byId(`${name}-view`).hidden = name !== view;
    byId(`${name}-button`).setAttribute("aria-current", String(name === view));
  }
  byId("leaderboard-csv").href = leaderboardCsvUrl(desk.jobId);
  await Promise.all([loadCandidates(), view === "leaderboard" && loadLeaderboard()]);
}

function loadCandidates() {
  return intoView("candidates", "The candidates could not be read", loadCandidates, listCandidates, (answer) => {
    if (answer.source) showSource(answer.source);
    takeInAll(answer.items);
    showCandidates(desk.candidates, desk);
    return answer.items.length ? "" : "This job description has no matched candidates yet.";
  });
}

function loadLeaderboard() {
  return intoView("leaderboard", "The leaderboard could not be read", loadLeaderboard, leaderboard, (answer) => {
    showLeaderboard(answer.items, desk.sessions, (sessionId) => desk.open(sessionId));
    return answer.items.length ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
  });
}

/**
 * Load something into a view: a word while it loads, a sentence when it is empty, a box when it failed. What was
 * shown of the same job stays until there is something newer; what arrives after another job was chosen is dropped.
 * `show(answer)` gives the sentence for an empty view, or "".
 */
async function intoView(name, what, retry, load, show) {
  const { jobId } = desk;
  const table = byId(name);
  const report = byId(`${name}-report`);
  const frame = byId(`${name}-frame`);
  if (table.dataset.jobId !== String(jobId)) {
    fill(table.tBodies[0]);
    frame.hidden = true;
    fill(report, el("p", { class: "empty" }, "Loading…"));
  }
  try {
    const answer = await load(jobId);
    if (desk.jobId !== jobId) return;
    const sentence = show(answer);
    table.dataset.jobId = jobId;
    frame.hidden = sentence !== "";
    fill(report, sentence !== "" && el("p", { class: "empty" }, sentence));
  } catch (problem) {
    if (desk.jobId === jobId) fill(report, problemBox(what, problem, { retry }));
  }
}

async function refreshAll(control) {
  const { jobId } = desk;
  const report = byId("desk-report");
  const dismiss = () => {
    fill(report);
    control.focus();
  };
  await whileBusy(control, "Refreshing…", async () => {
    fill(report);
    announce("Refreshing all sessions.");
    try {
      const answer = await refreshJob(jobId);
      await showView();
      if (desk.jobId !== jobId) return;
      fill(report, refreshSummary(answer, (sessionId) => desk.nameOf(sessionId), dismiss));
    } catch (problem) {
      fill(report, problemBox("The sessions could not be refreshed", problem, { dismiss }));
    }
    describe();
  });
}

function takeInAll(candidates) {
  desk.candidates = candidates;
  desk.sessions = new Map(candidates.filter((one) => one.session).map((one) => [one.session.session_id, one.session]));
}

/** A session has changed in the scorecard: show it in its row too. */
function takeIn(session) {
  const candidate = desk.candidates.find((one) => one.session?.session_id === session.session_id);
  desk.keep(candidate, session);
  if (candidate) showCandidate(candidate, desk);
}

/** The button that opened the scorecard may have been replaced; then its successor in the same row gets the focus. */
function giveFocusBack(opener, sessionId) {
  if (opener?.isConnected && opener !== document.body) {
    opener.focus();
    return;
  }
  const { view } = readAddress();
  const candidateId = desk.sessions.get(sessionId)?.candidate_id;
  byId(view).querySelector(`tr[data-candidate-id="${Number(candidateId)}"] .open-scorecard`)?.focus();
}

begin();
