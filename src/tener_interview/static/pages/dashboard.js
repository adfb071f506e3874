/** The dashboard: select a job, invite, follow, decide. This file connects the screens, the address and each other. */

import { closeOnBack } from "../components/dialog.js";
import { openCandidateDetails } from "../components/candidate_details.js";
import { setUpDesk } from "../components/desk.js";
import { resumeInvitations } from "../components/invitations.js";
import { ACTIONS, canInvite, canRemind, canExtend } from "../components/list_actions.js";
import { isNarrowed, noMatches, offerListControls, setUpListControls, showListControls, showStatusCounts } from "../components/list_controls.js";
import { clearSelection, forgetSelection, MAX_SELECTED, selectedCandidates } from "../components/list_selection.js";
import { menuButton } from "../components/menu.js";
import { openMessaging } from "../components/messaging.js";
import { problemBox } from "../components/problem.js";
import { refreshAll } from "../components/refresh.js";
import { openScorecard, setUpScorecard } from "../components/scorecard.js";
import { openSharing } from "../components/sharing.js";
import { openListDialog } from "../components/spreadsheet.js";
import { showService, showSource, showUnknownService } from "../components/status.js";
import { loadInto, showPager } from "../components/load_view.js";
import { addressWith, readAddress, toJob, writeAddress } from "../lib/address.js";
import {
  account, describeService, listCandidates, listJobs, readFunnel, readFunnelIfChanged, readJob,
} from "../lib/api.js";
import { BEST_COUNT, candidatesQuery, dashboard, listFilters } from "../lib/dashboard.js";
import { button, byId, debounce, el, fill, onPlainClick, scrollStripTo } from "../lib/dom.js";
import { isKnown, number } from "../lib/format.js";
import { allows } from "../lib/constants.js";
import { t } from "../lib/texts.js";
import { showCandidates } from "./candidates.js";
import { loadComparison } from "./comparison.js";
import { candidateEntries, jobActions, jobEntries, listenToJobKeys } from "./job_actions.js";
import { setCounts, showJob, showJobs, updateJobLinks } from "./jobs.js";
import { loadLeaderboard } from "./leaderboard.js";
import { showProgress } from "./progress.js";
import { countNews, hideToday, loadToday, setUpToday } from "./today.js";

/** How often the page polls while it is visible: the status of the service, and news of the job. */
const SERVICE_INTERVAL_MS = 60_000;
const NEWS_INTERVAL_MS = 15_000;

const TABS = ["plan", "candidates", "leaderboard", "progress"];
const LISTS = ["candidates", "leaderboard"];
const VIEWS = { plan: () => dashboard.loadPlan(), candidates: loadCandidates, progress: loadProgress, leaderboard: loadLeaderboard, comparison: loadComparison };

/** Titles of the views in the tab and the history of the browser. */
const TITLES = { plan: t("Plan"), candidates: t("Candidates"), progress: t("Progress"), leaderboard: t("Leaderboard"), comparison: t("Comparison") };

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
        if (readAddress().job === null) await loadToday();
        else if (readAddress().view === "leaderboard") await loadLeaderboard();
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

  /** Open a candidate's scorecard, or the details of a candidate who is not invited. */
  openCandidate(candidate) {
    if (candidate.session) dashboard.open(candidate.session.session_id);
    else openCandidateDetails(candidate);
  },

  /** Write to candidates; `kind` is what about. */
  message(candidates, kind = null) {
    const job = dashboard.job ?? { id: dashboard.jobId };
    return openMessaging({ job, candidates, kind, changed: () => dashboard.changed() });
  },

  /** Compare these candidates. */
  compare(candidates) {
    writeAddress({ compare: candidates.map((item) => item.candidate_id).join(",") });
    return dashboard.view("comparison");
  },

  clearSelection,

  /** The number of candidates by status has changed. */
  reloadCounts: () => loadStatusCounts(),

  /** Something about the job has changed: reload what is shown. */
  async changed() {
    await Promise.all([loadStatusCounts(), VIEWS[readAddress().view]()]);
  },
});

async function setUpDashboard() {
  setUpDesk({ here: candidateEntries, more: () => jobEntries(showView), jobs: () => dashboard.jobs, go: goToAddress });
  for (const name of TABS) byId(`${name}-button`).addEventListener("click", () => chooseView(name));
  byId("jobs-toggle").addEventListener("click", () => openJobs(byId("jobs-toggle").getAttribute("aria-expanded") !== "true"));
  byId("jobs-search").addEventListener("input", debounce(() => {
    writeAddress({ jobs: byId("jobs-search").value.trim() });
    return findJobs();
  }));
  byId("invite-spreadsheet").addEventListener("click", () => openListDialog());
  account().then(({ name, user }) => {
    if (!user) return;
    document.querySelector('.links [href="/account"]').textContent = name;
    document.documentElement.dataset.user = user.user_id;
  }, () => {});
  byId("refresh-all").addEventListener("click", (press) => refreshAll(press.currentTarget, loadServiceStatus));
  byId("comparison-back").addEventListener("click", () => dashboard.view("leaderboard"));
  setUpScorecard();
  setUpListControls(() => VIEWS[readAddress().view]());
  byId("compare-best").addEventListener("click", () => dashboard.compare(dashboard.candidates.filter(({ session }) => isKnown(session?.rank)).slice(0, BEST_COUNT)));
  byId("share").addEventListener("click", () => openSharing(dashboard.jobId, dashboard.job?.title, selectedCandidates().filter(({ session }) => session).map((item) => item.candidate_id)));
  byId("session-buttons").append(menuButton(t("More for this job"), () => jobActions(showView), { kind: "small" }));
  setUpToday({ open: (sessionId) => dashboard.open(sessionId), go: (target) => goTo(target) });
  byId("today-link").addEventListener("click", (press) => onPlainClick(press, () => goTo(toJob(null))));
  listenToJobKeys({ view: chooseView, today: () => goTo(toJob(null)) });
  whileVisible(loadServiceStatus, SERVICE_INTERVAL_MS);
  whileVisible(countNews, SERVICE_INTERVAL_MS);
  whileVisible(loadNews, NEWS_INTERVAL_MS);
  closeOnBack(() => showAddress());
  loadServiceStatus();
  // The list of Today comes from the service's own database: it loads even if the jobs cannot be read.
  if (readAddress().job === null) showToday();
  else countNews();
  await loadJobs();
}

function whileVisible(ask, everyMs) {
  window.setInterval(() => document.visibilityState === "visible" && ask(), everyMs);
}

async function loadServiceStatus() {
  try {
    showService(await describeService());
  } catch (problem) {
    showUnknownService(problem);
  }
}

async function loadJobs() {
  fill(byId("jobs-report"));
  byId("job-view").hidden = true;
  fill(byId("jobs-list"), el("li", { class: "empty" }, t("Loading…")));
  try {
    const found = await listJobs();
    dashboard.jobs = found.items;
    dashboard.foundJobs = null;
    if (found.source) showSource(found.source);
  } catch (problem) {
    fill(byId("jobs-list"), el("li", { class: "empty" }, t("Not available")));
    fill(byId("jobs-report"), problemBox(t("The jobs could not be loaded"), problem, { retry: () => loadJobs() }));
    loadServiceStatus();
    return;
  }
  await showAddress();
}

/** Show what is in the address. */
async function showAddress() {
  const { job: chosen, jobs } = readAddress();
  if (byId("jobs-search").value.trim() !== jobs || (jobs && !dashboard.foundJobs)) {
    byId("jobs-search").value = jobs;
    findJobs();
  }
  if (chosen === null) {
    dashboard.jobId = null;
    byId("job-view").hidden = true;
    showJobList();
    const none = t("There are no jobs yet. They appear here when the main system has some.");
    fill(byId("jobs-report"), dashboard.jobs.length === 0 && el("p", { class: "empty" }, none));
    if (byId("today-view").hidden) showToday();
    const { session } = readAddress();
    if (session && !byId("scorecard").open) dashboard.open(session);
    return;
  }
  if (!byId("today-view").hidden) hideToday();
  byId("today-view").hidden = true;
  byId("today-link").removeAttribute("aria-current");
  const another = dashboard.jobId !== chosen;
  dashboard.jobId = chosen;
  if (!dashboard.job) dashboard.jobOutsideList = await readJob(chosen).catch(() => null);
  // Before anything is shown: a note that comes later would move the page.
  if (another) await dashboard.showPlanNote();
  if (dashboard.jobId !== chosen) return;
  showJob(dashboard.job, chosen);
  byId("job-view").hidden = false;
  if (another) {
    dashboard.clear();
    forgetSelection();
    for (const report of ["refresh-report", "invitation-report", "decision-report"]) fill(byId(report));
  }
  const loaded = Promise.all([loadStatusCounts(), showView()]);
  // The candidates are on their way now: several hundred jobs take a while to draw.
  showJobList();
  await loaded;
  const session = readAddress().session;
  if (session && !byId("scorecard").open) dashboard.open(session);
}

function showJobList() {
  showJobs(dashboard.jobs, dashboard.jobId, dashboard.foundJobs, chooseJob);
}

/** Search jobs on the server, older ones too. */
async function findJobs() {
  const find = byId("jobs-search").value.trim();
  const found = find ? await listJobs(find).catch(() => null) : { items: [] };
  if (byId("jobs-search").value.trim() !== find) return;
  if (found === null) {
    fill(byId("jobs-note"), t("The search failed. Edit the text to try again."));
    return;
  }
  const listedIds = new Set(dashboard.jobs.map((job) => job.id));
  dashboard.jobs.push(...found.items.filter((job) => !listedIds.has(job.id)));
  dashboard.foundJobs = find ? new Set(found.items.map((job) => job.id)) : null;
  showJobList();
}

function openJobs(open) {
  byId("jobs-toggle").setAttribute("aria-expanded", String(open));
  if (open) byId("jobs-search").focus();
}

function chooseJob(jobId) {
  goTo(toJob(jobId));
}

/** Go to another job or view, or to Today. */
function goTo(target) {
  openJobs(false);
  writeAddress(target, { step: true });
  showAddress();
  window.scrollTo(0, 0);
  byId("main").focus({ preventScroll: true });
}

/** Go to an address of this page, as a link from elsewhere has it; false for another page. */
function goToAddress(href) {
  const url = new URL(href, window.location);
  if (url.pathname !== window.location.pathname) return false;
  const { job, ...more } = Object.fromEntries(url.searchParams);
  goTo({ ...toJob(job ? Number(job) : null), ...more });
  return true;
}

function showToday() {
  byId("today-view").hidden = false;
  byId("today-link").setAttribute("aria-current", "page");
  document.title = t("Today · Tener Interview");
  byId("jobs-toggle").textContent = t("Choose another job");
  return loadToday();
}

function chooseView(view) {
  writeAddress({ view, page: 1 }, { step: true });
  return showView();
}

async function showView() {
  const { view } = readAddress();
  for (const name of Object.keys(VIEWS)) byId(`${name}-view`).hidden = name !== view;
  document.title = [dashboard.job?.title, TITLES[view], t("Tener Interview")].filter(Boolean).join(" · ");
  updateJobLinks();
  const tab = view === "comparison" ? "leaderboard" : view;
  for (const name of TABS) byId(`${name}-button`).setAttribute("aria-current", String(name === tab));
  scrollStripTo(byId(`${tab}-button`));
  byId("session-buttons").hidden = view === "plan";
  byId("invite-spreadsheet").hidden = view !== "candidates";
  byId("compare-best").hidden = true;
  offerInterviewButtons();
  byId("list-controls").hidden = !LISTS.includes(view);
  if (view === "candidates") dashboard.groups = {};
  showListControls(VIEWS[view]);
  await VIEWS[view]();
  byId("selection-bar").hidden = !LISTS.includes(view) || selectedCandidates().length === 0;
}

/** Sharing and refreshing are offered once somebody is invited. */
function offerInterviewButtons() {
  for (const name of ["share", "refresh-all"]) byId(name).hidden = dashboard.invited === 0;
}

function loadCandidates() {
  const query = candidatesQuery();
  return loadInto("candidates", t("The candidates could not be loaded"), loadCandidates, (jobId) => listCandidates(jobId, query), (page) => {
    if (page.source) showSource(page.source);
    dashboard.show(page.items);
    dashboard.found = { total: page.total, load: loadFound };
    if (!isNarrowed()) dashboard.everybody = page.total;
    showListControls(loadCandidates);
    offerListControls(page.total);
    showCandidates(page.items);
    showGroupAction(page.total);
    showPager("candidates", page.total, loadCandidates);
    byId("candidates-pager").hidden = page.items.length === 0;
    if (page.items.length) return "";
    if (page.total) return t("There are no candidates on this page. Go back to the previous one.");
    return isNarrowed() ? noMatches(loadCandidates) : [t("This job has no matched candidates yet. They appear here when the main system has some; others can be invited from a spreadsheet."), " ", button(t("Invite From Spreadsheet"), () => byId("invite-spreadsheet").click(), { kind: "small" })];
  });
}

/** Everybody who matches the filters, as far as they can be selected at once. */
async function loadFound() {
  const { items } = await listCandidates(dashboard.jobId, { ...listFilters("candidates"), limit: MAX_SELECTED });
  for (const item of items) if (item.session) dashboard.keep(item, item.session);
  return items;
}

/** What is to be done with everybody in a state. */
function dueIn(state) {
  if (state === "none") return ["invite", canInvite];
  if (state === "expired") return ["extend", canExtend];
  return state === "unanswered" || state === "expiring" || allows("use_link", state) ? ["remind", canRemind] : [];
}

/** Offer with one click what everybody in the chosen state needs. */
function showGroupAction(total) {
  const [name, able] = dueIn(readAddress().state);
  const action = ACTIONS.find((entry) => entry.name === name);
  const place = byId("group-action");
  place.hidden = !action || total === 0 || readAddress().view !== "candidates";
  const count = number(Math.min(total, MAX_SELECTED));
  fill(place, !place.hidden && button(action.labelForAll(count), async () => {
    const candidates = (await loadFound()).filter(able);
    action.act(candidates);
  }, { kind: "small soft", "aria-haspopup": "dialog" }));
}

function loadProgress() {
  return loadInto("progress", t("The progress could not be loaded"), loadProgress, readFunnel, (funnel) => {
    showProgress(funnel);
    return funnel.steps[0].count ? "" : t("Nobody has been invited yet. Invite a candidate first.");
  });
}

/** Load the counts by status. If that fails, the known ones stay. */
async function loadStatusCounts() {
  const { jobId } = dashboard;
  if (jobId === null) return;
  const funnel = await readFunnel(jobId).catch(() => null);
  if (funnel && dashboard.jobId === jobId) showCounts(funnel);
}

function showCounts({ states, needs_review, last_step: lastStep }) {
  const counts = { states, needs_review };
  dashboard.invited = Object.values(states).reduce((sum, count) => sum + count, 0);
  offerInterviewButtons();
  if (dashboard.job && !setCounts(dashboard.job, counts)) showJobList();
  showStatusCounts(counts, VIEWS[readAddress().view]);
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
  dashboard.keep(candidate ?? null, session);
  if (readAddress().view === "candidates") showCandidates(dashboard.candidates);
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

setUpDashboard();
