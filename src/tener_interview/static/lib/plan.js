/** An interview plan as a value: its questions, the shares of its competencies, and the time that a candidate needs. */

import { constants } from "./constants.js";
import { t } from "./texts.js";

/** The limits of a plan's fields, as the service checks them. */
export const LIMITS = constants.plan.limits;

/** A plan without questions, with the three competencies that every score has; the service names it. */
export function emptyPlan(language) {
  const weights = Object.entries(constants.plan.default_weights);
  return { language, competencies: weights.map(([id, weight]) => ({ id, name: constants.dimensions[id], weight, dimension: id })), questions: [] };
}

/** A question for a plan. `given` is what is known of it, such as a question of the library. */
export function newQuestion(plan, given = {}) {
  return {
    id: newId("q", plan.questions), title: given.title ?? "", description: given.description ?? null,
    competency: competencyFor(plan, given), weight: 1,
    time_limit_s: given.time_limit_s ?? constants.plan.default_time_limit_s,
    thinking_time_s: given.thinking_time_s ?? constants.plan.default_thinking_time_s,
    key_points: copy(given.key_points ?? []), anchors: { 1: "", 3: "", 5: "", ...given.anchors },
    required_keywords: copy(given.required_keywords ?? []), optional_keywords: copy(given.optional_keywords ?? []),
    reference_answers: [], dealbreaker: false, language: given.language && given.language !== plan.language ? given.language : null,
    library_id: given.id ?? null, reason: null,
  };
}

/** The competency of the plan that a question of the library belongs to: the same one, or one of its dimension. */
function competencyFor(plan, { competency, dimension }) {
  const { competencies } = plan;
  const fits = competencies.find((item) => item.id === competency) ?? competencies.find((item) => item.dimension === dimension && dimension);
  return (fits ?? competencies[0])?.id ?? "";
}

/** A competency with an id of its own. */
export function newCompetency(plan, name) {
  return { id: newId("c", plan.competencies), name, weight: 0, dimension: null };
}

function newId(kind, others) {
  const taken = new Set(others.map((item) => item.id));
  for (;;) {
    const id = `${kind}_${Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    if (!taken.has(id)) return id;
  }
}

/** Whole per cents in proportion to the weights. They add up to `whole`, and none is below `least`. */
export function percents(weights, whole = 100, least = 0) {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const spare = whole - least * weights.length;
  const exact = weights.map((weight) => (sum > 0 ? (spare * weight) / sum : spare / weights.length));
  const parts = exact.map(Math.floor);
  const byRest = exact.map((value, at) => [value - parts[at], at]).sort((item, other) => other[0] - item[0] || item[1] - other[1]);
  const missing = Math.round(spare - parts.reduce((total, part) => total + part, 0));
  for (const [, at] of byRest.slice(0, missing)) parts[at] += 1;
  return parts.map((part) => part + least);
}

/** Give one competency `percent` of the total; the others share the rest as they did before. */
export function setPercent(competencies, at, percent) {
  const others = competencies.filter((_, place) => place !== at);
  const chosen = others.length ? clamp(percent, 1, 100 - others.length) : 100;
  const rest = percents(others.map((item) => item.weight), 100 - chosen, 1);
  competencies[at].weight = chosen;
  for (const [place, item] of others.entries()) item.weight = rest[place];
}

/** Move the boundary between two neighbours so that the first has `percent` of the total. */
export function moveBoundary(competencies, at, percent) {
  const parts = percents(competencies.map((item) => item.weight));
  const both = parts[at] + parts[at + 1];
  for (const [place, item] of competencies.entries()) item.weight = parts[place];
  competencies[at].weight = clamp(percent, 1, both - 1);
  competencies[at + 1].weight = both - competencies[at].weight;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** The share of the total that each question decides, 0..1 by id. Competencies without a question do not count. */
export function questionFractions({ competencies, questions }) {
  const weighed = competencies.map((item) => {
    const own = questions.filter((question) => question.competency === item.id && question.weight > 0);
    return { weight: item.weight, own, sum: own.reduce((total, question) => total + question.weight, 0) };
  }).filter(({ sum, weight }) => sum > 0 && weight > 0);
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(weighed.flatMap(({ weight, own, sum }) => own.map((question) => [question.id, (weight / total) * (question.weight / sum)])));
}

/** The longest time that a candidate needs, in seconds: thinking and answering. */
export function neededSeconds({ questions }) {
  return questions.reduce((total, question) => total + (question.time_limit_s || 0) + (question.thinking_time_s ?? 0), 0);
}

/** A number of seconds as text: `30 s`, `3 min`, `1 min 30 s`. */
export function duration(seconds) {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [minutes > 0 && t("{minutes} min", { minutes }), (rest > 0 || minutes === 0) && t("{seconds} s", { seconds: rest })].filter(Boolean).join(" ");
}

/** Ways to say the same thing as one text. They are separated by commas, or by semicolons if one holds a comma. */
export function joinWordings(wordings) {
  if (!wordings.some((wording) => wording.includes(","))) return wordings.join(", ");
  return wordings.length > 1 ? wordings.join("; ") : `${wordings[0]};`;
}

/** The wordings in such a text. */
export function splitWordings(text) {
  return text.split(text.includes(";") ? ";" : ",").map((wording) => wording.trim()).filter(Boolean);
}

/** Whether two values have the same content. */
export function same(one, other) {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, canonical(value[key])]));
}

/** A copy that can be changed by itself. */
export function copy(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
