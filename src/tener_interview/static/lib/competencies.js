/** The competencies that a result has scores for: those of the plan or, without one, the dimensions. */

import { DIMENSIONS, dimension } from "./format.js";
import { fromService } from "./texts.js";

/** The dimensions, as competencies. */
export const dimensions = Object.entries(DIMENSIONS).map(([id, name]) => ({ id, name }));

/** Competencies of a plan: those that have the names which the service gives to dimensions, in the reader's language. */
export function translated(competencies) {
  return competencies.map((item) => ({ ...item, name: item.id in DIMENSIONS ? fromService(item.name) : item.name }));
}

/** The score of a result in a competency, with the scores that people gave its answers; null without one. */
export function competencyScore(item, id) {
  return item.counted_competency_scores ? (item.counted_competency_scores[id] ?? null) : machineScore(item, id);
}

/** Whether people changed the score of a result in a competency. */
export function isChangedByPeople(item, id) {
  return competencyScore(item, id) !== machineScore(item, id);
}

/** What the machine gave a result in a competency; null without a score. */
export function machineScore(item, id) {
  return item.competency_scores?.[id] ?? (id in DIMENSIONS ? item[`${id}_score`] : null) ?? null;
}

/** The name of a competency among these. */
export function competencyName(competencies, id) {
  return competencies.find((item) => item.id === id)?.name ?? dimension(id);
}
