/** The dashboard: pick a JD, invite, follow, decide. This file wires the screens to the address and to each other. */

import { closeOnBack } from "../components/dialog.js";
import { inviteMany, resumeInvitations } from "../components/invitations.js";
import { problemBox } from "../components/problem.js";
import { refreshAll } from "../components/refresh.js";
import { openRescoring } from "../components/rescoring.js";
import { beginScorecard, openScorecard } from "../components/scorecard.js";
import { openSharing } from "../components/sharing.js";
import { signInAgain } from "../components/signin.js";
import { forgetAllDrafts, openListDialog } from "../components/spreadsheet.js";
import { showService, showSource, showUnknownService } from "../components/status.js";
import { intoView, showPager } from "../components/view.js";
import { addressWith, chosenToCompare, readAddress, toJob, writeAddress } from "../lib/address.js";
import {
  describeService, listCandidates, listJobs, onSignedOut, readFunnel, readFunnelIfChanged, readJob,
} from "../lib/api.js";
import { desk, wantedCandidates } from "../lib/desk.js";
import { afterTyping, byId, el, fill } from "../lib/dom.js";
import {
  chosenCandidates, clearChosen, showCandidate, showCandidates, showStateChoices, updateCandidates,
} from "./candidates.js";
import { loadComparison } from "./comparison.js";
import { showJob, showJobs, showStates } from "./jobs.js";
import { beginStandings, loadLeaderboard } from "./leaderboard.js";
import { showProgress } from "./progress.js";

/** How often the page asks by itself, while somebody looks at it: how the service is, and what is new for the job. */
const DESCRIBE_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 15_000;

const TABS = ["candidates", "progress", "leaderboard"];
const VIEWS = { candidates: loadCandidates, progress: loadProgress, leaderboard: loadLeaderboard, comparison: loadComparison };

/** What a tab of the browser, and its history, call each view. */
const TITLES = { candidates: "Candidates", progress: "Progress", leaderboard: "Leaderboard", comparison: "Side by side" };

/** What the parts of the page ask of the whole. */
Object.assign(desk, {
  open(sessionId) {
    const opener = document.activeElement;
    let last = sessionId;
    openScorecard(sessionId, {
      onChange: (session) => takeIn(session),
      onTurn: (next) => {
        last = next;
        writeAddress({ session: next });
      },
      onClose: async () => {
        writeAddress({ session: null });
        giveFocusBack(last === sessionId ? opener : null, last);
        if (readAddress().view === "leaderboard") await loadLeaderboard();
      },
      among: desk.shown,
      url: addressWith({ session: sessionId }),
    });
  },

  /** Show another view, so that Back comes back to this one. */
  async view(name) {
    byId("main").focus({ preventScroll: true });
    await chooseView(name);
    byId(`${name}-view`).scrollIntoView();
  },

  async inviteChosen() {
    const people = chosenCandidates();
    clearChosen(desk);
    await inviteMany({ candidate_ids: people.map((one) => one.candidate_id) }, desk);
  },

  /** How many are in which state is another now. */
  recount: () => loadStates(),

  /** Something is new for the job: show it, wherever it is shown. */
  async changed() {
    await Promise.all([loadStates(), VIEWS[readAddress().view]()]);
  },
});

async function begin() {
  onSignedOut(signInAgain);
  for (const name of TABS) byId(`${name}-button`).addEventListener("click", () => chooseView(name));
  byId("jobs-toggle").addEventListener("click", () => openJobs(byId("jobs-toggle").getAttribute("aria-expanded") !== "true"));
  byId("jobs-find").addEventListener("input", afterTyping(() => {
    writeAddress({ jobs: byId("jobs-find").value.trim() });
    return findJobs();
  }));
  byId("candidates-find").addEventListener("input", afterTyping(() => look({ find: byId("candidates-find").value.trim() })));
  byId("candidates-state").addEventListener("change", () => look({ state: byId("candidates-state").value }));
  byId("candidates-filter").addEventListener("submit", (submit) => submit.preventDefault());
  byId("invite-csv").addEventListener("click", () => openListDialog(desk));
  byId("logout").addEventListener("submit", forgetAllDrafts);
  byId("refresh-all").addEventListener("click", (press) => refreshAll(press.currentTarget, desk, describe));
  byId("rescore").addEventListener("click", () => openRescoring(desk.jobId));
  byId("print").addEventListener("click", () => window.print());
  byId("comparison-back").addEventListener("click", () => desk.view("leaderboard"));
  beginScorecard();
  beginStandings(loadLeaderboard);
  byId("share").addEventListener("click", () => openSharing(desk.jobId, desk.job?.title, chosenToCompare()));
  whileLookedAt(describe, DESCRIBE_EVERY_MS);
  whileLookedAt(lookAgain, LOOK_EVERY_MS);
  closeOnBack(() => showAddress());
  describe();
  await loadJobs();
}

function whileLookedAt(ask, everyMs) {
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
  byId("desk").hidden = true;
  fill(byId("jobs-list"), el("li", { class: "empty" }, "Loading…"));
  try {
    const answer = await listJobs();
    desk.jobs = answer.items;
    desk.foundJobs = null;
    if (answer.source) showSource(answer.source);
  } catch (problem) {
    fill(byId("jobs-list"), el("li", { class: "empty" }, "Not available"));
    fill(byId("jobs-report"), problemBox("The job descriptions could not be read", problem, { retry: () => loadJobs() }));
    describe();
    return;
  }
  await showAddress();
}

/** Make the page show what its address says. */
async function showAddress() {
  const { job, jobs, find, state } = readAddress();
  const chosen = job ?? desk.jobs[0]?.id ?? null;
  if (byId("jobs-find").value.trim() !== jobs || (jobs && !desk.foundJobs)) {
    byId("jobs-find").value = jobs;
    findJobs();
  }
  if (chosen === null) {
    listTheJobs();
    const none = "There are no job descriptions yet. They appear here when the main system has some.";
    fill(byId("jobs-report"), el("p", { class: "empty" }, none));
    return;
  }
  writeAddress({ job: chosen });
  const another = desk.jobId !== chosen;
  desk.jobId = chosen;
  if (!desk.job) desk.unlisted = await readJob(chosen).catch(() => null);
  if (desk.jobId !== chosen) return;
  listTheJobs();
  showJob(desk.job, chosen);
  byId("desk").hidden = false;
  if (byId("candidates-find").value.trim() !== find) byId("candidates-find").value = find;
  showStateChoices(desk.job ?? { states: {} }, state);
  if (another) {
    desk.clear();
    clearChosen(desk);
    fill(byId("desk-report"));
    fill(byId("step-report"));
  }
  await Promise.all([loadStates(), showView()]);
  const session = readAddress().session;
  if (session && !byId("scorecard").open) desk.open(session);
}

function listTheJobs() {
  showJobs(desk.jobs, desk.jobId, desk.foundJobs, chooseJob);
}

/** Look for jobs as the service looks for candidates, among older ones too. */
async function findJobs() {
  const find = byId("jobs-find").value.trim();
  const answer = find ? await listJobs(find).catch(() => null) : { items: [] };
  if (byId("jobs-find").value.trim() !== find) return;
  if (answer === null) {
    fill(byId("jobs-note"), "They could not be looked for. Change a letter to try again.");
    return;
  }
  const known = new Set(desk.jobs.map((job) => job.id));
  desk.jobs.push(...answer.items.filter((job) => !known.has(job.id)));
  desk.foundJobs = find ? new Set(answer.items.map((job) => job.id)) : null;
  listTheJobs();
}

function openJobs(open) {
  byId("jobs-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("jobs-find").focus();
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

/** Look for other candidates; whatever is new of the wish, the first page of it is shown. */
function look(wish) {
  writeAddress({ page: 1, ...wish });
  byId("candidates-state").value = readAddress().state;
  loadStates();
  return loadCandidates();
}

async function showView() {
  const { view } = readAddress();
  for (const name of Object.keys(VIEWS)) byId(`${name}-view`).hidden = name !== view;
  document.title = [desk.job?.title, TITLES[view], "Tener Interview"].filter(Boolean).join(" · ");
  const tab = view === "comparison" ? "leaderboard" : view;
  for (const name of TABS) byId(`${name}-button`).setAttribute("aria-current", String(name === tab));
  await VIEWS[view]();
}

function loadCandidates() {
  const wanted = wantedCandidates();
  return intoView("candidates", "The candidates could not be read", loadCandidates, (jobId) => listCandidates(jobId, wanted), (answer) => {
    if (answer.source) showSource(answer.source);
    const before = desk.candidates;
    desk.show(answer.items);
    if (!updateCandidates(before, answer.items, desk)) showCandidates(answer.items, desk);
    const { find, state } = readAddress();
    showPager("candidates", answer.total, loadCandidates);
    byId("candidates-pager").hidden = answer.items.length === 0;
    if (answer.items.length) return "";
    if (answer.total) return "There are no candidates on this page. Go back to an earlier one.";
    return find || state ? "Nobody fits. Take a word away, or look in every state." : "This job description has no matched candidates yet.";
  });
}

function loadProgress() {
  return intoView("progress", "How far the candidates are could not be read", loadProgress, readFunnel, (funnel) => {
    showProgress(funnel);
    return funnel.steps[0].count ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
  });
}

/** How many candidates are in each state now. When that cannot be read, what was known stays. */
async function loadStates() {
  const { jobId } = desk;
  const funnel = await readFunnel(jobId).catch(() => null);
  if (funnel && desk.jobId === jobId) showCounts(funnel);
}

function showCounts({ states, needs_review, last_step: lastStep }) {
  const counts = { states, needs_review };
  if (desk.job) Object.assign(desk.job, counts);
  listTheJobs();
  const { state } = readAddress();
  showStates(counts, state, (wanted) => {
    writeAddress({ view: "candidates", state: wanted, find: "", page: 1 }, { step: true });
    showAddress();
  });
  showStateChoices(counts, state);
  resumeInvitations(lastStep, desk);
}

/** Quietly: ask whether anything is new, and show it without disturbing anybody. */
async function lookAgain() {
  const { jobId } = desk;
  if (jobId === null || document.querySelector("dialog[open]")) return;
  const funnel = await readFunnelIfChanged(jobId).catch(() => null);
  if (!funnel || desk.jobId !== jobId) return;
  showCounts(funnel);
  await VIEWS[readAddress().view]();
}

/** A session has changed in the scorecard: show it in its row too. */
function takeIn(session) {
  const candidate = desk.candidateOf(session.session_id);
  desk.keep(candidate, session);
  if (candidate) showCandidate(candidate, desk);
  loadStates();
}

/** The button that opened the scorecard may have been replaced; then its successor in the same row gets the focus. */
function giveFocusBack(opener, sessionId) {
  if (opener?.isConnected && opener !== document.body) {
    opener.focus();
    return;
  }
  const { view } = readAddress();
  const candidateId = desk.sessions.get(sessionId)?.candidate_id;
  byId(`${view}-view`).querySelector(`[data-candidate-id="${Number(candidateId)}"] .open-scorecard`)?.focus();
}

begin();
