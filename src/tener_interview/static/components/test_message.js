/** Sends a message to the signed-in user, who sees what candidates get. */

import { account } from "../lib/api.js";
import { announce, button, el, whileBusy } from "../lib/dom.js";
import { sendTest } from "../lib/messages.js";
import { t } from "../lib/texts.js";
import { sentenceOf } from "./problem.js";

/**
 * A button that sends the message `what()` to the address of the user; hidden for whoever has none. `what()` has a kind
 * and a language, and words unless the template is meant.
 */
export function testButton(what) {
  const note = el("span", { class: "muted" });
  const control = button(t("Send a Test to Me"), () => whileBusy(control, t("Sending…"), async () => {
    let outcome = "";
    try {
      const { address } = await sendTest(what());
      outcome = t("The test is on its way to {address}.", { address });
    } catch (problem) {
      outcome = sentenceOf(problem);
    }
    announce(outcome);
    note.textContent = outcome;
  }), { kind: "small quiet" });
  const place = el("span", { class: "test-message", hidden: true }, note, control);
  account().then(({ user }) => {
    place.hidden = !user?.email;
  }, () => {});
  return place;
}
