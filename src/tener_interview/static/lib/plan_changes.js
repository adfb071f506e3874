/** Two plans compared field by field, and the edits of two people brought together. */

import { copy, same } from "./plan.js";

/** The fields of a plan that belong to none of its lists. */
const PLAN_FIELDS = ["name", "language", "bands"];
const PLAN_LISTS = ["competencies", "questions"];

/**
 * What differs between two plans: `{list, id, field, before, after}` for each field. `field` is null for an item that
 * exists in one of them only, and `order` for a list in another order; `list` is null for a field of the plan itself.
 */
export function differences(before, after) {
  const own = PLAN_FIELDS.filter((field) => !same(before[field], after[field])).map((field) => ({ list: null, id: null, field, before: before[field], after: after[field] }));
  return [...own, ...PLAN_LISTS.flatMap((list) => listDifferences(list, before[list], after[list]))];
}

function listDifferences(list, before, after) {
  const [old, now] = [byId(before), byId(after)];
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  const kept = (items, other) => items.map((item) => item.id).filter((id) => other.has(id));
  const moved = !same(kept(before, now), kept(after, old));
  return [
    ...ids.flatMap((id) => {
      const [one, other] = [old.get(id) ?? null, now.get(id) ?? null];
      if (!one || !other) return [{ list, id, field: null, before: one, after: other }];
      const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((field) => !same(one[field] ?? null, other[field] ?? null));
      return fields.map((field) => ({ list, id, field, before: one[field] ?? null, after: other[field] ?? null }));
    }),
    ...(moved ? [{ list, id: null, field: "order", before: before.map((item) => item.id), after: after.map((item) => item.id) }] : []),
  ];
}

function byId(items) {
  return new Map(items.map((item) => [item.id, item]));
}

/**
 * Bring two edits of `base` together. What only one person changed is taken; where both changed the same field, `mine`
 * stays in the plan and the field is a conflict: `{list, id, field, mine, theirs}`. Returns `{plan, conflicts, news}`;
 * `news` are the changes of the other person that were taken.
 */
export function merge(base, mine, theirs) {
  const plan = copy(mine);
  const conflicts = [];
  const news = [];
  const mineByKey = new Map(differences(base, mine).map((change) => [keyOf(change), change]));
  for (const change of differences(base, theirs)) {
    const own = mineByKey.get(keyOf(change)) ?? conflictingDeletion(change, mineByKey);
    if (!own) news.push(change);
    else if (!same(own.after, change.after)) conflicts.push({ list: change.list, id: change.id, field: change.field, mine: own.field === change.field ? own.after : valueAt(mine, change), theirs: change.after });
  }
  for (const change of news) apply(plan, change, theirs);
  return { plan, conflicts, news };
}

function keyOf({ list, id, field }) {
  return [list, id, field].join("\n");
}

/** A change of mine to something that they deleted, or of theirs to something that I deleted. */
function conflictingDeletion({ list, id, field }, mineByKey) {
  if (id === null) return null;
  const inside = (change) => change.list === list && change.id === id && (field === null || change.field === null);
  return [...mineByKey.values()].find(inside) ?? null;
}

/** What the plan has at the place of a change. */
function valueAt(plan, { list, id, field }) {
  const item = plan[list]?.find((entry) => entry.id === id) ?? null;
  return field === null || item === null ? item : item[field];
}

/** Set one field of a plan to what a change says. `source` is the whole plan that the change comes from. */
export function apply(plan, { list, id, field, after }, source) {
  if (list === null) {
    plan[field] = copy(after);
  } else if (field === "order") {
    const place = new Map(after.map((key, at) => [key, at]));
    plan[list].sort((item, other) => (place.get(item.id) ?? after.length) - (place.get(other.id) ?? after.length));
  } else if (field !== null && plan[list].some((item) => item.id === id)) {
    plan[list].find((item) => item.id === id)[field] = copy(after);
  } else {
    replaceItem(plan[list], id, source[list]);
  }
}

/** Delete an item, or put it where the source has it. */
function replaceItem(items, id, source) {
  const at = items.findIndex((item) => item.id === id);
  if (at >= 0) items.splice(at, 1);
  const place = source.findIndex((item) => item.id === id);
  if (place >= 0) items.splice(Math.min(place, items.length), 0, copy(source[place]));
}
