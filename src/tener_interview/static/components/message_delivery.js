/** What becomes of messages once they are queued: looked at again until all have left. */

import { listMessages } from "../lib/messages.js";
import { t, tn } from "../lib/texts.js";

/** The most that a list of messages returns. */
const MAX_LISTED = 500;
/** When it is looked again whether messages have left. */
const LOOK_AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
/** States of messages that have not left. */
const ON_THE_WAY = ["queued", "claimed", "handing_over"];

/** Look again until all messages have left, some time has passed or the dialog is closed. */
export async function followMessages(jobId, ids, place) {
  for (const wait of LOOK_AGAIN_MS) {
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
    });
    if (ids.length === 0 || !place.isConnected) return;
    const { items } = await listMessages({ job_id: jobId, limit: MAX_LISTED }).catch(() => ({ items: [] }));
    // The latest message to each comes first.
    const states = ids.map((id) => items.find((item) => item.candidate_id === id)?.state ?? "queued");
    const waiting = states.filter((each) => ON_THE_WAY.includes(each)).length;
    const delivered = states.filter((each) => each === "delivered").length;
    place.textContent = deliverySentence(waiting, delivered, ids.length - waiting - delivered);
    if (waiting === 0) return;
  }
}

/** How many messages are on their way, have left, and have not. */
export function deliverySentence(waiting, delivered, failed) {
  return [
    delivered > 0 && tn(delivered, "{count} message was sent.", "{count} messages were sent."),
    waiting > 0 && tn(waiting, "{count} message is being sent.", "{count} messages are being sent."),
    failed > 0 && tn(failed, "{count} message may not have arrived.", "{count} messages may not have arrived."),
  ].filter(Boolean).join(" ") || t("No message was sent.");
}
