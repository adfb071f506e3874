/** Two people edited the same plan: what the other person changed, and a choice where both changed the same field. */

import { announce, button, el, fill } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";
import { describePlace, textOf } from "./change_list.js";
import { problemHeading } from "./problem.js";

/** Show the conflicts of a draft in `place`, both texts side by side. They are settled by a choice for each. */
export function showConflicts(place, draft) {
  const { conflicts, plan, base } = draft;
  const theirs = new Set();
  const sentence = conflicts.length === 1 ? t("Somebody else changed the same field") : t("Somebody else changed {count} of the same fields", { count: number(conflicts.length) });
  announce(`${sentence}. Nothing is lost: choose which text stays.`);
  fill(place, el(
    "section", { class: "problem conflict", tabindex: "-1", "aria-labelledby": "conflict-title" },
    el("div", { id: "conflict-title" }, problemHeading(sentence)),
    el("p", {}, tNodes("Saved {time}. Both texts are here; nothing is saved until you choose.", { time: time(draft.jobPlan.saved_at) })),
    el("ol", { class: "conflicts" }, conflicts.map((conflict, at) => el(
      "li", {}, el("fieldset", { class: "plain-set" },
        el("legend", {}, describePlace(conflict, base, plan)),
        option(at, t("Yours"), true, textOf(conflict, conflict.mine, plan), () => theirs.delete(conflict)),
        option(at, t("Theirs"), false, textOf(conflict, conflict.theirs, base), () => theirs.add(conflict))),
    ))),
    el("div", { class: "problem-actions" },
      button(t("Save This Choice"), () => draft.settle([...theirs]), { kind: "small primary" }),
      conflicts.length > 1 && button(t("Take All of Theirs"), () => draft.settle(conflicts), { kind: "small" })),
  ));
}

function option(at, label, checked, text, choose) {
  const radio = el("input", { type: "radio", name: `conflict-${at}`, on: { change: choose } });
  radio.checked = checked;
  return el("label", { class: "check conflict-option" }, radio, el("span", {}, el("strong", {}, label), el("span", { class: "block conflict-text", dir: "auto" }, text || t("(deleted or empty)"))));
}

/** Show the changes of another user that were merged. `news` are the changes. */
export function newsNote(news, before, after, dismiss) {
  if (!news?.length) return null;
  announce(t("Somebody else changed this plan. Their changes are here, and yours are kept."));
  return el("div", { class: "notice", role: "group", "aria-label": t("Somebody else’s changes") },
    el("p", { class: "notice-what" }, t("Somebody else changed this plan meanwhile")),
    el("p", {}, t("Their changes are taken over, and yours are kept:")),
    el("ul", { class: "plain" }, news.map((change) => el("li", {}, describePlace(change, before, after), change.field === null ? ` ${change.after ? t("(added)") : t("(removed)")}` : null))),
    el("p", { class: "problem-actions" }, button(t("Dismiss"), dismiss, { kind: "small" })));
}
