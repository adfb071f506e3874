/** The candidates that a review step is about. */

import { el } from "../lib/dom.js";
import { candidateName } from "../lib/format.js";
import { t } from "../lib/texts.js";

/** A short list that scrolls; `note(candidate)` is shown beside a name. Nothing if it would only repeat the title. */
export function candidateList(candidates, note, shown = true) {
  if (!shown) return null;
  return el("ul", { class: "name-list", tabindex: "0", "aria-label": t("Candidates") }, candidates.map((item) => {
    const text = note(item);
    return el("li", { data: { candidateId: item.candidate_id } },
      el("bdi", {}, candidateName(item)), text && el("span", { class: "muted" }, text));
  }));
}
