/** How values are shown: times in the reader's zone, scores, and a dash for what is not known. */

import { constants, words } from "./constants.js";
import { el, hiddenText } from "./dom.js";
import { LANGUAGE, LOCALE, t, whenUsed } from "./texts.js";

const TIME = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" }));
const SHORT_TIME = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }));
const CLOCK_TIME = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" }));
const SHORT_DAY = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" }));
const DAY = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" }));
const FULL_TIME = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" }));
const NUMBER = whenUsed(() => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 }));
const SCORE = whenUsed(() => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
const MATCH = whenUsed(() => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
const PERCENT = whenUsed(() => new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 0 }));
const SHARE = whenUsed(() => new Intl.NumberFormat(LOCALE, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }));
const SIGNED = whenUsed(() => new Intl.NumberFormat(LOCALE, { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 }));

const LANGUAGES = whenUsed(() => new Intl.DisplayNames(LANGUAGE, { type: "language", fallback: "none" }));

/** The details of a candidate that can be corrected. */
export const DETAILS = { candidate_name: t("name"), candidate_email: t("e-mail address"), language: t("language") };
/** What is scored in every interview. */
export const DIMENSIONS = constants.dimensions;

/** A dash for an unknown value, never a zero. `why` is read to screen readers and shown as a tooltip. */
export function unknown(why = t("Not known yet")) {
  return el("span", { class: "unknown", title: why }, el("span", { "aria-hidden": "true" }, "–"), hiddenText(why));
}

/** A score of 0..100. */
export function score(value, why = t("No score")) {
  return isKnown(value) ? el("span", { class: "number" }, SCORE().format(value)) : unknown(why);
}

/** A match score, on whatever scale the source uses. */
export function matchScore(value) {
  return isKnown(value) ? el("span", { class: "number" }, matchText(value)) : unknown(t("No match score"));
}

/** The same as text: as many decimals for every candidate, and more where all are below 1. */
export function matchText(value) {
  return (Math.abs(value) <= 1 ? MATCH : SCORE)().format(value);
}

/** A fraction of 0..1. */
export function fraction(value) {
  return isKnown(value) ? el("span", { class: "number" }, PERCENT().format(value)) : unknown(t("No confidence"));
}

/** The same as text. */
export function percent(value) {
  return PERCENT().format(value);
}

/** The same with a decimal place. */
export function share(value) {
  return SHARE().format(value);
}

/** A count or another plain number, as text. */
export function number(value) {
  return NUMBER().format(value);
}

/** A difference of scores as text, with its sign. */
export function signed(value) {
  return SIGNED().format(value).replace("-", "−");
}

/** A moment in the reader's zone; the tooltip names the zone. */
export function time(iso, why = t("No time yet"), form = TIME) {
  const at = parsed(iso);
  return at ? el("time", { datetime: iso, title: FULL_TIME().format(at) }, form().format(at)) : unknown(why);
}

/** The same without the year, for narrow columns. */
export function shortTime(iso) {
  return time(iso, undefined, SHORT_TIME);
}

/** The same, and of today only the time of day. */
export function recentTime(iso) {
  return time(iso, undefined, parsed(iso)?.toDateString() === new Date().toDateString() ? CLOCK_TIME : SHORT_TIME);
}

/** The day without its year, for narrow columns; the tooltip has the whole time. */
export function dayOf(iso) {
  return time(iso, undefined, SHORT_DAY);
}

/** A day as text, or null if it cannot be read. */
export function day(iso) {
  const at = parsed(iso);
  return at && DAY().format(at);
}

const AGES = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
const AGO = whenUsed(() => new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }));

/** How long ago or in how long, as text: `3 weeks ago`, `in 5 hours`. Null if it cannot be read. */
export function age(iso, nowMs = Date.now()) {
  const at = parsed(iso);
  if (!at) return null;
  const seconds = (at.getTime() - nowMs) / 1000;
  if (seconds <= 0 && seconds > -60) return t("just now");
  const [unit, size] = AGES.find(([, each]) => Math.abs(seconds) >= each) ?? ["minute", 60];
  return AGO().format(Math.trunc(seconds / size), unit);
}

/** A duration as text: `2 days`, `40 minutes`. */
export function span(ms) {
  const seconds = ms / 1000;
  const [unit, size] = AGES.find(([, each]) => seconds >= each) ?? [];
  if (!unit) return t("under a minute");
  const form = new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: seconds / size < 10 ? 1 : 0 });
  return form.format(seconds / size);
}

/** A recommendation by its label. */
export function recommendation(value) {
  if (!value) return unknown(t("No recommendation"));
  const word = constants.recommendations[value] ?? words(value);
  return el("span", { class: "recommendation", data: { recommendation: value } }, word);
}

/** A dimension by its label, as text. */
export function dimension(value) {
  return DIMENSIONS[value] ?? words(value);
}

const AND = whenUsed(() => new Intl.ListFormat(LOCALE, { type: "conjunction" }));

/** Several names in a sentence, as text: `age, sex and origin`. */
export function listed(names) {
  return AND().format(names);
}

/** The same with each name in an element of its own, whichever way it is written. */
export function listedNames(names) {
  return AND().formatToParts(names).map(({ type, value }) => (type === "element" ? el("bdi", {}, value) : value));
}

/** A list as one line, or the dash. */
export function list(values, why) {
  return values?.length ? values.join(", ") : unknown(why);
}

/** The name of a language from its code; anything else is left as it is. */
export function language(text) {
  try {
    return LANGUAGES().of(text) ?? text;
  } catch {
    return text;
  }
}

/** Whether a value is a number that can be shown. */
export function isKnown(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function parsed(iso) {
  const at = iso ? new Date(iso) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}

/** What to call a candidate: the name, or the id where no name is known. */
export function candidateName({ candidate_name: name, candidate_id: id }) {
  return name || t("Candidate {id}", { id });
}
