/**
 * Inviting: who gets an interview link is looked at first, since every invitation may cost something. With a mail server
 * links and invitations by e-mail are one request, so that nobody has a link whose message was lost.
 */

import { startSession } from "../lib/api.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, byId, button, el, fill, whileBusy } from "../lib/dom.js";
import { candidateName, number } from "../lib/format.js";
import { readMailStatus, readMessageRules } from "../lib/messages.js";
import { t, tn } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { confirmationBox, inviteMany, showOutcome } from "./invitations.js";
import { showMessageTexts } from "./message_texts.js";
import { candidateList } from "./candidate_list.js";
import { problemBox } from "./problem.js";

/** Open the review step for these candidates. */
export function openInviting(candidates) {
  const count = candidates.length;
  const review = { candidates, texts: new Map(), write: tick("write-afterwards"), report: el("div", { class: "report" }), mail: el("div", { class: "invite-mail" }) };
  review.withAddress = candidates.filter((item) => item.candidate_email).length;
  review.go = button("", () => (count === 1 ? inviteOne(review) : inviteSeveral(review)), { kind: "primary", id: "invite-send", disabled: true });
  openDialog("inviting", count === 1 ? t("Invite {name}", { name: candidateName(candidates[0]) }) : t("Invite {count} candidates", { count: number(count) }), [
    el("p", {}, cost(count)),
    candidateList(candidates, ({ candidate_email: email }) => email || t("no e-mail address"), count > 1 || !candidates[0].candidate_email),
    review.mail, review.report,
    el("div", { class: "dialog-foot" }, el("div", { class: "buttons" }, review.go, button(t("Cancel"), closeLayer))),
  ]);
  showMail(review);
}

function tick(id) {
  const box = el("input", { type: "checkbox", id });
  box.checked = true;
  return box;
}

function cost(count) {
  const what = tn(count, "This creates a personal interview link.", "This creates {count} personal interview links.");
  return `${what} ${byId("demo-banner").hidden ? t("Hireflix charges for every invitation.") : t("This is the demo: nobody is invited for real.")}`;
}

/** Offer to send the invitation with the link, or without a mail server to write afterwards. */
async function showMail(review) {
  const status = await readMailStatus().catch(() => ({ server: null }));
  const rules = status.server ? await readMessageRules(dashboard.jobId).catch(() => null) : null;
  review.canSend = rules !== null && review.withAddress > 0;
  const one = review.candidates.length === 1;
  const words = el("details", { class: "message-texts" });
  if (review.canSend) {
    const company = dashboard.job?.company ?? "";
    showMessageTexts(words, { label: t("Read or change the message"), company, kind: "invitation", languages: [rules.language], texts: review.texts, isSigned: Boolean(rules.signed_by) });
  }
  const labels = review.canSend
    ? [one ? t("Send the invitation by e-mail") : t("Send the invitations by e-mail"), whoGetsIt(review, Math.max(0, status.daily_limit - status.sent_today))]
    : [one ? t("Then write to the candidate") : t("Then write to them"), t("You see every message before it is sent.")];
  review.write.addEventListener("change", () => {
    words.hidden = !review.write.checked;
    showLabel(review);
  });
  fill(review.mail, el("label", { class: "check" }, review.write, el("span", {}, labels[0], el("span", { class: "muted block" }, labels[1]))), review.canSend && words);
  review.go.disabled = false;
  showLabel(review);
  review.go.focus();
}

function whoGetsIt({ candidates, withAddress }, remaining) {
  const without = candidates.length - withAddress;
  return [
    candidates.length === 1 ? candidates[0].candidate_email : tn(withAddress, "{count} e-mail will be sent.", "{count} e-mails will be sent."),
    without > 0 && tn(without, "{count} has no e-mail address: copy the link, or the text, afterwards.", "{count} have no e-mail address: copy their links, or the texts, afterwards."),
    withAddress > remaining && tn(remaining, "Only {count} more e-mail can be sent today; the others wait until tomorrow.", "Only {count} more e-mails can be sent today; the others wait until tomorrow."),
  ].filter(Boolean).join(" ");
}

function willSendMessages({ canSend, write }) {
  return canSend && write.checked;
}

function showLabel(review) {
  const { candidates: { length: count }, withAddress } = review;
  const links = count === 1 ? t("Create Interview Link") : tn(count, "Create {count} Interview Link", "Create {count} Interview Links");
  const both = count === 1 ? t("Invite and Send Message") : tn(withAddress, "Invite {invited} and Send {count} Message", "Invite {invited} and Send {count} Messages", { invited: number(count) });
  review.go.textContent = willSendMessages(review) ? both : links;
}

/** What is sent with the request for the links. */
function withMessage(review) {
  return willSendMessages(review) ? { invitation_message: { texts: [...review.texts.values()] } } : {};
}

async function inviteSeveral(review) {
  const message = withMessage(review);
  const write = review.write.checked && !review.canSend;
  closeLayer();
  dashboard.clearSelection();
  await inviteMany({ candidate_ids: review.candidates.map((item) => item.candidate_id), ...message }, null, write);
}

/** A single start may ask for a confirmation first, and may start again after a cancelation. */
function inviteOne(review) {
  const { report, write, go, candidates: [candidate] } = review;
  const attempt = async (confirmed) => {
    fill(report);
    try {
      const session = await startSession({
        ...confirmed, ...withMessage(review), job_id: dashboard.jobId, candidate_id: candidate.candidate_id,
        candidate_name: candidate.candidate_name ?? undefined, candidate_email: candidate.candidate_email ?? undefined,
        time_zone: candidate.time_zone ?? undefined,
      });
      closeLayer();
      announce(session.reused
        ? t("There is already an interview link for {name}.", { name: candidateName(candidate) })
        : t("Interview link created for {name}.", { name: candidateName(candidate) }));
      await dashboard.changed();
      showOutcome({ items: [{ ...session, candidate_id: candidate.candidate_id, action: "started" }] }, null, { write: write.checked && !review.canSend });
    } catch (problem) {
      const asking = confirmationBox(problem, (more) => attempt({ ...confirmed, ...more }), () => fill(report));
      fill(report, asking ?? problemBox(t("The link for {name} could not be created", { name: candidateName(candidate) }), problem));
      // A failed start may have left a session behind.
      dashboard.changed();
      report.querySelector(".button")?.focus();
    }
  };
  return whileBusy(go, t("Creating…"), () => attempt({}));
}
