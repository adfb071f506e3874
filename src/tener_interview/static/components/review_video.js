/** The video of an answer. Its address is read when the answer is opened, and kept only while the page is open. */

import { readVideoUrl } from "../lib/api.js";
import { button, el, fill, webLink } from "../lib/dom.js";
import { t, tNodes } from "../lib/texts.js";
import { describeError } from "./problem.js";

/** Players by question: going back to a question neither reads the address again nor loses the place in the video. */
const players = new Map();

/** The place of the video of an answer. */
export function videoPlace(sessionId, question) {
  const shown = players.get(question.question_id);
  if (shown) return shown;
  const place = el("div", { class: "video", data: { state: "none" }, role: "group", "aria-label": t("Video of the answer") });
  if (!question.answered) {
    fill(place, note(t("The candidate did not answer this question.")));
    return place;
  }
  players.set(question.question_id, place);
  load(place, sessionId, question);
  return place;
}

/** The video that is shown, or null. */
export function currentVideo(root) {
  return root.querySelector(".video video");
}

/** Stop all videos but that of the question shown. */
export function pauseOthers(question) {
  for (const [id, place] of players) if (id !== question?.question_id) place.querySelector("video")?.pause();
}

async function load(place, sessionId, question, { again = false } = {}) {
  fill(place, note(t("Looking for the video…")));
  place.dataset.state = "loading";
  try {
    const url = await readVideoUrl(sessionId, question.question_id);
    place.dataset.state = url ? "video" : "none";
    fill(place, url ? player(place, sessionId, question, url, again) : note(t("There is no video of this answer. Read the transcript.")));
  } catch (problem) {
    const { what } = describeError(problem);
    place.dataset.state = "none";
    fill(place, note(tNodes("The video cannot be loaded now: {why} You can read and rate meanwhile.", { why: what })),
      button(t("Try Again"), () => load(place, sessionId, question), { kind: "small" }));
  }
}

function player(place, sessionId, question, url, again) {
  const video = el("video", { controls: true, preload: "metadata", playsinline: true, "aria-label": question.title, on: {
    error: () => {
      // The signature may have run out: a new address is tried once.
      if (!again) load(place, sessionId, question, { again: true });
      else fill(place, note(t("The video cannot be played here."), " ", webLink(url, t("Open it in a new tab"))),
        button(t("Try Again"), () => load(place, sessionId, question), { kind: "small" }));
    },
    playing: () => {
      again = false;
    },
  } });
  video.src = url;
  return video;
}

function note(...text) {
  return el("p", { class: "video-note" }, text);
}
