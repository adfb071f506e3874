/** Refreshing all interviews of a job: the progress, what changed, and which sessions failed. */

import { leaderboard, readFunnel, refreshJob } from "../lib/api.js";
import { isFinal, statusLabel } from "../lib/constants.js";
import { dashboard, MAX_LEADERBOARD } from "../lib/dashboard.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t, tn } from "../lib/texts.js";
import { problemBox, sentenceOf } from "./problem.js";

/** Sessions per request, the longest unread first, so that progress can be shown. */
const BATCH_SIZE = 100;

/** Refresh all sessions of the job. `after()` is called at the end, also after a failure. */
export function refreshAll(control, after) {
  const { jobId } = dashboard;
  const report = byId("refresh-report");
  const dismiss = () => {
    fill(report);
    // On a narrow screen the button is in the menu.
    (control.checkVisibility() ? control : control.parentElement.querySelector(".menu-button")).focus();
  };
  return whileBusy(control, t("Refreshing…"), async () => {
    announce(t("Refreshing all interviews."));
    try {
      const refreshed = await refreshInBatches(jobId, (done, total) => dashboard.jobId === jobId && showRunning(report, done, total));
      await dashboard.changed();
      if (dashboard.jobId !== jobId) return;
      await loadNames(refreshed);
      fill(report, summary(refreshed, (sessionId) => dashboard.nameOf(sessionId), dismiss));
    } catch (problem) {
      if (dashboard.jobId === jobId) fill(report, problemBox(t("The interviews could not be refreshed"), problem, { retry: () => refreshAll(control, after), dismiss }));
    }
    after();
  });
}

/** Refresh every session that can still change once, and merge the responses to all requests. */
async function refreshInBatches(jobId, tell) {
  const { states } = await readFunnel(jobId);
  const open = Object.entries(states).filter(([state]) => !isFinal(state)).reduce((sum, [, count]) => sum + count, 0);
  const items = new Map();
  tell(0, open);
  for (let done = 0; done === 0 || done < open; done += BATCH_SIZE) {
    const refreshed = await refreshJob(jobId, BATCH_SIZE);
    for (const item of refreshed.items) {
      const former = items.get(item.session_id);
      items.set(item.session_id, { ...item, previous_status: former?.previous_status ?? item.previous_status });
    }
    tell(Math.min(open, done + BATCH_SIZE), open);
  }
  return [...items.values()];
}

function showRunning(report, done, total) {
  fill(report, el(
    "div", { class: "notice" },
    el("p", { class: "notice-what", id: "refresh-what" }, t("Refreshing all interviews")),
    el("progress", { ...(total > BATCH_SIZE ? { max: total, value: done } : {}), "aria-labelledby": "refresh-what" }),
    total > BATCH_SIZE && el("p", { class: "number" }, t("{done} of {total}", { done: number(done), total: number(total) })),
  ));
}

/** Load the names of sessions that are not on the page. */
async function loadNames(items) {
  if (items.every((item) => dashboard.nameOf(item.session_id) !== item.session_id)) return;
  const ranking = await leaderboard(dashboard.jobId, { limit: MAX_LEADERBOARD }).catch(() => ({ items: [] }));
  for (const entry of ranking.items) dashboard.keep(null, { session_id: entry.session_id, candidate_name: entry.candidate_name });
}

function summary(items, nameOf, dismiss) {
  const changed = items.filter((item) => item.status !== item.previous_status);
  const faulty = items.filter((item) => item.action === "error" || item.error);
  const text = `${sentence(items)} ${changed.length ? t("{count} changed.", { count: number(changed.length) }) : t("Nothing changed.")}`;
  announce(faulty.length ? `${text} ${t("{count} could not be refreshed.", { count: number(faulty.length) })}` : text);
  const line = (item, said) => el("li", { data: { sessionId: item.session_id } }, el("bdi", {}, nameOf(item.session_id)), `: ${said}`);
  const list = (found, said) => el("ul", { class: "plain" }, found.map((item) => line(item, said(item))));
  return el(
    "div",
    { class: `notice refresh-summary ${faulty.length > 0 ? "with-errors" : ""}` },
    el("p", { class: "notice-what" }, text),
    faulty.length > 0 && el("details", {},
      el("summary", {}, tn(faulty.length, "{count} could not be refreshed; its status and score are unchanged", "{count} could not be refreshed; their status and scores are unchanged")),
      list(faulty, (item) => reason(item.error))),
    changed.length > 0 && el("details", {},
      el("summary", {}, t("What changed")),
      list(changed, (item) => `${statusLabel(item.previous_status)} → ${statusLabel(item.status)}`)),
    button(t("Dismiss"), dismiss, { kind: "small quiet" }),
  );
}

function sentence(items) {
  if (items.length === 0) return t("This job has no interviews yet.");
  const skipped = items.filter((item) => item.action === "skipped").length;
  const refreshed = items.filter((item) => item.action === "refreshed").length;
  const final = skipped ? ` ${t("{count} skipped: already finished.", { count: number(skipped) })}` : "";
  return tn(items.length, "{refreshed} of {count} interview refreshed.", "{refreshed} of {count} interviews refreshed.", { refreshed: number(refreshed) }) + final;
}

function reason(error) {
  if (!error) return t("no reason given");
  if (typeof error === "string") return error;
  return [sentenceOf({ code: error.code, message: error.message ?? error.error }), error.code && `(${error.code})`].filter(Boolean).join(" ");
}
