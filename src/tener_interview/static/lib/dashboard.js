/** The state of the dashboard: the jobs, the selected job, the candidates shown, and the sessions loaded so far. */

import { firstSort, readAddress } from "./address.js";
import { listCandidates } from "./api.js";
import { constants, isStatus } from "./constants.js";
import { t } from "./texts.js";

/** The longest page of a leaderboard that can be loaded. */
export const MAX_LEADERBOARD = constants.limits.leaderboard.limit.maximum;
/** How many candidates a page shows. */
export const PAGE_SIZE = 50;
/** How many of the best are compared or shared when nobody is selected. */
export const BEST_COUNT = 3;

export const dashboard = {
  jobs: [],
  /** The selected job if the list does not have it: it is archived or too old. */
  jobOutsideList: null,
  /** The ids of the jobs found by the search; null without a search. */
  foundJobs: null,
  jobId: null,
  candidates: [],
  sessions: new Map(),
  /** The ids of the sessions shown, in their order; the scorecard pages through them. */
  shown: [],
  /** How many match the filters of the list, and how all of them are loaded. */
  found: { total: 0, load: async () => [] },
  /** How many candidates the job has; null until the whole list was loaded. */
  everybody: null,
  /** How many candidates have an interview; null until they are counted. */
  invited: null,
  /** How many there are in each group of the leaderboard. */
  groups: {},

  get job() {
    return [...this.jobs, this.jobOutsideList].find((item) => item?.id === this.jobId);
  },

  /** Set the candidates that are shown. Other sessions loaded before are kept. */
  show(candidates) {
    this.candidates = candidates;
    for (const item of candidates) if (item.session) this.keep(item, item.session);
    this.shown = candidates.flatMap((item) => item.session?.session_id ?? []);
  },

  /** Set what is shown, from a ranking. */
  showRanked(items) {
    this.candidates = items.map((item) => this.candidateOfRow(item));
    this.shown = items.flatMap((item) => item.session_id ?? []);
  },

  /** The candidate of a row of a ranking, with the session as both lists know it. */
  candidateOfRow({ candidate: listed, ...item }) {
    const { candidate_id: id, candidate_name: name, interview_status: status } = item;
    const candidate = listed ?? { candidate_id: id, candidate_name: name, languages: [], skills: [] };
    this.keep(candidate, { status, ...candidate.session, ...item });
    return candidate;
  },

  /** Keep new data of a session; fields that are missing keep their values. */
  keep(candidate, session) {
    const before = this.sessions.get(session.session_id);
    const name = candidate?.candidate_name ?? session.candidate_name ?? before?.candidate_name;
    const merged = { ...before, ...session, candidate_name: name, candidate_id: candidate?.candidate_id ?? session.candidate_id ?? before?.candidate_id };
    this.sessions.set(session.session_id, merged);
    if (candidate) candidate.session = merged;
  },

  /** Forget the data of another job. */
  clear() {
    this.candidates = [];
    this.shown = [];
    this.groups = {};
    this.everybody = null;
    this.invited = null;
    this.sessions = new Map();
  },

  /** Reload one candidate. If that fails, the known data stays. */
  async reload(candidate) {
    const page = await listCandidates(this.jobId, candidatesQuery()).catch(() => ({ items: [] }));
    const now = page.items.find((item) => item.candidate_id === candidate.candidate_id);
    if (now?.session) this.keep(candidate, now.session);
  },

  candidateOf(sessionId) {
    return this.candidates.find((item) => item.session?.session_id === sessionId);
  },

  nameOf(sessionId) {
    return this.sessions.get(sessionId)?.candidate_name ?? sessionId;
  },

  nameOfCandidate(candidateId) {
    const shown = this.candidates.find((item) => item.candidate_id === candidateId);
    return shown?.candidate_name || t("Candidate {id}", { id: candidateId });
  },
};

/** The filters and the order of a view, from the address, as the service takes them. */
export function listFilters(view = readAddress().view) {
  const { find, state, sort, order, recommendation, flag, decision, group, coverage } = readAddress();
  const shared = { q: find, order, sort: sort || firstSort(), recommendation, flag, decision, group, min_coverage_percent: coverage };
  if (view !== "leaderboard") return { ...shared, state };
  return { ...shared, sort: shared.sort === "match" ? "" : shared.sort, status: isStatus(state) ? state : "" };
}

/** The query of the page of the candidate list that is in the address. */
export function candidatesQuery() {
  return { ...listFilters("candidates"), limit: PAGE_SIZE, offset: (readAddress().page - 1) * PAGE_SIZE };
}

/** A job as text: title and number, or only the number if the title is not known. */
export function jobName(jobId) {
  const job = [...dashboard.jobs, dashboard.jobOutsideList].find((item) => item?.id === jobId);
  return job ? t("“{title}” (job {id})", { title: job.title, id: jobId }) : t("job {id}", { id: jobId });
}

/** The note on an interview that the candidate was invited to for another job. */
export function sharedNote(item) {
  return item.shared_with_job && t("The interview of {job} counts here too", { job: jobName(item.shared_with_job) });
}
