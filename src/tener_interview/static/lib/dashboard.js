/** The state of the dashboard: the jobs, the selected job, the candidates shown, and the sessions loaded so far. */

import { readAddress } from "./address.js";
import { listCandidates } from "./api.js";
import { rules } from "./rules.js";

/** The longest page of a leaderboard that can be loaded. */
export const MAX_LEADERBOARD = rules.limits.leaderboard.limit.maximum;
/** How many candidates a page shows. */
export const PAGE_SIZE = 50;

export const dashboard = {
  jobs: [],
  /** The selected job if the list does not have it: it is archived or too old. */
  unlisted: null,
  /** The ids of the jobs found by the search; null without a search. */
  foundJobs: null,
  jobId: null,
  candidates: [],
  sessions: new Map(),
  /** The ids of the sessions shown, in their order; the scorecard pages through them. */
  shown: [],

  get job() {
    return [...this.jobs, this.unlisted].find((item) => item?.id === this.jobId);
  },

  /** Set the candidates that are shown. Other sessions loaded before are kept. */
  show(candidates) {
    this.candidates = candidates;
    for (const item of candidates) if (item.session) this.keep(item, item.session);
    this.shown = candidates.flatMap((item) => item.session?.session_id ?? []);
  },

  /** Set what is shown, from a ranking. */
  showRanked(items) {
    for (const item of items) this.keep(null, item);
    this.shown = items.flatMap((item) => item.session_id ?? []);
  },

  /** Keep new data of a session; fields that are missing keep their values. */
  keep(candidate, session) {
    const known = this.sessions.get(session.session_id);
    const name = candidate?.candidate_name ?? session.candidate_name ?? known?.candidate_name;
    const merged = { ...known, ...session, candidate_name: name, candidate_id: candidate?.candidate_id ?? session.candidate_id ?? known?.candidate_id };
    this.sessions.set(session.session_id, merged);
    if (candidate) candidate.session = merged;
  },

  /** Forget the data of another job. */
  clear() {
    this.candidates = [];
    this.shown = [];
    this.sessions = new Map();
  },

  /** Reload one candidate. If that fails, the known data stays. */
  async reload(candidate) {
    const answer = await listCandidates(this.jobId, candidatesQuery()).catch(() => ({ items: [] }));
    const now = answer.items.find((item) => item.candidate_id === candidate.candidate_id);
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
    return shown?.candidate_name || `Candidate ${candidateId}`;
  },
};

/** The query of the candidate list, from the address. */
export function candidatesQuery() {
  const { find, state, page } = readAddress();
  return { find, state, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** A job as text: title and number, or only the number if the title is not known. */
export function jobName(jobId) {
  const job = [...dashboard.jobs, dashboard.unlisted].find((item) => item?.id === jobId);
  return job ? `“${job.title}” (job ${jobId})` : `job ${jobId}`;
}

/** The note on an interview that was started for another job. */
export function sharedNote(item) {
  return item.shared_with_job && `The interview of ${jobName(item.shared_with_job)} counts here too`;
}
