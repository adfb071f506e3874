/** What a leaderboard can be sorted by and narrowed to, as the address says it and the controls offer it. */

import { flagChoices } from "./flags.js";
import { RECOMMENDATIONS } from "./format.js";
import { NEEDS_REVIEW, STATE_ORDER, stateWord } from "./states.js";

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
