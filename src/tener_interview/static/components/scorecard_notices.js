/** Notices about an interview, shown once, below the headline of its scorecard. */

import { consentLink, hasLink, linkExpired, missingConsent, WITHOUT_CONSENT } from "../lib/constants.js";
import { sharedNote } from "../lib/dashboard.js";
import { el } from "../lib/dom.js";
import { isKnown, time } from "../lib/format.js";
import { fromService, t, tNodes } from "../lib/texts.js";
import { overrideControls } from "./human_scores.js";
import { linkField } from "./link.js";
import { problemHeading } from "./problem.js";

/** The notices about a session with the response about its scorecard, which may have failed (null). */
export function notices(session, response, reload) {
  const card = response?.scorecard;
  const fault = session.last_error;
  return [
    session.needs_review && el("p", { class: "notice", id: "scorecard-review" }, fromService(session.review_reason), " ",
      // Where totals are apart, the reason says what to do.
      missingConsent(session) ? consentLink(session.job_id)
        : !isKnown(session.machine_total) && t("A review, an override or a decision ends this.")),
    response?.scored_without_consent && el("p", { class: "notice", id: "scorecard-consent" }, WITHOUT_CONSENT[response.scored_without_consent][0], " ",
      consentLink(session.job_id)),
    fault && !session.needs_review && el("div", { class: "notice with-errors" },
      problemHeading(t("The last refresh failed; status and scores are unchanged")),
      el("p", {}, fault.message),
      el("p", { class: "muted" }, fault.code, " · ", time(fault.at))),
    response?.override && el("div", { id: "total-override" }, overrideControls(session, { override: response.override, machine: response.machine_total }, reload)),
    session.awaiting_transcription && el("p", { class: "notice" }, t("The next refresh looks for the missing transcripts. The menu scores the answers that are there.")),
    card?.outdated && el("p", { class: "notice" }, t("Scored by older criteria. Rescore, in the menu, shows what would change.")),
    otherVersion(card, session),
    session.shared_with_job && el("p", { class: "notice" }, sharedNote(session), "."),
    (response?.correction_notes ?? []).map((note) => el("blockquote", { class: "statement", dir: "auto" },
      el("strong", {}, t("The candidate says:")), " ", note.text, el("footer", { class: "muted" }, time(note.added_at)))),
  ];
}

/** The link of an interview that is not answered. */
export function linkOf(session) {
  return [
    linkExpired(session) && el("p", {}, tNodes("The link expired {time}. Extend it to make the same link work again.", { time: time(session.expires_at) })),
    hasLink(session) && linkField(session.entry_url, session.expires_at, session.candidate_name || t("this candidate")),
  ];
}

/** Said if the answers were scored by another version of the plan than the candidate was invited with. */
function otherVersion(card, { plan_version: invited }) {
  const scored = card?.scored_plan_version;
  if (!scored || !invited || scored === invited) return null;
  return el("p", { class: "notice" }, t("Invited with version {invited} of the plan, scored by the key points of version {scored}.", { invited, scored }));
}
