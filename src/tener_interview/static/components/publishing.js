/** Publishing a plan: what will happen is said first, and a second click makes nothing twice. */

import { listPlanVersions, publishPlan } from "../lib/api.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { same } from "../lib/plan.js";
import { changeList } from "./change_list.js";
import { closeLayer, openDialog } from "./dialog.js";
import { needed } from "./plan_preview.js";
import { problemBox } from "./problem.js";

/** How long the page waits before it asks again after Hireflix was slow, and how often. */
const AGAIN_AFTER_MS = 4000;
const MAX_TRIES = 10;

/**
 * Open the dialog. `draft` is the PlanDraft; `published(version)` is called when it was published.
 */
export async function openPublishing(draft, published) {
  const body = el("div", { class: "report publishing" }, el("p", { class: "empty" }, "Saving the draft…"));
  const dialog = openDialog("publishing", "Publish the plan", body, { kind: "wide" });
  const load = async () => {
    if (!(await draft.save())) {
      const problem = draft.problem ?? { code: "PLAN_CHANGED", message: "Somebody else changed the plan." };
      fill(body, problemBox("The draft is not saved yet", problem, { retry: load }));
      return;
    }
    const { problems } = draft.answer;
    if (problems.length) {
      fill(body, el("p", {}, `${problems.length === 1 ? "One problem stops" : `${number(problems.length)} problems stop`} publishing:`),
        el("ul", { class: "plain" }, problems.map(({ message }) => el("li", {}, message))),
        el("div", { class: "buttons" }, button("Back to Plan", closeLayer, { kind: "primary" })));
      return;
    }
    try {
      const { items } = await listPlanVersions(draft.jobId);
      show(items);
    } catch (problem) {
      fill(body, problemBox("The versions could not be loaded", problem, { retry: load }));
    }
  };
  const show = (versions) => {
    const { plan, answer: { warnings } } = draft;
    const [latest = null] = versions;
    const next = (latest?.version ?? 0) + 1;
    const report = el("div", { class: "report", "aria-live": "polite" });
    const submit = button(`Publish Version ${next}`, () => whileBusy(submit, "Publishing…", () => publish(report)), { kind: "primary", id: "publish-send" });
    fill(body,
      el("ul", { class: "plain what-happens" }, consequences(plan, versions).map((sentence) => el("li", {}, sentence))),
      warnings.length > 0 && el("div", { class: "notice with-errors" },
        el("p", { class: "notice-what" }, warnings.length === 1 ? "One question to look at again" : `${number(warnings.length)} places to look at again`),
        el("ul", { class: "plain" }, warnings.map(({ message }) => el("li", {}, message)))),
      latest && el("details", {}, el("summary", {}, `What is different from version ${latest.version}`), changeList(latest.plan, plan)),
      el("div", { class: "buttons" }, submit, button("Not Now", closeLayer)),
      report);
    submit.focus();
  };
  const publish = async (report, tries = 1) => {
    try {
      const version = await publishPlan(draft.jobId, draft.etag);
      dialog.close();
      announce(`Version ${version.version} is published.`);
      published(version);
    } catch (problem) {
      if (problem.code === "INTERVIEW_PROVIDER_TIMEOUT" && tries < MAX_TRIES && dialog.isConnected) {
        fill(report, el("p", { class: "notice" }, `Hireflix is slow. The work continues and is done once; asking again…`));
        await new Promise((resolve) => {
          window.setTimeout(resolve, AGAIN_AFTER_MS);
        });
        await publish(report, tries + 1);
        return;
      }
      const box = problemBox("The plan could not be published", problem, problem.code === "PLAN_CHANGED" && { retry: load });
      fill(report, box);
      box.focus();
    }
  };
  await load();
}

/** What publishing does, as sentences. `versions` are the published ones, the newest first. */
function consequences(plan, versions) {
  const counted = `${number(plan.questions.length)} ${plan.questions.length === 1 ? "question" : "questions"}`;
  const before = versions.reduce((total, version) => total + version.sessions, 0);
  const [latest = null] = versions;
  const asked = ({ name, questions }) => [name, questions.map(({ title, description, time_limit_s, thinking_time_s }) => [title, description, time_limit_s, thinking_time_s])];
  const known = versions.find((version) => same(asked(version.plan), asked(plan)));
  return [
    known
      ? `Candidates see the same as in version ${known.version}, so its position at Hireflix stays in use. Only the scoring changes.`
      : `A new position “${plan.name}” with ${counted} (${needed(plan)}) is created at Hireflix.`,
    "Everyone you invite for this job from then on gets this version.",
    before > 0
      ? `${before === 1 ? "One candidate who was" : `${number(before)} candidates who were`} invited before ${before === 1 ? "keeps" : "keep"} the earlier version, its questions and scores.`
      : "Whoever was invited before keeps the questions they have.",
    latest && "The leaderboard says which version each candidate answered.",
    "It costs nothing: only invitations are charged. Nobody is contacted.",
  ].filter(Boolean);
}
