/** The job descriptions: the list to choose from, and the selected job with its text and status counts. */

import { addressWith, toJob } from "../lib/address.js";
import { MAX_JOBS } from "../lib/api.js";
import { byId, el, fill, onPlainClick } from "../lib/dom.js";
import { age, day, language, list, number } from "../lib/format.js";
import { STATUSES, statusLabel } from "../lib/rules.js";

/** Show the jobs whose ids are in `found`, or all if it is null. `choose(jobId)` is called when one is selected. */
export function showJobs(jobs, chosen, found, choose) {
  const shown = found ? jobs.filter((job) => found.has(job.id)) : jobs;
  fill(byId("jobs-list"), shown.map((job) => item(job, job.id === chosen, choose)));
  fill(byId("jobs-note"), note(jobs, found && shown));
}

/** The skills of a job, by field and label. */
const SKILLS = [["must_have_skills", "Must have"], ["nice_to_have_skills", "Nice to have"], ["questionable_skills", "Questionable"]];

/** Show the facts and the text of a job, or only its number if the source does not know it. */
export function showJob(job, jobId) {
  byId("job-title").textContent = job?.title ?? `Job ${jobId}`;
  fill(byId("job-facts"), [
    job && facts(job).length > 0 && `${facts(job).join(" · ")} · `,
    el("a", { href: `/jobs/${jobId}/notice` }, "Notice and consent"),
  ]);
  fill(byId("job-notes"), job && notes(job));
  byId("jd").hidden = !job?.jd_text;
  byId("jd-text").textContent = job?.jd_text ?? "";
}

/** Show how many candidates have each status, as links to those candidates. `choose(status)` is called on a click. */
export function showStatusCounts(counts, chosen, choose) {
  fill(byId("status-counts"), counted(counts).map(([state, count, word]) => el(
    "li", {},
    el(
      "a",
      {
        href: addressWith({ view: "candidates", state, page: 1, find: "" }),
        "aria-current": state === chosen && "true", data: { state },
        on: { click: (press) => onPlainClick(press, () => choose(state)) },
      },
      el("strong", { class: "number" }, number(count)), ` ${word}`,
    ),
  )));
}

function item(job, current, choose) {
  return el(
    "li", {},
    el(
      "a",
      {
        class: "job-item", href: addressWith(toJob(job.id)),
        "aria-current": current && "true", data: { jobId: job.id },
        on: { click: (press) => onPlainClick(press, () => choose(job.id)) },
      },
      el("span", { class: "job-name", dir: "auto" }, job.title, job.paused && [" ", el("span", { class: "mark" }, "Paused")]),
      el("span", { class: "muted block", dir: "auto" }, [job.company, job.location, job.seniority, age(job.created_at)].filter(Boolean).join(" · ")),
      el("span", { class: "muted block counts" }, counts(job)),
    ),
  );
}

/** Every status that somebody has: its code, the count and the words after the count. */
function counted({ states, needs_review: needsReview }) {
  const look = needsReview === 1 ? "needs a human look" : "need a human look";
  return STATUSES.filter((state) => states[state]).flatMap((state) => [
    [state, states[state], statusLabel(state).toLowerCase()],
    ...(state === "completed" && needsReview ? [["needs_review", needsReview, look]] : []),
  ]);
}

function counts(job) {
  return counted(job).map(([, count, word]) => `${number(count)} ${word}`).join(", ") || "Nobody invited yet";
}

function note(jobs, found) {
  if (jobs.length === 0) return "There are no job descriptions yet.";
  if (!found) return jobs.length < MAX_JOBS ? "" : `Showing the newest ${number(MAX_JOBS)}.`;
  return found.length ? `${number(found.length)} found` : "No job matches all these words.";
}

function facts(job) {
  const created = day(job.created_at);
  const languages = (job.preferred_languages ?? []).map(language);
  const all = [`Job ${job.id}`, job.company, job.seniority, job.location, languages.join(", "), created && `created ${created}`];
  return all.filter(Boolean);
}

/** Warnings about a job, and the skills it asks for. */
function notes(job) {
  const closed = job.archived ? "This job is archived in the main system. Interviews that were started continue." : job.paused && pausedNote(job);
  const skills = SKILLS.filter(([name]) => job[name]?.length);
  return [
    closed && el("p", { class: "notice", data: { state: job.archived ? "archived" : "paused" } }, closed),
    skills.length > 0 && el("dl", { class: "job-skills" }, skills.map(([name, label]) => [el("dt", {}, label), el("dd", {}, list(job[name]))])),
  ];
}

/** Why nobody should be invited for a job that is paused. */
function pausedNote(job) {
  return `This job is paused in the main system${job.pause_reason ? `: ${job.pause_reason}` : ""}. You will be asked before anyone is invited.`;
}
