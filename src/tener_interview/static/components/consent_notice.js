/** Said once above a list: how many of its candidates were scored before consent was asked for. */

import { byId } from "../lib/dom.js";
import { tn } from "../lib/texts.js";

/** Say it above a view's list, or nothing. `sessions` have `scored_without_consent`. */
export function showScoredBeforeConsent(view, sessions) {
  const count = sessions.filter((session) => session?.scored_without_consent === "no_answer").length;
  const notice = byId(`${view}-consent`);
  notice.hidden = count === 0;
  notice.textContent = tn(count, "{count} candidate here was scored before consent was asked for.", "{count} candidates here were scored before consent was asked for.");
}
