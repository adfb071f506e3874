/** Two people edited the same plan: what the other person changed, and a choice where both changed the same field. */

import { announce, button, el, fill } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { describePlace, textOf } from "./change_list.js";
import { problemHeading } from "./problem.js";

/** Show the conflicts of a draft in `place`, both texts side by side. They are settled by a choice for each. */
export function showConflicts(place, draft) {
  const { conflicts, plan, base } = draft;
  const theirs = new Set();
  const sentence = conflicts.length === 1 ? "Somebody else changed the same field" : `Somebody else changed ${number(conflicts.length)} of the same fields`;
  announce(`${sentence}. Nothing is lost: choose which text stays.`);
  fill(place, el(
    "section", { class: "problem conflict", tabindex: "-1", "aria-labelledby": "conflict-title" },
    el("div", { id: "conflict-title" }, problemHeading(sentence)),
    el("p", {}, "Saved ", time(draft.answer.saved_at), ". Both texts are here; nothing is saved until you choose."),
    el("ol", { class: "conflicts" }, conflicts.map((conflict, at) => el(
      "li", {}, el("fieldset", { class: "plain-set" },
        el("legend", {}, describePlace(conflict, base, plan)),
        option(at, "Yours", true, textOf(conflict, conflict.mine, plan), () => theirs.delete(conflict)),
        option(at, "Theirs", false, textOf(conflict, conflict.theirs, base), () => theirs.add(conflict))),
    ))),
    el("div", { class: "problem-actions" },
      button("Save This Choice", () => draft.settle([...theirs]), { kind: "small primary" }),
      conflicts.length > 1 && button("Take All of Theirs", () => draft.settle(conflicts), { kind: "small" })),
  ));
}

function option(at, label, checked, text, choose) {
  const radio = el("input", { type: "radio", name: `conflict-${at}`, on: { change: choose } });
  radio.checked = checked;
  return el("label", { class: "check conflict-option" }, radio, el("span", {}, el("strong", {}, label), el("span", { class: "block conflict-text", dir: "auto" }, text || "(deleted or empty)")));
}

/** Say what somebody else changed and was taken over. `news` are the changes. */
export function newsNote(news, before, after, dismiss) {
  if (!news?.length) return null;
  announce("Somebody else changed this plan. Their changes are here, and yours are kept.");
  return el("div", { class: "notice", role: "group", "aria-label": "Changes of somebody else" },
    el("p", { class: "notice-what" }, "Somebody else changed this plan meanwhile"),
    el("p", {}, "Their changes are taken over, and yours are kept:"),
    el("ul", { class: "plain" }, news.map((change) => el("li", {}, describePlace(change, before, after), change.field === null ? (change.after ? " (added)" : " (removed)") : null))),
    el("p", { class: "problem-actions" }, button("Dismiss", dismiss, { kind: "small" })));
}
