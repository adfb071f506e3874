/** The job descriptions: the select, and the text of the chosen one. */

import { byId, el, fill } from "./dom.js";
import { day, language } from "./format.js";

/** Offer these jobs. A chosen job that is not among them is offered too: it may be older than the list. */
export function showJobs(jobs, chosen) {
  const select = byId("job-select");
  const listed = jobs.some((job) => job.id === chosen);
  fill(
    select,
    jobs.length === 0 && el("option", { value: "" }, "No job descriptions yet"),
    chosen && !listed && el("option", { value: chosen }, `Job ${chosen}`),
    jobs.map((job) => el("option", { value: job.id }, optionText(job, jobs))),
  );
  select.disabled = jobs.length === 0 && !chosen;
  if (chosen) select.value = String(chosen);
}

/** Show the facts and the text of a job; nothing when it is not known. */
export function showJob(job) {
  byId("job-select").value = job ? String(job.id) : byId("job-select").value;
  fill(byId("job-facts"), job ? facts(job).join(" · ") : "");
  byId("jd").hidden = !job?.jd_text;
  byId("jd-text").textContent = job?.jd_text ?? "";
}

/** Two jobs may have one title; then the id tells them apart. */
function optionText(job, jobs) {
  const named = [job.title, job.location].filter(Boolean).join(" – ");
  const twins = jobs.filter((other) => other.title === job.title && other.location === job.location);
  return twins.length > 1 ? `${named} (job ${job.id})` : named;
}

function facts(job) {
  const created = day(job.created_at);
  const languages = (job.preferred_languages ?? []).map(language);
  const all = [`Job ${job.id}`, job.seniority, job.location, languages.join(", "), created && `created ${created}`];
  return all.filter(Boolean);
}
