/** The video of an answer. Its address is read when the answer is opened, and kept only while the page is open. */

import { readVideoUrl } from "../lib/api.js";
import { button, el, fill, webLink } from "../lib/dom.js";
import { describeError } from "./problem.js";

/** Players by question: going back to a question neither reads the address again nor loses the place in the video. */
const players = new Map();

/** The place of the video of an answer. */
export function videoPlace(sessionId, question) {
  const known = players.get(question.question_id);
  if (known) return known;
  const place = el("div", { class: "video", role: "group", "aria-label": "Video of the answer" });
  if (!question.answered) {
    fill(place, note("The candidate did not answer this question."));
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
  fill(place, note("Looking for the video…"));
  try {
    const url = await readVideoUrl(sessionId, question.question_id);
    fill(place, url ? player(place, sessionId, question, url, again) : note("There is no video of this answer. Read the transcript."));
  } catch (problem) {
    const { what } = describeError(problem);
    fill(place, note("The video cannot be loaded now: ", what, " You can read and rate meanwhile."),
      button("Try Again", () => load(place, sessionId, question), { kind: "small" }));
  }
}

function player(place, sessionId, question, url, again) {
  const video = el("video", { controls: true, preload: "metadata", playsinline: true, "aria-label": question.title, on: {
    error: () => {
      // The signature may have run out: a new address is tried once.
      if (!again) load(place, sessionId, question, { again: true });
      else fill(place, note("The video cannot be played here. ", webLink(url, "Open it in a new tab")),
        button("Try Again", () => load(place, sessionId, question), { kind: "small" }));
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
