/** Publishing a plan: the consequences are shown first, and a second click publishes nothing twice. */

import { listPlanVersions, publishPlan } from "../lib/api.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { same } from "../lib/plan.js";
import { fromService, t, tn } from "../lib/texts.js";
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
  const body = el("div", { class: "report publishing" }, el("p", { class: "empty" }, t("Saving the draft…")));
  const dialog = openDialog("publishing", t("Publish the plan"), body, { kind: "wide" });
  const load = async () => {
    if (!(await draft.save())) {
      const problem = draft.problem ?? { code: "PLAN_CHANGED", message: t("Somebody else changed the plan.") };
      fill(body, problemBox(t("The draft is not saved yet"), problem, { retry: load }));
      return;
    }
    const { problems } = draft.jobPlan;
    if (problems.length) {
      fill(body, el("p", {}, tn(problems.length, "One problem stops publishing:", "{count} problems stop publishing:")),
        el("ul", { class: "plain" }, problems.map(({ message }) => el("li", {}, fromService(message)))),
        el("div", { class: "buttons" }, button(t("Back to Plan"), closeLayer, { kind: "primary" })));
      return;
    }
    try {
      const { items } = await listPlanVersions(draft.jobId);
      show(items);
    } catch (problem) {
      fill(body, problemBox(t("The versions could not be loaded"), problem, { retry: load }));
    }
  };
  const show = (versions) => {
    const { plan, jobPlan: { warnings } } = draft;
    const [latest = null] = versions;
    if (latest && same(latest.plan, plan)) {
      fill(body, el("p", {}, t("Nothing has changed since version {version} was published.", { version: latest.version })),
        el("div", { class: "buttons" }, button(t("Back to Plan"), closeLayer, { kind: "primary" })));
      return;
    }
    const next = (latest?.version ?? 0) + 1;
    const report = el("div", { class: "report", "aria-live": "polite" });
    const submit = button(t("Publish Version {version}", { version: next }), () => whileBusy(submit, t("Publishing…"), () => publish(report)), { kind: "primary", id: "publish-send" });
    fill(body,
      el("ul", { class: "plain consequences" }, consequences(plan, versions).map((sentence) => el("li", {}, sentence))),
      warnings.length > 0 && el("div", { class: "notice with-errors" },
        el("p", { class: "notice-what" }, tn(warnings.length, "One question to look at again", "{count} places to look at again")),
        el("ul", { class: "plain" }, warnings.map(({ message }) => el("li", {}, fromService(message))))),
      latest && el("details", {}, el("summary", {}, t("What is different from version {version}", { version: latest.version })), changeList(latest.plan, plan)),
      el("div", { class: "buttons" }, submit, button(t("Not Now"), closeLayer)),
      report);
    submit.focus();
  };
  const publish = async (report, tries = 1) => {
    try {
      const version = await publishPlan(draft.jobId, draft.etag);
      dialog.close();
      announce(t("Version {version} is published.", { version: version.version }));
      published(version);
    } catch (problem) {
      if (problem.code === "INTERVIEW_PROVIDER_TIMEOUT" && tries < MAX_TRIES && dialog.isConnected) {
        fill(report, el("p", { class: "notice" }, t("Hireflix is slow. Still working; nothing is done twice. Checking again…")));
        await new Promise((resolve) => {
          window.setTimeout(resolve, AGAIN_AFTER_MS);
        });
        await publish(report, tries + 1);
        return;
      }
      const box = problemBox(t("The plan could not be published"), problem, problem.code === "PLAN_CHANGED" && { retry: load });
      fill(report, box);
      box.focus();
    }
  };
  await load();
}

/** What publishing does, as sentences. `versions` are the published ones, the newest first. */
function consequences(plan, versions) {
  const before = versions.reduce((total, version) => total + version.sessions, 0);
  const [latest = null] = versions;
  const questionsOf = ({ name, questions }) => [name, questions.map(({ title, description, time_limit_s, thinking_time_s }) => [title, description, time_limit_s, thinking_time_s])];
  const unchanged = versions.find((version) => same(questionsOf(version.plan), questionsOf(plan)));
  return [
    unchanged
      ? t("Candidates see the same as in version {version}, so its position at Hireflix stays in use. Only the scoring changes.", { version: unchanged.version })
      : tn(plan.questions.length, "A new position “{name}” with {count} question ({time}) is created at Hireflix.", "A new position “{name}” with {count} questions ({time}) is created at Hireflix.", { name: plan.name, time: needed(plan) }),
    t("Everyone you invite after that gets this version."),
    before > 0
      ? tn(before, "One candidate who was invited before keeps the earlier version, its questions and scores.", "{count} candidates who were invited before keep the earlier version, its questions and scores.")
      : t("Candidates invited earlier keep their questions."),
    latest && t("The leaderboard says which version each candidate answered."),
    t("It costs nothing: only invitations are charged. Nobody is contacted."),
  ].filter(Boolean);
}
