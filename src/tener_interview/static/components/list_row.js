/** What the rows of both views of the list share: who it is, how far the interview is, what was decided, what is next. */

import { dashboard, sharedNote } from "../lib/dashboard.js";
import { addressWith } from "../lib/address.js";
import { decisionBadge } from "../lib/decisions.js";
import { button, byId, el, hiddenText, onPlainClick } from "../lib/dom.js";
import { age, dayOf, isKnown, language, matchScore, matchText, number, score, unknown } from "../lib/format.js";
import { consentNote, expiresSoon, hasLink, linkExpired, missingConsent, NEEDS_REVIEW, statusBadge } from "../lib/constants.js";
import { fromService, t, tn, tNodes } from "../lib/texts.js";
import { nextAction, otherActions } from "./list_actions.js";
import { selectionBox } from "./list_selection.js";
import { menuButton } from "./menu.js";

/** A cell of a row: two lines, of which the second may be missing. `label` is read out where there are no columns. */
export function cell(label, kind, first, second = null) {
  return el("td", { role: "cell", class: kind, data: { label } },
    el("span", { class: "line" }, first), second && el("span", { class: "line muted" }, second));
}

/** The row of a candidate, between its box and its actions. A click anywhere in it opens the scorecard. */
export function listRow(candidate, cells, attributes = {}) {
  const { session } = candidate;
  return el("tr", {
    role: "row", ...attributes,
    data: { candidateId: candidate.candidate_id, sessionId: session?.session_id, status: session?.status ?? "none", ...attributes.data },
    on: { click: (press) => !isControl(press.target) && window.getSelection().isCollapsed && dashboard.openCandidate(candidate) },
  },
  el("td", { role: "cell", class: "select-cell" }, selectionBox(candidate)),
  cells,
  actionsCell(candidate));
}

function isControl(target) {
  return target.closest("a, button, input, label, select, summary") !== null;
}

/** The name, which opens the scorecard, and below it what the candidate does. `more` follows that. */
export function whoCell(candidate, ...more) {
  const { session } = candidate;
  const facts = [candidate.headline, candidate.location, experience(candidate)].filter(Boolean);
  const name = candidate.candidate_name || unknown(t("No name"));
  const attributes = { class: "name open-scorecard", id: nameId(candidate), dir: "auto", title: candidate.candidate_name };
  const open = (press) => onPlainClick(press, () => dashboard.openCandidate(candidate));
  return el("th", { role: "rowheader", scope: "row", class: "who" },
    session
      ? el("a", { ...attributes, href: addressWith({ session: session.session_id }), on: { click: open } }, name)
      : el("button", { ...attributes, type: "button", "aria-haspopup": "dialog", on: { click: open } }, name),
    el("span", { class: "line muted", title: facts.join(" · ") }, more, facts.map((fact, at) => [at > 0 && " · ", el("bdi", {}, fact)])));
}

/** Years of experience as text. */
export function experience({ years_experience: years }) {
  return isKnown(years) && tn(years, "{count} year", "{count} years");
}

/** The skills, and below them the languages. */
export function skillsCell(candidate) {
  const skills = candidate.skills ?? [];
  const languages = (candidate.languages ?? []).map(language);
  const text = (values) => el("span", { title: values.join(", ") }, values.join(", "));
  const [first, second] = [skills, languages].filter((values) => values.length > 0);
  return cell(t("Skills"), "skills", first ? text(first) : unknown(t("No skills and no languages given")), second && text(second));
}

/** How well the source thinks that the candidate fits. */
export function matchCell(candidate) {
  return cell(t("Match"), "figure match", matchScore(candidate.match_score));
}

/** The total that ranks; below it those of reviewers where there are any. */
export function scoreCell({ session }) {
  const reviewers = session?.human_reviews > 0 && tNodes("reviewers {score}", { score: score(session.human_total) });
  return cell(t("Score"), "figure score", el("span", { class: "total-score" }, score(session?.total_score)), reviewers);
}

/** The status, and below it what needs attention. */
export function statusCell({ session, mail_problem: mailProblem }) {
  const note = session && (attention(session) ?? fromService(mailProblem));
  return cell(t("Status"), "state", statusBadge(session?.status, session), note && el("span", { class: "attention", title: note }, note));
}

/** The most pressing note on a session. */
function attention(session) {
  return [
    session.needs_review && (missingConsent(session) ?? fromService(session.review_reason) ?? NEEDS_REVIEW),
    consentNote(session),
    session.awaiting_transcription && t("Waiting for the transcript"),
    linkExpired(session) && t("Link ran out {age}", { age: age(session.expires_at) ?? "" }),
    expiresSoon(session) && t("Link runs out {age}", { age: age(session.expires_at) }),
    session.status === "in_progress" && t("Opened {age}, not finished", { age: age(session.started_at) ?? t("before") }),
    sharedNote(session),
  ].find(Boolean);
}

/** What was decided, and when. */
export function decisionCell({ session }) {
  return cell(t("Decision"), "decided", decisionBadge(session?.decision) ?? (session && hiddenText(t("Undecided"))),
    session?.decision && dayOf(session.decided_at));
}

/** When the candidate was invited, opened the link, and until when the link works. */
export function timesCell({ session }) {
  if (!session?.invited_at) return cell(t("Invited"), "times", unknown(t("Not invited")));
  const linked = hasLink(session);
  const opened = session.opened_at ? tNodes("opened {day}", { day: dayOf(session.opened_at) }) : linked && t("not opened");
  const until = linked && !expiresSoon(session) && tNodes("until {day}", { day: dayOf(session.expires_at) });
  // The heading of the column says what the day is; a card has no headings.
  const invited = [
    el("span", { class: "in-columns" }, dayOf(session.invited_at)),
    el("span", { class: "on-cards" }, tNodes("Invited {day}", { day: dayOf(session.invited_at) })),
  ];
  return cell(t("Invited"), "times", invited, opened && [opened, until && [" · ", until]]);
}

/** The match score, in front of the candidate's headline. */
export function matchNote(candidate, kind = "") {
  return isKnown(candidate.match_score) && el("span", { class: `match-note ${kind}` }, tNodes("match {score}", { score: matchText(candidate.match_score) }),
    (candidate.headline || candidate.location) && " · ");
}

function actionsCell(candidate) {
  const about = nameId(candidate);
  const { name, label, act, kind = "" } = nextAction(candidate);
  const menu = menuButton(t("More actions"), () => otherActions(candidate, () => menu), { about });
  return el("td", { role: "cell", class: "actions" },
    button(label, act, { kind: `small primary-action ${kind}`, about, "aria-haspopup": name !== "copy" && "dialog" }), menu);
}

/** The id of the name in a row, which describes its controls. */
function nameId(candidate) {
  return `candidate-${candidate.candidate_id}`;
}

/** A heading over a group of rows. `columns` is how many there are; `order` says how they are ordered. */
export function groupHeading(group, columns, text, count = null, order = null) {
  return el("tr", { role: "row", class: "group", data: { group } }, el("th", { role: "rowheader", scope: "rowgroup", colspan: columns, class: "group-name" },
    text, count !== null && el("span", { class: "muted number" }, ` ${number(count)}`), order && el("span", { class: "group-order" }, ` · ${order}`)));
}

/** Say above a view's list how many of these sessions were scored before consent was asked for. */
export function showScoredBeforeConsent(view, sessions) {
  const count = sessions.filter((session) => session?.scored_without_consent === "no_answer").length;
  const notice = byId(`${view}-consent`);
  notice.hidden = count === 0;
  notice.textContent = tn(count, "{count} candidate here was scored before consent was asked for.", "{count} candidates here were scored before consent was asked for.");
}

/**
 * Show rows, keeping those that have not changed, so that the focus and an open menu stay. `items` are `{key, value,
 * draw()}`: a row is drawn again when its value is another one.
 */
export function showRows(body, items) {
  const before = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const active = document.activeElement;
  const focused = body.contains(active) ? { key: active.closest("tr").dataset.key, place: controls(active.closest("tr")).indexOf(active) } : null;
  const next = items.map(({ key, value, draw }) => {
    const state = JSON.stringify(value);
    const unchanged = before.get(key);
    if (unchanged?.dataset.state === hash(state)) return unchanged;
    const row = draw();
    Object.assign(row.dataset, { key, state: hash(state) });
    return row;
  });
  body.replaceChildren(...next);
  if (!focused || document.activeElement === active) return;
  const again = next.find((row) => row.dataset.key === focused.key);
  if (again) controls(again)[focused.place]?.focus({ preventScroll: true });
}

function controls(row) {
  return [...row.querySelectorAll("button, input, a[href]")];
}

/** A short form of a long text. */
function hash(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return `${text.length}.${sum}`;
}
