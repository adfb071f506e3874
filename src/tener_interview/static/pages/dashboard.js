/** The dashboard: select a job, invite, follow, decide. This file connects the screens, the address and each other. */

import { closeOnBack } from "../components/dialog.js";
import { inviteMany, resumeInvitations } from "../components/invitations.js";
import { openJobSettings } from "../components/job_settings.js";
import { problemBox } from "../components/problem.js";
import { refreshAll } from "../components/refresh.js";
import { openRescoring } from "../components/rescoring.js";
import { openScorecard, setUpScorecard } from "../components/scorecard.js";
import { openSharing } from "../components/sharing.js";
import { signInAgain } from "../components/signin.js";
import { openListDialog } from "../components/spreadsheet.js";
import { showService, showSource, showUnknownService } from "../components/status.js";
import { loadInto, showPager } from "../components/view.js";
import { addressWith, readAddress, selectedToCompare, toJob, writeAddress } from "../lib/address.js";
import {
  describeService, listCandidates, listJobs, onSignedOut, readAccount, readFunnel, readFunnelIfChanged, readJob,
} from "../lib/api.js";
import { candidatesQuery, dashboard } from "../lib/dashboard.js";
import { byId, debounce, el, fill } from "../lib/dom.js";
import { deleteAllDrafts } from "../lib/stored_drafts.js";
import {
  clearSelection, selectedCandidates, showCandidate, showCandidates, showStatusFilter, updateCandidates,
} from "./candidates.js";
import { loadComparison } from "./comparison.js";
import { showJob, showJobs, showStatusCounts } from "./jobs.js";
import { loadLeaderboard, setUpLeaderboard } from "./leaderboard.js";
import { showProgress } from "./progress.js";

/** How often the page polls while it is visible: the status of the service, and news of the job. */
const SERVICE_INTERVAL_MS = 60_000;
const NEWS_INTERVAL_MS = 15_000;

const TABS = ["plan", "candidates", "progress", "leaderboard"];
const VIEWS = { plan: () => dashboard.loadPlan(), candidates: loadCandidates, progress: loadProgress, leaderboard: loadLeaderboard, comparison: loadComparison };

/** Titles of the views in the tab and the history of the browser. */
const TITLES = { plan: "Plan", candidates: "Candidates", progress: "Progress", leaderboard: "Leaderboard", comparison: "Comparison" };

/** What the components call on the dashboard. */
Object.assign(dashboard, {
  open(sessionId) {
    const opener = document.activeElement;
    let last = sessionId;
    openScorecard(sessionId, {
      onChange: (session) => updateSession(session),
      onTurn: (next) => {
        last = next;
        writeAddress({ session: next });
      },
      onClose: async () => {
        writeAddress({ session: null });
        restoreFocus(last === sessionId ? opener : null, last);
        if (readAddress().view === "leaderboard") await loadLeaderboard();
      },
      among: dashboard.shown,
      url: addressWith({ session: sessionId }),
    });
  },

  /** Show another view; Back returns to this one. */
  async view(name) {
    byId("main").focus({ preventScroll: true });
    await chooseView(name);
    byId(`${name}-view`).scrollIntoView();
  },

  async inviteSelected() {
    const people = selectedCandidates();
    clearSelection();
    await inviteMany({ candidate_ids: people.map((item) => item.candidate_id) });
  },

  /** The number of candidates by status has changed. */
  reloadCounts: () => loadStatusCounts(),

  /** Something about the job has changed: reload what is shown. */
  async changed() {
    await Promise.all([loadStatusCounts(), VIEWS[readAddress().view]()]);
  },
});

async function begin() {
  onSignedOut(signInAgain);
  for (const name of TABS) byId(`${name}-button`).addEventListener("click", () => chooseView(name));
  byId("jobs-toggle").addEventListener("click", () => openJobs(byId("jobs-toggle").getAttribute("aria-expanded") !== "true"));
  byId("jobs-search").addEventListener("input", debounce(() => {
    writeAddress({ jobs: byId("jobs-search").value.trim() });
    return findJobs();
  }));
  byId("candidates-search").addEventListener("input", debounce(() => look({ find: byId("candidates-search").value.trim() })));
  byId("candidates-status").addEventListener("change", () => look({ state: byId("candidates-status").value }));
  byId("candidates-filter").addEventListener("submit", (submit) => submit.preventDefault());
  byId("invite-spreadsheet").addEventListener("click", () => openListDialog());
  byId("logout").addEventListener("submit", deleteAllDrafts);
  readAccount().then(({ name, user }) => {
    byId("to-account").textContent = user ? name : "Account";
    if (user) document.documentElement.dataset.user = user.user_id;
  }, () => {});
  byId("refresh-all").addEventListener("click", (press) => refreshAll(press.currentTarget, describe));
  byId("rescore").addEventListener("click", () => openRescoring(dashboard.jobId));
  byId("print").addEventListener("click", () => window.print());
  byId("comparison-back").addEventListener("click", () => dashboard.view("leaderboard"));
  setUpScorecard();
  setUpLeaderboard(loadLeaderboard);
  byId("job-settings-button").addEventListener("click", () => openJobSettings(dashboard.jobId, showView));
  byId("share").addEventListener("click", () => openSharing(dashboard.jobId, dashboard.job?.title, selectedToCompare()));
  whileVisible(describe, SERVICE_INTERVAL_MS);
  whileVisible(loadNews, NEWS_INTERVAL_MS);
  closeOnBack(() => showAddress());
  describe();
  await loadJobs();
}

function whileVisible(ask, everyMs) {
  window.setInterval(() => document.visibilityState === "visible" && ask(), everyMs);
}

async function describe() {
  try {
    showService(await describeService());
  } catch (problem) {
    showUnknownService(problem);
  }
}

async function loadJobs() {
  fill(byId("jobs-report"));
  byId("job-view").hidden = true;
  fill(byId("jobs-list"), el("li", { class: "empty" }, "Loading…"));
  try {
    const answer = await listJobs();
    dashboard.jobs = answer.items;
    dashboard.foundJobs = null;
    if (answer.source) showSource(answer.source);
  } catch (problem) {
    fill(byId("jobs-list"), el("li", { class: "empty" }, "Not available"));
    fill(byId("jobs-report"), problemBox("The job descriptions could not be loaded", problem, { retry: () => loadJobs() }));
    describe();
    return;
  }
  await showAddress();
}

/** Show what is in the address. */
async function showAddress() {
  const { job, jobs, find, state } = readAddress();
  const chosen = job ?? dashboard.jobs[0]?.id ?? null;
  if (byId("jobs-search").value.trim() !== jobs || (jobs && !dashboard.foundJobs)) {
    byId("jobs-search").value = jobs;
    findJobs();
  }
  if (chosen === null) {
    showJobList();
    const none = "There are no job descriptions yet. They appear here when the main system has some.";
    fill(byId("jobs-report"), el("p", { class: "empty" }, none));
    return;
  }
  writeAddress({ job: chosen });
  const another = dashboard.jobId !== chosen;
  dashboard.jobId = chosen;
  if (!dashboard.job) dashboard.unlisted = await readJob(chosen).catch(() => null);
  // Before anything is shown: a note that comes later would move the page.
  if (another) await dashboard.showPlanNote();
  if (dashboard.jobId !== chosen) return;
  showJobList();
  showJob(dashboard.job, chosen);
  byId("job-view").hidden = false;
  if (byId("candidates-search").value.trim() !== find) byId("candidates-search").value = find;
  showStatusFilter(dashboard.job ?? { states: {} }, state);
  if (another) {
    dashboard.clear();
    clearSelection();
    fill(byId("refresh-report"));
    fill(byId("invitation-report"));
  }
  await Promise.all([loadStatusCounts(), showView()]);
  const session = readAddress().session;
  if (session && !byId("scorecard").open) dashboard.open(session);
}

function showJobList() {
  showJobs(dashboard.jobs, dashboard.jobId, dashboard.foundJobs, chooseJob);
}

/** Search jobs on the server, older ones too. */
async function findJobs() {
  const find = byId("jobs-search").value.trim();
  const answer = find ? await listJobs(find).catch(() => null) : { items: [] };
  if (byId("jobs-search").value.trim() !== find) return;
  if (answer === null) {
    fill(byId("jobs-note"), "The search failed. Edit the text to try again.");
    return;
  }
  const known = new Set(dashboard.jobs.map((job) => job.id));
  dashboard.jobs.push(...answer.items.filter((job) => !known.has(job.id)));
  dashboard.foundJobs = find ? new Set(answer.items.map((job) => job.id)) : null;
  showJobList();
}

function openJobs(open) {
  byId("jobs-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("jobs-search").focus();
}

function chooseJob(jobId) {
  openJobs(false);
  writeAddress(toJob(jobId), { step: true });
  showAddress();
  byId("main").focus();
}

function chooseView(view) {
  writeAddress({ view, page: 1 }, { step: true });
  return showView();
}

/** Search candidates and show the first page. */
function look(changes) {
  writeAddress({ page: 1, ...changes });
  byId("candidates-status").value = readAddress().state;
  loadStatusCounts();
  return loadCandidates();
}

async function showView() {
  const { view } = readAddress();
  for (const name of Object.keys(VIEWS)) byId(`${name}-view`).hidden = name !== view;
  document.title = [dashboard.job?.title, TITLES[view], "Tener Interview"].filter(Boolean).join(" · ");
  const tab = view === "comparison" ? "leaderboard" : view;
  for (const name of TABS) byId(`${name}-button`).setAttribute("aria-current", String(name === tab));
  byId("session-buttons").hidden = view === "plan";
  await VIEWS[view]();
}

function loadCandidates() {
  const query = candidatesQuery();
  return loadInto("candidates", "The candidates could not be loaded", loadCandidates, (jobId) => listCandidates(jobId, query), (answer) => {
    if (answer.source) showSource(answer.source);
    const before = dashboard.candidates;
    dashboard.show(answer.items);
    if (!updateCandidates(before, answer.items)) showCandidates(answer.items);
    const { find, state } = readAddress();
    showPager("candidates", answer.total, loadCandidates);
    byId("candidates-pager").hidden = answer.items.length === 0;
    if (answer.items.length) return "";
    if (answer.total) return "There are no candidates on this page. Go back to the previous one.";
    return find || state ? "No candidates match. Remove a word, or select all statuses." : "This job has no matched candidates yet.";
  });
}

function loadProgress() {
  return loadInto("progress", "The progress could not be loaded", loadProgress, readFunnel, (funnel) => {
    showProgress(funnel);
    return funnel.steps[0].count ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
  });
}

/** Load the counts by status. If that fails, the known ones stay. */
async function loadStatusCounts() {
  const { jobId } = dashboard;
  const funnel = await readFunnel(jobId).catch(() => null);
  if (funnel && dashboard.jobId === jobId) showCounts(funnel);
}

function showCounts({ states, needs_review, last_step: lastStep }) {
  const counts = { states, needs_review };
  if (dashboard.job) Object.assign(dashboard.job, counts);
  showJobList();
  const { state } = readAddress();
  showStatusCounts(counts, state, (chosen) => {
    writeAddress({ view: "candidates", state: chosen, find: "", page: 1 }, { step: true });
    showAddress();
  });
  showStatusFilter(counts, state);
  resumeInvitations(lastStep);
}

/** Check for news without disturbing anybody. */
async function loadNews() {
  const { jobId } = dashboard;
  if (jobId === null || document.querySelector("dialog[open]")) return;
  dashboard.refreshPlan();
  const funnel = await readFunnelIfChanged(jobId).catch(() => null);
  if (!funnel || dashboard.jobId !== jobId) return;
  showCounts(funnel);
  await VIEWS[readAddress().view]();
}

/** A session has changed in the scorecard: update its row, too. */
function updateSession(session) {
  const candidate = dashboard.candidateOf(session.session_id);
  dashboard.keep(candidate, session);
  if (candidate) showCandidate(candidate);
  loadStatusCounts();
}

/** Restore the focus; if the button was replaced, to its successor in the same row. */
function restoreFocus(opener, sessionId) {
  if (opener?.isConnected && opener !== document.body) {
    opener.focus();
    return;
  }
  const { view } = readAddress();
  const candidateId = dashboard.sessions.get(sessionId)?.candidate_id;
  byId(`${view}-view`).querySelector(`[data-candidate-id="${Number(candidateId)}"] .open-scorecard`)?.focus();
}

begin();
