/** The work list of a reviewer: finished interviews by job, those that are begun first, then those to do. */

import { setUpDesk } from "../components/desk.js";
import { problemBox } from "../components/problem.js";
import { listReviews, markSeen, readNotifications } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { byId, el, fill, onPlainClick } from "../lib/dom.js";
import { candidateName, number, recentTime } from "../lib/format.js";
import { REVIEW } from "../lib/review_content.js";
import { t, tNodes } from "../lib/texts.js";

/** As many as the service lists at once. */
const MAX_REVIEWS = constants.limits.work_list.limit.maximum;
const SHAPES = { to_do: "○", draft: "◐", submitted: "✓" };
const ACTIONS = { to_do: t("Review"), draft: t("Continue"), submitted: t("View") };
const ALL = "all";

/** When the reviewer was last here, and until when everything is seen; both null for whoever has a Today. */
const visit = { seenAt: null, at: null };

/** Ask what is new. Without a response nothing is marked. */
async function readNews() {
  const news = await readNotifications().catch(() => null);
  if (news && "to_review" in news.kinds) Object.assign(visit, { seenAt: news.seen_at, at: news.at });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && visit.at !== null) markSeen(visit.at).catch(() => {});
});

function isNew(item) {
  return visit.seenAt > 0 && item.state === "to_do" && Date.parse(item.completed_at) > visit.seenAt;
}

function chosenState() {
  const asked = new URLSearchParams(window.location.search).get("state");
  return asked in SHAPES ? asked : ALL;
}

async function load() {
  const state = chosenState();
  if (!byId("jobs").hasChildNodes()) fill(byId("report"), el("p", { class: "empty" }, t("Loading…")));
  try {
    const [work] = await Promise.all([
      listReviews({ state: state === ALL ? "" : state, limit: MAX_REVIEWS }), visit.at === null && readNews(),
    ]);
    if (state !== chosenState()) return;
    show(work, state);
  } catch (problem) {
    fill(byId("report"), problemBox(t("Your reviews could not be loaded"), problem, { retry: load }));
  }
}

function show({ jobs, items }, state) {
  const count = (name) => jobs.reduce((sum, job) => sum + job[name], 0);
  const all = Object.keys(SHAPES).reduce((sum, name) => sum + count(name), 0);
  const fresh = items.filter(isNew).length;
  byId("summary").textContent = all === 0 ? "" : count("to_do") + count("draft") === 0
    ? t("All done: every interview is reviewed.")
    : [
      count("to_do") > 0 && t("{count} to do.", { count: number(count("to_do")) }),
      count("draft") > 0 && t("{count} not submitted yet.", { count: number(count("draft")) }),
      count("submitted") > 0 && t("{count} submitted.", { count: number(count("submitted")) }),
      fresh > 0 && t("{count} new since you were last here.", { count: number(fresh) }),
    ].filter(Boolean).join(" ");
  const link = (name, label, amount) => el("a", {
    href: name === ALL ? "/reviews" : `/reviews?state=${name}`, "aria-current": name === state ? "true" : null, on: {
      click: (press) => onPlainClick(press, () => {
        window.history.pushState(null, "", press.currentTarget.href);
        load();
      }),
    },
  }, label, el("span", { class: "number" }, ` ${number(amount)}`));
  const focused = document.activeElement?.closest("#states a")?.getAttribute("href");
  fill(byId("states"), link(ALL, t("All"), all), Object.keys(SHAPES).filter((name) => count(name) > 0 || name === state).map((name) => link(name, REVIEW.states[name], count(name))));
  if (focused) byId("states").querySelector(`[href="${focused}"]`)?.focus();
  byId("states").hidden = all === 0;
  fill(byId("report"), items.length === 0 && el("p", { class: "empty", role: "status" }, all === 0
    ? t("There is nothing to review yet. Finished interviews of the jobs you are assigned to appear here.")
    : t("No interview is in this state.")));
  fill(byId("jobs"), jobs.map((job) => section(job, items.filter((item) => item.job_id === job.job_id))));
}

function section(job, items) {
  if (items.length === 0) return null;
  const done = job.submitted;
  const all = job.to_do + job.draft + job.submitted;
  const order = ["draft", "to_do", "submitted"];
  items.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return el("section", { class: "job-list", "aria-labelledby": `job-${job.job_id}` },
    el("header", {}, el("h2", { id: `job-${job.job_id}`, dir: "auto" }, job.job_title ?? t("Job {id}", { id: job.job_id })),
      el("p", { class: "muted number" }, t("{done} of {all} submitted", { done: number(done), all: number(all) }))),
    el("ul", { class: "tasks" }, items.map(task)));
}

function task(item) {
  const nameId = `task-${item.session_id}`;
  return el("li", { class: "task", data: { state: item.state } },
    el("span", { class: "shape", "aria-hidden": "true" }, SHAPES[item.state]),
    el("div", { class: "task-who" },
      el("span", {}, el("span", { class: "name", id: nameId, dir: "auto" }, candidateName(item)),
        isNew(item) && el("span", { class: "task-new" }, t("New"))),
      el("span", { class: "muted" }, progressText(item))),
    el("a", { class: item.state === "submitted" ? "button small" : "button small primary", href: `/reviews/${encodeURIComponent(item.session_id)}`, "aria-describedby": nameId }, ACTIONS[item.state]));
}

function progressText(item) {
  if (item.state === "submitted") return [REVIEW.recommendations[item.recommendation] ?? REVIEW.states.submitted, " · ", tNodes("submitted {time}", { time: recentTime(item.submitted_at) }), item.has_draft && [" · ", t("changes not submitted")]];
  if (item.state === "draft") return [REVIEW.states.draft, " · ", tNodes("saved {time}", { time: recentTime(item.saved_at) })];
  return tNodes("Finished {time}", { time: recentTime(item.completed_at) });
}

setUpDesk();
window.addEventListener("popstate", load);
// Coming back by Back shows what was reviewed meanwhile.
window.addEventListener("pageshow", (shown) => shown.persisted && load());
load();
