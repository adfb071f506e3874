/** What is known of a candidate who has not been invited. */

import { copyAndAnnounce } from "../lib/copying.js";
import { el, button } from "../lib/dom.js";
import { language, list, matchScore, unknown } from "../lib/format.js";
import { t } from "../lib/texts.js";
import { openDialog } from "./dialog.js";
import { openInviting } from "./invite_dialog.js";
import { experience } from "./list_row.js";

/** Open the details of a candidate. */
export function openCandidateDetails(candidate) {
  const { candidate_name: name, candidate_id: id, candidate_email: email } = candidate;
  const facts = [
    [t("Match"), matchScore(candidate.match_score)], [t("What they do"), candidate.headline], [t("Location"), candidate.location],
    [t("Experience"), experience(candidate)], [t("Skills"), list(candidate.skills, t("No skills given"))],
    [t("Languages"), list(candidate.languages?.map(language), t("No languages given"))], ["ID", String(id)],
  ];
  const copy = email && button(t("Copy E-mail Address"), () => copyAndAnnounce(email, t("The e-mail address of {name} was copied.", { name }), copy));
  openDialog("candidate", name || t("Candidate {id}", { id: id }), [
    el("dl", { class: "facts" }, facts.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", { dir: "auto" }, value || unknown(t("Not known")))))),
    el("div", { class: "buttons" }, button(t("Invite"), () => openInviting([candidate]), { kind: "primary", "aria-haspopup": "dialog" }), copy),
  ]);
}
