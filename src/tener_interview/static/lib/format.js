/** How values are shown: times in the reader's zone, scores, and a dash for what is not known. */

import { el, hiddenText } from "./dom.js";
import { rules, words } from "./rules.js";

/** The pages are in English, so times are too: in the reader's own English, or in British English. */
const ENGLISH = navigator.languages.find((entry) => /^en\b/.test(entry)) ?? "en-GB";
const TIME = new Intl.DateTimeFormat(ENGLISH, { dateStyle: "medium", timeStyle: "short" });
const SHORT_TIME = new Intl.DateTimeFormat(ENGLISH, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(ENGLISH, { dateStyle: "medium" });
const FULL_TIME = new Intl.DateTimeFormat(ENGLISH, { dateStyle: "full", timeStyle: "long" });
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SCORE = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MATCH = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** The details of a candidate that can be corrected. */
export const DETAILS = { candidate_name: "name", candidate_email: "e-mail address", language: "language" };
/** What is scored in every interview. */
export const DIMENSIONS = rules.dimensions;

/** A dash for an unknown value, never a zero. `why` is read to screen readers and shown as a tooltip. */
export function unknown(why = "Not known yet") {
  return el("span", { class: "unknown", title: why }, el("span", { "aria-hidden": "true" }, "–"), hiddenText(why));
}

/** A score of 0..100. */
export function score(value, why = "No score") {
  return known(value) ? el("span", { class: "number" }, SCORE.format(value)) : unknown(why);
}

/** A match score, on whatever scale the source uses. */
export function matchScore(value) {
  return known(value) ? el("span", { class: "number" }, MATCH.format(value)) : unknown("No match score");
}

/** A share of 0..1. */
export function share(value) {
  return known(value) ? el("span", { class: "number" }, PERCENT.format(value)) : unknown("No confidence");
}

/** A count or another plain number, as text. */
export function number(value) {
  return NUMBER.format(value);
}

/** A moment in the reader's zone; the tooltip names the zone. */
export function time(iso, why = "No time yet", form = TIME) {
  const at = parsed(iso);
  return at ? el("time", { datetime: iso, title: FULL_TIME.format(at) }, form.format(at)) : unknown(why);
}

/** The same without the year, for narrow columns. */
export function shortTime(iso) {
  return time(iso, undefined, SHORT_TIME);
}

/** A day as text, or null if it cannot be read. */
export function day(iso) {
  const at = parsed(iso);
  return at && DAY.format(at);
}

const AGES = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
const AGO = new Intl.RelativeTimeFormat(ENGLISH, { numeric: "auto" });

/** How long ago or in how long, as text: `3 weeks ago`, `in 5 hours`. Null if it cannot be read. */
export function age(iso, nowMs = Date.now()) {
  const at = parsed(iso);
  if (!at) return null;
  const seconds = (at.getTime() - nowMs) / 1000;
  const [unit, size] = AGES.find(([, each]) => Math.abs(seconds) >= each) ?? ["minute", 60];
  return AGO.format(Math.trunc(seconds / size), unit);
}

/** A duration as text: `2 days`, `40 minutes`. */
export function span(ms) {
  const seconds = ms / 1000;
  const [unit, size] = AGES.find(([, each]) => seconds >= each) ?? [];
  if (!unit) return "under a minute";
  const form = new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: seconds / size < 10 ? 1 : 0 });
  return form.format(seconds / size);
}

/** A recommendation by its label. */
export function recommendation(value) {
  if (!value) return unknown("No recommendation");
  const word = rules.recommendations[value] ?? words(value);
  return el("span", { class: "recommendation", data: { recommendation: value } }, word);
}

/** A dimension by its label, as text. */
export function dimension(value) {
  return DIMENSIONS[value] ?? words(value);
}

/** A list as one line, or the dash. */
export function list(values, why) {
  return values?.length ? values.join(", ") : unknown(why);
}

/** The English name of a language from its code; anything else is left as it is. */
export function language(text) {
  try {
    return LANGUAGES.of(text) ?? text;
  } catch {
    return text;
  }
}

/** Whether a value is a number that can be shown. */
export function known(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function parsed(iso) {
  const at = iso ? new Date(iso) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}
