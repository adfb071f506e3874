/** The competencies that a result has scores for, by the version of the plan; without a plan, the dimensions. */

import { listPlanVersions } from "./api.js";
import { DIMENSIONS, dimension } from "./format.js";

/** The competencies of the versions loaded so far, by job and version. A version never changes. */
const loaded = new Map();

/** The dimensions, as competencies. */
export const dimensions = Object.entries(DIMENSIONS).map(([id, name]) => ({ id, name }));

/** The competencies of some versions of a job's plan, each once; null stands for no plan. */
export async function loadCompetencies(jobId, versions) {
  const key = (version) => `${jobId}/${version}`;
  const wanted = [...new Set(versions)].filter((version) => version !== null && version !== undefined);
  if (wanted.some((version) => !loaded.has(key(version)))) {
    const { items } = await listPlanVersions(jobId).catch(() => ({ items: [] }));
    for (const { version, plan } of items) loaded.set(key(version), askedOf(plan));
  }
  const all = wanted.length ? wanted.flatMap((version) => loaded.get(key(version)) ?? []) : dimensions;
  return all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
}

/** The competencies that a question is about. */
function askedOf({ competencies, questions }) {
  return competencies.filter(({ id }) => questions.some((question) => question.competency === id));
}

/** The score of a result in a competency; null without one. */
export function competencyScore(item, id) {
  return item.competency_scores?.[id] ?? (id in DIMENSIONS ? item[`${id}_score`] : null) ?? null;
}

/** The name of a competency among these. */
export function competencyName(competencies, id) {
  return competencies.find((item) => item.id === id)?.name ?? dimension(id);
}
