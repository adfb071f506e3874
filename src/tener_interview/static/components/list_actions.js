/** What can be done with candidates of the list: with those who are selected, and with the one of a row. */

import { cancelSession, extendLink } from "../lib/api.js";
import { allows, hasLink, isFinal, linkExpired, scorecardLabel } from "../lib/constants.js";
import { copyAndAnnounce } from "../lib/copying.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { age, candidateName, number } from "../lib/format.js";
import { t, tn, tNodes } from "../lib/texts.js";
import { openDeciding } from "./decision.js";
import { openDecidingAboutMany } from "./decisions_of_job.js";
import { closeLayer, openDialog } from "./dialog.js";
import { openInviting } from "./invite_dialog.js";
import { candidateList } from "./candidate_list.js";
import { problemBox, problemHeading, sentenceOf } from "./problem.js";
import { openSharing } from "./sharing.js";

const DAY_MS = 86_400_000;

/** Whether a candidate can be invited now. */
export function canInvite({ session }) {
  return !session || allows("start", session.status) || allows("start_in_batch", session.status);
}

/** Whether a candidate has a link and has not answered. */
function isAsked({ session }) {
  return Boolean(session) && hasLink(session);
}

/** Whether a candidate can be reminded: not who has refused consent, which needs a look before the answers. */
export function canRemind(candidate) {
  return isAsked(candidate) && !candidate.session.needs_review;
}

/** Whether the link of a candidate can be valid for longer. */
export function canExtend({ session }) {
  return Boolean(session) && allows("extend_link", session.status);
}

const isInvited = ({ session }) => Boolean(session);
const idsOf = (candidates) => candidates.map((item) => item.candidate_id);

/** What can be done with several candidates, in the order of an interview. */
export const ACTIONS = [
  {
    name: "invite", able: canInvite, act: openInviting, kind: "primary",
    label: (count) => t("Invite {count}", { count }), labelForAll: (count) => t("Invite All {count}", { count }),
  },
  {
    name: "remind", able: canRemind, act: (candidates) => dashboard.message(candidates, "reminder"),
    label: (count) => t("Remind {count}", { count }), labelForAll: (count) => t("Remind All {count}", { count }),
  },
  { name: "message", able: () => true, act: (candidates) => dashboard.message(candidates), label: (count) => t("Message {count}", { count }) },
  {
    name: "extend", able: canExtend, act: openExtendingLinks,
    label: (count) => t("Extend Links of {count}", { count }), labelForAll: (count) => t("Extend Links of All {count}", { count }),
  },
  {
    name: "decide", able: isInvited, label: (count) => t("Decide on {count}", { count }),
    act: (candidates) => openDecidingAboutMany(dashboard.jobId, candidates, dashboard.changed),
  },
  {
    name: "share", able: isInvited, label: (count) => t("Share {count}", { count }),
    act: (candidates) => openSharing(dashboard.jobId, dashboard.job?.title, idsOf(candidates)),
  },
];

/** The one action of a row: what is due next. */
export function nextAction(candidate) {
  const { session } = candidate;
  if (!session) return { name: "invite", label: t("Invite"), act: () => openInviting([candidate]), kind: "soft" };
  if (linkExpired(session) && canExtend(candidate)) return { name: "extend", label: t("Extend Link"), act: () => openExtendingLinks([candidate]), kind: "soft" };
  if (allows("start", session.status)) return { name: "invite", label: t("Invite Again"), act: () => openInviting([candidate]) };
  if (isAsked(candidate)) {
    if (candidate.mail_problem) return { name: "copy", label: t("Copy Link"), act: (press) => copyLink(candidate, press?.currentTarget) };
    // Nobody is reminded of a link that was made just now: it may not have been sent yet.
    const isNew = !session.opened_at && Date.now() - Date.parse(session.invited_at) < DAY_MS;
    return isNew || !canRemind(candidate) ? { name: "message", label: t("Message"), act: () => dashboard.message([candidate]) } : { name: "remind", label: t("Remind"), act: () => dashboard.message([candidate], "reminder") };
  }
  if (session.decision) return { name: "decide", label: t("Change"), act: () => decide(candidate) };
  return { name: "decide", label: t("Decide"), act: () => decide(candidate) };
}

/** The other actions of a row, for its menu, without the one of its button. `control()` is the button of the menu. */
export function otherActions(candidate, control) {
  const { session, candidate_email: email } = candidate;
  const name = candidateName(candidate);
  const linked = isAsked(candidate);
  const due = nextAction(candidate).name;
  return [
    { label: session ? scorecardLabel(session) : t("Details"), act: () => dashboard.openCandidate(candidate) },
    linked && due !== "copy" && { label: t("Copy Interview Link"), act: () => copyLink(candidate, control()) },
    session && due !== "message" && { label: t("Message"), act: () => dashboard.message([candidate]) },
    email && { label: t("Copy E-mail Address"), act: () => copyAndAnnounce(email, t("The e-mail address of {name} was copied.", { name }), control()) },
    canExtend(candidate) && due !== "extend" && { label: t("Extend Link"), act: () => openExtendingLinks([candidate]) },
    session && due !== "decide" && { label: session.decision ? t("Change Decision") : t("Decide"), act: () => decide(candidate) },
    session && { label: t("Share"), act: () => openSharing(dashboard.jobId, dashboard.job?.title, [candidate.candidate_id]) },
    session && !isFinal(session.status) && allows("cancel", session.status) && { label: t("Cancel Interview"), act: () => openCanceling(candidate), kind: "danger" },
  ];
}

function copyLink({ session, candidate_name: name, candidate_id: id }, control = document.activeElement) {
  return copyAndAnnounce(session.entry_url, t("The interview link for {name} was copied.", { name: name || t("Candidate {id}", { id }) }), control);
}

function decide(candidate) {
  return openDeciding({ ...candidate.session, candidate_id: candidate.candidate_id, candidate_name: candidate.candidate_name }, candidate.session.decision ?? "", dashboard.changed);
}

/** Ask before an interview is canceled, which cannot be undone. */
function openCanceling(candidate) {
  const name = candidateName(candidate);
  const report = el("div", { class: "report" });
  const cancel = button(t("Cancel Interview"), (press) => whileBusy(press.currentTarget, t("Canceling…"), async () => {
    try {
      await cancelSession(candidate.session.session_id);
      closeLayer();
      await dashboard.changed();
      announce(t("The interview of {name} was canceled.", { name }));
    } catch (problem) {
      fill(report, problemBox(t("The interview of {name} could not be canceled", { name }), problem));
    }
  }), { kind: "danger" });
  const keep = button(t("Keep It"), closeLayer);
  openDialog("canceling", t("Cancel the interview"), [
    el("p", {}, tNodes("Cancel the interview of {name}? The link stops working immediately, and this cannot be undone.", { name: el("bdi", {}, name) })),
    el("div", { class: "buttons" }, cancel, keep), report,
  ]);
  keep.focus();
}

/** Let links work for longer: first a review of the candidates, then the change. */
function openExtendingLinks(candidates) {
  const count = candidates.length;
  const report = el("div", { class: "report" });
  const label = tn(count, "Extend Link", "Extend {count} Links");
  const go = button(label, (press) => whileBusy(press.currentTarget, t("Extending…"), () => extendLinks(candidates, report)), { kind: "primary" });
  openDialog("renewing", tn(count, "Extend the link", "Extend {count} links"), [
    el("p", {}, t("The same links keep working for the full time again. Nothing is sent, and nothing is charged.")),
    candidateList(candidates, ({ session }) => (linkExpired(session)
      ? t("ran out {age}", { age: age(session.expires_at) ?? "" })
      : t("runs out {age}", { age: age(session.expires_at) ?? "" }))),
    report,
    el("div", { class: "buttons" }, go, button(t("Cancel"), closeLayer)),
  ]);
  go.focus();
}

async function extendLinks(candidates, report) {
  const failed = [];
  for (const candidate of candidates) {
    try {
      await extendLink(candidate.session.session_id);
    } catch (problem) {
      failed.push([candidate, problem]);
    }
  }
  await dashboard.changed();
  const done = candidates.length - failed.length;
  announce(tn(done, "{count} link extended.", "{count} links extended."));
  if (!failed.length) {
    dashboard.clearSelection();
    closeLayer();
    return;
  }
  fill(report, el("div", { class: "problem" },
    problemHeading(t("{failed} could not be extended, {done} were", { failed: number(failed.length), done: number(done) })),
    el("ul", { class: "plain" }, failed.map(([candidate, problem]) => el("li", {}, el("bdi", {}, candidate.candidate_name), `: ${sentenceOf(problem)} (${problem.code})`)))));
}
