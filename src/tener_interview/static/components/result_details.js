/** Where a result comes from: versions, hashes, when it was checked, and earlier results. */

import { listResults } from "../lib/api.js";
import { button, el, fill, webLink } from "../lib/dom.js";
import { number, score, fraction, time } from "../lib/format.js";
import { t, tn, tNodes } from "../lib/texts.js";
import { problemBox } from "./problem.js";

/** The details, folded away. `latest` is the number of the latest result, `read(version)` shows another one. */
export function resultDetails(session, card, latest, read) {
  const scoring = card?.transcription_scoring ?? {};
  const { scored_plan_version: plan } = card ?? {};
  const rows = [
    [t("Last checked"), time(session.last_sync_at, t("Not checked yet"))],
    session.plan_version && [t("Invited with"), t("version {version} of the interview plan", { version: session.plan_version })],
    card?.result_version && [t("Result"), String(card.result_version)],
    ...plan
      ? [[t("Scored by"), version(t("plan version {version}", { version: plan }), scoring.criteria_hash)]]
      : [
        scoring.criteria_version && [t("Criteria"), version(scoring.criteria_version, scoring.criteria_hash)],
        card?.formula_version && [t("Formula"), version(card.formula_version, card.formula_hash)],
      ],
    scoring.engine_version && [t("Engine"), scoring.engine_version],
    card && [t("Confidence"), fraction(card.score_confidence)],
    scoring.coverage && [t("Questions scored"), coverage(scoring.coverage)],
  ].filter(Boolean);
  return el("details", { class: "fold", id: "result-details" },
    el("summary", {}, t("Details")),
    el("div", { class: "fold-body" },
      el("dl", { class: "particulars" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
      card && latest > 1 && earlierResults(session.session_id, card.result_version, latest, read),
      el("p", { class: "muted" }, t("A score rates what was said, not who said it."), " ", webLink("/help/scoring", t("What the score can and cannot do"))),
      el("p", {}, el("a", { href: `/candidates/${session.candidate_id}/data-sheet` }, t("Data stored about this candidate, to print or erase")))));
}

/** Said above an earlier result. */
export function earlierNotice(shown, latest, read) {
  if (!shown || !latest || shown >= latest) return null;
  return el("div", { class: "notice" },
    el("p", { class: "notice-what" }, t("This is result {shown}. The latest is result {latest}.", { shown, latest })),
    el("p", { class: "problem-actions" }, button(t("Show Latest"), () => read(null), { kind: "small" })));
}

function version(name, hash) {
  return [name, " ", hash ? el("code", { title: t("Hash of the contents of the file") }, hash) : el("span", { title: t("This result was made before hashes were recorded") }, t("(no hash)"))];
}

function coverage({ scored_questions: scored, total_questions: total, missing_transcriptions: missing }) {
  const text = t("{scored} of {total}", { scored: number(scored), total: number(total) });
  return missing ? `${text}; ${tn(missing, "{count} without a transcript", "{count} without a transcript")}` : text;
}

function earlierResults(sessionId, shown, latest, read) {
  const place = el("div");
  const list = el("details", { on: { toggle: () => list.open && !place.dataset.read && listEarlier(sessionId, shown, place, read) } },
    el("summary", {}, t("{count} results", { count: number(latest) })), place);
  return list;
}

async function listEarlier(sessionId, shown, place, read) {
  place.dataset.read = "yes";
  fill(place, el("p", { class: "empty" }, t("Loading…")));
  try {
    const { items } = await listResults(sessionId);
    fill(place, el("ol", { class: "plain version-list", reversed: true }, items.map((item, at) => el(
      "li", { value: item.result_version },
      tNodes("{time}: total {total}, criteria {criteria}, engine {engine}", {
        time: time(item.created_at), total: score(item.total_score), criteria: item.criteria_version, engine: item.engine_version,
      }), " ",
      item.result_version === shown
        ? el("strong", {}, t("shown"))
        : button(t("Show"), () => read(at === 0 ? null : item.result_version), { kind: "small", "aria-label": t("Show result {number}", { number: item.result_version }) }),
    ))));
  } catch (problem) {
    delete place.dataset.read;
    fill(place, problemBox(t("The earlier results could not be loaded"), problem, { retry: () => listEarlier(sessionId, shown, place, read) }));
  }
}
