/** A reader of a shared shortlist recommends a candidate, and can change it in the same browser. */

import { recommend, takeBackRecommendation } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { RECOMMENDATIONS, recommendationLabel } from "../lib/decisions.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { t, tNodes } from "../lib/texts.js";
import { problemBox } from "./problem.js";

const { author_name: { maxLength: MAX_NAME }, note: { maxLength: MAX_NOTE } } = constants.limits.recommendation;

/** The reader's name, once typed, for the other candidates as well. */
let typedName = "";

/** Requests go out one after the other, so that the first one can give this browser its key. */
let lastRequest = Promise.resolve();

export function recommendForm(token, item, headingId) {
  const place = el("div", { class: "recommending" });
  show(place, token, item, headingId);
  return place;
}

function show(place, token, item, headingId) {
  const mine = item.my_recommendation;
  typedName ||= mine?.author_name ?? "";
  const saved = mine && el("p", {}, tNodes("You recommended: {recommendation} as {name}", {
      recommendation: el("strong", {}, recommendationLabel(mine.recommendation)), name: el("bdi", { class: "muted" }, mine.author_name),
    }), mine.note && el("span", { class: "decision-note muted", dir: "auto" }, mine.note));
  const details = el("details", { class: "recommend" }, el("summary", { class: "button" }, mine ? t("Change Your Recommendation") : t("Leave a Recommendation")), form(place, token, item, headingId));
  fill(place, saved, details);
}

function form(place, token, item, headingId) {
  const mine = item.my_recommendation;
  const name = el("input", { name: "author", type: "text", maxlength: MAX_NAME, required: true, autocomplete: "name", value: mine?.author_name ?? typedName });
  const note = el("textarea", { name: "note", rows: "3", maxlength: MAX_NOTE });
  note.value = mine?.note ?? "";
  const radios = RECOMMENDATIONS.map(([value, label]) => el("label", { class: "decision-choice" },
    el("input", { type: "radio", name: `recommendation-${item.number}`, value, required: true, checked: value === mine?.recommendation }), el("span", {}, label)));
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit", "aria-describedby": headingId }, t("Send Recommendation"));
  const after = (recommendation, text) => {
    show(place, token, { ...item, my_recommendation: recommendation }, headingId);
    place.querySelector("summary").focus();
    announce(text);
  };
  const inTurn = (control, label, work, fault) => whileBusy(control, label, async () => {
    try {
      lastRequest = lastRequest.catch(() => {}).then(work);
      await lastRequest;
    } catch (problem) {
      fill(report, problemBox(fault, problem));
    }
  });
  const body = el("form", { class: "decision-form" },
    el("fieldset", { class: "decision-choices" }, el("legend", {}, t("Your recommendation")), radios),
    el("div", { class: "field" }, el("label", {}, t("Note"), note)),
    el("div", { class: "field" }, el("label", {}, t("Your name"), name), el("p", { class: "muted" }, t("The recruiter sees it beside your recommendation."))),
    el("p", { class: "buttons" }, submit,
      mine && button(t("Remove"), (press) => inTurn(press.currentTarget, t("Removing…"), async () => {
        await takeBackRecommendation(token, item.number);
        after(null, t("Your recommendation was removed."));
      }, t("The recommendation could not be removed")), { kind: "quiet" })),
    report);
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    inTurn(submit, t("Sending…"), async () => {
      typedName = name.value.trim();
      const recommendation = body.querySelector("input[type=radio]:checked").value;
      const sent = await recommend(token, item.number, { author_name: typedName, recommendation, ...(note.value.trim() && { note: note.value.trim() }) });
      after(sent, t("Your recommendation was sent."));
    }, t("Your recommendation was not sent"));
  });
  return body;
}
