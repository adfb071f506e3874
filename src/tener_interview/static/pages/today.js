/** Today: what needs somebody across all jobs, each with its action, and what of it is new since the last visit. */

import { openMessaging } from "../components/messaging.js";
import { problemBox } from "../components/problem.js";
import { showLoaded } from "../components/status.js";
import { addressWith, toJob } from "../lib/address.js";
import { extendLink, markSeen, readNotifications, readSession, readToday, sendAgain } from "../lib/api.js";
import { consentLink, consentNote, constants, flagLabel, missingConsent, sortedFlags } from "../lib/constants.js";
import { copyWords } from "../lib/copying.js";
import { recommendationLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, hiddenText, onPlainClick, whileBusy } from "../lib/dom.js";
import { age, number, score, shortTime } from "../lib/format.js";
import { noteSentByHand } from "../lib/messages.js";
import { fromService, t, tn, tNodes } from "../lib/texts.js";

/** How many of each kind are listed; the others are one click away in their jobs. */
const MAX_LISTED = 5;
/** How many jobs of a kind are named, those with the most first. */
const MAX_JOBS_NAMED = 8;
/** The most candidates that one message goes to. */
const MAX_RECIPIENTS = constants.messages.max_recipients;
/** The message that helps: the kinds of groups with the kinds of messages. */
const MESSAGES = { running_out: "link_ending", not_written: "invitation", not_answered: "reminder" };

/** The view of a job that shows all of a kind. */
const JOB_VIEW_OF_KIND = {
  needs_look: { view: "candidates", state: "needs_review" },
  finished: { view: "leaderboard", decision: "none" },
  running_out: { view: "candidates", state: "expiring" },
  not_written: { view: "candidates", state: "unanswered" },
  not_answered: { view: "candidates", state: "unanswered" },
  disagreement: { view: "leaderboard", decision: "none" },
  recommended: { view: "leaderboard", decision: "none" },
};

const isRanked = (kind) => JOB_VIEW_OF_KIND[kind]?.view === "leaderboard";

const state = {
  /** When the reader was last here; it stays the same for as long as the page is open. */
  seenAt: null,
  /** The time of the last response, until when everything is seen once the reader leaves. */
  at: null,
  /** What the page calls: `open(sessionId)` shows a scorecard, `go(changes)` another view. */
  callbacks: null,
  isShown: false,
};

/** Set up the page once. */
export function setUpToday(callbacks) {
  state.callbacks = callbacks;
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leaveToday());
}

/** Show Today, or what has changed on it. What was loaded before stays until there is newer data. */
export async function loadToday() {
  state.isShown = true;
  const isFirst = !byId("today-groups").hasChildNodes();
  if (isFirst) fill(byId("today-report"), el("p", { class: "empty" }, t("Loading…")));
  try {
    const today = await readToday({ seen_at: state.seenAt, finished_since: startOfYesterday(), limit: MAX_LISTED });
    state.seenAt ??= today.seen_at;
    state.at = today.at;
    fill(byId("today-report"));
    showLoaded();
    show(today);
  } catch (problem) {
    showLoaded(problem);
    fill(byId("today-report"), problemBox(isFirst ? t("Today could not be loaded") : t("Today could not be loaded. You see the earlier state"), problem, { retry: loadToday }));
  }
}

/** The reader goes somewhere else: everything shown so far is seen. A failure only means that it stays new. */
async function leaveToday() {
  if (!state.isShown || state.at === null) return;
  await markSeen(state.at).then(() => showBadge(0), () => {});
}

/** The reader is in a job: what is new meanwhile is counted beside the link to Today. */
export async function hideToday() {
  const leaving = leaveToday();
  state.isShown = false;
  state.seenAt = null;
  // Otherwise what was just seen may be counted as new.
  await leaving;
  await countNews();
}

/** Count what is new, unless Today itself is shown. If that fails, the known number stays. */
export async function countNews() {
  if (state.isShown) return loadToday();
  const news = await readNotifications().catch(() => null);
  if (news && !state.isShown) showBadge(news.total);
  return null;
}

function showBadge(count) {
  fill(byId("today-new"), count > 0 && [el("span", { class: "badge number" }, number(count)), hiddenText(` ${t("new")}`)]);
}

function show({ groups, undelivered, seen_at: seenAt }) {
  const full = groups.filter((group) => group.total > 0);
  if (undelivered.total > 0) full.push({ kind: "undelivered", jobs: [], new: undelivered.items.filter((item) => item.is_new).length, ...undelivered });
  const fresh = full.reduce((sum, group) => sum + group.new, 0);
  showBadge(seenAt === 0 ? 0 : fresh);
  fill(byId("today-summary"), summary(full, fresh, seenAt));
  const focused = document.activeElement?.closest("#today-groups [data-focus]");
  // An interview can be in several groups.
  const place = focused && [`[data-kind="${focused.closest("[data-kind]").dataset.kind}"] `, `[data-focus="${CSS.escape(focused.dataset.focus)}"]`];
  fill(byId("today-groups"), full.length ? full.map((group) => section(group, seenAt)) : nothingToDo());
  if (place) (byId("today-groups").querySelector(place.join("")) ?? byId("today-groups").querySelector(place[1]))?.focus();
}

/** Whoever looks again so soon was not away. */
const JUST_NOW_MS = 600_000;

function summary(full, fresh, seenAt) {
  if (full.length === 0) return [];
  if (!fresh && Date.now() - seenAt < JUST_NOW_MS) seenAt = 0;
  if (seenAt === 0) return [t("What needs attention, across all jobs.")];
  const time = shortTime(new Date(seenAt).toISOString());
  return fresh
    ? tNodes("{count} new since you were last here, {time}.", { count: number(fresh), time })
    : tNodes("Nothing new since you were last here, {time}.", { time });
}

function nothingToDo() {
  return el("div", { class: "today-nothing" },
    el("p", { class: "today-done" }, el("span", { class: "shape", "aria-hidden": "true" }, "✓"), t("Nothing needs you right now.")),
    el("p", { class: "muted" }, t("Finished interviews, links that run out or were not sent, candidates who do not answer, and what others recommend appear here.")));
}

function section({ kind, total, new: fresh, jobs, items }, seenAt) {
  const { label, help } = constants.attention[kind];
  const id = `today-${kind}`;
  return el("section", { class: "today-group", "aria-labelledby": id, data: { kind } },
    el("header", {},
      el("h3", { id }, label, " ", el("span", { class: "number muted" }, number(total))),
      seenAt > 0 && fresh > 0 && el("span", { class: "today-mark" }, t("{count} new", { count: number(fresh) })),
      el("p", { class: "muted" }, help)),
    el("ul", { class: "today-rows" }, items.map((item) => row(kind, item, fresh < total ? seenAt : 0))),
    jobs.length === 1 && (total > items.length || isRanked(kind)) && el("p", { class: "today-jobs muted" },
      el("a", linkTo({ ...JOB_VIEW_OF_KIND[kind] }, jobs[0].job_id), isRanked(kind)
        ? tn(total, "Show on the leaderboard", "Show all {count} on the leaderboard")
        : t("Show all {count}", { count: number(total) }))),
    jobs.length > 1 && el("p", { class: "today-jobs muted" }, `${t("All by job:")} `, jobs.slice(0, MAX_JOBS_NAMED).map((job, place) => [
      place > 0 && " · ",
      el("a", { ...linkTo({ ...JOB_VIEW_OF_KIND[kind] }, job.job_id), dir: "auto" }, `${title(job)} ${number(job.total)}`),
    ]), jobs.length > MAX_JOBS_NAMED && ` ${t("and {count} more jobs", { count: number(jobs.length - MAX_JOBS_NAMED) })}`),
    MESSAGES[kind] && el("div", { class: "buttons" }, jobs.slice(0, MAX_JOBS_NAMED).filter((job) => job.total > 1).map((job) => writeToAll(kind, job))));
}

/** A button that writes to everybody of a kind in a job, after a review of who gets what. */
function writeToAll(kind, job) {
  const count = number(job.total);
  const label = kind === "not_written" ? t("Message All {count}", { count }) : t("Remind All {count}", { count });
  const words = [label, el("span", { class: "muted", dir: "auto" }, ` ${title(job)}`)];
  const control = button("", async () => {
    let items = [];
    await whileBusy(control, t("Loading…"), async () => {
      try {
        const { groups } = await readToday({ seen_at: state.seenAt, job_id: job.job_id, limit: MAX_RECIPIENTS });
        ({ items } = groups.find((group) => group.kind === kind));
      } catch (problem) {
        showReport(problemBox(t("The candidates could not be loaded"), problem, { dismiss: () => fill(byId("today-report")) }));
      }
    });
    fill(control, words);
    // Only now, when the button has the focus again: the dialog gives it back.
    if (items.length > 0) write(kind, items);
  }, { kind: "small", data: { focus: `write-${kind}-${job.job_id}` } });
  fill(control, words);
  return control;
}

function write(kind, items) {
  const candidates = items.map((item) => ({ ...item, session: { session_id: item.session_id, status: item.status } }));
  // The rows are drawn again when the dialog is closed: until then it needs the button that opened it.
  const changed = () => byId("messaging").addEventListener("close", loadToday, { once: true });
  openMessaging({ job: { id: items[0].job_id, title: items[0].job_title }, candidates, kind: MESSAGES[kind], changed });
}

/** Show a failure above the groups, with the focus. */
function showReport(box) {
  fill(byId("today-report"), box);
  box.focus();
}

function row(kind, item, seenAt) {
  const nameId = `today-${kind}-${item.outbox_id ?? item.session_id}`;
  const name = item.candidate_name || (item.candidate_id === null ? constants.channels[item.channel] : t("Candidate {id}", { id: item.candidate_id }));
  return el("li", { class: "today-row", data: { sessionId: item.session_id } },
    el("div", { class: "today-who" },
      el("span", { class: "today-name" },
        el("span", { class: "name", id: nameId, dir: "auto" }, name),
        seenAt > 0 && item.is_new && el("span", { class: "today-mark" }, t("New"))),
      el("span", { class: "muted" }, item.job_id !== null && [el("span", { dir: "auto" }, title(item)), " · "], DETAILS[kind](item))),
    el("div", { class: "buttons" }, ACTIONS[kind](item, nameId)));
}

/** What a row says about its interview. */
const DETAILS = {
  needs_look: (item) => [fromService(item.review_reason), " · ", age(item.at)],
  finished: (item) => [
    item.total_score === null
      ? t("finished {age}, not scored yet", { age: age(item.at) })
      : tNodes("finished {age}, total {score}", { age: age(item.at), score: score(item.total_score) }),
    consentNote(item) && [" · ", el("span", { class: "today-check" }, consentNote(item))],
    flagsToCheck(item),
  ],
  running_out: (item) => item.status === "in_progress"
    ? t("link runs out {age}, opened", { age: age(item.at) })
    : t("link runs out {age}, not opened", { age: age(item.at) }),
  not_written: (item) => t("link made {age}, no message was sent", { age: age(item.at) }),
  not_answered: (item) => item.status === "in_progress"
    ? t("invited {age}, opened", { age: age(item.at) })
    : t("invited {age}, not opened", { age: age(item.at) }),
  disagreement: (item) => [
    Math.abs((item.human_total ?? 0) - (item.machine_total ?? item.human_total ?? 0)) > constants.points_apart
      ? tNodes("machine {machine}, reviewers {human}", { machine: score(item.machine_total), human: score(item.human_total) })
      : tNodes("reviewers are {points} points apart", { points: score(item.human_spread) }),
    flagsToCheck(item),
  ],
  recommended: (item) => [tNodes("{name}: {recommendation}", { name: el("bdi", {}, item.recommended_by), recommendation: el("strong", {}, recommendationLabel(item.recommendation)) }), ` · ${age(item.at)}`],
  undelivered: (item) => [
    item.state === "uncertain"
      ? t("{what} may have arrived, {age}", { what: constants.channels[item.channel], age: age(item.at) })
      : t("{what} did not arrive, {age}", { what: constants.channels[item.channel], age: age(item.at) }),
    item.answer && `: ${item.answer}`,
  ],
};

/** What is to be checked in the answers: the most important in words, how many others there are, and all in the tooltip. */
function flagsToCheck({ flags }) {
  if (!flags.length) return null;
  const [first, ...others] = sortedFlags(flags).map(flagLabel);
  return [" · ", el("span", { class: "today-check", title: [first, ...others].join(", ") },
    others.length > 0 ? tn(others.length, "please check: {first} and {count} more", "please check: {first} and {count} more", { first }) : t("please check: {first}", { first }))];
}

/** What can be done about it, the most useful first. */
const ACTIONS = {
  needs_look: (item, about) => [missingConsent(item) ? noticeLink(item, about) : reviewLink(item, about), scorecardButton(item, about)],
  finished: (item, about) => [scorecardButton(item, about)],
  running_out: (item, about) => [extendButton(item, about), writeButton("running_out", item, about), copyButton(item, about)],
  not_written: (item, about) => [writeButton("not_written", item, about), copyAndNoteButton(item, about)],
  not_answered: (item, about) => [writeButton("not_answered", item, about), copyButton(item, about)],
  disagreement: (item, about) => [scorecardButton(item, about)],
  recommended: (item, about) => [scorecardButton(item, about)],
  undelivered: (item, about) => [againButton(item, about)],
};

function reviewLink(item, about) {
  return el("a", { class: "button small soft", href: `/reviews/${encodeURIComponent(item.session_id)}`, "aria-describedby": about, data: { focus: `review-${item.session_id}` } }, t("Review Interview"));
}

function noticeLink(item, about) {
  return consentLink(item.job_id, { class: "button small soft", "aria-describedby": about, data: { focus: `review-${item.session_id}` } });
}

function scorecardButton(item, about) {
  return button(t("Scorecard"), () => state.callbacks.open(item.session_id), { kind: "small", about, data: { focus: `scorecard-${item.session_id}` } });
}

function extendButton(item, about) {
  return actionButton(t("Extend Link"), t("Extending…"), t("The link could not be extended"), item, about, async () => {
    await extendLink(item.session_id);
    announce(t("The link was extended. The candidate can keep using it."));
    await loadToday();
  }, "soft");
}

function writeButton(kind, item, about) {
  const label = kind === "not_written" ? t("Message") : t("Remind");
  return button(label, () => write(kind, [item]), { kind: kind === "running_out" ? "small" : "small soft", about, "aria-haspopup": "dialog", data: { focus: `write-${item.session_id}` } });
}

function againButton(item, about) {
  return actionButton(t("Send Again"), t("Sending…"), t("It was not sent again"), { session_id: item.outbox_id }, about, async () => {
    await sendAgain(item.outbox_id);
    announce(t("It is being sent again."));
    await loadToday();
  });
}

function copyButton(item, about) {
  return actionButton(t("Copy Link"), t("Copying…"), t("The link could not be copied"), item, about, async (control) => {
    const copied = await copyLink(item, control);
    announce(copied ? t("The interview link was copied.") : t("The interview link is selected: press Ctrl+C to copy it."));
  });
}

/** Whoever copies the link of somebody who got no message sends it another way: that is noted, as for a copied message. */
function copyAndNoteButton(item, about) {
  return actionButton(t("Copy Link"), t("Copying…"), t("The link could not be copied"), item, about, async (control) => {
    if (!await copyLink(item, control)) {
      announce(t("The interview link is selected: press Ctrl+C to copy it."));
      return;
    }
    await noteSentByHand(item.job_id, MESSAGES.not_written, item.candidate_id);
    announce(t("The interview link was copied, and noted as sent."));
    await loadToday();
  });
}

async function copyLink(item, control) {
  const { entry_url: url } = await readSession(item.session_id);
  return copyWords(url, control);
}

/** A button that does something about one interview; a failure is said above the groups. */
function actionButton(label, busyLabel, what, item, about, work, kind = "") {
  return button(label, (press) => whileBusy(press.currentTarget, busyLabel, async () => {
    try {
      await work(press.target);
    } catch (problem) {
      showReport(problemBox(what, problem, { dismiss: () => fill(byId("today-report")) }));
    }
  }), { kind: `small ${kind}`, about, data: { focus: `${label}-${item.session_id}` } });
}

function linkTo(changes, jobId) {
  const target = { ...toJob(jobId), ...changes };
  return { href: addressWith(target), on: { click: (press) => onPlainClick(press, () => state.callbacks.go(target)) } };
}

function title({ job_id: jobId, job_title: name }) {
  return name ?? t("Job {id}", { id: jobId });
}

function startOfYesterday() {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - 1);
  return day.getTime();
}
