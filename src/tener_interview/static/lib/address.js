/** The state of the page in its address, so that a reload or a shared link shows the same. */

import { constants, flagChoices, STATUSES, statusLabel } from "./constants.js";
import { DECISIONS } from "./decisions.js";
import { t } from "./texts.js";

/** What a list can be sorted by: the label and the default order. */
export const SORTS = constants.sorts;
/** The order of each view until another one is chosen. */
export const FIRST_SORT = { candidates: "match", leaderboard: "rank" };
/** The statuses of who is still answering. */
const STILL_ANSWERING = STATUSES.filter((status) => !constants.statuses[status].decidable);
/** Candidates who have not answered, those whose link runs out first at the top. */
const WAITING = { states: ["unanswered", "expiring", ...STILL_ANSWERING], group: "waiting", sort: "expires_at" };

/** How many candidates can be compared at once. */
export const MIN_TO_COMPARE = constants.limits.comparison.candidate_ids.minItems;
export const MAX_TO_COMPARE = constants.limits.comparison.candidate_ids.maxItems;

/** Every filter of a list by its name in the address: its label, the label when it is not set, and the choices. */
export const FILTERS = {
  state: [t("Status"), t("Any"), [...Object.entries(constants.other_states), ...STATUSES.map((status) => [status, statusLabel(status)])]],
  decision: [t("Decision"), t("Any"), [["none", t("Undecided")], ...DECISIONS.map(([value, { label }]) => [value, label])]],
  recommendation: [t("Recommendation"), t("Any"), Object.entries(constants.recommendations)],
  group: [t("Group"), t("Any"), Object.entries(constants.groups)],
  flag: [t("Flags"), t("Any"), [["none", t("Without a flag")], ["any", t("With any flag")], ...flagChoices]],
  coverage: [t("Answers"), t("Any"), [["50", t("Half or more scored")], ["80", t("80% or more scored")], ["100", t("All scored")]]],
};

const VIEWS = ["plan", "candidates", "progress", "leaderboard", "comparison"];
/** Kept when another job is selected; everything else belongs to the candidates of one job. */
const KEPT_ACROSS_JOBS = ["view", "jobs", "sort", "order"];

/** Every value in the address: how it is read, and its default. */
const CHOICES = {
  job: { read: wholeNumber, initial: null },
  view: { read: oneOf(VIEWS), initial: "candidates" },
  session: { read: text, initial: null },
  jobs: { read: text, initial: "" },
  find: { read: text, initial: "" },
  state: { read: filter("state"), initial: "" },
  page: { read: wholeNumber, initial: 1 },
  sort: { read: oneOf(Object.keys(SORTS)), initial: "" },
  order: { read: oneOf(["asc", "desc"]), initial: "" },
  recommendation: { read: filter("recommendation"), initial: "" },
  flag: { read: filter("flag"), initial: "" },
  decision: { read: filter("decision"), initial: "" },
  group: { read: filter("group"), initial: "" },
  coverage: { read: filter("coverage"), initial: "" },
  compare: { read: ids, initial: "" },
};

/** All values in the address, by name. */
export function readAddress() {
  const query = new URLSearchParams(window.location.search);
  const read = ([name, choice]) => [name, choice.read(query.get(name) ?? "") ?? choice.initial];
  return Object.fromEntries(Object.entries(CHOICES).map(read));
}

/** The order of what the address shows until another one is chosen. */
export function firstSort() {
  const { view, state, group } = readAddress();
  const waiting = view === "leaderboard" ? group === WAITING.group : WAITING.states.includes(state);
  return waiting ? WAITING.sort : FIRST_SORT[view] ?? "match";
}

/** Change some of the values. With `step`, Back returns to the state before. */
export function writeAddress(changes, { step = false } = {}) {
  const url = addressWith(changes);
  if (url === window.location.pathname + window.location.search) return;
  if (step) window.history.pushState(null, "", url);
  else window.history.replaceState(window.history.state, "", url);
}

/** The address with these values changed. */
export function addressWith(changes) {
  const chosen = { ...readAddress(), ...changes };
  const query = new URLSearchParams();
  for (const [name, choice] of Object.entries(CHOICES)) {
    if ((chosen[name] ?? choice.initial) !== choice.initial) query.set(name, chosen[name]);
  }
  return `${window.location.pathname}${query.size ? `?${query}` : ""}`;
}

/** The ids of the candidates selected for comparison, in the order of selection. */
export function selectedToCompare() {
  return readAddress().compare.split(",").filter(Boolean).map(Number);
}

/** The changes that lead to another job and drop everything about the candidates of this one. */
export function toJob(jobId) {
  const others = Object.entries(CHOICES).filter(([name]) => !KEPT_ACROSS_JOBS.includes(name));
  return { ...Object.fromEntries(others.map(([name, { initial }]) => [name, initial])), job: jobId };
}

/** The address of any job, as a function: what all have in common is worked out once. */
export function jobAddresses() {
  const shared = new URLSearchParams(addressWith(toJob(null)).split("?")[1]);
  return (jobId) => `${window.location.pathname}?${new URLSearchParams([["job", jobId], ...shared])}`;
}

function wholeNumber(value) {
  return /^[1-9][0-9]{0,15}$/.test(value) ? Number(value) : null;
}

function text(value) {
  return value || null;
}

/** Ids separated by commas, at most as many as can be compared. */
function ids(value) {
  const all = value.split(",");
  return all.length <= MAX_TO_COMPARE && all.every((entry) => wholeNumber(entry)) ? value : null;
}

function filter(name) {
  return oneOf(FILTERS[name][2].map(([value]) => value));
}

function oneOf(words) {
  return (value) => (words.includes(value) ? value : null);
}
