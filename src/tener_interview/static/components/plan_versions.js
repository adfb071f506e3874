/** The published versions of a plan: what each changed, who was invited with it, and taking one up again. */

import { listPlanVersions } from "../lib/api.js";
import { button, el, fill } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { t, tNodes, tn } from "../lib/texts.js";
import { changeList } from "./change_list.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** Open the list of versions. `draft` is the current plan; `restore(plan, version)` makes the draft one of them. */
export async function openVersions(jobId, draft, restore) {
  const body = el("div", { class: "report versions" }, el("p", { class: "empty" }, t("Loading…")));
  openDialog("plan-versions", t("Versions of the plan"), body, { kind: "wide" });
  const load = async () => {
    try {
      const { items } = await listPlanVersions(jobId);
      show(items);
    } catch (problem) {
      fill(body, problemBox(t("The versions could not be loaded"), problem, { retry: load }));
    }
  };
  const show = (items) => {
    if (items.length === 0) {
      fill(body, el("p", { class: "empty" }, t("Nothing has been published yet. The first publishing makes version 1.")));
      return;
    }
    const name = (at) => (at < 0 ? t("the draft") : t("version {version}", { version: items[at].version }));
    const plans = [draft, ...items.map((item) => item.plan)];
    const options = (chosen) => plans.map((_, at) => el("option", { value: at, selected: at === chosen }, at === 0 ? t("The draft") : t("Version {version}", { version: items[at - 1].version })));
    const from = el("select", { id: "versions-from" }, options(1));
    const to = el("select", { id: "versions-to" }, options(0));
    const changes = el("div", { class: "report" });
    const compare = () => fill(changes,
      el("p", { class: "muted" }, t("From {before} to {after}. Added words are underlined, removed words are struck out.", { before: name(from.value - 1), after: name(to.value - 1) })),
      changeList(plans[from.value], plans[to.value]));
    from.addEventListener("change", compare);
    to.addEventListener("change", compare);
    fill(body,
      el("ol", { class: "plan-version-list" }, items.map((item, at) => el(
        "li", { data: { version: item.version } },
        el("div", {},
          el("p", {}, el("strong", {}, t("Version {version}", { version: item.version })), at === 0 && el("span", { class: "mark-badge" }, t("In use")), " · ", tNodes("published {time}", { time: time(item.published_at) })),
          el("p", { class: "muted" }, [
            tn(item.plan.questions.length, "{count} question", "{count} questions"),
            tn(item.sessions, "{count} candidate invited with it", "{count} candidates invited with it"), item.position_name && t("position “{name}”", { name: item.position_name }),
          ].filter(Boolean).join(" · "))),
        el("div", { class: "buttons" },
          button(t("Show Changes"), () => {
            from.value = String(Math.min(at + 2, plans.length - 1));
            to.value = String(at + 1);
            compare();
            changes.scrollIntoView({ block: "nearest" });
            to.focus();
          }, { kind: "small", "aria-label": t("Show what version {version} changed", { version: item.version }), hidden: at === items.length - 1 }),
          button(t("Use as Draft"), () => {
            closeLayer();
            restore(item.plan, item.version);
          }, { kind: "small", "aria-label": t("Use version {version} as the draft", { version: item.version }) })),
      ))),
      el("h3", {}, t("What changed")),
      el("div", { class: "filter" },
        el("div", { class: "field" }, el("label", { for: from.id }, t("From")), from),
        el("div", { class: "field" }, el("label", { for: to.id }, t("To")), to)),
      changes);
    compare();
  };
  await load();
}
