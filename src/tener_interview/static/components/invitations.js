/** Inviting many candidates at once: questions to confirm first, the progress, and the outcome with failures. */

import { readStep, runStep } from "../lib/api.js";
import { dashboard, jobName } from "../lib/dashboard.js";
import { announce, button, byId, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { statusLabel } from "../lib/rules.js";
import { copyWords } from "./link.js";
import { problemBox, problemHeading } from "./problem.js";

const NEWS_INTERVAL_MS = 1000;
/** The outcome of a step is shown for this long after its end. */
const OUTCOME_SHOWN_MS = 12 * 3_600_000;
/** Failures after which the service may still be working. */
const UNCERTAIN = ["NO_ANSWER", "ANSWER_NOT_UNDERSTOOD", "IDEMPOTENCY_REQUEST_IN_PROGRESS"];

/** The job whose step is being followed. */
let runningJobId = null;

/**
 * Create links for many. `invitees` is `{candidate_ids}` or `{candidates}`. For candidates of a spreadsheet, `list` is
 * `{rowOf, left, settled(items), back()}`; `left` is how many of its rows were skipped.
 */
export async function inviteMany(invitees, list = null) {
  const { jobId } = dashboard;
  runningJobId = jobId;
  const total = (invitees.candidate_ids ?? invitees.candidates).length;
  showRunning({ done: 0, failed: 0, total });
  byId("invitation-report").scrollIntoView({ block: "nearest" });
  announce(`Creating links for ${number(total)}.`);
  let settled = null;
  const answered = runStep(jobId, invitees).then((answer) => ({ answer }), (problem) => ({ problem }));
  answered.then((outcome) => {
    settled = outcome;
  });
  while (settled === null) {
    await Promise.race([answered, pause(NEWS_INTERVAL_MS)]);
    if (settled === null) await look(jobId);
  }
  runningJobId = null;
  if (settled.problem && UNCERTAIN.includes(settled.problem.code)) return follow(jobId, list);
  if (settled.answer) list?.settled(settled.answer.items);
  if (dashboard.jobId !== jobId) return undefined;
  if (settled.answer) showOutcome(settled.answer, invitees, { list });
  else showProblem(settled.problem, invitees, list);
  return dashboard.changed();
}

/** Show the last step of the job while it runs, or its failures if it ended recently. `lastStep` is from the funnel. */
export async function resumeInvitations(lastStep) {
  const { jobId } = dashboard;
  if (runningJobId === jobId || !lastStep) return;
  if (lastStep.status === "running") {
    showRunning(lastStep);
    await follow(jobId);
    return;
  }
  const isNews = Date.now() - Date.parse(lastStep.updated_at) < OUTCOME_SHOWN_MS && dismissedAt(jobId) !== lastStep.updated_at;
  if (!isNews || lastStep.failed === 0 || byId("invitation-report").hasChildNodes()) return;
  const { output, updated_at: at } = await readStep(jobId).catch(() => ({ output: null }));
  if (output && dashboard.jobId === jobId) showOutcome(output, null, { at });
}

/** Follow a step that was started elsewhere until it ends. */
async function follow(jobId, list = null) {
  runningJobId = jobId;
  let step = await look(jobId);
  while (dashboard.jobId === jobId && step?.status !== "error" && !step?.output) {
    await pause(NEWS_INTERVAL_MS);
    step = await look(jobId);
  }
  runningJobId = null;
  if (step?.output) list?.settled(step.output.items);
  if (dashboard.jobId !== jobId) return;
  if (step.output) showOutcome(step.output, null, { at: step.updated_at, list });
  else showInterrupted(step, jobId);
  await dashboard.changed();
}

async function look(jobId) {
  const step = await readStep(jobId).catch(() => null);
  if (step?.status === "running" && dashboard.jobId === jobId) showRunning(step);
  return step;
}

function showRunning({ done, failed, total }) {
  const place = byId("invitation-report");
  const summary = `${number(done)} of ${number(total)} done${failed ? `, ${number(failed)} failed` : ""}`;
  const bar = place.querySelector("progress");
  if (bar) {
    bar.max = total;
    bar.value = done;
    place.querySelector(".step-progress").textContent = summary;
    return;
  }
  fill(place, el(
    "div", { class: "notice" },
    el("p", { class: "notice-what", id: "step-what" }, "Creating interview links"),
    el("progress", { max: total, value: done, "aria-labelledby": "step-what" }),
    el("p", { class: "step-progress number" }, summary),
    el("p", { class: "muted" }, "You can leave this page. The work continues, and its progress is shown here when you return."),
  ));
}

function showOutcome(answer, invitees, { at = new Date().toISOString(), list = null } = {}) {
  const failed = answer.items.filter((item) => item.error);
  const shared = failed.filter((item) => item.error.code === "INTERVIEW_SHARED_WITH_JOB");
  const links = answer.items.filter((item) => item.action === "started" && item.entry_url);
  const others = answer.items.length - failed.length - links.length;
  const summary = [
    `${number(links.length)} interview ${links.length === 1 ? "link" : "links"} created.`,
    others > 0 && `${number(others)} had one already.`,
    failed.length > 0 && `${number(failed.length)} failed.`,
    list?.left > 0 && `${number(list.left)} ${list.left === 1 ? "row was" : "rows were"} skipped and ${list.left === 1 ? "is" : "are"} kept in the list.`,
  ].filter(Boolean).join(" ");
  announce(summary);
  const given = new Map((invitees?.candidates ?? []).map((item) => [item.candidate_id, item]));
  const nameOf = (item) => given.get(item.candidate_id)?.candidate_name || dashboard.nameOfCandidate(item.candidate_id);
  fill(byId("invitation-report"), el(
    "div",
    { class: "notice" },
    el("p", { class: "notice-what" }, summary),
    failed.length > 0 && el(
      "div", { class: "problem" },
      problemHeading("No link was created for these candidates. Nobody was invited twice"),
      el("ul", { class: "plain failures", tabindex: "0", "aria-label": "Candidates without a link, and why" }, failed.map((item) => el(
        "li", { data: { candidateId: item.candidate_id } }, list?.rowOf.has(item.candidate_id) && `Row ${number(list.rowOf.get(item.candidate_id))}: `,
          el("bdi", {}, nameOf(item)), `: ${item.error.message} (${item.error.code})`,
      ))),
    ),
    el(
      "div", { class: "problem-actions" },
      shared.length > 0 && button(
        `Use Earlier Interview For ${number(shared.length)}`,
        () => inviteMany({ ...again(shared, given), share_interview: true }, list), { kind: "small" },
      ),
      failed.length > 0 && button(`Try Again For ${number(failed.length)}`, () => inviteMany(again(failed, given), list), { kind: "small" }),
      list && (failed.length > 0 || list.left > 0) && button("Back to List", () => list.back(), { kind: "small" }),
      links.length > 0 && copyButton(links, nameOf),
      button("Dismiss", () => dismiss(dashboard.jobId, at), { kind: "small" }),
    ),
  ));
}

/** The failed candidates for another try, with the data that was given before. */
function again(failed, given) {
  const known = failed.filter((item) => given.has(item.candidate_id)).map((item) => given.get(item.candidate_id));
  return known.length ? { candidates: known } : { candidate_ids: failed.map((item) => item.candidate_id) };
}

function copyButton(links, nameOf) {
  const copy = button("Copy Names and Links", async () => {
    const lines = links.map((item) => `${nameOf(item)}\t${item.entry_url}`).join("\n");
    const copied = await copyWords(lines, copy);
    copy.textContent = copied ? "Copied" : "The browser did not allow copying";
    announce(copy.textContent);
  }, { kind: "small" });
  return copy;
}

function showProblem(problem, invitees, list) {
  const asking = consentBox(problem, (consent) => inviteMany({ ...invitees, ...consent }, list), () => dismiss(dashboard.jobId));
  fill(byId("invitation-report"), asking ?? problemBox("The links could not be created", problem, {
    retry: () => inviteMany(invitees, list), dismiss: () => dismiss(dashboard.jobId),
  }));
  asking?.querySelector(".button").focus();
}

function showInterrupted({ done, total, updated_at: at }, jobId) {
  fill(byId("invitation-report"), el(
    "div", { class: "problem" },
    problemHeading("Creating links was interrupted"),
    el("p", {}, `${number(done)} of ${number(total)} were finished and are kept. Select the others again: nobody is invited twice.`),
    el("p", { class: "problem-actions" }, button("Dismiss", () => dismiss(jobId, at), { kind: "small" })),
  ));
}

function dismiss(jobId, at) {
  fill(byId("invitation-report"));
  if (at) window.localStorage?.setItem(`step-put-away-${jobId}`, at);
  byId("candidates-search").focus();
}

function dismissedAt(jobId) {
  return window.localStorage?.getItem(`step-put-away-${jobId}`);
}

function pause(ms) {
  return new Promise((resolve) => {
    window.setTimeout(resolve, ms);
  });
}

/** By error code: the question, and for each answer its label and what is sent with it. */
const QUESTIONS = {
  JOB_PAUSED: ({ pause_reason: reason }) => ({
    question: `This job is paused in the main system${reason ? ` (${reason})` : ""}. Invite anyway?`,
    answers: [["Invite Anyway", { confirm_paused: true }]],
  }),
  JOB_NOT_FOUND: () => ({
    question: "The main system does not list this job any more. Invite anyway?",
    answers: [["Invite Anyway", { unlisted: true }]],
  }),
  INTERVIEW_SHARED_WITH_JOB: ({ job_id: jobId, status, separate_possible: separate }) => ({
    question: `There is an interview with the same questions for ${jobName(jobId)} already (${statusLabel(status).toLowerCase()}). Use it for this job too?`,
    answers: [
      ["Use It For Both Jobs", { share_interview: true }],
      ...(separate ? [["Invite Again", { share_interview: false }]] : []),
    ],
  }),
};

/** A box that asks, or null if no answer would help. `go(consent)` gets the answer, `dismiss()` is called without. */
export function consentBox(problem, go, dismiss) {
  const ask = QUESTIONS[problem.code];
  if (!ask || !problem.details?.job_id) return null;
  const { question, answers } = ask(problem.details);
  announce(question);
  return el(
    "div", { class: "notice", role: "group", "aria-label": question, data: { code: problem.code } },
    el("p", {}, question),
    el("p", { class: "muted" }, "Nothing has been sent yet."),
    el(
      "div", { class: "buttons" },
      answers.map(([label, consent]) => button(label, () => go(consent), { kind: "small" })),
      button("Don't Invite", dismiss, { kind: "small" }),
    ),
  );
}
