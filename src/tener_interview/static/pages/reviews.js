/** The work list of a reviewer: finished interviews by job, those that are still to do first. */

import { problemBox } from "../components/problem.js";
import { signInAgain } from "../components/signin.js";
import { listReviews, onSignedOut } from "../lib/api.js";
import { byId, el, fill, onPlainClick } from "../lib/dom.js";
import { number, shortTime } from "../lib/format.js";
import { REVIEW } from "../lib/review_content.js";

/** As many as the service lists at once. */
const MOST = 500;
const SHAPES = { to_do: "○", draft: "◐", submitted: "✓" };
const ACTIONS = { to_do: "Review", draft: "Continue", submitted: "Open" };
const ALL = "all";

function chosenState() {
  const asked = new URLSearchParams(window.location.search).get("state");
  return asked in SHAPES ? asked : ALL;
}

async function load() {
  const state = chosenState();
  if (!byId("jobs").hasChildNodes()) fill(byId("report"), el("p", { class: "empty" }, "Loading…"));
  try {
    const answer = await listReviews({ state: state === ALL ? "" : state, limit: MOST });
    if (state !== chosenState()) return;
    show(answer, state);
  } catch (problem) {
    fill(byId("report"), problemBox("Your reviews could not be loaded", problem, { retry: load }));
  }
}

function show({ jobs, items }, state) {
  const count = (name) => jobs.reduce((sum, job) => sum + job[name], 0);
  const all = Object.keys(SHAPES).reduce((sum, name) => sum + count(name), 0);
  byId("summary").textContent = all === 0 ? "" : count("to_do") + count("draft") === 0
    ? "All done: every interview is reviewed."
    : `${number(count("to_do"))} to do, ${number(count("draft"))} begun, ${number(count("submitted"))} submitted.`;
  const link = (name, label, amount) => el("a", {
    href: name === ALL ? "/reviews" : `/reviews?state=${name}`, "aria-current": name === state ? "true" : null, on: {
      click: (press) => onPlainClick(press, () => {
        window.history.pushState(null, "", press.currentTarget.href);
        load();
      }),
    },
  }, label, el("span", { class: "number" }, ` ${number(amount)}`));
  const focused = document.activeElement?.closest("#states a")?.getAttribute("href");
  fill(byId("states"), link(ALL, "All", all), Object.keys(SHAPES).map((name) => link(name, REVIEW.states[name], count(name))));
  if (focused) byId("states").querySelector(`[href="${focused}"]`)?.focus();
  byId("states").hidden = all === 0;
  fill(byId("report"), items.length === 0 && el("p", { class: "empty", role: "status" }, all === 0
    ? "There is nothing to review yet. Finished interviews of the jobs you are assigned to appear here."
    : "No interview is in this state."));
  fill(byId("jobs"), jobs.map((job) => section(job, items.filter((item) => item.job_id === job.job_id))));
}

function section(job, items) {
  if (items.length === 0) return null;
  const done = job.submitted;
  const all = job.to_do + job.draft + job.submitted;
  const order = Object.keys(SHAPES);
  items.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return el("section", { class: "job-list", "aria-labelledby": `job-${job.job_id}` },
    el("header", {}, el("h2", { id: `job-${job.job_id}`, dir: "auto" }, job.job_title ?? `Job ${job.job_id}`),
      el("p", { class: "muted number" }, `${number(done)} of ${number(all)} submitted`)),
    el("ul", { class: "tasks" }, items.map(task)));
}

function task(item) {
  const nameId = `task-${item.session_id}`;
  return el("li", { class: "task", data: { state: item.state } },
    el("span", { class: "shape", "aria-hidden": "true" }, SHAPES[item.state]),
    el("div", { class: "task-who" },
      el("span", { class: "name", id: nameId, dir: "auto" }, item.candidate_name || `Candidate ${item.candidate_id}`),
      el("span", { class: "muted" }, standing(item))),
    el("a", { class: item.state === "submitted" ? "button small" : "button small primary", href: `/reviews/${encodeURIComponent(item.session_id)}`, "aria-describedby": nameId }, ACTIONS[item.state]));
}

function standing(item) {
  if (item.state === "submitted") return [REVIEW.recommendations[item.recommendation] ?? REVIEW.states.submitted, " · submitted ", shortTime(item.submitted_at), item.has_draft && " · changes not submitted"];
  if (item.state === "draft") return [REVIEW.states.draft, " · saved ", shortTime(item.saved_at)];
  return [REVIEW.states.to_do, " · finished ", shortTime(item.completed_at)];
}

onSignedOut(signInAgain);
window.addEventListener("popstate", load);
// Coming back by Back shows what was reviewed meanwhile.
window.addEventListener("pageshow", (shown) => shown.persisted && load());
load();
