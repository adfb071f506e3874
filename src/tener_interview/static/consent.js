/** What has to be known before somebody is invited: the question it comes to, and what can be answered. */

import { announce, button, el } from "./dom.js";
import { jobName } from "./jobs.js";
import { stateWord } from "./states.js";

/** By the code that the service refuses with: the question, and for each answer its label and what is sent with it. */
const QUESTIONS = {
  JOB_PAUSED: ({ pause_reason: reason }) => ({
    question: `This job is paused in the main system${reason ? ` (${reason})` : ""}. Invite all the same?`,
    answers: [["Invite All The Same", { confirm_paused: true }]],
  }),
  JOB_NOT_FOUND: () => ({
    question: "The main system does not list this job any more. Invite for it all the same?",
    answers: [["Invite All The Same", { unlisted: true }]],
  }),
  INTERVIEW_SHARED_WITH_JOB: ({ job_id: jobId, status, separate_possible: separate }) => ({
    question: `There is an interview with the same questions for ${jobName(jobId)} already (${stateWord(status).toLowerCase()}). Let it count for this job too?`,
    answers: [
      ["Count It For Both", { share_interview: true }],
      ...(separate ? [["Invite Once More", { share_interview: false }]] : []),
    ],
  }),
};

/**
 * The box that asks; null for a problem that no answer helps with. `go(consent)` is told the answer, `dismiss` that
 * there is none.
 */
export function consentBox(problem, go, dismiss) {
  const ask = QUESTIONS[problem.code];
  if (!ask || !problem.details?.job_id) return null;
  const { question, answers } = ask(problem.details);
  announce(question);
  return el(
    "div", { class: "notice", role: "group", "aria-label": question, data: { code: problem.code } },
    el("p", {}, question),
    el("p", { class: "fine" }, "Nothing has been sent yet."),
    el(
      "div", { class: "buttons" },
      answers.map(([label, consent]) => button(label, () => go(consent), { kind: "small" })),
      button("Leave It", dismiss, { kind: "small" }),
    ),
  );
}
