/** Changes between two plans, readable without colour: words added are underlined, words removed are struck out. */

import { el, hiddenText } from "../lib/dom.js";
import { language, percent } from "../lib/format.js";
import { duration, joinWordings, percents } from "../lib/plan.js";
import { differences } from "../lib/plan_changes.js";
import { constants } from "../lib/constants.js";
import { wordChanges } from "../lib/word_changes.js";
import { t } from "../lib/texts.js";

/** How the fields of a plan are called. */
const FIELDS = {
  name: t("Name"), language: t("Language"), bands: t("Recommendations"), title: t("Text"), description: t("More to read"),
  competency: t("About"), weight: t("Weight"), time_limit_s: t("Time to answer"), thinking_time_s: t("Time to think"),
  key_points: t("Key points"), anchors: t("What answers look like"), required_keywords: t("Keywords it must have"),
  optional_keywords: t("Keywords that help"), reference_answers: t("Model answers"), dealbreaker: t("Dealbreaker"),
  dimension: t("Part of"), order: t("Order"),
};
/** The origin of a question does not change the interview. */
const FIELDS_NOT_SHOWN = ["library_id", "reason", "id"];

/** The changes from one plan to another as a list, or a sentence if there are none. */
export function changeList(before, after) {
  const changes = differences(before, after).filter(({ field }) => !FIELDS_NOT_SHOWN.includes(field));
  if (changes.length === 0) return el("p", { class: "empty" }, t("Nothing is different."));
  return el("ul", { class: "change-list" }, changes.map((change) => el("li", {}, changeItem(change, before, after))));
}

function changeItem(change, before, after) {
  const { field, before: old, after: now } = change;
  const where = describePlace(change, before, after);
  if (field === null) return [el("p", { class: "change-where" }, now ? t("Added: {what}", { what: where }) : t("Removed: {what}", { what: where })), el("p", { class: "change-text", dir: "auto" }, now ? added(titleOf(now)) : removed(titleOf(old)))];
  if (field === "order") return el("p", { class: "change-where" }, change.list === "questions" ? t("The questions are in another order.") : t("The competencies are in another order."));
  return [
    el("p", { class: "change-where" }, where),
    el("p", { class: "change-text", dir: "auto" }, wordDifference(textOf(change, old, before), textOf(change, now, after))),
  ];
}

/** Where a change is, as text: `Question 2 · Key points`. */
export function describePlace({ list, id, field }, before, after) {
  const named = field && (FIELDS[field] ?? field);
  if (list === null) return named;
  const at = after[list].findIndex((item) => item.id === id);
  const item = after[list][at] ?? before[list].find((entry) => entry.id === id);
  const what = list === "questions" ? (at >= 0 ? t("Question {number}", { number: at + 1 }) : t("Question")) : item?.name || t("Competency");
  return [what, list === "competencies" && field === "weight" ? t("Share of the total") : named].filter(Boolean).join(" · ");
}

function titleOf(item) {
  return item.title ?? item.name;
}

/** The words of two texts, with what was added and what was removed. */
function wordDifference(before, after) {
  const marked = { same: (text) => text, added, removed };
  return wordChanges(before, after).map(({ kind, text }, at, runs) => {
    const own = text.trimEnd();
    const gap = text.slice(own.length) || (runs[at + 1] && kind !== "same" ? " " : "");
    return [marked[kind](own), gap];
  });
}

function added(text) {
  return el("ins", {}, hiddenText(`${t("added:")} `), text);
}

function removed(text) {
  return el("del", {}, hiddenText(`${t("removed:")} `), text);
}

/** A value of a plan as text; `plan` is the whole plan. */
export function textOf({ list, id, field }, value, plan) {
  if (field === null) return value ? titleOf(value) : "";
  if (list === "competencies" && field === "weight") {
    const at = plan.competencies.findIndex((item) => item.id === id);
    return at < 0 ? "" : percent(percents(plan.competencies.map((item) => item.weight))[at] / 100);
  }
  if (value === null || value === undefined || value === "") return "";
  const texts = {
    language: () => language(value), competency: () => plan.competencies.find((item) => item.id === value)?.name ?? value,
    time_limit_s: () => duration(value), thinking_time_s: () => duration(value), dealbreaker: () => (value ? "yes" : "no"),
    dimension: () => constants.dimensions[value] ?? value,
    bands: () => Object.entries(value).map(([name, least]) => t("{recommendation} from {least}", { recommendation: constants.recommendations[name] ?? name, least })).join(", "),
    anchors: () => Object.entries(value).filter(([, text]) => text).map(([mark, text]) => `${mark}: ${text}`).join("\n"),
    reference_answers: () => value.join("\n"),
    order: () => value.map((key) => titleOf(plan[list].find((item) => item.id === key) ?? { name: key })).join("\n"),
  };
  if (texts[field]) return texts[field]();
  if (Array.isArray(value)) return value.map((wordings) => joinWordings([wordings].flat())).join("\n");
  return String(value);
}
