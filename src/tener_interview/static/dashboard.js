/** The dashboard: pick a JD, invite, follow, decide. This file wires the screens to the address and to each other. */

import { readAddress, writeAddress } from "./address.js";
import {
  describeService, leaderboard, leaderboardCsvUrl, listCandidates, listJobs, readFunnel, readFunnelIfChanged,
} from "./api.js";
import { chosenCandidates, clearChosen, showCandidate, showCandidates, showStateChoices, updateCandidates } from "./candidates.js";
import { openCsvDialog } from "./csvdialog.js";
import { desk, PAGE_SIZE, wantedCandidates } from "./desk.js";
import { byId, el, fill } from "./dom.js";
import { inviteMany, resumeInvitations } from "./invitations.js";
import { showJob, showJobs, showStates } from "./jobs.js";
import { showLeaderboard } from "./leaderboard.js";
import { showPager } from "./pager.js";
import { problemBox } from "./problems.js";
import { showProgress } from "./progress.js";
import { refreshAll } from "./refresh.js";
import { openScorecard } from "./scorecard.js";
import { showService, showSource, showUnknownService } from "./service.js";
import { openSharing } from "./sharing.js";

/** How often the page asks by itself, while somebody looks at it: how the service is, and what is new for the job. */
const DESCRIBE_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 15_000;
/** How long somebody must stop typing before what was typed is looked for. */
const TYPED_MS = 250;

const VIEWS = { candidates: loadCandidates, progress: loadProgress, leaderboard: loadLeaderboard };

/** What the parts of the page ask of the whole. */
Object.assign(desk, {
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

  async inviteChosen() {
    const people = chosenCandidates();
    clearChosen(desk);
    await inviteMany({ candidate_ids: people.map((one) => one.candidate_id) }, desk);
  },

  /** Something is new for the job: show it, wherever it is shown. */
  async changed() {
    await Promise.all([loadStates(), VIEWS[readAddress().view]()]);
  },
});

async function begin() {
  for (const view of Object.keys(VIEWS)) byId(`${view}-button`).addEventListener("click", () => chooseView(view));
  byId("jobs-toggle").addEventListener("click", () => openJobs(byId("jobs-toggle").getAttribute("aria-expanded") !== "true"));
  byId("jobs-find").addEventListener("input", () => {
    writeAddress({ jobs: byId("jobs-find").value.trim() });
    listTheJobs();
  });
  byId("candidates-find").addEventListener("input", afterTyping(() => look({ find: byId("candidates-find").value.trim() })));
  byId("candidates-state").addEventListener("change", () => look({ state: byId("candidates-state").value }));
  byId("candidates-filter").addEventListener("submit", (submit) => submit.preventDefault());
  byId("invite-csv").addEventListener("click", () => openCsvDialog((candidates) => inviteMany({ candidates }, desk)));
  byId("refresh-all").addEventListener("click", (press) => refreshAll(press.currentTarget, desk, describe));
  byId("scorecard-close").addEventListener("click", () => byId("scorecard").close());
  byId("scorecard").addEventListener("click", (press) => {
    if (press.target === byId("scorecard")) byId("scorecard").close();
  });
  byId("share").addEventListener("click", () => openSharing(desk.jobId, desk.job?.title));
  whileLookedAt(describe, DESCRIBE_EVERY_MS);
  whileLookedAt(lookAgain, LOOK_EVERY_MS);
  window.addEventListener("popstate", () => showAddress());
  describe();
  await loadJobs();
}

function whileLookedAt(ask, everyMs) {
  window.setInterval(() => document.visibilityState === "visible" && ask(), everyMs);
}

function afterTyping(act) {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, TYPED_MS);
  };
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
  const { job, session, jobs, find, state } = readAddress();
  const chosen = job ?? desk.jobs[0]?.id ?? null;
  byId("jobs-find").value = jobs;
  if (chosen === null) {
    listTheJobs();
    const none = "There are no job descriptions yet. They appear here when the main system has some.";
    fill(byId("jobs-report"), el("p", { class: "empty" }, none));
    return;
  }
  writeAddress({ job: chosen });
  const another = desk.jobId !== chosen;
  desk.jobId = chosen;
  listTheJobs();
  showJob(desk.job, chosen);
  byId("desk").hidden = false;
  if (byId("candidates-find").value.trim() !== find) byId("candidates-find").value = find;
  showStateChoices(desk.job?.states ?? {}, state);
  if (another) {
    desk.clear();
    clearChosen(desk);
    fill(byId("desk-report"));
    fill(byId("step-report"));
  }
  if (!session && byId("scorecard").open) byId("scorecard").close();
  await Promise.all([loadStates(), showView()]);
  if (session && !byId("scorecard").open) desk.open(session);
}

function listTheJobs() {
  showJobs(desk.jobs, desk.jobId, byId("jobs-find").value.trim(), chooseJob);
}

function openJobs(open) {
  byId("jobs-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("jobs-find").focus();
}

function chooseJob(jobId) {
  openJobs(false);
  writeAddress({ job: jobId, session: null, find: "", state: "", page: 1 }, { step: true });
  showAddress();
  byId("main").focus();
}

function chooseView(view) {
  writeAddress({ view }, { step: true });
  showView();
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
  for (const name of Object.keys(VIEWS)) {
    byId(`${name}-view`).hidden = name !== view;
    byId(`${name}-button`).setAttribute("aria-current", String(name === view));
  }
  byId("leaderboard-csv").href = leaderboardCsvUrl(desk.jobId);
  await VIEWS[view]();
}

function loadCandidates() {
  const wanted = wantedCandidates();
  return intoView("candidates", "The candidates could not be read", loadCandidates, (jobId) => listCandidates(jobId, wanted), (answer) => {
    if (answer.source) showSource(answer.source);
    const before = desk.candidates;
    desk.show(answer.items);
    if (!updateCandidates(before, answer.items, desk)) showCandidates(answer.items, desk);
    const { page, find, state } = readAddress();
    const turn = async (to) => {
      writeAddress({ page: to }, { step: true });
      await loadCandidates();
      byId("main").focus();
      byId("candidates-view").scrollIntoView();
    };
    showPager(byId("candidates-pager"), { page, size: PAGE_SIZE, total: answer.total, what: answer.total === 1 ? "candidate" : "candidates" }, turn);
    byId("candidates-pager").hidden = answer.items.length === 0;
    if (answer.items.length) return "";
    if (answer.total) return "There are no candidates on this page. Go back to an earlier one.";
    return find || state ? "Nobody fits. Take a word away, or look in every state." : "This job description has no matched candidates yet.";
  });
}

function loadLeaderboard() {
  return intoView("leaderboard", "The leaderboard could not be read", loadLeaderboard, leaderboard, (answer) => {
    for (const item of answer.items) desk.keep(null, { session_id: item.session_id, candidate_name: item.candidate_name });
    showLeaderboard(answer.items, desk.sessions, (sessionId) => desk.open(sessionId));
    return answer.items.length ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
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

function showCounts({ states, last_step: lastStep }) {
  if (desk.job) desk.job.states = states;
  listTheJobs();
  const { state } = readAddress();
  showStates(states, state, (wanted) => {
    writeAddress({ view: "candidates", state: wanted, find: "", page: 1 }, { step: true });
    showAddress();
  });
  showStateChoices(states, state);
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

/**
 * Load something into a view: a word while it loads, a sentence when it is empty, a box when it failed. What was
 * shown of the same job stays until there is something newer; what arrives after another wish is dropped.
 * `show(answer)` gives the sentence for an empty view, or "".
 */
async function intoView(name, what, retry, load, show) {
  const { jobId } = desk;
  const place = byId(`${name}-view`);
  const report = byId(`${name}-report`);
  const frame = byId(`${name}-frame`);
  const wish = String(Number(place.dataset.wish ?? 0) + 1);
  place.dataset.wish = wish;
  if (place.dataset.jobId !== String(jobId)) {
    frame.hidden = true;
    fill(report, el("p", { class: "empty" }, "Loading…"));
  }
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await load(jobId);
    if (place.dataset.wish !== wish) return;
    const sentence = show(answer);
    place.dataset.jobId = jobId;
    frame.hidden = sentence !== "";
    fill(report, sentence !== "" && el("p", { class: "empty", role: "status" }, sentence));
  } catch (problem) {
    if (place.dataset.wish === wish) fill(report, problemBox(what, problem, { retry }));
  } finally {
    if (place.dataset.wish === wish) place.removeAttribute("aria-busy");
  }
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
  byId(`${view}-view`).querySelector(`tr[data-candidate-id="${Number(candidateId)}"] .open-scorecard`)?.focus();
}

begin();
