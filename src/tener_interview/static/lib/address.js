/** What the page shows, kept in its address, so that a reload or a sent link shows the same. */

import { RECOMMENDATIONS } from "./format.js";
import { flagChoices, NEEDS_REVIEW, STATE_ORDER, stateWord } from "./labels.js";

/** How many can be set side by side; the service has the same bounds. */
export const FEWEST_TO_COMPARE = 2;
export const MOST_TO_COMPARE = 5;

/** What can be sorted by, and which way round comes first; the same names as the service's. */
export const SORTS = {
  rank: { label: "Rank", first: "asc" },
  candidate_name: { label: "Name", first: "asc" },
  total_score: { label: "Total", first: "desc" },
  technical_score: { label: "Technical", first: "desc" },
  soft_skills_score: { label: "Soft skills", first: "desc" },
  culture_fit_score: { label: "Culture fit", first: "desc" },
  score_confidence: { label: "Confidence", first: "desc" },
  coverage: { label: "Coverage", first: "desc" },
  updated_at: { label: "Updated", first: "desc" },
};

/** The groups of a leaderboard, in their order; only the first has totals. */
export const GROUPS = { ranked: "Ranked", needs_review: NEEDS_REVIEW, waiting: "Waiting for the interview or its scores", ended: "Ended without a score" };

/** Every filter: its name in the address, what it is called when it is open, and what can be chosen. */
export const FILTERS = {
  recommendation: ["Any", Object.entries(RECOMMENDATIONS)],
  flag: ["With or without", [["none", "Without a flag"], ["any", "With any flag"], ...flagChoices]],
  group: ["Everybody", Object.entries(GROUPS)],
  status: ["Any", STATE_ORDER.map((state) => [state, stateWord(state)])],
  coverage: ["Any", [["50", "Half or more scored"], ["80", "80 % or more scored"], ["100", "All scored"]]],
};

const VIEWS = ["candidates", "progress", "leaderboard", "comparison"];
/** What is chosen here stays when another job is chosen; everything else says something of one job's candidates. */
const OF_ANY_JOB = ["view", "jobs", "sort", "order"];

/** Every choice that the address can hold: how it is read, and what it is when the address says nothing of it. */
const CHOICES = {
  job: { read: wholeNumber, usual: null },
  view: { read: oneOf(VIEWS), usual: "candidates" },
  session: { read: text, usual: null },
  jobs: { read: text, usual: "" },
  find: { read: text, usual: "" },
  state: { read: text, usual: "" },
  who: { read: text, usual: "" },
  page: { read: wholeNumber, usual: 1 },
  sort: { read: oneOf(Object.keys(SORTS)), usual: "" },
  order: { read: oneOf(["asc", "desc"]), usual: "" },
  recommendation: { read: filter("recommendation"), usual: "" },
  flag: { read: matching(/^[a-z_]{1,50}$/), usual: "" },
  status: { read: filter("status"), usual: "" },
  group: { read: filter("group"), usual: "" },
  coverage: { read: filter("coverage"), usual: "" },
  compare: { read: matching(/^[1-9][0-9]{0,15}(,[1-9][0-9]{0,15}){0,4}$/), usual: "" },
};

/** The choices in the address, by name. */
export function readAddress() {
  const query = new URLSearchParams(window.location.search);
  const read = ([name, choice]) => [name, choice.read(query.get(name) ?? "") ?? choice.usual];
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
    if ((chosen[name] ?? choice.usual) !== choice.usual) query.set(name, chosen[name]);
  }
  return `${window.location.pathname}${query.size ? `?${query}` : ""}`;
}

/** The candidates chosen to be compared, by id, in the order chosen. */
export function chosenToCompare() {
  return readAddress().compare.split(",").filter(Boolean).map(Number);
}

/** The changes that lead to another job, and to nothing that was chosen among the candidates of this one. */
export function toJob(jobId) {
  const others = Object.entries(CHOICES).filter(([name]) => !OF_ANY_JOB.includes(name));
  return { ...Object.fromEntries(others.map(([name, { usual }]) => [name, usual])), job: jobId };
}

function wholeNumber(said) {
  return /^[1-9][0-9]{0,15}$/.test(said) ? Number(said) : null;
}

function text(said) {
  return said || null;
}

function matching(pattern) {
  return (said) => (pattern.test(said) ? said : null);
}

function filter(name) {
  return oneOf(FILTERS[name][1].map(([value]) => value));
}

function oneOf(words) {
  return (said) => (words.includes(said) ? said : null);
}
