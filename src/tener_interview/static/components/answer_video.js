/**
 * The video of an answer on a scorecard. Its address is read when somebody asks for it. It plays in a frame of its own:
 * only that page may load media, and only from where the videos of this interview are.
 */

import { readVideoUrl } from "../lib/api.js";
import { button, el, fill, webLink } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { describeError } from "./problem.js";

/** How long before a passage it is played from: its place is estimated from that in the transcript. */
const LEAD_S = 3;

/** A place for the video, and `seek(share)`, which plays it from about that share of its length once it is shown. */
export function answerVideo(sessionId, question) {
  const node = el("div", { class: "answer-video", role: "group", "aria-label": t("Video of the answer") });
  let video = null;
  const offer = (note = null) => fill(node, note, el("p", {}, button([el("span", { "aria-hidden": "true" }, "▶ "), t("Watch the Video")], load, { kind: "small soft watch-button" })));
  const load = async () => {
    fill(node, el("p", { class: "empty" }, t("Looking for the video…")));
    try {
      const url = await readVideoUrl(sessionId, question.question_id);
      if (!url) return fill(node, el("p", { class: "empty" }, t("There is no video of this answer. Read the transcript.")));
      return show(url);
    } catch (problem) {
      return offer(el("p", { class: "muted" }, t("The video cannot be loaded now: {reason} The transcript is here meanwhile.", { reason: describeError(problem).what })));
    }
  };
  const show = (url) => {
    const frame = el("iframe", { class: "video-frame", src: `/reviews/${encodeURIComponent(sessionId)}/player`, title: question.title, allow: "fullscreen; autoplay", on: { load: () => {
      video = playerIn(frame.contentDocument, url, question.title);
      video.addEventListener("error", () => {
        video = null;
        offer(el("p", { class: "muted" }, t("The video cannot be played here."), " ", webLink(url, t("Open it in a new tab"))));
      });
      video.play().catch(() => {});
    } } });
    fill(node, frame, question.transcript && el("p", { class: "muted" }, t("Press a quote to listen to it; its time is an estimate.")));
  };
  offer();
  return {
    node,
    seek: (share) => {
      if (!video || !Number.isFinite(video.duration)) return;
      video.currentTime = Math.max(0, share * video.duration - LEAD_S);
      video.play().catch(() => {});
    },
    playOrPause: () => {
      if (!video) node.querySelector(".watch-button")?.click();
      else if (video.paused) video.play().catch(() => {});
      else video.pause();
    },
  };
}

function playerIn(page, url, title) {
  const video = page.createElement("video");
  video.controls = true;
  video.playsInline = true;
  video.setAttribute("aria-label", title);
  video.src = url;
  page.body.replaceChildren(video);
  return video;
}
