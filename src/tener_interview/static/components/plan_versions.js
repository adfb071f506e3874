/** The published versions of a plan: what each changed, who was invited with it, and taking one up again. */

import { listPlanVersions } from "../lib/api.js";
import { button, el, fill } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { changeList } from "./change_list.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** Open the list of versions. `draft` is the current plan; `restore(plan, version)` makes the draft one of them. */
export async function openVersions(jobId, draft, restore) {
  const body = el("div", { class: "report versions" }, el("p", { class: "empty" }, "Loading…"));
  openDialog("plan-versions", "Versions of the plan", body, { kind: "wide" });
  const load = async () => {
    try {
      const { items } = await listPlanVersions(jobId);
      show(items);
    } catch (problem) {
      fill(body, problemBox("The versions could not be loaded", problem, { retry: load }));
    }
  };
  const show = (items) => {
    if (items.length === 0) {
      fill(body, el("p", { class: "empty" }, "Nothing has been published yet. The first publishing makes version 1."));
      return;
    }
    const name = (at) => (at < 0 ? "the draft" : `version ${items[at].version}`);
    const plans = [draft, ...items.map((item) => item.plan)];
    const options = (chosen) => plans.map((_, at) => el("option", { value: at, selected: at === chosen }, at === 0 ? "The draft" : `Version ${items[at - 1].version}`));
    const from = el("select", { id: "versions-from" }, options(1));
    const to = el("select", { id: "versions-to" }, options(0));
    const changes = el("div", { class: "report" });
    const compare = () => fill(changes,
      el("p", { class: "muted" }, `From ${name(from.value - 1)} to ${name(to.value - 1)}. Added words are underlined, removed words are struck out.`),
      changeList(plans[from.value], plans[to.value]));
    from.addEventListener("change", compare);
    to.addEventListener("change", compare);
    fill(body,
      el("ol", { class: "plan-version-list" }, items.map((item, at) => el(
        "li", { data: { version: item.version } },
        el("div", {},
          el("p", {}, el("strong", {}, `Version ${item.version}`), at === 0 && el("span", { class: "mark-badge" }, "In use"), " · published ", time(item.published_at)),
          el("p", { class: "muted" }, [
            `${number(item.plan.questions.length)} ${item.plan.questions.length === 1 ? "question" : "questions"}`,
            `${number(item.sessions)} ${item.sessions === 1 ? "candidate" : "candidates"} invited with it`, item.position_name && `position “${item.position_name}”`,
          ].filter(Boolean).join(" · "))),
        el("div", { class: "buttons" },
          button("Show Changes", () => {
            from.value = String(Math.min(at + 2, plans.length - 1));
            to.value = String(at + 1);
            compare();
            changes.scrollIntoView({ block: "nearest" });
            to.focus();
          }, { kind: "small", "aria-label": `Show what version ${item.version} changed`, hidden: at === items.length - 1 }),
          button("Use as Draft", () => {
            closeLayer();
            restore(item.plan, item.version);
          }, { kind: "small", "aria-label": `Use version ${item.version} as the draft` })),
      ))),
      el("h3", {}, "What changed"),
      el("div", { class: "filter" },
        el("div", { class: "field" }, el("label", { for: from.id }, "From"), from),
        el("div", { class: "field" }, el("label", { for: to.id }, "To"), to)),
      changes);
    compare();
  };
  await load();
}
