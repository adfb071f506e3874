/**
 * Texts in the reader's language. The English text stands in the code and is its own key; the page brings the
 * translations along. Numbers in texts are written as the reader writes them.
 */


/** The language of the page, `de`. */
export const LANGUAGE = document.documentElement.lang.split("-")[0] || "en";

/** The reader's own form of it, `de-AT`, as the browser has it: dates and numbers follow it. */
export const LOCALE = navigator.languages.find((tag) => tag.split("-")[0] === LANGUAGE) ?? (LANGUAGE === "en" ? "en-GB" : LANGUAGE);

const TEXTS = globalThis.deskTexts ?? {};
const PLURALS = whenUsed(() => new Intl.PluralRules(LANGUAGE));
const COUNT = whenUsed(() => new Intl.NumberFormat(LOCALE));

/** Makes something when it is first used. The first of `Intl` in a browser's process takes it 20 to 60 ms. */
export function whenUsed(make) {
  let made = null;
  return () => (made ??= make());
}

/** A text; `{name}` in it becomes `values.name`. */
export function t(text, values = {}) {
  return tNodes(text, values).join("");
}

/** A text about a number of things, `tn(count, "{count} link created", "{count} links created")`. */
export function tn(count, one, other, values = {}) {
  return tnNodes(count, one, other, values).join("");
}

/** The parts of a text among whose values are elements, as children for `el`. */
export function tNodes(text, values) {
  return fillIn(TEXTS[text] ?? text, values);
}

/** The same about a number of things. */
export function tnNodes(count, one, other, values = {}) {
  const forms = TEXTS[other] ?? { one, other };
  return fillIn(forms[PLURALS().select(count)] ?? forms.other, { count: COUNT().format(count), ...values });
}

/** A label inside a sentence. German nouns are written large everywhere, so there a label stays as it is. */
export function inSentence(label) {
  return LANGUAGE === "de" ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** A sentence that the service wrote, in the reader's language; one that the catalogue does not have stays English. */
export function fromService(sentence) {
  if (typeof sentence !== "string" || LANGUAGE === "en") return sentence;
  if (Object.hasOwn(TEXTS, sentence)) return TEXTS[sentence];
  for (const [text, form] of sentenceForms()) {
    const parts = form.exec(sentence)?.groups;
    if (parts) return t(text, Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, partOfSentence(name, value)])));
  }
  return sentence;
}

/** What a sentence is filled with: a reason or a language is translated, and quotation marks are those of the reader. */
function partOfSentence(name, value) {
  if (name === "reason") return fromService(value);
  if (["spoken", "asked", "thing", "kind"].includes(name)) return TEXTS[value] ?? value;
  if (name === "columns") return value.split(", ").map(fromService).join(", ");
  const [opening, closing] = t("“{quoted}”", { quoted: "\n" }).split("\n");
  return value.replace(/[“”]/gu, (mark) => (mark === "“" ? opening : closing));
}

let forms = null;

/** The sentences of the service that have parts of their own, each with its form. */
function sentenceForms() {
  forms ??= (globalThis.serviceSentences ?? []).filter((text) => text.includes("{")).map((text) => [
    text, new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "su"),
  ]);
  return forms;
}

function fillIn(text, values) {
  // Every second part is the name of a placeholder.
  const parts = text.split(/\{(\w+)\}/).map((part, place) => (place % 2 ? values[part] ?? `{${part}}` : part));
  // A value such as "a.m." or "Acme Inc." ends a sentence by itself.
  const isDoubled = (part, place) => place > 0 && place % 2 === 0 && part.startsWith(".") && endsWithFullStop(parts[place - 1]);
  return parts.map((part, place) => (isDoubled(part, place) ? part.slice(1) : part)).filter((part) => part !== "");
}

function endsWithFullStop(value) {
  return (value.textContent ?? String(value)).endsWith(".");
}
