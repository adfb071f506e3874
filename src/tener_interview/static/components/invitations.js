/** Inviting many candidates at once: questions to confirm first, the progress, and the outcome with failures. */

import { readStep, runStep } from "../lib/api.js";
import { statusLabel } from "../lib/constants.js";
import { copyWords } from "../lib/copying.js";
import { dashboard, jobName } from "../lib/dashboard.js";
import { announce, button, byId, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { deliverySentence, followMessages } from "../lib/messages.js";
import { fromService, inSentence, t, tn } from "../lib/texts.js";
import { focusBelow } from "./dialog.js";
import { linkField } from "./link.js";
import { problemBox, problemHeading, sentenceOf } from "./problem.js";

const NEWS_INTERVAL_MS = 1000;
/** The outcome of a step is shown for this long after its end. */
const OUTCOME_SHOWN_MS = 12 * 3_600_000;
/** Failures after which the service may still be working. */
const UNCERTAIN_CODES = ["NO_ANSWER", "ANSWER_NOT_UNDERSTOOD", "IDEMPOTENCY_REQUEST_IN_PROGRESS"];

/** The job whose batch step is shown. */
let runningJobId = null;

/**
 * Create links for many. `invitees` is `{candidate_ids}` or `{candidates}`. For candidates of a spreadsheet, `list` is
 * `{rowOf, left, settled(items), back()}`; `left` is how many of its rows were skipped. With `write`, their messages are
 * opened at the end.
 */
export async function inviteMany(invitees, list = null, write = false) {
  const { jobId } = dashboard;
  runningJobId = jobId;
  const total = (invitees.candidate_ids ?? invitees.candidates).length;
  showRunning({ done: 0, failed: 0, total });
  byId("invitation-report").scrollIntoView({ block: "nearest" });
  announce(tn(total, "Creating a link for 1 candidate.", "Creating links for {count} candidates."));
  let settled = null;
  const answered = runStep(jobId, invitees).then((step) => ({ step }), (problem) => ({ problem }));
  answered.then((outcome) => {
    settled = outcome;
  });
  while (settled === null) {
    await Promise.race([answered, pause(NEWS_INTERVAL_MS)]);
    if (settled === null) await readRunningStep(jobId);
  }
  runningJobId = null;
  if (settled.problem && UNCERTAIN_CODES.includes(settled.problem.code)) return follow(jobId, list);
  if (settled.step) list?.settled(settled.step.items);
  if (dashboard.jobId !== jobId) return undefined;
  await dashboard.changed();
  if (settled.step) return showOutcome(settled.step, invitees, { list, write });
  return showProblem(settled.problem, invitees, list);
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
  let step = await readRunningStep(jobId);
  while (dashboard.jobId === jobId && step?.status !== "error" && !step?.output) {
    await pause(NEWS_INTERVAL_MS);
    step = await readRunningStep(jobId);
  }
  runningJobId = null;
  if (step?.output) list?.settled(step.output.items);
  if (dashboard.jobId !== jobId) return;
  if (step.output) showOutcome(step.output, null, { at: step.updated_at, list });
  else showInterrupted(step, jobId);
  await dashboard.changed();
}

async function readRunningStep(jobId) {
  const step = await readStep(jobId).catch(() => null);
  if (step?.status === "running" && dashboard.jobId === jobId) showRunning(step);
  return step;
}

function showRunning({ done, failed, total }) {
  const place = byId("invitation-report");
  const summary = failed
    ? t("{done} of {total} done, {failed} failed", { done: number(done), total: number(total), failed: number(failed) })
    : t("{done} of {total} done", { done: number(done), total: number(total) });
  const bar = place.querySelector("progress");
  if (bar) {
    bar.max = total;
    bar.value = done;
    place.querySelector(".step-progress").textContent = summary;
    return;
  }
  fill(place, el(
    "div", { class: "notice" },
    el("p", { class: "notice-what", id: "step-what" }, t("Creating interview links")),
    el("progress", { max: total, value: done, "aria-labelledby": "step-what" }),
    el("p", { class: "step-progress number" }, summary),
    el("p", { class: "muted" }, t("You can leave this page. The work continues, and its progress is shown here when you return.")),
  ));
}

/** Show who has a link now and who has not. With `write`, open the messages for the new links. */
export function showOutcome(step, invitees, { at = new Date().toISOString(), list = null, write = false } = {}) {
  const failed = step.items.filter((item) => item.error);
  const shared = failed.filter((item) => item.error.code === "INTERVIEW_SHARED_WITH_JOB");
  const links = step.items.filter((item) => item.action === "started" && item.entry_url);
  const others = step.items.length - failed.length - links.length;
  const withMessage = step.items.filter((item) => item.invitation_message);
  const sent = withMessage.filter((item) => item.invitation_message.queued_at);
  // Whoever is written to by the service needs no other message.
  const unwritten = links.filter((item) => !item.invitation_message?.queued_at);
  const created = [
    tn(links.length, "{count} interview link created.", "{count} interview links created."),
    others > 0 && t("{count} had one already.", { count: number(others) }),
    failed.length > 0 && t("{count} failed.", { count: number(failed.length) }),
  ].filter(Boolean).join(" ");
  const delivery = el("span", {}, withMessage.length > 0
    ? deliverySentence(sent.length, 0, 0)
    : links.length > 0 && !write && tn(links.length, "No message was sent with it.", "No message was sent with them."));
  const left = [
    reasonsOf(withMessage),
    list?.left > 0 && tn(list.left, "{count} row was skipped and is kept in the list.", "{count} rows were skipped and are kept in the list."),
  ].filter(Boolean).join(" ");
  announce([created, delivery.textContent, left].filter(Boolean).join(" "));
  const inviteeOf = new Map((invitees?.candidates ?? []).map((item) => [item.candidate_id, item]));
  const nameOf = (item) => inviteeOf.get(item.candidate_id)?.candidate_name || dashboard.nameOfCandidate(item.candidate_id);
  const open = () => messageNew(unwritten, inviteeOf);
  // A repeated try sends the same message.
  const message = invitees?.invitation_message || withMessage.length > 0 ? { invitation_message: invitees?.invitation_message ?? {} } : {};
  const link = el("a", { href: "/messages" }, t("See whether they were sent"));
  fill(byId("invitation-report"), el(
    "div",
    { class: "notice" },
    el("p", { class: "notice-what" }, created, " ", delivery, " ", left, sent.length > 0 && [" ", link]),
    links.length === 1 && linkField(links[0].entry_url, links[0].expires_at, nameOf(links[0])),
    failed.length > 0 && el(
      "div", { class: "problem" },
      problemHeading(t("No link was created for these candidates. Nobody was invited twice")),
      el("ul", { class: "plain failures", tabindex: "0", "aria-label": t("Candidates without a link, and why") }, failed.map((item) => el(
        "li", { data: { candidateId: item.candidate_id } }, list?.rowOf.has(item.candidate_id) && `${t("Row {row}:", { row: number(list.rowOf.get(item.candidate_id)) })} `,
          el("bdi", {}, nameOf(item)), `: ${sentenceOf(item.error)} (${item.error.code})`,
      ))),
    ),
    el(
      "div", { class: "problem-actions" },
      shared.length > 0 && button(
        t("Use Earlier Interview For {count}", { count: number(shared.length) }),
        () => inviteMany({ ...inviteesOf(shared, inviteeOf), ...message, share_interview: true }, list), { kind: "small" },
      ),
      failed.length > 0 && button(t("Try Again For {count}", { count: number(failed.length) }), () => inviteMany({ ...inviteesOf(failed, inviteeOf), ...message }, list), { kind: "small" }),
      list && (failed.length > 0 || list.left > 0) && button(t("Back to List"), () => list.back(), { kind: "small" }),
      unwritten.length > 0 && button(writeLabel(unwritten, links), open, { kind: "small soft", "aria-haspopup": "dialog" }),
      links.length > 1 && copyButton(links, nameOf),
      button(t("Dismiss"), () => dismiss(dashboard.jobId, at), { kind: "small" }),
    ),
  ));
  if (write && unwritten.length > 0) open();
  else if (links.length === 1) focusBelow(byId("invitation-report").querySelector(".copy-button"));
  if (sent.length > 0) followMessages(dashboard.jobId, sent.map((item) => item.candidate_id), delivery).then((all) => all && link.remove());
}


/** Why some get no e-mail, each reason once with how many. */
function reasonsOf(withMessage) {
  const counts = new Map();
  for (const { invitation_message: { queued_at: at, why } } of withMessage) if (!at) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, count]) => fromService(why) === t("No e-mail address.")
    ? tn(count, "{count} person has no e-mail address.", "{count} people have no e-mail address.")
    : t("{count} without: {why}", { count: number(count), why: fromService(why) })).join(" ");
}

function writeLabel(unwritten, links) {
  return unwritten.length === links.length
    ? tn(links.length, "Write to the Candidate", "Write to All {count}")
    : tn(unwritten.length, "Write to the Remaining Candidate", "Write to the Remaining {count}");
}

/** Open the messages for new links, with what the list knows of these candidates. */
function messageNew(links, inviteeOf) {
  const candidateOf = new Map(dashboard.candidates.map((item) => [item.candidate_id, item]));
  dashboard.message(links.map((item) => ({
    languages: [], ...inviteeOf.get(item.candidate_id), ...candidateOf.get(item.candidate_id), candidate_id: item.candidate_id,
    session: { status: "invited", ...candidateOf.get(item.candidate_id)?.session, ...item },
  })));
}

/** The failed candidates for another try, with the data that was given before. */
function inviteesOf(failed, inviteeOf) {
  const candidates = failed.filter((item) => inviteeOf.has(item.candidate_id)).map((item) => inviteeOf.get(item.candidate_id));
  return candidates.length ? { candidates } : { candidate_ids: failed.map((item) => item.candidate_id) };
}

function copyButton(links, nameOf) {
  const copy = button(t("Copy Names and Links"), async () => {
    const lines = links.map((item) => `${nameOf(item)}\t${item.entry_url}`).join("\n");
    const copied = await copyWords(lines, copy);
    copy.textContent = copied ? t("Copied") : t("The browser did not allow copying");
    announce(copy.textContent);
  }, { kind: "small" });
  return copy;
}

function showProblem(problem, invitees, list) {
  const asking = confirmationBox(problem, (confirmation) => inviteMany({ ...invitees, ...confirmation }, list), () => dismiss(dashboard.jobId));
  fill(byId("invitation-report"), asking ?? problemBox(t("The links could not be created"), problem, {
    retry: () => inviteMany(invitees, list), dismiss: () => dismiss(dashboard.jobId),
  }));
  asking?.querySelector(".button").focus();
}

function showInterrupted({ done, total, updated_at: at }, jobId) {
  fill(byId("invitation-report"), el(
    "div", { class: "problem" },
    problemHeading(t("Creating links was interrupted")),
    el("p", {}, t("{done} of {total} were finished and are kept. Select the others again: nobody is invited twice.", { done: number(done), total: number(total) })),
    el("p", { class: "problem-actions" }, button(t("Dismiss"), () => dismiss(jobId, at), { kind: "small" })),
  ));
}

function dismiss(jobId, at) {
  fill(byId("invitation-report"));
  if (at) window.localStorage?.setItem(`step-put-away-${jobId}`, at);
  byId("list-search").focus();
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
    question: reason
      ? t("This job is paused in the main system ({reason}). Invite anyway?", { reason })
      : t("This job is paused in the main system. Invite anyway?"),
    answers: [[t("Invite Anyway"), { confirm_paused: true }]],
  }),
  JOB_NOT_FOUND: () => ({
    question: t("The main system does not list this job any more. Invite anyway?"),
    answers: [[t("Invite Anyway"), { unlisted: true }]],
  }),
  INTERVIEW_SHARED_WITH_JOB: ({ job_id: jobId, status, separate_possible: separate }) => ({
    question: t("There is an interview with the same questions for {job} already ({status}). Use it for this job too?", { job: jobName(jobId), status: inSentence(statusLabel(status)) }),
    answers: [
      [t("Use It For Both Jobs"), { share_interview: true }],
      ...(separate ? [[t("Invite Again"), { share_interview: false }]] : []),
    ],
  }),
};

/** A box that asks, or null if no answer would help. `go(confirmation)` gets the answer, `dismiss()` is called without. */
export function confirmationBox(problem, go, dismiss) {
  const ask = QUESTIONS[problem.code];
  if (!ask || !problem.details?.job_id) return null;
  const { question, answers } = ask(problem.details);
  announce(question);
  return el(
    "div", { class: "notice", role: "group", "aria-label": question, data: { code: problem.code } },
    el("p", {}, question),
    el("p", { class: "muted" }, t("Nothing has been sent yet.")),
    el(
      "div", { class: "buttons" },
      answers.map(([label, confirmation]) => button(label, () => go(confirmation), { kind: "small" })),
      button(t("Don't Invite"), dismiss, { kind: "small" }),
    ),
  );
}
