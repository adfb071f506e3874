/** What can be done with a session from its scorecard, and the note on what it came to. */

import { cancelSession, extendLink, refreshSession, replaceLink } from "./api.js";
import { confirmControl } from "./confirm.js";
import { openCorrections } from "./corrections.js";
import { announce, button, byId, el, fill, whileBusy } from "./dom.js";
import { problemBox } from "./problems.js";
import { openRescoring } from "./rescoring.js";
import { allows, stateWord } from "./states.js";

const CANCEL = {
  label: "Cancel Interview", question: "Cancel this interview? Its link stops working at once, and for good.",
};
const REPLACE = {
  label: "Replace Link",
  question: "Make another link? The one that was sent stops working at once, and the candidate has to be sent the new one.",
};

/** The buttons that a session's state allows, and a place for what they come to; `reload()` shows it anew. */
export function sessionActions(session, reload) {
  const report = el("div", { id: "scorecard-report", class: "report" });
  const { session_id: id, status } = session;
  const act = (label, busyLabel, what, work, kind = "") => {
    const attempt = async () => {
      fill(report);
      const note = await work().then(done, (problem) => () => problemBox(what, problem));
      await reload();
      tell(note);
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, attempt), { kind });
  };
  const refresh = (force) => refreshSession(id, force).then((answer) => outcome(session, answer));
  const refused = "The session could not be refreshed";
  return [
    el(
      "div",
      { class: "buttons" },
      allows("refresh", status) && !session.needs_review && act("Refresh", "Refreshing…", refused, () => refresh(false)),
      session.awaiting_transcription && act("Score What Is There", "Scoring…", refused, () => refresh(true)),
      (status === "scored" || session.needs_review) && button("Score Again", () => openRescoring(session.job_id, { session, after: reload }), { "aria-haspopup": "dialog", id: "score-again" }),
      (allows("lookAgain", status) || session.needs_review) && act("Look Again", "Looking…", refused, () => refresh(true)),
      allows("extend", status) && act("Extend Link", "Extending…", "The link could not be extended",
        () => extendLink(id).then(() => "The link that was sent works longer now.")),
      allows("extend", status) && confirmControl(report, REPLACE, () => act(
        "Yes, Make Another", "Replacing…", "The link could not be replaced",
        () => replaceLink(id).then(() => "There is another link to send. The one that was sent no longer works."), "danger",
      )),
      allows("correct", status) && button("Edit Details", () => openCorrections(session, async (said) => {
        await reload();
        tell(done(said));
      }), { "aria-haspopup": "dialog", id: "edit-details" }),
      allows("cancel", status) && confirmControl(report, CANCEL, () => act(
        "Yes, Cancel It", "Canceling…", "The interview could not be canceled",
        () => cancelSession(id).then(() => "The interview was canceled. Its link no longer works."), "danger",
      )),
    ),
    report,
  ];
}

/** What an action came to: shown, and given the focus, since the button that was pressed may be gone. */
function tell(makeNote) {
  const report = byId("scorecard-report");
  if (!report) return;
  const note = makeNote();
  fill(report, note);
  note.focus();
}

/** The note on something that worked, made when it is shown, so that it is said then too. */
function done(said) {
  return () => {
    announce(said);
    return el("p", { class: "notice", tabindex: "-1" }, said);
  };
}

function outcome(before, answer) {
  if (answer.status !== before.status) return `${stateWord(before.status)} → ${stateWord(answer.status)}.`;
  return answer.updated ? "Refreshed: there is something new." : "Refreshed: nothing has changed.";
}
