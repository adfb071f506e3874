/** The results that a session has had: later ones never overwrite earlier ones, and each can be read. */

import { listResults } from "./api.js";
import { button, el, fill } from "./dom.js";
import { score, time } from "./format.js";
import { problemBox } from "./problems.js";

/** A place for the earlier results of a session that has more than one; `read(version)` shows one of them. */
export function earlierResults(sessionId, shown, latest, read) {
  if (latest < 2) return null;
  const place = el("div");
  const list = el("details", { on: { toggle: () => list.open && !place.dataset.read && show(sessionId, shown, place, read) } },
    el("summary", {}, `${latest} results`), place);
  return [
    shown < latest && el("div", { class: "notice" },
      el("p", { class: "notice-what" }, `This is result ${shown}, an earlier one. The latest is result ${latest}.`),
      el("p", { class: "problem-actions" }, button("Read the Latest", () => read(null), { kind: "small" }))),
    list,
  ];
}

async function show(sessionId, shown, place, read) {
  place.dataset.read = "yes";
  fill(place, el("p", { class: "empty" }, "Loading…"));
  try {
    const { items } = await listResults(sessionId);
    fill(place, el("ol", { class: "plain version-list", reversed: true }, items.map((item, at) => el(
      "li", { value: item.result_version },
      time(item.created_at), " · total ", score(item.total_score), ` · criteria ${item.criteria_version}${item.criteria_hash ? ` (${item.criteria_hash})` : ""} · engine ${item.engine_version} `,
      item.result_version === shown
        ? el("strong", {}, "shown")
        : button("Read", () => read(at === 0 ? null : item.result_version), { kind: "small", "aria-label": `Read result ${item.result_version}` }),
    ))));
  } catch (problem) {
    delete place.dataset.read;
    fill(place, problemBox("The earlier results could not be read", problem, { retry: () => show(sessionId, shown, place, read) }));
  }
}
