/** The texts of a message, read and changed for this time, in each language that somebody gets it in. */

import { constants } from "../lib/constants.js";
import { debounce, el, fill } from "../lib/dom.js";
import { LANGUAGES, listTemplates } from "../lib/messages.js";
import { t } from "../lib/texts.js";

const { max_subject_chars: MAX_SUBJECT_CHARS, max_text_chars: MAX_TEXT_CHARS } = constants.messages;

/**
 * Show the texts in `place`, a `details`. `texts` is a map by language that holds what was changed; `changed()` is called
 * when somebody has typed. `more` is shown below. Beside the label it is said if the message ends without a name.
 */
export function showMessageTexts(place, { label, company = "", kind, languages, texts, isSigned = true, changed = () => {}, more = null }) {
  if (place.contains(document.activeElement)) return;
  const fields = el("div", { class: "report" });
  fill(place, el("summary", {}, label, !isSigned && el("span", { class: "muted" }, " · ", t("unsigned: no company name is set"))), fields);
  place.hidden = languages.length === 0;
  const later = debounce(changed);
  const open = async () => {
    if (!place.open || fields.hasChildNodes()) return;
    const { items } = await listTemplates(company);
    fill(fields, el("p", { class: "muted" }, t("{name}, {job}, {company}, {link} and {until} are filled in for each candidate.")),
      languages.map((language) => {
        const template = texts.get(language) ?? items.find((item) => item.kind === kind && item.language === language);
        return textFields(language, template, (edited) => {
          texts.set(language, { language, ...edited });
          later();
        });
      }), more);
  };
  place.ontoggle = open;
  open();
}

function textFields(language, template, edited) {
  const subject = el("input", { id: `words-subject-${language}`, dir: "auto", maxlength: MAX_SUBJECT_CHARS, value: template.subject });
  const text = el("textarea", { id: `words-text-${language}`, dir: "auto", rows: 10, maxlength: MAX_TEXT_CHARS });
  text.value = template.text;
  for (const field of [subject, text]) field.addEventListener("input", () => edited({ subject: subject.value, text: text.value }));
  return [
    el("div", { class: "field" }, el("label", { for: subject.id }, t("Subject in {language}", { language: LANGUAGES[language] })), subject),
    el("div", { class: "field" }, el("label", { for: text.id }, t("Text in {language}", { language: LANGUAGES[language] })), text),
  ];
}
