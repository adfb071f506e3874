/** Entries of the command palette: pages, jobs, people and actions, how they are found by words, and their order. */

import { t } from "./texts.js";

const RECRUITERS = ["recruiter", "admin"];
const ADMINS = ["admin"];

/** Every page that somebody may want to go to: who may see it, everybody without `roles`, and other words for it. */
export const DESK_PAGES = [
  { label: t("Today"), href: "/dashboard", roles: RECRUITERS, words: t("dashboard start home") },
  { label: t("My Reviews"), href: "/reviews", words: t("rate interviews") },
  { label: t("Messages"), href: "/messages", roles: RECRUITERS, words: t("e-mail reminders templates") },
  { label: t("Rater Agreement"), href: "/agreement", roles: RECRUITERS, words: t("machine reviewers statistics") },
  { label: t("Account"), href: "/account", words: t("password tokens digest language") },
  { label: t("Users"), href: "/users", roles: ADMINS, words: t("people roles invite colleague tokens") },
  { label: t("Webhooks"), href: "/webhooks", roles: ADMINS, words: t("events endpoints chat slack") },
  { label: t("Audit Log"), href: "/audit-log", roles: ADMINS, words: t("history who did what") },
  { label: t("How Plans Work"), href: "/help/plans", words: t("help questions") },
  { label: t("How Scoring Works"), href: "/help/scoring", words: t("help machine score") },
  { label: t("How Reviews Work"), href: "/help/reviews", words: t("help rating") },
  { label: t("How Decisions Work"), href: "/help/people_decide", words: t("help advance reject hiring manager") },
  { label: t("How Webhooks Work"), href: "/help/webhooks", roles: ADMINS, words: t("help events endpoints") },
];

/** The groups, in their order: what can be done here first, since people found by the service come last. */
export const GROUPS = { recent: t("Recent"), here: t("Here"), page: t("Pages"), job: t("Jobs"), person: t("People") };
/** How many of each group are shown. */
const MAX_SHOWN = { recent: 5, here: 12, page: 9, job: 8, person: 10 };
/** How many recent entries are remembered. */
const MAX_RECENT = 12;

/** Text without case and accents, for comparing. */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().replaceAll("ß", "ss");
}

/**
 * How well an entry matches the words of a query, or null: 0 if its label begins with them, 1 if a word of it does, 2
 * otherwise. Every word has to occur in the label, the detail or the further words, and except for jobs one of them not
 * only in the detail: a query with a job’s title should not list everybody in it and every action.
 */
function matchRank({ group, label, detail = "", words = "" }, query) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const [name, all] = [fold(label), fold(`${label} ${detail} ${words}`)];
  if (!wanted.every((word) => all.includes(word))) return null;
  const own = fold(`${label} ${words}`);
  if (group !== "job" && wanted.length > 0 && !wanted.some((word) => own.includes(word))) return null;
  if (wanted.length === 0 || name.startsWith(wanted.join(" "))) return 0;
  const parts = name.split(/[^\p{L}\p{N}]+/u);
  return wanted.every((word) => parts.some((part) => part.startsWith(word))) ? 1 : 2;
}

/**
 * The entries to show, in groups `[group, entries]`: of `entries` those that fit the query, the best first and otherwise
 * in their order, and of `recent` those that were used last. An entry is shown once. Entries with `found` were found by
 * the service, which knows more spellings than this.
 */
export function chooseEntries(entries, recent, query) {
  const shown = new Set();
  const available = new Map(entries.filter((entry) => entry.act).map((entry) => [entry.key, entry]));
  const current = recent.map((entry) => available.get(entry.key) ?? entry).filter((entry) => entry.href || entry.act);
  const pick = (group, all) => {
    const fitting = all.map((entry, at) => ({ entry, at, score: matchRank(entry, query) ?? (entry.found ? 2 : null) }))
      .filter(({ entry, score }) => score !== null && !shown.has(entry.key))
      .sort((one, other) => one.score - other.score || one.at - other.at)
      .slice(0, MAX_SHOWN[group]).map(({ entry }) => entry);
    for (const entry of fitting) shown.add(entry.key);
    return [group, fitting];
  };
  return Object.keys(GROUPS)
    .map((group) => pick(group, group === "recent" ? current : entries.filter((entry) => entry.group === group)))
    .filter(([, found]) => found.length > 0);
}

/** The recent entries after one was used: it comes first. Only what is needed to show and open it is remembered. */
export function addRecent(recent, { key, group, label, detail, href }) {
  return [{ key, group, label, detail, href }, ...recent.filter((entry) => entry.key !== key)].slice(0, MAX_RECENT);
}

/** The place `by` steps further in a list of `count`: the first follows the last. -1 for an empty list. */
export function stepTo(place, by, count) {
  return count === 0 ? -1 : (place + by + count) % count;
}

/** A page as an entry. */
export function pageEntry({ label, href, words }) {
  return { key: `page:${href}`, group: "page", label, href, words };
}

/** A job as an entry. */
export function jobEntry({ id, title, company, location, seniority }) {
  return {
    key: `job:${id}`, group: "job", label: title, href: `/dashboard?job=${id}`, words: t("Job {id}", { id }),
    detail: [company, location, seniority].filter(Boolean).join(" · "),
  };
}

/** Somebody in a job as an entry: it opens the scorecard, the review for a reviewer, or the list with who is not invited. */
export function personEntry(person, role) {
  const { candidate_id: id, candidate_name: name, job_id: jobId, job_title: title, session_id: sessionId } = person;
  const inJob = `/dashboard?job=${jobId}`;
  const session = sessionId && encodeURIComponent(sessionId);
  const href = !session ? `${inJob}&view=candidates&find=${id}` : role === "reviewer" ? `/reviews/${session}` : `${inJob}&session=${session}`;
  return {
    key: `person:${jobId}:${id}`, group: "person", label: name || t("Candidate {id}", { id }), href, words: `${id}`,
    detail: [title ?? t("Job {id}", { id: jobId }), !session && t("not invited")].filter(Boolean).join(" · "),
  };
}

/** Something that can be done here as an entry. `detail` says with what, `keys` is shown beside it. */
export function actionEntry(label, detail, act, keys = "") {
  return { key: `here:${detail}:${label}`, group: "here", label, detail, act, keys };
}
