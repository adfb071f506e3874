/** What is on the dashboard: the job descriptions, the chosen one, the candidates shown, and what is known of sessions. */

import { readAddress } from "./address.js";
import { listCandidates } from "./api.js";

/** How many candidates a page shows. */
export const PAGE_SIZE = 50;

export const dashboard = {
  jobs: [],
  /** The chosen job where the list has it not: it is archived, or older than the list goes back. */
  unlisted: null,
  /** The ids of those that were looked for and found; null for all. */
  foundJobs: null,
  jobId: null,
  candidates: [],
  sessions: new Map(),
  /** The sessions that are shown, in their order: the scorecard turns through them. */
  shown: [],

  get job() {
    return [...this.jobs, this.unlisted].find((one) => one?.id === this.jobId);
  },

  /** These candidates are shown now; what was known of other sessions stays known. */
  show(candidates) {
    this.candidates = candidates;
    for (const one of candidates) if (one.session) this.keep(one, one.session);
    this.shown = candidates.flatMap((one) => one.session?.session_id ?? []);
  },

  /** These are shown now as the ranking has them. */
  showRanked(items) {
    for (const one of items) this.keep(null, one);
    this.shown = items.flatMap((one) => one.session_id ?? []);
  },

  /** Remember what is newly known of a session; what was not told stays as it was. */
  keep(candidate, session) {
    const known = this.sessions.get(session.session_id);
    const name = candidate?.candidate_name ?? session.candidate_name ?? known?.candidate_name;
    const merged = { ...known, ...session, candidate_name: name, candidate_id: candidate?.candidate_id ?? session.candidate_id ?? known?.candidate_id };
    this.sessions.set(session.session_id, merged);
    if (candidate) candidate.session = merged;
  },

  /** Forget what belongs to another job. */
  clear() {
    this.candidates = [];
    this.shown = [];
    this.sessions = new Map();
  },

  /** Ask anew how far a candidate is. When that fails too, what was known stays. */
  async reload(candidate) {
    const answer = await listCandidates(this.jobId, candidatesQuery()).catch(() => ({ items: [] }));
    const now = answer.items.find((one) => one.candidate_id === candidate.candidate_id);
    if (now?.session) this.keep(candidate, now.session);
  },

  candidateOf(sessionId) {
    return this.candidates.find((one) => one.session?.session_id === sessionId);
  },

  nameOf(sessionId) {
    return this.sessions.get(sessionId)?.candidate_name ?? sessionId;
  },

  nameOfCandidate(candidateId) {
    const shown = this.candidates.find((one) => one.candidate_id === candidateId);
    return shown?.candidate_name || `Candidate ${candidateId}`;
  },
};

/** Which candidates the address asks for. */
export function candidatesQuery() {
  const { find, state, page } = readAddress();
  return { find, state, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** A job in words: by its title and its number, or by its number alone where the title is not known. */
export function jobName(jobId) {
  const job = [...dashboard.jobs, dashboard.unlisted].find((one) => one?.id === jobId);
  return job ? `“${job.title}” (job ${jobId})` : `job ${jobId}`;
}

/** Where an interview comes from that another job's start made. */
export function sharedNote(item) {
  return item.shared_with_job && `The interview of ${jobName(item.shared_with_job)} counts here too`;
}
