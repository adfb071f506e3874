/** A language model's opinion of an answer, beside the machine's score. */

import { el } from "../lib/dom.js";
import { isKnown, number, score } from "../lib/format.js";
import { t, tNodes, tn } from "../lib/texts.js";

/** The opinion about an answer as a part that can be opened; null without one. */
export function opinionOf(opinion) {
  if (!opinion) return null;
  return el("details", { class: "opinion" },
    el("summary", {}, isKnown(opinion.score)
      ? tNodes("Language model: {score}", { score: el("span", {}, score(opinion.score), opinionRange(opinion)) })
      : t("Language model: no opinion that counts")),
    opinion.summary && el("p", { dir: "auto" }, opinion.summary),
    opinion.points.length > 0 && el("ul", { class: "plain" }, opinion.points.map(keyPointItem)),
    opinion.evidence.length > 0 && [
      el("h5", {}, t("What it quotes")),
      el("ul", { class: "quotes" }, opinion.evidence.map(({ quote }) => el("li", { dir: "auto" }, t("“{text}”", { text: quote })))),
    ],
    opinion.speaks_to_rater && el("p", { class: "notice" }, t("The answer speaks to whoever rates it. Those words were not sent to the model.")),
    opinion.void_replies > 0 && el("p", { class: "muted" },
      `${t("{count} of {total} replies do not count.", { count: number(opinion.void_replies), total: number(opinion.replies) })} `, opinion.void_reasons.join(" ")),
    el("p", { class: "muted" }, tn(opinion.replies, "{model}, asked once. A second opinion: it changes no score.", "{model}, asked {count} times. A second opinion: it changes no score.", { model: opinion.model })));
}

/** How far a language model is with an interview, or how far its replies are apart, as text. */
export function judgementNote({ judgement, judge_total: total, judge_spread: spread }) {
  if (judgement.state === "waiting") return t("Not complete yet");
  if (!isKnown(total)) return t("Its replies do not count");
  return isKnown(spread) && spread > 0 ? t("Replies {points} points apart", { points: number(spread) }) : null;
}

function opinionRange({ score_low: low, score_high: high }) {
  return low === high ? null : el("span", { class: "muted" }, ` (${t("{low} to {high}", { low: number(low), high: number(high) })})`);
}

const COVERED = { yes: ["✓", t("Covered")], partly: ["◐", t("Partly covered")], no: ["○", t("Not covered")] };

function keyPointItem({ key_point: name, covered, quote, void: isVoid }) {
  const [shape, word] = COVERED[covered];
  return el("li", {},
    el("span", { class: "shape", "aria-hidden": "true" }, shape), ` ${word}: `, el("span", { dir: "auto" }, name),
    quote && el("span", { class: "muted block", dir: "auto" }, t("“{text}”", { text: quote.quote })),
    isVoid && el("span", { class: "muted block" }, t("Its quote for this is not in the transcript, so it does not count.")));
}
