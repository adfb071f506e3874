/** What the page shows, kept in its address, so that a reload or a sent link shows the same. */

import { flagChoices, rules, STATUSES, statusLabel } from "./rules.js";

/** What a leaderboard can be sorted by: the label, and which order comes first. */
export const SORTS = rules.sorts;

/** How many candidates can be compared at once. */
export const MIN_TO_COMPARE = rules.limits.comparison.candidate_ids.minItems;
export const MAX_TO_COMPARE = rules.limits.comparison.candidate_ids.maxItems;

/** Every filter of a leaderboard by its name in the address: the label when it is not set, and the choices. */
export const FILTERS = {
  recommendation: ["Any", Object.entries(rules.recommendations)],
  flag: ["All", [["none", "Without a flag"], ["any", "With any flag"], ...flagChoices]],
  group: ["All", Object.entries(rules.groups)],
  status: ["Any", STATUSES.map((status) => [status, statusLabel(status)])],
  coverage: ["Any", [["50", "Half or more scored"], ["80", "80 % or more scored"], ["100", "All scored"]]],
};

const VIEWS = ["candidates", "progress", "leaderboard", "comparison"];
/** What is chosen here stays when another job is chosen; everything else says something of one job's candidates. */
const KEPT_ACROSS_JOBS = ["view", "jobs", "sort", "order"];

/** Every choice that the address can hold: how it is read, and what it is when the address says nothing of it. */
const CHOICES = {
  job: { read: wholeNumber, initial: null },
  view: { read: oneOf(VIEWS), initial: "candidates" },
  session: { read: text, initial: null },
  jobs: { read: text, initial: "" },
  find: { read: text, initial: "" },
  state: { read: text, initial: "" },
  who: { read: text, initial: "" },
  page: { read: wholeNumber, initial: 1 },
  sort: { read: oneOf(Object.keys(SORTS)), initial: "" },
  order: { read: oneOf(["asc", "desc"]), initial: "" },
  recommendation: { read: filter("recommendation"), initial: "" },
  flag: { read: filter("flag"), initial: "" },
  status: { read: filter("status"), initial: "" },
  group: { read: filter("group"), initial: "" },
  coverage: { read: filter("coverage"), initial: "" },
  compare: { read: ids, initial: "" },
};

/** The choices in the address, by name. */
export function readAddress() {
  const query = new URLSearchParams(window.location.search);
  const read = ([name, choice]) => [name, choice.read(query.get(name) ?? "") ?? choice.initial];
  return Object.fromEntries(Object.entries(CHOICES).map(read));
}

/** Change some of the choices. `step` says whether Back should come back to what is shown now. */
export function writeAddress(changes, { step = false } = {}) {
  const url = addressWith(changes);
  if (url === window.location.pathname + window.location.search) return;
  if (step) window.history.pushState(null, "", url);
  else window.history.replaceState(window.history.state, "", url);
}

/** The address that shows the same but for these choices. */
export function addressWith(changes) {
  const chosen = { ...readAddress(), ...changes };
  const query = new URLSearchParams();
  for (const [name, choice] of Object.entries(CHOICES)) {
    if ((chosen[name] ?? choice.initial) !== choice.initial) query.set(name, chosen[name]);
  }
  return `${window.location.pathname}${query.size ? `?${query}` : ""}`;
}

/** The candidates chosen to be compared, by id, in the order chosen. */
export function selectedToCompare() {
  return readAddress().compare.split(",").filter(Boolean).map(Number);
}

/** The changes that lead to another job, and to nothing that was chosen among the candidates of this one. */
export function toJob(jobId) {
  const others = Object.entries(CHOICES).filter(([name]) => !KEPT_ACROSS_JOBS.includes(name));
  return { ...Object.fromEntries(others.map(([name, { initial }]) => [name, initial])), job: jobId };
}

function wholeNumber(said) {
  return /^[1-9][0-9]{0,15}$/.test(said) ? Number(said) : null;
}

function text(said) {
  return said || null;
}

/** Ids with commas between them, not more than can be compared. */
function ids(said) {
  const all = said.split(",");
  return all.length <= MAX_TO_COMPARE && all.every((each) => wholeNumber(each)) ? said : null;
}

function filter(name) {
  return oneOf(FILTERS[name][1].map(([value]) => value));
}

function oneOf(words) {
  return (said) => (words.includes(said) ? said : null);
}
