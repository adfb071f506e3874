/** The job descriptions: the list to choose from, and the selected job with its text and status counts. */

import { openDialog } from "../components/dialog.js";
import { jobAddresses } from "../lib/address.js";
import { MAX_JOBS } from "../lib/api.js";
import { constants, STATUSES } from "../lib/constants.js";
import { byId, el, fill, hiddenText, onPlainClick } from "../lib/dom.js";
import { age, language, list, number } from "../lib/format.js";
import { t, tn } from "../lib/texts.js";

/** Show the jobs whose ids are in `found`, or all if it is null. `choose(jobId)` is called when one is selected. */
export function showJobs(jobs, chosen, found, choose) {
  const shown = found ? jobs.filter((job) => found.has(job.id)) : jobs;
  const address = jobAddresses();
  fill(byId("today-begin"), jobs.length > 0 && !jobs.some(isBegun) && beginning(jobs, address, choose));
  const jobsList = byId("jobs-list");
  fill(jobsList, [...shown.filter(isBegun), ...shown.filter((job) => !isBegun(job))].map((job) => item(job, job.id === chosen, address(job.id), choose)));
  requestAnimationFrame(() => showChosen(jobsList));
  fill(byId("jobs-note"), note(jobs, found && shown));
}

/** Whether a job has invited candidates: such jobs are listed first. */
function isBegun({ states = {} }) {
  return Object.values(states).some((count) => count > 0);
}

/** Set the counts of a job and show them in the list; false if its place there is another one now. */
export function setCounts(job, latest) {
  const wasBegun = isBegun(job);
  Object.assign(job, latest);
  const place = byId("jobs-list").querySelector(`[data-job-id="${Number(job.id)}"] .counts`);
  if (place) place.textContent = counts(job);
  return wasBegun === isBegun(job);
}

/** Let the list lead to the view that is shown now. */
export function updateJobLinks() {
  const address = jobAddresses();
  for (const link of byId("jobs-list").querySelectorAll("a")) link.setAttribute("href", address(link.dataset.jobId));
}

/** How many jobs are offered to begin with. */
const BEGIN_WITH = 4;

/** What is shown first when nobody is invited for any job. */
function beginning(jobs, address, choose) {
  return [
    el("p", {}, t("Nobody is invited yet. Begin with a job:")),
    el("div", { class: "buttons" }, jobs.slice(0, BEGIN_WITH).map((job) => el("a", {
      class: "button small", href: address(job.id), dir: "auto", on: { click: (press) => onPlainClick(press, () => choose(job.id)) },
    }, job.title))),
  ];
}

/** The job that was shown as chosen last. */
let lastChosen = null;

/** Bring the chosen job into the list’s own window when it is another one; the page stays where it is. */
function showChosen(jobsList) {
  const current = jobsList.querySelector("[aria-current]");
  if (!current || current.dataset.jobId === lastChosen) return;
  lastChosen = current.dataset.jobId;
  const [frame, job] = [jobsList.getBoundingClientRect(), current.getBoundingClientRect()];
  if (job.top < frame.top || job.bottom > frame.bottom) jobsList.scrollTop += job.top - frame.top - (frame.height - job.height) / 2;
}

/** The skills of a job, by field and label. */
const SKILLS = [["must_have_skills", t("Must have")], ["nice_to_have_skills", t("Nice to have")], ["questionable_skills", t("Questionable")]];

/** Show the facts of a job and lead to its text, or show only its number if the source does not know it. */
export function showJob(job, jobId) {
  const title = job?.title ?? t("Job {id}", { id: jobId });
  byId("job-title").textContent = title;
  fill(byId("jobs-toggle"), hiddenText(`${t("Choose another job. Now:")} `), el("bdi", {}, title));
  fill(byId("job-facts"), [
    job && facts(job).join(" · "),
    (job?.jd_text || skillsOf(job).length > 0) && el("span", { class: "job-text" }, " · ", el("button", { class: "link-button", type: "button", "aria-haspopup": "dialog", on: { click: () => openText(job) } }, t("Job description"))),
  ]);
  fill(byId("job-notes"), job && closedNote(job));
}

function skillsOf(job) {
  return SKILLS.filter(([name]) => job?.[name]?.length);
}

/** The job description, and the skills it asks for. */
function openText(job) {
  const skills = skillsOf(job);
  openDialog("jd", job.title, [
    skills.length > 0 && el("dl", { class: "job-skills" }, skills.map(([name, label]) => [el("dt", {}, label), el("dd", {}, list(job[name]))])),
    job.jd_text && el("p", { id: "jd-text", dir: "auto" }, job.jd_text),
  ], { kind: "wide" });
}

function item(job, current, href, choose) {
  return el(
    "li", {},
    el(
      "a",
      {
        class: "job-item", href,
        "aria-current": current && "true", data: { jobId: job.id },
        on: { click: (press) => onPlainClick(press, () => choose(job.id)) },
      },
      el("span", { class: "job-name", dir: "auto" }, job.title, job.paused && [" ", el("span", { class: "mark" }, t("Paused"))]),
      el("span", { class: "muted block", dir: "auto" }, [job.company, job.location, job.seniority, age(job.created_at)].filter(Boolean).join(" · ")),
      el("span", { class: "muted block counts" }, counts(job)),
    ),
  );
}

/** Every status that somebody has: its code, the count and the words after the count. Nobody is counted twice. */
function counted({ states, needs_review: needsReview }) {
  const look = tn(needsReview ?? 0, "needs a human look", "need a human look");
  return STATUSES.filter((state) => states[state]).flatMap((state) => [
    [state, states[state] - (state === "completed" ? needsReview ?? 0 : 0), constants.counted[state]],
    ...(state === "completed" && needsReview ? [["needs_review", needsReview, look]] : []),
  ]).filter(([, count]) => count > 0);
}

function counts(job) {
  return counted(job).map(([, count, word]) => `${number(count)} ${word}`).join(", ") || t("Nobody invited yet");
}

function note(jobs, found) {
  if (jobs.length === 0) return t("There are no jobs yet.");
  if (!found) return jobs.length < MAX_JOBS ? "" : t("Showing the newest {count}.", { count: number(MAX_JOBS) });
  return found.length ? tn(found.length, "{count} found", "{count} found") : t("No job matches all these words.");
}

/** What distinguishes jobs with the same title; the list shows their age. */
function facts(job) {
  const languages = (job.preferred_languages ?? []).map(language);
  return [t("Job {id}", { id: job.id }), job.company, job.seniority, job.location, languages.join(", ")].filter(Boolean);
}

/** Why a job is not as open as it looks. */
function closedNote(job) {
  const closed = job.archived ? t("This job is archived in the main system. Interviews of invited candidates continue.") : job.paused && pausedNote(job);
  return closed && el("p", { class: "notice", data: { state: job.archived ? "archived" : "paused" } }, closed);
}

/** Why nobody should be invited for a job that is paused. */
function pausedNote(job) {
  return job.pause_reason
    ? t("This job is paused in the main system: {reason}. You will be asked before anyone is invited.", { reason: job.pause_reason })
    : t("This job is paused in the main system. You will be asked before anyone is invited.");
}
